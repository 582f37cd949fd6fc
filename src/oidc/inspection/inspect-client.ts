import type { LoginState } from '../../core/provider/login-state.ts'
import type { RelyingParty } from '../../core/provider/relying-party.ts'
import { asFault } from '../../core/reason/fault.ts'
import type { Client } from '../../core/registration/client.ts'
import type { Budget } from '../../core/time/budget.ts'
import type { Clock } from '../../core/time/clock.ts'
import type { Random } from '../../core/time/random.ts'
import { keyFor } from '../binding/own-key.ts'
import { listedMethodOf, whyClientRefused } from '../client/refusal.ts'
import type { TokenAnswer, TokenEndpoint } from '../client/token-endpoint.ts'
import type { ProviderMetadata } from '../provider/metadata.ts'
import type { Providers } from '../provider/providers.ts'
import { scopesToRequest } from '../token/scopes.ts'
import { type AuthorizationAnswer, judgeAuthorization } from './authorization-answer.ts'
import { inspectDecryption } from './decryption.ts'
import { aboutItself, type Finding, finding } from './finding.ts'
import { listed } from './offers.ts'
import { inspectOwnCertificate } from './own-certificate.ts'
import { inspectRequests } from './requests.ts'
import { inspectSenderConstraint } from './sender-constraint.ts'

/** What inspecting a client takes: the very parts that sign people in. */
export interface ClientInspectionDeps {
  readonly providers: Providers
  readonly relyingParty: Pick<RelyingParty, 'authorizationUrl' | 'readCallback'>
  readonly tokenEndpoint: Pick<TokenEndpoint, 'exchange'>
  readonly clock: Clock
  readonly random: Random
  readonly newBudget: (timeoutMs: number) => Budget
  /** Whether the provider is asked about this client at all. */
  readonly triesCredentials: boolean
}

/** Several redirect URIs are tried one after another; no more than these. */
const MAX_TRIED = 8

const ofAuthentication = (client: Client, metadata: ProviderMetadata): Finding => {
  const offered = metadata.authenticationMethods.token
  const { method } = client.authentication
  if (offered === undefined && method !== 'client_secret_basic') {
    return finding('authentication', 'warning', whyClientRefused(client))
  }
  if (offered === undefined || offered.includes(listedMethodOf(client)) || method === 'none') {
    return finding('authentication', 'well', `\`authentication.method\` is ${method}`)
  }
  return finding('authentication', 'problem', whyClientRefused(client, offered))
}

const ofScopes = (client: Client, { offers }: ProviderMetadata): readonly Finding[] => {
  const offered = offers.scopes
  if (offered === undefined) return []
  const missing = scopesToRequest(client).filter((scope) => !offered.includes(scope))
  if (missing.length === 0) return [finding('scopes', 'well', 'Every scope is offered')]
  const text = `The metadata do not list ${listed(missing)}, but ${listed(offered)}: correct \`scopes\` of the OIDCClient if logins are refused`
  return [finding('scopes', 'warning', text)]
}

const credentialsFinding = (answer: TokenAnswer): Finding => {
  if (answer.kind === 'invalid_grant') {
    const text = 'The credentials are accepted: a made-up code was refused, and not the client'
    return finding('credentials', 'well', text)
  }
  if (answer.kind === 'declined') {
    if (answer.refusal.error === 'unauthorized_client' || answer.refusal.error === undefined) {
      return finding('credentials', 'problem', answer.fault.message)
    }
    const text = `A made-up code was refused with ${answer.refusal.detail}, which says nothing of the credentials`
    return finding('credentials', 'unknown', text)
  }
  return finding('credentials', 'unknown', 'The provider took a made-up code')
}

const ofThrown = (check: 'registration' | 'credentials', thrown: unknown): Finding => {
  const { code, message } = asFault(thrown)
  return finding(check, code === 'provider_misconfigured' ? 'problem' : 'unknown', message)
}

const NOT_TRIED = 'Not tried, as was asked for'

