import { X509Certificate } from 'node:crypto'
import type { Claims } from '../../../src/core/identity/identity.ts'
import type { HostileAnswer } from '../hostile-provider.ts'
import { CERTIFICATE_HEADER } from '../parts/tls-front.ts'
import type { Brought } from './asked.ts'

/** What tokens are bound to, and how whoever uses them proves it. */
export interface Sender {
  readonly tokenType: 'Bearer' | 'DPoP'
  /** Added to the metadata. */
  readonly metadata: Claims
  /** `cnf` of the token that this request is answered by. */
  readonly confirmation: (brought: Brought) => Promise<Claims | undefined>
  /**
   * Objects to what a request does not prove; an answer where it has to come again. `cnf`: that of
   * the token which it brings.
   */
  readonly check: (
    what: 'token' | 'userinfo',
    brought: Brought,
    object: (objection: string) => void,
    cnf?: Claims,
  ) => Promise<HostileAnswer | undefined>
}

/** Tokens that are bound to nothing. */
export const BEARER: Sender = {
  tokenType: 'Bearer',
  metadata: {},
  confirmation: async () => undefined,
  check: async () => undefined,
}

const certificateIn = ({ headers }: Brought): string => {
  const pem = decodeURIComponent(String(headers[CERTIFICATE_HEADER] ?? ''))
  if (pem === '') return ''
  const hash = new X509Certificate(pem).fingerprint256.replaceAll(':', '')
  return Buffer.from(hash, 'hex').toString('base64url')
}

/** Tokens that are bound to the certificate of the connection (RFC 8705 section 3). */
export const BY_CERTIFICATE: Sender = {
  tokenType: 'Bearer',
  metadata: { tls_client_certificate_bound_access_tokens: true },
  confirmation: async (brought) => ({ 'x5t#S256': certificateIn(brought) }),
  check: async (what, brought, object, cnf) => {
    const shown = certificateIn(brought)
    if (shown === '') object(`${what}: no certificate is shown`)
    if (cnf !== undefined && cnf['x5t#S256'] !== shown) object(`${what}: of another certificate`)
    return undefined
  },
}
