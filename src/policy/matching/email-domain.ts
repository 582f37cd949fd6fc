import { getPublicSuffix } from 'tldts'
import { type Checked, right, wrong } from './checked.ts'
import { isWildcard, parseHost } from './host.ts'

/**
 * A domain of e-mail addresses in lower case; `*.` before it stands for every name below it. Whom
 * all names below a public suffix belong to nobody can say (publicsuffix.org).
 */
export const emailDomain = (written: string): Checked<string> => {
  const parsed = parseHost(written)
  if (!parsed.ok) return parsed
  const domain = parsed.value
  const name = isWildcard(domain) ? domain.slice(2) : domain
  if (!name.includes('.')) return wrong('has one label: write a domain such as `example.com`')
  if (name !== domain && getPublicSuffix(name, { allowPrivateDomains: true }) === name) {
    return wrong('is everything below a public suffix (publicsuffix.org): name the domains')
  }
  return right(domain)
}
