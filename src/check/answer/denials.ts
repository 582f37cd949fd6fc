import { type SignInWay, signInWays, wantedPath } from '../../core/cookie/chosen-client.ts'
import { type CookieKey, clearCookie } from '../../core/cookie/cookie.ts'
import type { About, Deny, Header, Refusal, Way } from '../../core/decision/decision.ts'
import { deny, denyFault } from '../../core/decision/deny.ts'
import { metadataOf } from '../../core/decision/metadata.ts'
import { isAlteredByTaking } from '../../core/decision/taken-tokens.ts'
import type { Identity, Unauthenticated } from '../../core/identity/identity.ts'
import { type Part, partOf } from '../../core/policy/part.ts'
import type { Policy, Rule } from '../../core/policy/policy.ts'
import type { PolicyLookup } from '../../core/policy-source.ts'
import { Fault } from '../../core/reason/fault.ts'
import type { Request } from '../../core/request/request.ts'
import { returnPathOf } from '../../core/request/return-url.ts'
import type { Phrase } from '../../core/wording/phrase.ts'
import { type Discovery, discoveryFor, scopesBeside } from '../resource/discovery.ts'
import { refusalDetail } from './access-detail.ts'
import { challengesOf, type Lead, scopeChallenge, sessionChallenge } from './challenges.ts'
import { howToSignIn } from './how-to-sign-in.ts'

/** `set-cookie` headers that remove cookies; a bare name is that of a cookie of one host. */
export const clearing = (cookies: readonly (CookieKey | string)[]): readonly Header[] =>
  cookies.map((cookie) => {
    const key = typeof cookie === 'string' ? { name: cookie } : cookie
    return ['set-cookie', clearCookie(key)]
  })

/** The denial of a host for which there is no usable policy. Never a default tenant (R3). */
export const unfound = (
  found: Exclude<PolicyLookup, { readonly kind: 'found' | 'callbacks' }>,
): Deny => {
  switch (found.kind) {
    case 'none':
      return deny('no_policy')
    case 'conflict':
      return deny('host_conflict', { about: { policy: found.policy } })
    case 'broken':
      return denyFault(new Fault('policy_broken', found.detail), {
        about: { policy: found.policy },
      })
    case 'not_synced':
      return denyFault(new Fault('not_synced', 'No complete snapshot has been loaded yet.'))
  }
}

/**
 * The way on for a person whose request was no navigation, a form for example: a link is one. None
 * where a link would be challenged again. The path of any other method is for no link.
 */
const signIn = (
  request: Pick<Request, 'method' | 'path'>,
  { clients }: Part,
  rule: Rule,
): readonly Way[] => {
  const { authenticate, onUnauthenticated } = rule
  const leadsOn = clients.length > 0 && onUnauthenticated !== 'Challenge'
  if (!(leadsOn && authenticate.some(({ kind }) => kind === 'session'))) return []
  return [
    {
      label: 'sign_in',
      href: request.method === 'GET' ? returnPathOf(wantedPath(request, rule)) : '/',
    },
  ]
}

const aboutWhom = ({ subject, claims, via, client }: Identity): About => ({
  subject,
  claims,
  via,
  ...(client === undefined ? {} : { client }),
})

/** What is said of whoever is to sign in: who it is, where that is known. */
export const aboutRefused = (
  policy: Pick<Policy, 'name'>,
  rule: Pick<Rule, 'name'>,
  { stepUp, device, deviceSkipped }: Unauthenticated,
): About => ({
  policy: policy.name,
  rule: rule.name,
  ...(stepUp === undefined ? {} : aboutWhom(stepUp.identity)),
  ...(device === undefined
    ? {}
    : { subject: device.subject, claims: device.claims, via: 'session', client: device.client }),
  ...(deviceSkipped === undefined ? {} : { deviceSkipped }),
})

/**
 * 401 with a challenge that names the error of a refused credential, and no cookie besides those it
 * removes (R19); 429 (RFC 6585 section 4) where too many before it were refused.
 */
export const challenge = (
  request: Pick<Request, 'host' | 'authority' | 'method' | 'path'>,
  policy: Policy,
  rule: Rule,
  refused: Unauthenticated,
): Deny => {
  const { retryAfterSeconds } = refused
  const tooMany = retryAfterSeconds !== undefined
  const discovery = discoveryFor(policy, rule, request)
  const asked: readonly Header[] = tooMany
    ? [['retry-after', String(retryAfterSeconds)]]
    : challengesOf(request, rule, refused, discovery)
  const ways = signIn(request, partOf(policy, rule), rule)
  const howTo = tooMany ? undefined : howToSignIn(request, rule, refused, ways)
  return deny(refused.reason, {
    status: tooMany ? 429 : 401,
    headers: [...asked, ...clearing(refused.clearCookies)],
    ...(discovery === undefined ? { ways } : { content: 'problem' }),
    ...(howTo === undefined ? {} : { howTo }),
    about: aboutRefused(policy, rule, refused),
    ...(refused.detail === undefined ? {} : { detail: refused.detail }),
  })
}

