import { hash } from 'node:crypto'
import type { CheckPorts } from '../../core/check-ports.ts'
import { withoutPlaces } from '../../core/identity/elsewhere.ts'
import type { BearerMethod } from '../../core/policy/policy.ts'
import type { PolicySource } from '../../core/policy-source.ts'
import type { Binding } from '../../core/provider/proofs.ts'
import type { TokenVerifier, Verification } from '../../core/provider/token-verifier.ts'
import { Fault } from '../../core/reason/fault.ts'
import type { Clock } from '../../core/time/clock.ts'
import type { Random } from '../../core/time/random.ts'
import { createReadAnswer } from '../../oidc/authorization/signed-answer.ts'
import { createDeviceProofs } from '../../oidc/proof/device-proofs.ts'
import { createProofs } from '../../oidc/proof/proofs.ts'
import { issuerDifferenceAmong } from '../../oidc/provider/issuer.ts'
import { checkClaims, rejected } from '../../oidc/token/access-token-claims.ts'
import { bindingOf, whyUnbound } from '../../oidc/token/binding.ts'
import { createOpenBearer } from '../../oidc/token/encrypted-bearer.ts'
import { isEncrypted } from '../../oidc/token/encrypted-token.ts'
import { isAccessTokenIssuer } from '../../oidc/token/issuers.ts'
import { readJwt, type UnverifiedJwt } from '../../oidc/token/jwt.ts'
import { scopesOf } from '../../oidc/token/scopes.ts'
import { bearerOf, whyNotAccepted } from '../../oidc/token/token-type.ts'
import { offlineInquiry } from './offline-inquiry.ts'

/** What stands for the authorization request in an explanation: nothing is discovered offline. */
const authorizationPlaceholder = (issuer: string): string =>
  `the authorization endpoint of ${issuer}`

/** What stands for the token of an upstream, which only the provider can issue. */
const EXCHANGED = '(what the provider exchanges the access token for)'

/** No proof has a nonce of ours: the process would ask for one first. */
const NO_KEYS = { all: () => [] }

const offline = (): never => {
  throw new Fault('internal', 'This cannot be explained without a running service.')
}

const NOT_ASKED =
  'A credential is shown to nobody here, so it counts as refused: the running service asks the provider. Ask with `--claims` instead.'

const NOT_FETCHED = 'Documents of clients are not fetched here: the running service does.'

const refusalOf = (
  jwt: UnverifiedJwt,
  binding: Binding | undefined,
  method: BearerMethod,
  nowMs: number,
) => {
  const why = whyNotAccepted(jwt, method)
  if (why !== undefined) return rejected('token_type_invalid', why)
  const unbound = whyUnbound(binding, method)
  if (unbound !== undefined) return rejected('token_unbound', unbound)
  return checkClaims(jwt.claims, method, nowMs)
}

/**
 * All that can be said about a token without its keys: what it is, whom it names and whether its
 * claims would do.
 */
const verifyClaims = (
  token: string,
  jwt: UnverifiedJwt | undefined,
  methods: readonly BearerMethod[],
  nowMs: number,
): Verification => {
  if (jwt === undefined) return rejected('token_malformed', 'It is not a JWT.')
  const { claims } = jwt
  const fitting = methods.filter(({ provider }) => isAccessTokenIssuer(provider, claims))
  if (fitting.length === 0) {
    const issuers = methods.map(({ provider }) => provider.issuer)
    const difference = issuerDifferenceAmong(issuers, String(claims.iss), true)
    return rejected('token_issuer_mismatch', `Its iss claim ${difference}.`)
  }
  const binding = bindingOf(claims, hash('sha256', token, 'base64url'))
  if (typeof binding === 'string') return rejected('token_binding_unknown', binding)
  const refusals = fitting.map((method) => refusalOf(jwt, binding, method, nowMs))
  const [refusal] = refusals
  if (refusal !== undefined && !refusals.includes(undefined)) return refusal
  const subject = String(claims.sub)
  return {
    kind: 'verified',
    bearer: bearerOf(jwt),
    issuer: String(claims.iss),
    subject,
    claims: withoutPlaces(claims),
    scopes: scopesOf(claims),
    ...(binding === undefined ? {} : { binding }),
  }
}

/** An encrypted token is opened where the key is among the files. */
const offlineVerifier = (clock: Clock): TokenVerifier => {
  const open = createOpenBearer()
  const verifyEncrypted = async (token: string, methods: readonly BearerMethod[]) => {
    const opened = await open(token, methods)
    return opened.kind === 'opened'
      ? verifyClaims(token, opened.jwt, opened.methods, clock.nowMs())
      : opened
  }
  return {
    verify: (token, methods) =>
      isEncrypted(token)
        ? verifyEncrypted(token, methods)
        : verifyClaims(token, readJwt(token), methods, clock.nowMs()),
  }
}

/**
 * Ports for a check that reaches nothing: tokens are read and not verified, providers are taken to
 * vouch for those that can be read and to exchange them, decision points to permit, and there are
 * no sessions but the one that somebody is given (present.ts).
 */
export const offlinePorts = (policies: PolicySource, clock: Clock, random: Random): CheckPorts => ({
  policies,
  verifier: offlineVerifier(clock),
  inquiry: offlineInquiry(clock),
  proofs: createProofs({ clock, replay: { claim: async () => true }, keys: NO_KEYS }),
  deviceProofs: createDeviceProofs({ keys: NO_KEYS }),
  relyingParty: {
    authorizationUrl: async ({ provider }) => authorizationPlaceholder(provider.issuer),
    readCallback: createReadAnswer().read,
    exchange: offline,
    refresh: offline,
    endSessionUrl: offline,
    checkLogoutToken: offline,
  },
  codeRelay: {
    authorizationUrl: async ({ provider }) => authorizationPlaceholder(provider.issuer),
    checkAnswer: offline,
    exchange: offline,
    refresh: offline,
  },
  grants: { obtain: () => ({ kind: 'refused', detail: NOT_ASKED }), distrust: () => undefined },
  revocation: { revoke: () => undefined },
  assertions: {
    sign: ({ lifetimeMs }) => {
      const issuedAtMs = clock.nowMs()
      const expiresAtMs = issuedAtMs + lifetimeMs
      return { token: '(signed by the process)', issuedAtMs, expiresAtMs }
    },
  },
  decisionPoints: { ask: () => ({ kind: 'permitted' }) },
  tokenExchange: {
    of: () => ({ kind: 'token', token: EXCHANGED, untilMs: Number.POSITIVE_INFINITY }),
    takeBack: () => undefined,
  },
  clientDocuments: { find: async () => ({ kind: 'refused', problem: NOT_FETCHED }) },
  documentRate: { take: () => 0 },
  registrationRate: { take: () => 0 },
  sessions: {
    create: offline,
    open: () => ({ kind: 'none', reason: 'session_unknown' }),
    reopen: async () => ({ kind: 'none', reason: 'session_unknown' }),
    replace: offline,
    touch: () => undefined,
    remove: offline,
  },
  directory: { list: offline, find: offline, end: offline },
  forms: { keep: async () => 'kept', take: offline },
  lock: { acquire: offline, pause: offline },
  replay: { claim: offline, isClaimed: offline, reach: offline, reached: offline },
  sharedAnswers: { of: offline, peek: offline, forget: offline },
  seal: { seal: () => 'sealed', open: () => undefined },
  clock,
  random,
  recording: { address: false, agent: false },
  newBudget: () => ({ signal: new AbortController().signal }),
  behind: () => undefined,
})
