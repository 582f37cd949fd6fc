import type { Header, Refusal } from '../../core/decision/decision.ts'
import type { AskedAuthentication } from '../../core/identity/asked-authentication.ts'
import type { Unauthenticated } from '../../core/identity/identity.ts'
import type { AuthenticateMethod, Rule } from '../../core/policy/policy.ts'
import { reasonEntry } from '../../core/reason/reason.ts'
import type { Request } from '../../core/request/request.ts'
import { wayOf } from '../../policy/ways/ways.ts'

type Scheme = 'Bearer' | 'Basic' | 'RefreshToken' | 'Session'

const schemeOf = (method: AuthenticateMethod): Scheme | undefined => {
  if (method.kind === 'bearer') return 'Bearer'
  return method.kind === 'credential' ? wayOf(method.way).scheme : undefined
}

const SESSION_ALONE: readonly Scheme[] = ['Session']

const readSchemes = ({ authenticate }: Pick<Rule, 'authenticate'>): readonly Scheme[] => {
  const schemes = new Set(authenticate.flatMap((method) => schemeOf(method) ?? []))
  return schemes.size === 0 ? SESSION_ALONE : [...schemes]
}

const known = new WeakMap<Pick<Rule, 'authenticate'>, readonly Scheme[]>()

/**
 * The schemes of a rule in its order, looked at once: `Session` where it takes nothing but
 * sessions.
 */
const schemesOf = (rule: Pick<Rule, 'authenticate'>): readonly Scheme[] => {
  const before = known.get(rule)
  if (before !== undefined) return before
  const schemes = readSchemes(rule)
  known.set(rule, schemes)
  return schemes
}

const NONE: readonly string[] = []

const challengeHeader = (
  { host }: Pick<Request, 'host'>,
  scheme: Scheme,
  parameters = NONE,
): Header => {
  const more = parameters.length === 0 ? '' : `, ${parameters.join(', ')}`
  return ['www-authenticate', `${scheme} realm="${host}"${more}`]
}

/** Of a name and a secret, the bytes are meant as UTF-8 (RFC 7617 section 2.1). */
const UTF8_ALONE = ['charset="UTF-8"']

const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`

/** The challenge that names the authentication that is asked for (RFC 9470 section 3). */
const stepUpChallenge = (
  request: Pick<Request, 'host'>,
  { acrValues, maxAgeMs }: AskedAuthentication,
): Header =>
  challengeHeader(request, 'Bearer', [
    'error="insufficient_user_authentication"',
    `error_description=${quoted(reasonEntry('step_up_required').message)}`,
    ...(acrValues === undefined ? [] : [`acr_values=${quoted(acrValues.join(' '))}`]),
    ...(maxAgeMs === undefined ? [] : [`max_age="${maxAgeMs / 1_000}"`]),
  ])

/**
 * A challenge for each scheme (RFC 9110 section 11.6.1): `Bearer` where tokens are taken (RFC 6750
 * section 3), with the error of one that was refused. Whoever has to authenticate otherwise is told
 * how, by whatever they came.
 */
export const challengesOf = (
  request: Pick<Request, 'host'>,
  rule: Pick<Rule, 'authenticate'>,
  { presented, reason, stepUp }: Unauthenticated,
): readonly Header[] => {
  if (stepUp !== undefined) return [stepUpChallenge(request, stepUp.asked)]
  const error =
    presented === 'bearer'
      ? ['error="invalid_token"', `error_description="${reasonEntry(reason).message}"`]
      : NONE
  return schemesOf(rule).map((scheme) => {
    if (scheme === 'Session' || scheme === 'RefreshToken') return challengeHeader(request, scheme)
    return challengeHeader(request, scheme, scheme === 'Bearer' ? error : UTF8_ALONE)
  })
}

/** The challenge of a page that somebody has to sign in on. */
export const sessionChallenge = (request: Pick<Request, 'host'>): Header =>
  challengeHeader(request, 'Session')

/** The challenge that names what is missing (RFC 6750 section 3.1). */
export const scopeChallenge = (
  request: Pick<Request, 'host'>,
  { required }: Refusal & { readonly kind: 'scope_missing' },
): Header =>
  challengeHeader(request, 'Bearer', [
    'error="insufficient_scope"',
    `scope="${required.join(' ')}"`,
  ])
