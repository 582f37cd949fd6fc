import type { Header, Refusal } from '../../core/decision/decision.ts'
import type { AskedAuthentication } from '../../core/identity/asked-authentication.ts'
import type { Unauthenticated } from '../../core/identity/identity.ts'
import type { AskedProof, AuthenticateMethod, Rule } from '../../core/policy/policy.ts'
import { PROOF_ALGORITHMS } from '../../core/provider/proofs.ts'
import { type Reason, reasonEntry } from '../../core/reason/reason.ts'
import type { Request } from '../../core/request/request.ts'
import { wayOf } from '../../policy/ways/ways.ts'

type Scheme = 'Bearer' | 'DPoP' | 'Basic' | 'RefreshToken' | 'Session'

/** `Bearer`, `DPoP` where no other token is taken, and both where proofs are spoken of. */
const bearerSchemes = ({ proof, nonce }: AskedProof, isAboutProofs: boolean) => {
  if (proof === 'DPoP') return ['DPoP'] as const
  return isAboutProofs || nonce === true ? (['Bearer', 'DPoP'] as const) : (['Bearer'] as const)
}

const schemesIn = (method: AuthenticateMethod, isAboutProofs: boolean): readonly Scheme[] => {
  if (method.kind === 'bearer') return bearerSchemes(method, isAboutProofs)
  if (method.kind !== 'credential') return []
  const { scheme, takesBoundTokens } = wayOf(method.way)
  return takesBoundTokens === true ? bearerSchemes(method, isAboutProofs) : [scheme]
}

const SESSION_ALONE: readonly Scheme[] = ['Session']

type Taking = Pick<Rule, 'authenticate'>

/** The schemes of a rule in its order: `Session` where it takes nothing but sessions. */
const readSchemes = ({ authenticate }: Taking, isAboutProofs: boolean): readonly Scheme[] => {
  const schemes = new Set(authenticate.flatMap((method) => schemesIn(method, isAboutProofs)))
  return schemes.size === 0 ? SESSION_ALONE : [...schemes]
}

/** What was read of a rule is looked up from then on. */
const createSchemes = (isAboutProofs: boolean) => {
  const known = new WeakMap<Taking, readonly Scheme[]>()
  return (rule: Taking): readonly Scheme[] => {
    const before = known.get(rule)
    if (before !== undefined) return before
    const schemes = readSchemes(rule, isAboutProofs)
    known.set(rule, schemes)
    return schemes
  }
}

const usualSchemes = createSchemes(false)
const schemesAboutProofs = createSchemes(true)

const schemesOf = (rule: Taking, { scheme, reason }: Unauthenticated): readonly Scheme[] =>
  scheme === 'DPoP' || reason === 'token_scheme_invalid'
    ? schemesAboutProofs(rule)
    : usualSchemes(rule)

const NONE: readonly string[] = []

const isForTokens = (scheme: Scheme): boolean => scheme === 'Bearer' || scheme === 'DPoP'

/** What the error is called, where it is not about the token itself (RFC 9449 section 7.1). */
const ERRORS: Readonly<Partial<Record<Reason, string>>> = {
  proof_missing: 'invalid_dpop_proof',
  proof_invalid: 'invalid_dpop_proof',
  proof_replayed: 'invalid_dpop_proof',
  proof_nonce_required: 'use_dpop_nonce',
}

const errorOf = ({ presented, reason }: Unauthenticated): readonly string[] =>
  presented === 'bearer'
    ? [
        `error="${ERRORS[reason] ?? 'invalid_token'}"`,
        `error_description="${reasonEntry(reason).message}"`,
      ]
    : NONE

/** Of the challenges for tokens, the one that the error belongs to. */
const erringScheme = (schemes: readonly Scheme[], scheme: Scheme = 'Bearer'): Scheme => {
  if (schemes.includes(scheme)) return scheme
  return scheme === 'DPoP' ? 'Bearer' : 'DPoP'
}

const ALGORITHMS = [`algs="${PROOF_ALGORITHMS.join(' ')}"`]

