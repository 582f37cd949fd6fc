import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { withoutPlaces } from '../../core/identity/elsewhere.ts'
import type { Claims } from '../../core/identity/identity.ts'
import type { BearerMethod } from '../../core/policy/policy.ts'
import type { Binding } from '../../core/provider/proofs.ts'
import type { TokenVerifier, Verification } from '../../core/provider/token-verifier.ts'
import type { DecryptionKey } from '../../core/registration/decryption-key.ts'
import type { Provider } from '../../core/registration/provider.ts'
import type { Awaitable } from '../../core/time/awaitable.ts'
import type { Budget } from '../../core/time/budget.ts'
import type { Clock } from '../../core/time/clock.ts'
import { admittedAlgorithms } from '../provider/algorithms.ts'
import { issuerDifferenceAmong } from '../provider/issuer.ts'
import type { VerificationKey } from '../provider/keys.ts'
import type { Providers } from '../provider/providers.ts'
import { checkClaims, type Rejected, rejected, skewOf } from './access-token-claims.ts'
import { bindingOf, whyUnbound } from './binding.ts'
import { createOpenBearer, isOpenedFor } from './encrypted-bearer.ts'
import { isEncrypted } from './encrypted-token.ts'
import { isAccessTokenIssuer } from './issuers.ts'
import { readJwt, type UnverifiedJwt } from './jwt.ts'
import { scopesOf } from './scopes.ts'
import { checkSignature, type SignatureCheck } from './signature.ts'
import { bearerOf, whyNotAccepted } from './token-type.ts'

/** The facts of a longer one are not kept; `bearer.maxBytes` can be no more. */
const MAX_TOKEN_LENGTH = 256 * 1024

/** How long the facts of a token are kept; its own expiry and a withdrawn key end them earlier. */
const MAX_CACHED_MS = 300_000

/** What an entry of the cache may weigh on average, in characters of token. */
const AVERAGE_TOKEN_LENGTH = 2048

/**
 * The claims of a verified token of a provider that lists claim sources, with those that the token
 * says are elsewhere; and until when they are known. `digest`: of the token as it came.
 * @throws Fault where that cannot be found out
 */
export type CompleteClaims = (
  digest: string,
  provider: Provider,
  claims: Claims,
  budget: Budget,
) => Promise<{ readonly claims: Claims; readonly untilMs: number }>

type Verified = Extract<Verification, { kind: 'verified' }>

interface Facts {
  readonly verified: Verified
  /** What the token says itself, which alone decides whether it is for us. */
  readonly own: Claims
  readonly key: VerificationKey
  readonly untilMs: number
  /** Of the key that opened it, where it came encrypted. */
  readonly openedBy?: DecryptionKey
}

const malformed = (detail: string): Rejected => rejected('token_malformed', detail)

const SIGNATURE_REFUSALS = {
  unknown: rejected('token_key_unknown', 'The provider publishes no key of that name.'),
  unfit: rejected('token_signature_invalid', 'The key that the token names has another algorithm.'),
  invalid: rejected('token_signature_invalid', 'No key of the provider made the signature.'),
} as const satisfies Record<Exclude<SignatureCheck['kind'], 'valid'>, Rejected>

/** What can be refused before any key is needed, so that a forger cannot make us fetch one. */
const checkBeforeSignature = (
  jwt: UnverifiedJwt,
  binding: Binding | undefined,
  method: BearerMethod,
  nowMs: number,
): Rejected | undefined => {
  if (!admittedAlgorithms(method.provider.signingAlgorithms).includes(jwt.algorithm)) {
    return rejected('token_algorithm_not_allowed', 'The alg header is not in signingAlgorithms.')
  }
  const other = whyNotAccepted(jwt, method)
  if (other !== undefined) return rejected('token_type_invalid', other)
  const unbound = whyUnbound(binding, method)
  if (unbound !== undefined) return rejected('token_unbound', unbound)
  return checkClaims(jwt.claims, method, nowMs)
}

const verifiedOf = (
  jwt: UnverifiedJwt,
  binding: Binding | undefined,
  claims: Claims,
): Verified => ({
  kind: 'verified',
  bearer: bearerOf(jwt),
  issuer: String(jwt.claims.iss),
  subject: String(jwt.claims.sub),
  claims,
  scopes: scopesOf(jwt.claims),
  ...(binding === undefined ? {} : { binding }),
})

/** The methods of the issuer that a token names; `iss` is compared byte for byte (R23). */
const methodsFor = (
  jwt: UnverifiedJwt,
  methods: readonly BearerMethod[],
): readonly BearerMethod[] | Rejected => {
  const { iss } = jwt.claims
  if (typeof iss !== 'string') {
    return rejected('token_claims_invalid', 'The iss claim is absent or malformed.')
  }
  const fitting = methods.filter(({ provider }) => isAccessTokenIssuer(provider, jwt.claims))
  if (fitting.length > 0) return fitting
  const issuers = methods.map(({ provider }) => provider.issuer)
  const difference = issuerDifferenceAmong(issuers, iss, false)
  return rejected('token_issuer_mismatch', `Its iss claim ${difference}.`)
}

/**
 * The resource server's part: JWT access tokens, signed with an allow-listed asymmetric algorithm
 * by a published key of exactly the issuer they name (R22, R23). Verified facts are cached under
 * the token's SHA-256 and the provider's generation (R24), and are worth nothing once the key is
 * withdrawn; audience and validity are checked on every use. A token seen before is answered
 * synchronously. An encrypted one is opened first, for the methods that name the key that opens
 * it.
 */
