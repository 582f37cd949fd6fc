import { type Party, wordsOf } from './party.ts'

const TRUST =
  'put the PEM certificate of its authority where spec.tls.caRef leads, or into outbound.caFile of the process'

/** What a certificate is refused for, by the codes of OpenSSL. */
const CERTIFICATES: Readonly<Record<string, string>> = {
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: `shows a certificate of an authority that is not trusted here, or leaves out the intermediate certificate that leads to one: ${TRUST}, or have the server send its whole chain`,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: `shows a certificate of an authority that is not trusted here: ${TRUST}`,
  UNABLE_TO_GET_ISSUER_CERT: `shows a certificate whose chain does not reach a root certificate: ${TRUST}, root included`,
  SELF_SIGNED_CERT_IN_CHAIN: `shows a certificate of a private authority that is not trusted here: ${TRUST}`,
  DEPTH_ZERO_SELF_SIGNED_CERT: `shows a certificate that it signed itself: put that certificate where spec.tls.caRef leads, or into outbound.caFile of the process`,
  CERT_UNTRUSTED: `shows a certificate that is not trusted here: ${TRUST}`,
  CERT_HAS_EXPIRED:
    'shows a certificate that has expired, or one of its authorities has: renew it there, and the one that spec.tls.caRef or outbound.caFile holds',
  CERT_NOT_YET_VALID:
    'shows a certificate that is not valid yet, or one of its authorities is not: compare the clocks of both machines',
  CERT_REVOKED: 'shows a certificate that was revoked: renew it there',
  CERT_SIGNATURE_FAILURE: `shows a certificate that its authority did not sign: the certificate in spec.tls.caRef or outbound.caFile is perhaps of an earlier authority of the same name`,
  INVALID_CA:
    'shows a certificate that was signed with one that may sign none: the certificate in spec.tls.caRef or outbound.caFile is not that of the authority',
  INVALID_PURPOSE: 'shows a certificate that is not meant for servers: renew it there for that use',
  CERT_REJECTED: 'shows a certificate that is not meant for servers: renew it there for that use',
  CERT_CHAIN_TOO_LONG: 'shows a chain of certificates that is too long',
  PATH_LENGTH_EXCEEDED: 'shows a chain of certificates that is longer than its authority permits',
  HOSTNAME_MISMATCH: 'shows a certificate for another name: renew it there for this one',
}

/** How a handshake ends, by the codes of OpenSSL. */
const HANDSHAKES: readonly (readonly [pattern: RegExp, sentence: string])[] = [
  [
    /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|^EPROTO$/,
    'does not speak TLS on that port: correct the port or the scheme',
  ],
  [
    /CERTIFICATE_REQUIRED|BAD_CERTIFICATE|ALERT_UNKNOWN_CA/,
    'wants a certificate from us for the connection itself, which it is not given',
  ],
  [
    /UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION|HANDSHAKE_FAILURE|NO_SHARED_CIPHER|INSUFFICIENT_SECURITY/,
    'and we have no version of TLS or cipher in common: it must offer TLS 1.2 or 1.3',
  ],
  [/UNRECOGNIZED_NAME/, 'does not know the name that it was asked for: correct the host'],
  [
    /KEY_TOO_SMALL|MD_TOO_WEAK/,
    'shows a certificate that is too weak (a short key or an old hash): renew it there',
  ],
]

/** How a server says that it does not want the certificate that it was shown. */
const OWN_REFUSED =
  /CERTIFICATE_REQUIRED|(?:BAD|UNSUPPORTED)_CERTIFICATE|CERTIFICATE_(?:REVOKED|EXPIRED|UNKNOWN)$|ALERT_UNKNOWN_CA|ACCESS_DENIED/

/** OpenSSL itself, about what it is to show. */
const OWN_UNUSABLE = /KEY_VALUES_MISMATCH|KEY_TYPE_MISMATCH|EE_KEY_TOO_SMALL|CA_MD_TOO_WEAK/

const OWN = 'the certificate that `authentication.certificateRef` of the OIDCClient leads to'

/** What has to do with the certificate that we show. */
const ownSentence = (code: string): string | undefined => {
  if (OWN_UNUSABLE.test(code)) return `was not asked: ${OWN} is too weak, or its key is another's`
  return code.startsWith('ERR_SSL_') && OWN_REFUSED.test(code)
    ? `does not take ${OWN}: renew it, or have the provider trust it or its authority`
    : undefined
}

const MAX_NAMES = 5

/** The names of a certificate, as OpenSSL lists them. */
const namesIn = (thrown: unknown): string => {
  const cert = thrown instanceof Error && 'cert' in thrown ? Object(thrown.cert) : {}
  const listed: string = typeof cert.subjectaltname === 'string' ? cert.subjectaltname : ''
  const names = listed.split(', ').map((name) => name.replace(/^(?:DNS|IP Address):/, ''))
  const safe = names.filter((name) => /^[\w.*:-]{1,100}$/.test(name))
  if (safe.length === 0) return 'for no name at all'
  const more = names.length > MAX_NAMES ? ` and ${names.length - MAX_NAMES} more` : ''
  return `for ${safe.slice(0, MAX_NAMES).join(', ')}${more}`
}

const sentenceOf = (code: string, thrown: unknown, host: string): string | undefined => {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return `shows a certificate ${namesIn(thrown)}, and not for ${host}: correct the host, or renew the certificate there`
  }
  const known = CERTIFICATES[code]
  if (known !== undefined) return known
  const isHandshake = code === 'EPROTO' || /^ERR_(?:SSL|OSSL|TLS)_/.test(code)
  if (!isHandshake) return undefined
  const [, sentence] = HANDSHAKES.find(([pattern]) => pattern.test(code)) ?? []
  return sentence ?? 'ended the TLS handshake'
}

/** With whom the handshake was, and the proxy in between. */
interface TlsContext extends Pick<Party, 'words' | 'own'> {
  readonly host: string
  readonly proxy?: { readonly url: string; readonly setBy: string }
}

/**
 * What is wrong with the TLS of a server, and which field mends it; `undefined` for a code that has
 * nothing to do with TLS. Completes a sentence that begins with the URL.
 */
export const tlsSentence = (
  code: string,
  thrown: unknown,
  context: TlsContext,
): string | undefined => {
  const { host, proxy, own } = context
  const ofOwn = own === undefined ? undefined : ownSentence(code)
  const sentence = ofOwn ?? sentenceOf(code, thrown, host)
  if (sentence === undefined) return undefined
  const isUnsure = proxy?.url.startsWith('https:') === true
  const perhaps = isUnsure
    ? `; or the proxy ${proxy?.url} (${proxy?.setBy}) does, whose authority belongs into caRef or caFile beside its URL`
    : ''
  const told = sentence.replaceAll('spec.tls.caRef', wordsOf(context).ca)
  return `${told} (${code})${perhaps}`
}
