import { getPublicSuffix } from 'tldts'
import { type Checked, wrong } from './checked.ts'
import { isWildcard, parseHost } from './host.ts'

const ADDRESS = /^(?:[0-9.]+|\[.*)$/

/**
 * A domain that hosts may share a cookie over: a name of two labels or more that somebody can own.
 * Browsers drop a cookie for a public suffix (publicsuffix.org, the list's private part included),
 * so that nobody could sign in.
 */
export const cookieDomain = (written: string): Checked<string> => {
  const parsed = parseHost(written)
  if (!parsed.ok) return parsed
  if (isWildcard(written)) return wrong('holds a `*`: a domain stands for every host below it')
  if (ADDRESS.test(written)) return wrong('is an address: only a name has hosts below it')
  if (!written.includes('.')) return wrong('has one label: browsers keep no cookie for it')
  if (getPublicSuffix(written, { allowPrivateDomains: true }) === written) {
    return wrong('is a public suffix (publicsuffix.org): browsers keep no cookie for it')
  }
  return parsed
}

/** Whether a browser sends a cookie of the domain to every name that a host of a route covers. */
export const isWithin = (host: string, domain: string): boolean => {
  const name = isWildcard(host) ? host.slice(2) : host
  return name === domain || name.endsWith(`.${domain}`)
}