export const createTokenVerifier = (deps: {
  readonly providers: Providers
  readonly clock: Clock
  readonly cacheMaxEntries: number
  /** Absent: claims that are elsewhere stay there, and nobody hears where. */
  readonly complete?: CompleteClaims
}): TokenVerifier => {
  const { providers, clock, cacheMaxEntries, complete } = deps
  const cache = new LRUCache<string, Facts>({
    max: cacheMaxEntries,
    maxSize: cacheMaxEntries * AVERAGE_TOKEN_LENGTH,
    maxEntrySize: MAX_TOKEN_LENGTH,
  })

  const open = createOpenBearer()

  const nameIn = (digest: string, { provider }: BearerMethod): string =>
    `${digest} ${provider.generation} ${provider.name}`

  const cached = (digest: string, method: BearerMethod, nowMs: number): Verified | undefined => {
    const facts = cache.get(nameIn(digest, method))
    if (facts === undefined || facts.untilMs <= nowMs) return undefined
    const { verified, own, key } = facts
    if (!method.accepts.includes(verified.bearer) || !isOpenedFor(method, facts)) return undefined
    if (whyUnbound(verified.binding, method) !== undefined) return undefined
    if (!isAccessTokenIssuer(method.provider, own)) return undefined
    if (!providers.of(method.provider).isCurrent(key)) return undefined
    return checkClaims(own, method, nowMs) === undefined ? verified : undefined
  }

  /** Only an acceptance is answered from here: another method may still accept what one refuses. */
  const fromCache = (
    digest: string,
    methods: readonly BearerMethod[],
    nowMs: number,
  ): Verified | undefined => {
    for (const method of methods) {
      const verified = cached(digest, method, nowMs)
      if (verified !== undefined) return verified
    }
    return undefined
  }

  const remember = (
    digest: string,
    jwt: UnverifiedJwt,
    binding: Binding | undefined,
    method: BearerMethod,
    key: VerificationKey,
    known: Awaited<ReturnType<CompleteClaims>>,
  ): Verified => {
    const verified = verifiedOf(jwt, binding, known.claims)
    const expiresAtMs = Number(jwt.claims.exp) * 1000 + skewOf(method.provider)
    const untilMs = Math.min(expiresAtMs, known.untilMs, clock.nowMs() + MAX_CACHED_MS)
    const size = jwt.compact.length
    const { openedBy } = jwt
    const own = withoutPlaces(jwt.claims)
    const facts = { verified, own, key, untilMs, ...(openedBy === undefined ? {} : { openedBy }) }
    cache.set(nameIn(digest, method), facts, { size })
    return verified
  }

  const knownOf = async (
    digest: string,
    { claims }: UnverifiedJwt,
    { provider }: BearerMethod,
    budget: Budget,
  ): ReturnType<CompleteClaims> =>
    complete === undefined || provider.claimSources === undefined
      ? { claims: withoutPlaces(claims), untilMs: Number.POSITIVE_INFINITY }
      : complete(digest, provider, claims, budget)

  const verifyWith = async (
    digest: string,
    jwt: UnverifiedJwt,
    method: BearerMethod,
    budget: Budget,
  ): Promise<Verification> => {
    const binding = bindingOf(jwt.claims, digest)
    if (typeof binding === 'string') return rejected('token_binding_unknown', binding)
    const refused = checkBeforeSignature(jwt, binding, method, clock.nowMs())
    if (refused !== undefined) return refused
    const result = await checkSignature(jwt, providers.of(method.provider).keys, budget)
    if (result.kind !== 'valid') return SIGNATURE_REFUSALS[result.kind]
    const known = await knownOf(digest, jwt, method, budget)
    return remember(digest, jwt, binding, method, result.key, known)
  }

  const verifyFresh = async (
    digest: string,
    jwt: UnverifiedJwt,
    methods: readonly BearerMethod[],
    budget: Budget,
  ): Promise<Verification> => {
    let answer: Verification = malformed('There is no method to verify the token with.')
    for (const method of methods) {
      answer = await verifyWith(digest, jwt, method, budget)
      if (answer.kind === 'verified') return answer
    }
    return answer
  }

  const verifyJwt = (
    digest: string,
    jwt: UnverifiedJwt | undefined,
    methods: readonly BearerMethod[],
    budget: Budget,
  ): Awaitable<Verification> => {
    if (jwt === undefined) return malformed('The token is not a JWT in compact form.')
    if (jwt.hasCritical) {
      return rejected('token_claims_invalid', 'The crit header names an unknown extension.')
    }
    const fitting = methodsFor(jwt, methods)
    return 'kind' in fitting ? fitting : verifyFresh(digest, jwt, fitting, budget)
  }

  const verifyEncrypted = async (
    digest: string,
    token: string,
    methods: readonly BearerMethod[],
    budget: Budget,
  ): Promise<Verification> => {
    const opened = await open(token, methods)
    return opened.kind === 'opened' ? verifyJwt(digest, opened.jwt, opened.methods, budget) : opened
  }

  return {
    verify: (token, methods, budget) => {
      const digest = hash('sha256', token, 'base64url')
      const known = fromCache(digest, methods, clock.nowMs())
      if (known !== undefined) return known
      const jwt = readJwt(token)
      return jwt === undefined && isEncrypted(token)
        ? verifyEncrypted(digest, token, methods, budget)
        : verifyJwt(digest, jwt, methods, budget)
    },
  }
}
