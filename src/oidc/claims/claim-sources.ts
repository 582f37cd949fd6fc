import type { Claims } from '../../core/identity/identity.ts'
import type { ClaimSourceFacts, ToldClaims } from '../../core/provider/claim-sources.ts'
import { Fault } from '../../core/reason/fault.ts'
import type { ClaimSource, Provider } from '../../core/registration/provider.ts'
import type { Budget } from '../../core/time/budget.ts'
import type { Clock } from '../../core/time/clock.ts'
import { ANOTHER_TRY, type Answer } from '../../outbound/outbound-fetch.ts'
import { refusalIn } from '../client/refusal.ts'
import type { Providers } from '../provider/providers.ts'
import { readJwt } from '../token/jwt.ts'
import { isNumericDate } from '../token/numeric-date.ts'
import { checkFreshSignature, checkSignature } from '../token/signature.ts'
import { readClaimsJwt } from './claims-jwt.ts'
import { type Place, type Reference, referencesIn } from './references.ts'

/** Why what a source says, or a document, cannot be taken. */
export interface Refused {
  readonly kind: 'refused'
  /** A sentence. */
  readonly detail: string
  /** The source and what was wrong, without what the source made up; the same each time. */
  readonly check: string
}

/** What claim sources say that a document refers to. */
export type Followed =
  | {
      readonly kind: 'claims'
      /** Only those that the document says are there. */
      readonly claims: Claims
      /** When the first of what was said ends; `Infinity`: nothing says. */
      readonly untilMs: number
    }
  | Refused

/**
 * Takes the claims that a document says are elsewhere, from sources that its provider lists and
 * from no other.
 * @throws Fault where a source gives no answer, or has no keys
 */
export type FollowSources = (about: ToldClaims, budget: Budget) => Promise<Followed>

/** No honest document refers to more. */
const MAX_FOLLOWED = 8

/** A place that is a listed one. What is called is the URL that is configured. */
type ListedPlace =
  | { readonly way: 'aggregated'; readonly source: ClaimSource; readonly jwt: string }
  | {
      readonly way: 'distributed'
      readonly source: ClaimSource
      readonly url: string
      readonly accessToken?: string
    }

const listedPlace = ({ claimSources = [] }: Provider, place: Place): ListedPlace | undefined => {
  if (place.kind === 'jwt') {
    const issuer = readJwt(place.jwt)?.claims.iss
    const source = claimSources.find(({ provider }) => provider.issuer === issuer)
    return source && { way: 'aggregated', source, jwt: place.jwt }
  }
  const { endpoint, accessToken } = place
  const source = claimSources.find(({ endpoints }) => endpoints.includes(endpoint))
  const url = source?.endpoints.find((one) => one === endpoint)
  if (source === undefined || url === undefined) return undefined
  return { way: 'distributed', source, url, ...(accessToken === undefined ? {} : { accessToken }) }
}

/** Of a document: the references to places that are not among the sources of its provider. */
export const unlistedIn = (provider: Provider, document: Claims): readonly Reference[] =>
  referencesIn(document).filter(({ place }) => listedPlace(provider, place) === undefined)

/** The claims that a document says listed sources have, with the issuer of each one's source. */
export const listedIn = (provider: Provider, document: Claims): ReadonlyMap<string, string> =>
  new Map(
    referencesIn(document).flatMap(({ names, place }) => {
      const issuer = listedPlace(provider, place)?.source.provider.issuer
      return issuer === undefined ? [] : names.map((name) => [name, issuer] as const)
    }),
  )

const refused = (detail: string, check = detail): Followed => ({ kind: 'refused', detail, check })

const taken = (claims: Claims, names: readonly string[]): Claims =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = Object.hasOwn(claims, name) ? claims[name] : undefined
      return value === undefined || value === null ? [] : [[name, value] as const]
    }),
  )

/** Asking changes nothing there, so what was perhaps not heard is asked again. */
const twice = async (ask: () => Promise<Answer>, { signal }: Budget): Promise<Answer> => {
  try {
    return await ask()
  } catch (thrown) {
    const mayPass = thrown instanceof Fault && thrown.cause === ANOTHER_TRY && !signal.aborted
    if (!mayPass) throw thrown
    return ask()
  }
}

