import type { Access, Refusal } from '../../core/decision/decision.ts'
import type { AskedAuthentication } from '../../core/identity/asked-authentication.ts'
import type { Claims, Identity, Json } from '../../core/identity/identity.ts'
import type { Policy, Rule } from '../../core/policy/policy.ts'
import type { Requirement } from '../../core/policy/requirement.ts'
import type { Asked } from '../../core/request/asked.ts'

/** Clocks differ by no more than this, whatever is configured. */
export const MAX_SKEW_MS = 60_000

/** The last second that a date can name (ECMA-262). */
const LATEST_SECONDS = 8_640_000_000_000

/** When it is, and how far the clock of whoever authenticated the caller may differ. */
type Moment = Pick<Asked, 'nowMs' | 'clockSkewMs'>

const whyNotOf = (acr: Json | undefined, values: readonly string[]): string | undefined => {
  if (typeof acr === 'string' && values.includes(acr)) return undefined
  const what =
    acr === undefined || acr === null
      ? 'is absent'
      : typeof acr === 'string'
        ? 'is another'
        : 'is no text'
  return `The claim acr ${what}, and has to be one of ${values.join(', ')}.`
}

const isNumericDate = (value: Json | undefined): value is number =>
  typeof value === 'number' && value >= 0 && value <= LATEST_SECONDS

const whyNotRecent = (
  authTime: Json | undefined,
  maxAgeMs: number,
  moment: Moment | undefined,
): string | undefined => {
  const asked = `an authentication of the last ${maxAgeMs / 1_000} s is asked for`
  if (authTime === undefined || authTime === null) {
    return `The claim auth_time is absent, and ${asked}.`
  }
  if (!isNumericDate(authTime)) return `The claim auth_time is no time, and ${asked}.`
  if (moment === undefined) return `Nobody knows what time it is, and ${asked}.`
  const { nowMs, clockSkewMs = 0 } = moment
  const atMs = authTime * 1_000
  if (atMs - clockSkewMs > nowMs) return `The claim auth_time lies ahead, and ${asked}.`
  // In whole seconds, as providers count and `auth_time` says: they ask nobody again before.
  return atMs + maxAgeMs + clockSkewMs >= Math.floor(nowMs / 1_000) * 1_000
    ? undefined
    : `The claim auth_time lies further back, and ${asked}.`
}

/**
 * What is asked of an authentication, held against the claims that tell of it: `acr` and
 * `auth_time` (OpenID Connect Core 1.0 section 2, RFC 9470 section 6). What is absent or of another
 * type does not hold, nor does an age where nobody says what time it is.
 */
export const evaluateContext = (
  { acrValues, maxAgeMs }: AskedAuthentication,
  { acr, auth_time: authTime }: Claims,
  moment: Moment | undefined,
): Access => {
  const why = [
    acrValues === undefined ? undefined : whyNotOf(acr, acrValues),
    maxAgeMs === undefined ? undefined : whyNotRecent(authTime, maxAgeMs, moment),
  ].filter((one) => one !== undefined)
  if (why.length === 0) return { kind: 'permitted' }
  const asked = {
    ...(acrValues === undefined ? {} : { acrValues }),
    ...(maxAgeMs === undefined ? {} : { maxAgeMs }),
  }
  return { kind: 'step_up', asked, detail: why.join(' ') }
}

type Ask = (requirement: Requirement) => Access

/**
 * What a clause asks of an authentication: of alternatives the one that holds, or the first that
 * another authentication would make hold.
 */
const askedBy = (requirement: Requirement, ask: Ask): AskedAuthentication | undefined => {
  switch (requirement.kind) {
    case 'authentication_context':
      return requirement
    case 'platform':
      return askedBy(requirement.clause, ask)
    case 'any': {
      const { clauses } = requirement
      const holding = clauses.find((one) => ask(one).kind === 'permitted')
      const one = holding ?? clauses.find(({ kind }) => kind === 'authentication_context')
      return one === undefined ? undefined : askedBy(one, ask)
    }
    default:
      return undefined
  }
}

const detailOf = (access: Access): readonly string[] => {
  if (access.kind === 'step_up') return [access.detail]
  if (access.kind !== 'platform_refused') return []
  return detailOf(access.refusal).map((why) => `Required by the platform (${access.by}): ${why}`)
}

/** `undefined`: no authentication context is in all of the lists. */
const commonOf = (lists: readonly (readonly string[])[]): readonly string[] | undefined => {
  const common = lists.reduce((some, list) => some.filter((one) => list.includes(one)))
  return common.length === 0 ? undefined : common
}

/**
 * What all clauses together ask of one authentication, of which each asks something or holds: an
 * `acr` that all of them take, and the least age. Where no `acr` could be one of all of them, no
 * authentication is asked for, as it would be asked for again and again.
 */
export const wholeStepUp = (requirements: readonly Requirement[], ask: Ask): Refusal => {
  const asked = requirements.flatMap((one) => askedBy(one, ask) ?? [])
  const lists = asked.flatMap(({ acrValues }) => (acrValues === undefined ? [] : [acrValues]))
  const ages = asked.flatMap(({ maxAgeMs }) => maxAgeMs ?? [])
  const acrValues = lists.length === 0 ? undefined : commonOf(lists)
  if (lists.length > 0 && acrValues === undefined) {
    const all = lists.map((list) => list.join(', ')).join('; ')
    const detail = `No authentication context is in every list that the clauses ask for: ${all}.`
    return { kind: 'clause_refused', reason: 'authentication_context_refused', detail }
  }
  return {
    kind: 'step_up',
    asked: {
      ...(acrValues === undefined ? {} : { acrValues }),
      ...(ages.length === 0 ? {} : { maxAgeMs: Math.min(...ages) }),
    },
    detail: requirements.flatMap((one) => detailOf(ask(one))).join(' '),
  }
}

/** How far the clock of whoever authenticated somebody may differ: of several, the least. */
export const clockSkewFor = (
  policy: Pick<Policy, 'clients'>,
  rule: Pick<Rule, 'authenticate'>,
  { client: ofClient, issuer }: Pick<Identity, 'client' | 'issuer'>,
): number => {
  const providers =
    ofClient === undefined
      ? rule.authenticate.flatMap((method) => ('provider' in method ? [method.provider] : []))
      : policy.clients.flatMap(({ name, provider }) => (name === ofClient ? [provider] : []))
  const own = providers.filter((provider) => provider.issuer === issuer)
  const skews = (own.length > 0 ? own : providers).map(({ clockSkewMs }) => clockSkewMs)
  return skews.length === 0 ? 0 : Math.min(MAX_SKEW_MS, ...skews)
}
