import { withoutTokens } from '../core/decision/taken-tokens.ts'
import type { Rule } from '../core/policy/policy.ts'
import { parsePath, type Request } from '../core/request/request.ts'
import { readJwt } from '../oidc/token/jwt.ts'
import { scopesOf } from '../oidc/token/scopes.ts'
import { createFindPresented } from '../policy/ways/presented-token.ts'
import { takesBearerTokens } from '../policy/ways/ways.ts'

/** The credentials that a request carries, by the rule that it falls under. */
export interface Credentials {
  /** The bearer token that the rule takes, or what stands in `authorization`. */
  readonly token?: string
  readonly isThere: boolean
  /** The request without any of them. */
  readonly bare: Request
}

const OURS: ReadonlySet<string> = new Set(['authorization', 'cookie'])

const inAuthorization = (request: Request): string | undefined =>
  /^(?:bearer|dpop) +(\S+)$/i.exec(request.header('authorization') ?? '')?.[1]

const tokenIn = (request: Request, rule: Rule | undefined): string | undefined => {
  const taking = (rule?.authenticate ?? []).filter(takesBearerTokens)
  const found = createFindPresented(taking)(request)
  return found.kind === 'one' ? found.token : inAuthorization(request)
}

const withPath = (request: Request, raw: string | undefined): Request => {
  const path = raw === undefined ? undefined : parsePath(raw)
  return path?.ok === true ? { ...request, path: path.value } : request
}

/** Looks for them as the check does. */
export const credentialsOf = (request: Request, rule: Rule | undefined): Credentials => {
  const { removeHeaders, path } = withoutTokens(request, rule?.tokenNames)
  const names = new Set([...OURS, ...removeHeaders])
  const token = tokenIn(request, rule)
  const isThere =
    path !== undefined || [...names].some((name) => request.header(name) !== undefined)
  const kept = (name: string) => !names.has(name)
  const bare: Request = {
    ...withPath(request, path),
    header: (name) => (kept(name) ? request.header(name) : undefined),
    headerNames: () => request.headerNames().filter(kept),
  }
  return { ...(token === undefined ? {} : { token }), isThere, bare }
}

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
