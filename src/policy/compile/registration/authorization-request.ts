import { isMaxAge } from '../../../core/provider/asked-context.ts'
import type { Asking, Client, ClientAuthentication } from '../../../core/registration/client.ts'
import { signsMessages } from '../../../core/registration/profile.ts'
import type { Provider } from '../../../core/registration/provider.ts'
import type { OIDCClient } from '../../resource/resource.ts'
import type { Finding, Findings } from '../object/findings.ts'

/** What of a client is about its authorization requests. */
export type RequestSettings = Pick<
  Client,
  'asking' | 'authorizationParameters' | 'forwardParameters' | 'loginLifetimeMs'
>

type Written = OIDCClient['spec']['authorizationRequest']

const MINUTE_MS = 60_000

const MAX_AGE_LIMIT_MS = 720 * 60 * MINUTE_MS

const FIELD = ['spec', 'authorizationRequest']

const secondsOf = (ms: number): string => String(Math.floor(ms / 1000))

const maxAgeOf = ({ maxAge }: Written, findings: Findings): Readonly<Record<string, string>> => {
  if (maxAge === undefined) return {}
  const bounds = { leastMs: 0, mostMs: MAX_AGE_LIMIT_MS }
  return { max_age: secondsOf(findings.durationMs([...FIELD, 'maxAge'], maxAge, bounds)) }
}

/** Whoever is to authenticate anew is held to it: `auth_time` shows that, and is there if asked. */
const promptOf = ({ prompt }: Written): Readonly<Record<string, string>> => {
  if (prompt === undefined) return {}
  return { prompt: prompt.join(' '), ...(prompt.includes('login') ? { max_age: '0' } : {}) }
}

/** The fixed parameters; fields become what they are called on the way. */
const parametersOf = (written: Written, findings: Findings): Client['authorizationParameters'] => {
  const { parameters, acrValues } = written
  const { max_age: maxAge } = parameters
  if (maxAge !== undefined && !isMaxAge(maxAge)) {
    const message = 'The parameter max_age is whole seconds, as in "600"; or use `maxAge`'
    findings.add([...FIELD, 'parameters', 'max_age'], message)
  }
  return {
    ...parameters,
    ...maxAgeOf(written, findings),
    ...promptOf(written),
    ...(acrValues === undefined ? {} : { acr_values: acrValues.join(' ') }),
  }
}

const askingOf = (
  { pushed, signed, responseMode }: Written,
  profile: OIDCClient['spec']['profile'],
): Asking => {
  if (profile === 'None') return { pushed, signed, responseMode: responseMode ?? 'query' }
  const isSigned = signsMessages({ name: profile })
  return {
    pushed: 'Always',
    signed: isSigned ? 'Always' : signed,
    responseMode: responseMode ?? (isSigned ? 'query.jwt' : 'query'),
  }
}

/** Reads what a client says of its authorization requests, and what its profile adds. */
export const readAuthorizationRequest = (
  { authorizationRequest: written, profile }: OIDCClient['spec'],
  findings: Findings,
): RequestSettings => ({
  asking: askingOf(written, profile),
  authorizationParameters: parametersOf(written, findings),
  forwardParameters: [...written.forwardParameters],
  loginLifetimeMs: findings.durationMs([...FIELD, 'lifetime'], written.lifetime, {
    leastMs: MINUTE_MS,
    mostMs: 24 * 60 * MINUTE_MS,
  }),
})

/** How a client asks, with the key that it has. */
export const askingBy = (asking: Asking, authentication: ClientAuthentication): Asking =>
  authentication.method === 'private_key_jwt'
    ? { ...asking, algorithm: authentication.algorithm }
    : asking

/** What of a request cannot be at a provider that says no more than what is configured. */
export const unaskable = (
  { pushed }: Asking,
  { name, discovery, endpoints }: Provider,
): readonly Finding[] => {
  if (discovery || pushed !== 'Always' || endpoints.pushedAuthorizationRequest !== undefined) {
    return []
  }
  const message = `IdentityProvider ${name} has discovery Disabled and no endpoints.pushedAuthorizationRequest, which \`pushed: Always\` needs: set it there, or its discovery to Automatic`
  return [{ field: [...FIELD, 'pushed'], message, reason: 'ProviderUnsuitable' }]
}
