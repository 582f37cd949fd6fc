import type { Identity } from '../identity/identity.ts'
import type { Policy, Rule } from '../policy/policy.ts'
import type { HeaderRoom } from '../request/request.ts'
import type { About, Header, PreparedAllow } from './decision.ts'
import { isShort, sumOf } from './header-room.ts'
import { claimHeaders, tokenHeaders, toldHeaders, whoHeaders } from './identity-headers.ts'
import { metadataOf } from './metadata.ts'

/** A prepared allow, and what it takes. */
export interface Prepared extends PreparedAllow {
  /** Of the names and values that are set; more than any room has if one of them is too long. */
  readonly bytes: number
  /** One of those that are set, which is not left out: the request ends where it does not fit. */
  readonly signed?: Header
  /** Those of them that follow from the request as well, and are left out like claims. */
  readonly asked?: readonly Header[]
}

/** What the log says about an answer to somebody who is known. */
const aboutIdentity = (policy: Policy, rule: Rule, identity: Identity): About => ({
  policy: policy.name,
  rule: rule.name,
  subject: identity.subject,
  claims: identity.claims,
  via: identity.via,
  ...(identity.client === undefined ? {} : { client: identity.client }),
})

/** Every name that the policy sets from an identity, without those that are set. */
export const unsetNames = (
  { identityHeaders }: Pick<Policy, 'identityHeaders'>,
  set: readonly Header[],
): readonly string[] => {
  const names = new Set(set.map(([name]) => name))
  return [...identityHeaders].filter((name) => !names.has(name))
}

const frozen = (headers: readonly Header[]): readonly Header[] =>
  Object.freeze(headers.map((header) => Object.freeze(header)))

interface Parts {
  readonly set: readonly Header[]
  /** Besides the names that are not set. */
  readonly remove?: readonly string[]
  readonly response?: readonly Header[]
}

const prepared = (
  policy: Policy,
  { set, remove = [], response = [] }: Parts,
  bytes: number,
  { about, ...told }: Pick<PreparedAllow, 'reason' | 'about' | 'metadata'>,
): Prepared =>
  Object.freeze({
    ...told,
    setHeaders: frozen(set),
    removeHeaders: Object.freeze([...unsetNames(policy, set), ...remove]),
    ...(response.length === 0 ? {} : { responseHeaders: frozen(response) }),
    about: Object.freeze(about),
    bytes,
  })

/** What the downstream is told; nothing of it is longer than a request header may be. */
const responseOf = ({ response }: Rule, identity: Identity): readonly Header[] => {
  const told = response === undefined ? [] : toldHeaders(identity, response.headers).filter(isShort)
  const { nextNonce } = identity
  return nextNonce === undefined ? told : [...told, ['dpop-nonce', nextNonce]]
}

/** A proof was for this service, and is worth nothing to anybody behind it. */
export const spentProof = (
  { scheme }: Pick<Identity, 'scheme'>,
  { upstream }: Pick<Rule, 'upstream'>,
): readonly string[] => (scheme === undefined || upstream.authorization === 'Keep' ? [] : ['dpop'])

/**
 * What an identity brings to every request under a rule, as if there were room for all of it. Which
 * other spellings and cookies are taken off depends on the request.
 */
export const prepareAllow = (policy: Policy, rule: Rule, identity: Identity): Prepared => {
  const told = [...whoHeaders(identity), ...claimHeaders(identity, rule.upstream)]
  const set = [...told, ...tokenHeaders(identity, rule.upstream)]
  const bytes = told.every(isShort) ? sumOf(set) : Number.POSITIVE_INFINITY
  const about = aboutIdentity(policy, rule, identity)
  const response = responseOf(rule, identity)
  const said = { reason: 'allowed', about, ...metadataOf(rule, identity) } as const
  return prepared(policy, { set, response, remove: spentProof(identity, rule) }, bytes, said)
}

/** What the rule has forwarded would be there: nobody may put another in its place. */
const hidden = ({ public: isOpen, upstream }: Pick<Rule, 'public' | 'upstream'>) =>
  isOpen || upstream.authorization === 'Keep' ? [] : ['authorization']

/**
 * The same for a request that passes without an identity: under a rule that asks for none, or that
 * takes whom it does not know. The latter's upstream is told by the same headers who is calling, so
 * that `authorization` is one of them.
 */
export const prepareUnknown = (
  policy: Policy,
  rule: Pick<Rule, 'name' | 'public' | 'upstream'>,
): Prepared => {
  const reason = rule.public ? 'public' : 'anonymous'
  const about = { policy: policy.name, rule: rule.name }
  return prepared(policy, { set: [], remove: hidden(rule) }, 0, { reason, about })
}

/** The same with one header more, which is not left out for want of room. */
export const withHeader = (before: Prepared, header: Header): Prepared =>
  Object.freeze({
    ...before,
    setHeaders: Object.freeze([...before.setHeaders, Object.freeze(header)]),
    removeHeaders: Object.freeze(before.removeHeaders.filter((name) => name !== header[0])),
    bytes: before.bytes + sumOf([header]),
    signed: header,
  })

/** Whether all of it may be added to a request. */
export const fits = ({ bytes, setHeaders }: Prepared, room: HeaderRoom): boolean =>
  bytes <= room.bytes && setHeaders.length <= room.count

/** Objects around the texts of an allow, and around each of its lines. */
const OVERHEAD_BYTES = 768
const LINE_BYTES = 64

/**
 * What a prepared allow weighs in memory, in bytes: its texts twice, as the edge keeps them encoded
 * as well.
 */
export const weightOf = ({
  setHeaders,
  removeHeaders,
  responseHeaders = [],
  metadata = [],
  bytes,
}: Prepared): number => {
  const lines = setHeaders.length + removeHeaders.length + responseHeaders.length
  const set = Number.isFinite(bytes) ? bytes : sumOf(setHeaders)
  const names = removeHeaders.reduce((sum, { length }) => sum + length, 0)
  const texts = set + names + sumOf(responseHeaders)
  const told = metadata.length === 0 ? 0 : 2 * JSON.stringify(metadata).length
  return OVERHEAD_BYTES + lines * LINE_BYTES + 2 * texts + told
}
