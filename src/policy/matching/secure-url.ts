import { type Checked, right, wrong } from './checked.ts'

/** A URL as a message may show it. */
export const withoutCredentials = (url: string): string => url.replace(/\/\/[^/]*@/, '//')

/**
 * A URL that may be called: `https`, without userinfo and fragment; `http` only where the process
 * permits it (R25).
 */
export const secureUrl = (text: string, allowInsecure: boolean): Checked<string> => {
  if (!URL.canParse(text)) return wrong('is no URL')
  const { protocol, username, password, hash } = new URL(text)
  if (username !== '' || password !== '') return wrong('holds credentials: leave them out')
  if (hash !== '' || text.includes('#')) return wrong('has a fragment: leave it out')
  if (protocol === 'https:' || (protocol === 'http:' && allowInsecure)) return right(text)
  return wrong(
    'is not an `https` URL (`http` works for local trials only, with `outbound.allowInsecureIssuers`)',
  )
}