/** Asks the provider about one client. Every request is one that a login makes. */
const createTrial = (client: Client, metadata: ProviderMetadata, deps: ClientInspectionDeps) => {
  const { providers, relyingParty, tokenEndpoint, clock, random, newBudget } = deps
  const timeoutMs = 2 * client.provider.requestTimeoutMs

  const loginAt = (redirectUri: string): LoginState => ({
    state: random.token(16),
    nonce: random.token(16),
    codeVerifier: random.token(32),
    returnPath: '/',
    redirectUri,
    createdAtMs: clock.nowMs(),
  })

  /** With `prompt=none` the answer goes back without a person (Core 1.0 section 3.1.2.1). */
  const silent: Client = {
    ...client,
    authorizationParameters: { ...client.authorizationParameters, prompt: 'none' },
  }

  const authorize = async (redirectUri: string): Promise<AuthorizationAnswer> => {
    const budget = newBudget(timeoutMs)
    const url = await relyingParty.authorizationUrl(silent, loginAt(redirectUri), {}, budget)
    const { call } = providers.of(client.provider).fetch
    const headers = { accept: 'text/html' }
    return call({ method: 'GET', url, headers, takesRedirect: true })
  }

  const registration = async (redirectUri: string): Promise<Finding> => {
    try {
      const answer = await authorize(redirectUri)
      return await judgeAuthorization(redirectUri, client, answer, relyingParty.readCallback)
    } catch (thrown) {
      return ofThrown('registration', thrown)
    }
  }

  const credentials = async (redirectUri: string): Promise<Finding> => {
    const login = loginAt(redirectUri)
    const query = new URLSearchParams({ code: random.token(24), state: login.state })
    if (metadata.sendsIssuer) query.set('iss', client.provider.issuer)
    try {
      const budget = newBudget(timeoutMs)
      const answer = await tokenEndpoint.exchange(client, login, query, budget, keyFor(client))
      return credentialsFinding(answer)
    } catch (thrown) {
      return ofThrown('credentials', thrown)
    }
  }
  return { registration, credentials }
}

const tried = async (
  client: Client,
  metadata: ProviderMetadata,
  redirectUris: readonly string[],
  deps: ClientInspectionDeps,
): Promise<readonly Finding[]> => {
  if (!deps.triesCredentials) {
    return [
      finding('registration', 'unknown', NOT_TRIED),
      finding('credentials', 'unknown', NOT_TRIED),
    ]
  }
  const known = redirectUris.filter((uri) => !uri.includes('*')).slice(0, MAX_TRIED)
  const { endpoints } = metadata
  const [first] = known
  if (first === undefined || endpoints.authorization === undefined) {
    return [finding('registration', 'unknown', 'There is no redirect URI to try it with')]
  }
  const trial = createTrial(client, metadata, deps)
  const registered: Finding[] = []
  for (const uri of known) registered.push(await trial.registration(uri))
  if (client.authentication.method === 'none') {
    return [...registered, finding('credentials', 'well', 'The client has none to be refused')]
  }
  if (endpoints.token === undefined) return registered
  return [...registered, await trial.credentials(first)]
}

/**
 * Looks at a client of a provider whose metadata are known: against what they offer, and by
 * asking whether redirect URIs and credentials are accepted.
 */
export const inspectClient = async (
  client: Client,
  metadata: ProviderMetadata,
  redirectUris: readonly string[],
  deps: ClientInspectionDeps,
): Promise<readonly Finding[]> => {
  const found = [
    ofAuthentication(client, metadata),
    ...inspectOwnCertificate(client, metadata, deps.clock.nowMs()),
    ...ofScopes(client, metadata),
    ...inspectRequests(client, metadata),
    ...inspectDecryption(client, metadata),
    ...inspectSenderConstraint(client, metadata),
    ...(await tried(client, metadata, redirectUris, deps)),
  ]
  return found.map((one) => aboutItself(client.name, one))
}
