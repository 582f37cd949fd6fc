import { X509Certificate } from 'node:crypto'
import type { Client, ClientCertificate } from '../../core/registration/client.ts'
import { bindingOf } from '../token/binding.ts'
import { readJwt } from '../token/jwt.ts'

/** What a provider bound an access token to, as far as the token says. */
export type BoundToken =
  | { readonly kind: 'unbound' }
  /** Nobody but whoever holds the key or the certificate can use it. */
  | { readonly kind: 'bound' }
  /** Not to what the client has it bound to; `why` is a sentence. */
  | { readonly kind: 'wrong'; readonly why: string }

const UNBOUND: BoundToken = { kind: 'unbound' }
const BOUND: BoundToken = { kind: 'bound' }

const wrong = (why: string): BoundToken => ({ kind: 'wrong', why })

/** `x5t#S256` of a certificate (RFC 8705 section 3.1). */
const hashOf = ({ certificatePem }: ClientCertificate): string =>
  Buffer.from(
    new X509Certificate(certificatePem).fingerprint256.replaceAll(':', ''),
    'hex',
  ).toString('base64url')

const NO_CERTIFICATE =
  'The access token is bound to no certificate (it has no cnf.x5t#S256), and `senderConstrained` of the client is MutualTLS: have the provider bind the tokens of this client (tls_client_certificate_bound_access_tokens).'

const OTHER_CERTIFICATE =
  'The access token is bound to another certificate (cnf.x5t#S256) than the one that was shown to the provider: look for something between here and there that shows its own.'

const OTHER_KEY =
  'The access token is bound to another key (cnf.jkt) than the one that the request was proven by.'

const SAYS_NOTHING =
  'The access token before was bound to a certificate (it had cnf.x5t#S256), and the one that was handed out for it is no JWT and says nothing: `senderConstrained` of the client is MutualTLS. If the provider issues other tokens now, a new login begins with those.'

/** What there is that a token may be bound to. */
export interface OwnBinding {
  /** Thumbprint of the key that the request was proven by, if it was. */
  readonly jkt?: string | undefined
  /** The certificates that the provider may have seen. */
  readonly shown: readonly ClientCertificate[]
  /** The access token that this one is to replace, at a refresh. */
  readonly former?: string | undefined
}

const namesCertificate = (token: string | undefined): boolean => {
  const claims = token === undefined ? undefined : readJwt(token)?.claims
  const binding = claims === undefined ? undefined : bindingOf(claims, '')
  return typeof binding === 'object' && binding.certificate !== undefined
}

/**
 * Reads what an access token is bound to that a provider has just handed out, and holds it to what
 * its client asks for. One that is no JWT says nothing, nor need one whose `token_type` is DPoP,
 * and is taken for what was asked for; but not where the one before said that it is bound to a
 * certificate, for which there is no such word.
 */
export const readBoundToken = (
  { senderConstrained }: Pick<Client, 'senderConstrained'>,
  accessToken: string,
  { jkt, shown, former }: OwnBinding,
): BoundToken => {
  const claims = readJwt(accessToken)?.claims
  if (senderConstrained === 'None') return claims?.cnf === undefined ? UNBOUND : BOUND
  if (claims === undefined) {
    const isLess = senderConstrained === 'MutualTLS' && namesCertificate(former)
    return isLess ? wrong(SAYS_NOTHING) : BOUND
  }
  const binding = bindingOf(claims, '')
  if (typeof binding === 'string') return wrong(binding)
  const certificate = binding?.certificate
  if (senderConstrained === 'MutualTLS' && certificate === undefined) return wrong(NO_CERTIFICATE)
  if (binding?.jkt !== undefined && binding.jkt !== jkt) return wrong(OTHER_KEY)
  return certificate === undefined || shown.some((one) => hashOf(one) === certificate)
    ? BOUND
    : wrong(OTHER_CERTIFICATE)
}
