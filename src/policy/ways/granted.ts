import type { CheckPorts } from '../../core/check-ports.ts'
import type { BearerMethod, CredentialMethod, WaySettings } from '../../core/policy/policy.ts'
import type { Credential, GrantTerms } from '../../core/provider/token-grants.ts'
import type { Verification } from '../../core/provider/token-verifier.ts'
import { Fault } from '../../core/reason/fault.ts'
import type { Client } from '../../core/registration/client.ts'
import type { Request } from '../../core/request/request.ts'
import { type Awaitable, andThen } from '../../core/time/awaitable.ts'
import type { Budget } from '../../core/time/budget.ts'

/** What every way asks for that has a credential become an access token. */
export interface GrantSettings extends WaySettings {
  /** Absent: the client id of the client as which the provider is asked. */
  readonly audiences?: readonly string[]
  /** Absent: those of that client, if there is one. */
  readonly scopes?: readonly string[]
  readonly keptMs: number
}

/** The client that a member names; one without is never compiled. */
export const namedClient = ({ client, way }: Pick<CredentialMethod, 'client' | 'way'>): Client => {
  if (client === undefined) throw new Error(`A member ${way} has no client.`)
  return client
}

type Method = CredentialMethod<GrantSettings>
type Verified = Extract<Verification, { readonly kind: 'verified' }>
type Rejected = Extract<Verification, { readonly kind: 'rejected' }>

/** As long as `bearer.maxBytes` may be. */
const MAX_BYTES = 256 * 1_024

/** What the token that comes back has to be, like any bearer token. */
const bearerOf = ({ provider, client, settings }: Method): BearerMethod => ({
  kind: 'bearer',
  provider,
  audiences: settings.audiences ?? (client === undefined ? [] : [client.clientId]),
  maxBytes: MAX_BYTES,
  audienceClaim: 'aud',
  accepts: ['access_token'],
})

const limited = (retryAfterSeconds: number): Rejected => ({
  kind: 'rejected',
  reason: 'credential_limited',
  detail: 'Too many credentials from this address were refused within a minute.',
  retryAfterSeconds,
})

const opaque = (name: string): Fault =>
  new Fault(
    'provider_misconfigured',
    `${name}: the access token that it gave for a credential is no JWT, so nobody can say whose it is: have it issue JWTs as access tokens.`,
  )

/** Providers say it by one of these, if they do (RFC 9068 section 2.2, OpenID Connect Core 1.0). */
const CLIENT_CLAIMS = ['client_id', 'azp'] as const

const isOfAnother = ({ claims }: Verified, clientId: string): boolean =>
  CLIENT_CLAIMS.some((name) => typeof claims[name] === 'string' && claims[name] !== clientId)

const ofAnother = (name: string): Fault =>
  new Fault(
    'provider_misconfigured',
    `${name}: the access token that it gave for a credential was issued to another client.`,
  )

const ofToken = ({ reason, detail }: Rejected): Rejected => ({
  kind: 'rejected',
  reason,
  detail: `Of the access token that the provider gave for it: ${detail}`,
})

/** What is known of a method before any request. */
interface Prepared {
  readonly bearers: readonly BearerMethod[]
  readonly terms: GrantTerms
}

const preparedFor = (method: Method): Prepared => {
  const { client, settings } = method
  const { scopes = client?.scopes ?? [], keptMs } = settings
  return { bearers: [bearerOf(method)], terms: { scopes, keptMs } }
}

/** How a credential is shown to the token endpoint, and as which client. */
export interface Showing {
  readonly credential: Credential
  /** Of the client that the token has to be issued to. */
  readonly clientId: string
}

/**
 * Has credentials become access tokens, which are verified as any bearer token is, at every use.
 * The access token goes to the upstream in the place of the credential. One that is remembered is
 * the same object at every check.
 */
export const createGranted = <Shown>(
  { grants, verifier }: CheckPorts,
  show: (shown: Shown, method: Method) => Showing,
) => {
  const prepared = new WeakMap<Method, Prepared>()
  const withTokens = new WeakMap<Verified, Verified>()

  const prepare = (method: Method): Prepared => {
    const known = prepared.get(method) ?? preparedFor(method)
    prepared.set(method, known)
    return known
  }

  const withToken = (verified: Verified, accessToken: string): Verified => {
    const known = withTokens.get(verified) ?? { ...verified, accessToken }
    withTokens.set(verified, known)
    return known
  }

  const verify = (
    method: Method,
    { credential, clientId }: Showing,
    accessToken: string,
    budget: Budget,
  ): Awaitable<Verification> =>
    andThen(verifier.verify(accessToken, prepare(method).bearers, budget), (verification) => {
      const { name } = method.provider
      if (verification.kind === 'verified' && !isOfAnother(verification, clientId)) {
        return withToken(verification, accessToken)
      }
      grants.distrust(credential, prepare(method).terms)
      if (verification.kind === 'verified') throw ofAnother(name)
      if (verification.reason === 'token_malformed') throw opaque(name)
      return ofToken(verification)
    })

  return (
    shown: Shown,
    methods: readonly Method[],
    { address }: Pick<Request, 'address'>,
    budget: Budget,
  ): Awaitable<Verification> => {
    const [method] = methods
    if (method === undefined) throw new Error('A way in was asked without a member.')
    const showing = show(shown, method)
    const { terms } = prepare(method)
    const outcome = grants.obtain(showing.credential, terms, address, budget)
    return andThen(outcome, (known): Awaitable<Verification> => {
      switch (known.kind) {
        case 'token':
          return verify(method, showing, known.accessToken, budget)
        case 'refused':
          return { kind: 'rejected', reason: 'credential_refused', detail: known.detail }
        case 'limited':
          return limited(known.retryAfterSeconds)
      }
    })
  }
}
