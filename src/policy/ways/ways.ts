import type {
  AuthenticateMethod,
  BearerMethod,
  CredentialMethod,
} from '../../core/policy/policy.ts'
import type { ProtectedRouteRuleAuthenticate as Member } from '../resource/resource-specs.generated.ts'
import { clientCredentials } from './client-credentials.ts'
import { introspection } from './introspection.ts'
import { password } from './password.ts'
import { refreshToken } from './refresh-token.ts'
import { userinfo } from './userinfo.ts'
import type { Way } from './way.ts'

/** A member of `authenticate` that a way in reads. */
export type WayName = Exclude<keyof Member, 'session' | 'bearer' | 'anonymous'>

type Ways = { readonly [Name in WayName]: Way<NonNullable<Member[Name]>> }

/** The ways in, by the name of their member: a new one is a file beside this, and a line here. */
export const WAYS: Ways = { introspection, userinfo, clientCredentials, password, refreshToken }

const BY_NAME: Readonly<Record<string, Way | undefined>> = WAYS

/**
 * The way of a compiled member.
 * @throws Error if there is none of that name: none was compiled then.
 */
export const wayOf = (name: string): Way => {
  const way = Object.hasOwn(BY_NAME, name) ? BY_NAME[name] : undefined
  if (way === undefined) throw new Error(`There is no way in called ${name}.`)
  return way
}

/** A member of `authenticate` that takes tokens as bearers show them. */
export type TokenMethod = BearerMethod | CredentialMethod

/** Whether a member is one. */
export const takesBearerTokens = (method: AuthenticateMethod): method is TokenMethod =>
  method.kind === 'bearer' || (method.kind === 'credential' && wayOf(method.way).takesBearerTokens)

/** The names, in the order in which sentences list them. */
export const WAY_NAMES: readonly WayName[] = Object.keys(WAYS).filter((name): name is WayName =>
  Object.hasOwn(WAYS, name),
)
