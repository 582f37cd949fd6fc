import { createFindToken } from '../../check/bearer-token.ts'
import { withoutTokens } from '../../core/decision/taken-tokens.ts'
import type { Rule } from '../../core/policy/policy.ts'
import { parsePath, type Request } from '../../core/request/request.ts'

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
  /^bearer +(\S+)$/i.exec(request.header('authorization') ?? '')?.[1]

const tokenIn = (request: Request, rule: Rule | undefined): string | undefined => {
  const bearers = (rule?.authenticate ?? []).filter((method) => method.kind === 'bearer')
  const found = createFindToken(bearers)(request)
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