/** All of them together, or the first thing that is wrong. */
const joined = (outcomes: readonly Followed[]): Followed => {
  const wrong = outcomes.find(({ kind }) => kind === 'refused')
  if (wrong !== undefined) return wrong
  const good = outcomes.filter((one) => one.kind === 'claims')
  return {
    kind: 'claims',
    claims: Object.fromEntries(good.flatMap(({ claims }) => Object.entries(claims))),
    untilMs: Math.min(Number.POSITIVE_INFINITY, ...good.map(({ untilMs }) => untilMs)),
  }
}

/**
 * Follows aggregated and distributed claims (OpenID Connect Core 1.0 section 5.6.2). No token can
 * send us anywhere but to a configured URL, which is told the token that the document has for it
 * and nothing more.
 */
export const createFollowSources = (deps: {
  readonly providers: Providers
  readonly clock: Clock
  readonly observe: (facts: ClaimSourceFacts) => void
}): FollowSources => {
  const { providers, clock, observe } = deps

  /** What a source says, as text; or a refusal. */
  const ask = async (
    { source, url, accessToken }: Extract<ListedPlace, { way: 'distributed' }>,
    budget: Budget,
  ): Promise<Answer | Followed> => {
    const { fetch } = providers.of(source.provider)
    const authorization =
      accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` }
    const headers = { accept: 'application/jwt', ...authorization }
    const { signal } = budget
    const answer = await twice(() => fetch.call({ method: 'GET', url, headers, signal }), budget)
    const sent = new URLSearchParams(accessToken === undefined ? {} : { token: accessToken })
    const refusal = refusalIn(answer, sent, undefined)
    return refusal === undefined
      ? answer
      : refused(
          `${source.provider.name}: ${url} refused: ${refusal.detail}.`,
          `${source.provider.name}: ${url} refused.`,
        )
  }

  const read = async (
    text: string,
    { way, source }: ListedPlace,
    names: readonly string[],
    about: ToldClaims,
    budget: Budget,
  ): Promise<Followed> => {
    const { name } = source.provider
    const reading = readClaimsJwt(text, source, about, clock.nowMs())
    if (reading.kind === 'refused') return refused(`${name}: what it says ${reading.why}.`)
    const { jwt } = reading
    // An answer comes from the source itself, so that it is worth a read of keys at once.
    const check = way === 'distributed' ? checkFreshSignature : checkSignature
    const { kind } = await check(jwt, providers.of(source.provider).keys, budget)
    if (kind !== 'valid') return refused(`${name}: what it says is not signed by one of its keys.`)
    const { exp } = jwt.claims
    const untilMs = isNumericDate(exp) ? exp * 1_000 : Number.POSITIVE_INFINITY
    return { kind: 'claims', claims: taken(jwt.claims, names), untilMs }
  }

  const follow = async (
    place: ListedPlace,
    names: readonly string[],
    about: ToldClaims,
    budget: Budget,
  ): Promise<Followed> => {
    if (place.way === 'aggregated') return read(place.jwt, place, names, about, budget)
    const answer = await ask(place, budget)
    return 'kind' in answer ? answer : read(answer.text, place, names, about, budget)
  }

  const observed = async (
    way: ClaimSourceFacts['way'],
    following: Promise<Followed>,
  ): Promise<Followed> => {
    try {
      const followed = await following
      observe({ way, outcome: followed.kind === 'claims' ? 'taken' : 'refused' })
      return followed
    } catch (thrown) {
      observe({ way, outcome: 'failed' })
      throw thrown
    }
  }

  return async (about, budget) => {
    const listed = referencesIn(about.claims).flatMap(({ names, place }) => {
      const found = listedPlace(about.provider, place)
      return found === undefined ? [] : [{ names, place: found }]
    })
    if (listed.length > MAX_FOLLOWED) {
      const check = `${about.provider.name}: a document refers to more claim sources`
      const told = `${about.provider.name}: a document refers to ${listed.length} claim sources`
      return refused(`${told}, which is more than ${MAX_FOLLOWED}.`, check)
    }
    const each = listed.map(({ names, place }) =>
      observed(place.way, follow(place, names, about, budget)),
    )
    return joined(await Promise.all(each))
  }
}