const challengeHeader = (
  { host }: Pick<Request, 'host'>,
  scheme: Scheme,
  parameters = NONE,
): Header => {
  const more = parameters.length === 0 ? '' : `, ${parameters.join(', ')}`
  return ['www-authenticate', `${scheme} realm="${host}"${more}`]
}

/** Of a name and a secret, the bytes are meant as UTF-8 (RFC 7617 section 2.1). */
const OWN_PARAMETERS: Readonly<Record<Scheme, readonly string[]>> = {
  Bearer: NONE,
  DPoP: ALGORITHMS,
  Basic: ['charset="UTF-8"'],
  RefreshToken: NONE,
  Session: NONE,
}

const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`

/** What leads a client on that finds its own way in (RFC 9728 section 5.1). */
export interface Lead {
  readonly metadataURL: string
  readonly scopes: readonly string[]
}

const leadOf = (lead: Lead | undefined): readonly string[] =>
  lead === undefined
    ? NONE
    : [
        ...(lead.scopes.length === 0 ? NONE : [`scope=${quoted(lead.scopes.join(' '))}`]),
        `resource_metadata=${quoted(lead.metadataURL)}`,
      ]

/** The challenge that names the authentication that is asked for (RFC 9470 section 3). */
const stepUpChallenge = (
  request: Pick<Request, 'host'>,
  { acrValues, maxAgeMs }: AskedAuthentication,
  lead: Lead | undefined,
): Header =>
  challengeHeader(request, 'Bearer', [
    'error="insufficient_user_authentication"',
    `error_description=${quoted(reasonEntry('step_up_required').message)}`,
    ...(acrValues === undefined ? [] : [`acr_values=${quoted(acrValues.join(' '))}`]),
    ...(maxAgeMs === undefined ? [] : [`max_age="${maxAgeMs / 1_000}"`]),
    ...leadOf(lead),
  ])

/**
 * A challenge for each scheme (RFC 9110 section 11.6.1): `Bearer` where tokens are taken (RFC 6750
 * section 3), with the error of one that was refused, and `DPoP` where a rule asks for proofs or a
 * caller has spoken of them (RFC 9449 section 7.1), with the nonce that it needs. Whoever has to
 * authenticate otherwise is told how, by whatever they came. Clients with a lead are told of tokens
 * alone, and of their scopes.
 */
export const challengesOf = (
  request: Pick<Request, 'host'>,
  rule: Pick<Rule, 'authenticate'>,
  refused: Unauthenticated,
  lead?: Lead,
): readonly Header[] => {
  if (refused.stepUp !== undefined) return [stepUpChallenge(request, refused.stepUp.asked, lead)]
  const all = schemesOf(rule, refused)
  const schemes = lead === undefined ? all : all.filter(isForTokens)
  const erring = erringScheme(schemes, refused.scheme)
  const leading = leadOf(lead)
  const challenges = schemes.map((scheme) => {
    const own = [...OWN_PARAMETERS[scheme], ...leading]
    return challengeHeader(request, scheme, scheme === erring ? [...errorOf(refused), ...own] : own)
  })
  const { nonce } = refused
  return nonce === undefined ? challenges : [...challenges, ['dpop-nonce', nonce]]
}

/** The challenge of a page that somebody has to sign in on. */
export const sessionChallenge = (request: Pick<Request, 'host'>): Header =>
  challengeHeader(request, 'Session')

/** The challenge that names what is missing (RFC 6750 section 3.1), or with a lead all of it. */
export const scopeChallenge = (
  request: Pick<Request, 'host'>,
  { required }: Refusal & { readonly kind: 'scope_missing' },
  scheme: 'Bearer' | 'DPoP',
  lead?: Lead,
): Header =>
  challengeHeader(request, scheme, [
    'error="insufficient_scope"',
    ...(lead === undefined ? [`scope="${required.join(' ')}"`] : leadOf(lead)),
    ...(scheme === 'DPoP' ? ALGORITHMS : []),
  ])