/** The denial of a path that no gateway can be told to send on as it came, less a token. */
export const unwritable = (
  request: Pick<Request, 'path' | 'header' | 'encoding'>,
  { name: policy }: Policy,
  { name: rule, tokenNames }: Rule,
): Deny | undefined => {
  if (!isAlteredByTaking(request, tokenNames)) return undefined
  const detail =
    'The query holds a parameter to be taken off and bytes that are no UTF-8, which no gateway can be told to send on.'
  return deny('malformed_path', { about: { policy, rule }, detail })
}

const labelOf = ({ clients }: Part, { client, remember }: SignInWay): Phrase => {
  if (clients.length <= 1) return remember ? 'sign_in_and_stay' : 'sign_in'
  const values = { name: client.displayName }
  return { key: remember ? 'sign_in_with_and_stay' : 'sign_in_with', values }
}

/**
 * 401 with a link for each client, and for staying signed in where it is offered: the same page
 * once more, with a hint. Nothing is remembered before a login is finished.
 */
export const chooseProvider = (
  request: Pick<Request, 'host' | 'path'>,
  policy: Policy,
  rule: Rule,
  refused: Unauthenticated,
  detail?: string,
): Deny => {
  const path = returnPathOf(wantedPath(request, rule))
  const part = partOf(policy, rule)
  return deny('provider_choice_required', {
    headers: [sessionChallenge(request), ...clearing(refused.clearCookies)],
    ways: signInWays(part, path).map((way) => ({ label: labelOf(part, way), href: way.href })),
    about: { policy: policy.name, rule: rule.name },
    ...(detail === undefined ? {} : { detail }),
  })
}

/** 401 with a page that a frame shows, and whose link opens the sign-in in the whole window. */
export const signInOutside = (
  request: Pick<Request, 'host' | 'path'>,
  policy: Policy,
  rule: Rule,
  refused: Unauthenticated,
): Deny =>
  deny('login_framed', {
    headers: [sessionChallenge(request), ...clearing(refused.clearCookies)],
    ways: [{ label: 'sign_in', href: returnPathOf(wantedPath(request, rule)), target: 'top' }],
    framing: 'anybody',
    about: aboutRefused(policy, rule, refused),
  })

type Whole = Exclude<Refusal, { readonly kind: 'platform_refused' }>

/** Why the clause does not hold, whoever requires it. */
const wholeOf = (refusal: Refusal): Whole =>
  refusal.kind === 'platform_refused' ? wholeOf(refusal.refusal) : refusal

const reasonOf = (refusal: Exclude<Whole, { readonly kind: 'scope_missing' }>) => {
  switch (refusal.kind) {
    case 'claim_refused':
      return 'claim_mismatch'
    case 'clause_refused':
      return refusal.reason
    case 'step_up':
      return 'authentication_context_refused'
    case 'none_holds':
      return 'no_alternative_holds'
  }
}

/** What leads a client on that lacks a scope: all that it needs, and what it has. */
const leadBeside = (
  discovery: Discovery | undefined,
  { required }: Extract<Whole, { readonly kind: 'scope_missing' }>,
  identity: Identity | undefined,
): Lead | undefined => {
  if (discovery === undefined || identity?.via === 'session') return undefined
  const { metadataURL } = discovery
  const scopes = [...required, ...scopesBeside(discovery, identity?.scopes ?? [])]
  return { metadataURL, scopes: [...new Set(scopes)] }
}

/**
 * 403 for an identity that the rule does not permit, or for a request of nobody in particular;
 * names missing scopes (RFC 6750 section 3.1), never claims.
 */
export const forbid = (
  request: Pick<Request, 'host' | 'authority' | 'path'>,
  policy: Policy,
  rule: Rule,
  identity: Identity | undefined,
  refusal: Refusal,
): Deny => {
  const about: About = {
    policy: policy.name,
    rule: rule.name,
    ...(identity === undefined ? {} : aboutWhom(identity)),
  }
  const client = policy.clients.find(({ name }) => name === identity?.client)
  const ways: readonly Way[] =
    client === undefined ? [] : [{ label: 'sign_out_for_another', href: client.logout.path }]
  const told = { about, ways, ...(identity === undefined ? {} : metadataOf(rule, identity)) }
  const detail = refusalDetail(refusal, identity, client)
  const whole = wholeOf(refusal)
  if (whole.kind !== 'scope_missing') return deny(reasonOf(whole), { ...told, detail })
  const lead = leadBeside(discoveryFor(policy, rule, request), whole, identity)
  return deny('insufficient_scope', {
    ...told,
    ...(lead === undefined ? {} : { content: 'problem' }),
    detail,
    headers: [scopeChallenge(request, whole, identity?.scheme ?? 'Bearer', lead)],
  })
}
