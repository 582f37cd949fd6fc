import type { DocumentHosts } from '../../core/registration/authorization-server.ts'
import { type Checked, right, wrong } from './checked.ts'

/** No redirect URI is longer: it goes into cookies and answers. */
const MAX_REDIRECT_URI = 512

/** What a URI may be written with (RFC 3986), without a fragment: nothing is read in two ways. */
const URI = /^([a-z][a-z0-9+.-]*):[A-Za-z0-9._~!$&'()*+,;=:@%/?[\]-]*$/

/** A browser runs these, shows them as its own or reads them from the disk. */
const DANGEROUS: ReadonlySet<string> = new Set([
  'about',
  'blob',
  'chrome',
  'data',
  'file',
  'filesystem',
  'javascript',
  'ms-settings',
  'resource',
  'vbscript',
  'view-source',
  'ws',
  'wss',
])

/** An address of the loopback interface (RFC 8252 section 7.3), its port, and what follows. */
const LOOPBACK = /^(http:\/\/(?:127\.0\.0\.1|\[::1\]|localhost))(?::([0-9]{1,5}))?([/?].*)?$/

const HIGHEST_PORT = 65_535

const HTTPS = /^https:\/\/([a-z0-9-]+(?:\.[a-z0-9-]+)*(?::[1-9][0-9]{0,4})?)([/?].*)?$/

/** A loopback address without its port; `undefined` for any other URI. */
const loopbackOf = (uri: string): string | undefined => {
  const [, host, port, rest = ''] = LOOPBACK.exec(uri) ?? []
  if (host === undefined || Number(port ?? 1) > HIGHEST_PORT || Number(port ?? 1) === 0) {
    return undefined
  }
  return host + rest
}

/** Whether codes go to a program on the computer of the person who agrees. */
export const isLoopback = (uri: string): boolean => loopbackOf(uri) !== undefined

/**
 * What codes may be sent to, whoever asks: a URI without user and fragment, of https, of a scheme
 * that belongs to a program, or of http on the loopback interface alone.
 */
export const redirectURI = (written: string): Checked<string> => {
  if (written.length > MAX_REDIRECT_URI) {
    return wrong(`is longer than ${MAX_REDIRECT_URI} characters: choose a shorter one`)
  }
  if (written.includes('#')) return wrong('has a fragment, where no code may go: leave it out')
  const [, scheme] = URI.exec(written) ?? []
  if (scheme === undefined) {
    return wrong('is no absolute URI in printable ASCII, as in `https://app.example.com/callback`')
  }
  if (DANGEROUS.has(scheme)) {
    return wrong(`has the scheme ${scheme}, which is no program's own: choose another`)
  }
  if (scheme === 'http') {
    return isLoopback(written)
      ? right(written)
      : wrong('sends codes over plain http to another machine: use https')
  }
  if (scheme === 'https') {
    return HTTPS.test(written)
      ? right(written)
      : wrong('is no https URL of a host in lower case, without a user')
  }
  return right(written)
}

/** Whether one URI is the other: byte for byte, or on another port of the loopback interface. */
const isSame = (one: string, other: string): boolean => {
  if (one === other) return true
  const loopback = loopbackOf(one)
  return loopback !== undefined && loopback === loopbackOf(other)
}

/** Whether a URI is one of these (RFC 9700 section 2.1, RFC 8252 section 7.3). */
export const isAmongRedirectURIs = (uri: string, those: Iterable<string>): boolean => {
  if (!redirectURI(uri).ok) return false
  for (const one of those) if (isSame(one, uri)) return true
  return false
}

/** The host and port of an https URL; `undefined` for any other URI. */
const authorityIn = (uri: string): string | undefined => HTTPS.exec(uri)?.[1]

/** Whether a code goes to a web host, and not to a program. */
export const isOfWebHost = (uri: string): boolean => authorityIn(uri) !== undefined

/** Whether two https URLs are of one origin. */
export const isSameHost = (one: string, other: string): boolean => {
  const authority = authorityIn(one)
  return authority !== undefined && authority === authorityIn(other)
}

/** What a person is told of where a code goes: the origin, or the scheme of a program. */
export const goesTo = (uri: string): string => {
  const authority = authorityIn(uri)
  return authority === undefined ? uri.slice(0, uri.indexOf(':') + 1) : `https://${authority}`
}

/** The host of a client id that is a URL, with a port that it names; `undefined` for any other. */
export const documentHostOf = (clientId: string): string | undefined => authorityIn(clientId)

/** Whether the documents of a host are taken; on another port than that of https if it is named. */
export const isDocumentHost = (host: string, { any, hosts, below }: DocumentHosts): boolean =>
  (any && !host.includes(':')) || hosts.has(host) || below.some((suffix) => host.endsWith(suffix))
