import { readJwt } from '../../oidc/token/jwt.ts'
import { scopesOf } from '../../oidc/token/scopes.ts'

/** What a token says about itself. Nothing of it is verified. */
export interface TokenFacts {
  readonly issuer?: string
  readonly subject?: string
  readonly audiences: readonly string[]
  readonly scopes: readonly string[]
  readonly expiresAt?: string
}

const listOf = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string')

/** What a token says. */
export const tokenFacts = (compact: string | undefined): { readonly token?: TokenFacts } => {
  const claims = compact === undefined ? undefined : readJwt(compact)?.claims
  if (claims === undefined) return {}
  const { iss, sub, aud, exp } = claims
  return {
    token: {
      ...(typeof iss === 'string' ? { issuer: iss } : {}),
      ...(typeof sub === 'string' ? { subject: sub } : {}),
      audiences: listOf(aud),
      scopes: scopesOf(claims),
      ...(typeof exp === 'number' ? { expiresAt: new Date(exp * 1_000).toISOString() } : {}),
    },
  }
}
