import type { CheckPorts } from '../../core/check-ports.ts'
import type { Claims } from '../../core/identity/identity.ts'
import type { Request } from '../../core/request/request.ts'

/** As whom a request is asked. */
export interface Somebody {
  readonly via: 'session' | 'bearer'
  /** What is not among them, and every token has, is filled in. */
  readonly claims: Claims
  /** Absent: those that a client asks for; of a token, those that its claims say. */
  readonly scopes?: readonly string[]
  /**
   * The OIDCClient of the session, as `namespace/name` or `name`; absent: the first that signs in.
   */
  readonly client?: string
}

/** What is said of the credential that stands in. */
export interface AskedAs {
  readonly via: Somebody['via']
  /** `namespace/name` of the OIDCClient whose session it is. */
  readonly client?: string
  /** The claims that were filled in. */
  readonly filledIn: readonly string[]
}

/** A request that carries the credential of somebody, and ports that take it for a good one. */
export interface Presented {
  readonly kind: 'presented'
  readonly request: Request
  readonly ports: CheckPorts
  readonly as: AskedAs
}

/** Nobody can have such a credential; sentences say why. */
export interface Unpresentable {
  readonly kind: 'unpresentable'
  readonly problems: readonly string[]
}

/** Nobody can have such a credential. */
export const unpresentable = (...problems: readonly string[]): Unpresentable => ({
  kind: 'unpresentable',
  problems,
})

/** A request that has one header more, or another value under its name. */
export const withHeader = (request: Request, name: string, value: string): Request => ({
  ...request,
  header: (other) => (other === name ? value : request.header(other)),
  headerNames: () => [...request.headerNames().filter((other) => other !== name), name],
})

/** A request that has one cookie more. */
export const withCookie = (request: Request, name: string, value: string): Request => {
  const before = request.header('cookie')
  const pair = `${name}=${value}`
  return withHeader(request, 'cookie', before === undefined ? pair : `${before}; ${pair}`)
}

/** Claims with those that are not written filled in, and the names of these. */
export const filledUp = (
  claims: Claims,
  standard: Claims,
): { readonly claims: Claims; readonly filledIn: readonly string[] } => ({
  claims: { ...standard, ...claims },
  filledIn: Object.keys(standard).filter((name) => !Object.hasOwn(claims, name)),
})
