import type { TokenPlace } from '../../../core/policy/applications.ts'
import type { BearerMethod } from '../../../core/policy/policy.ts'
import type { FieldPath } from '../../resource/resource.ts'
import type { ProtectedRouteRuleAuthenticate } from '../../resource/resource-specs.generated.ts'
import type { WayDraft } from '../../ways/way.ts'
import { WAY_NAMES, wayOf } from '../../ways/ways.ts'
import { askedProofOf } from '../applications/asked-proof.ts'
import { takesTokensFor } from '../applications/resource-issuers.ts'
import { tokenPlacesOf } from '../applications/token-places.ts'
import type { Findings } from '../object/findings.ts'
import { type KeyRef, keyRefsOf } from '../registration/decryption-key.ts'

/** The bearer tokens of one provider, with its name instead of the provider. */
interface BearerDraft {
  readonly kind: 'bearer'
  readonly field: FieldPath
  readonly provider: { readonly namespace: string; readonly name: string }
  /** Where the keys that open its tokens lie. */
  readonly decryptionKeys?: readonly KeyRef[]
  readonly settings: Omit<BearerMethod, 'kind' | 'provider' | 'decryptionKeys'>
}

/** What a way in read, with the names of the objects instead of the objects. */
export interface CredentialDraft extends WayDraft {
  readonly kind: 'credential'
  readonly way: string
  /** Of the member. */
  readonly field: FieldPath
}

/** One way to authenticate, with the name of the provider instead of the provider. */
export type MethodDraft =
  | { readonly kind: 'session' }
  | { readonly kind: 'anonymous' }
  | BearerDraft
  | CredentialDraft

/** Where the tokens of a method are looked for, if that is said. */
export const placesOf = (method: MethodDraft): readonly TokenPlace[] => {
  if (method.kind === 'bearer') return method.settings.from ?? []
  return method.kind === 'credential' ? (method.from ?? []) : []
}

/** A cookie that tokens are taken from, and where it is named. */
export interface TokenCookie {
  readonly name: string
  readonly field: FieldPath
}

const tokenCookiesIn = (method: MethodDraft): readonly TokenCookie[] => {
  if (method.kind === 'session' || method.kind === 'anonymous') return []
  const member = method.kind === 'bearer' ? method.field.slice(0, -1) : method.field
  return placesOf(method).flatMap(({ kind, name }, index) =>
    kind === 'cookie' ? [{ name, field: [...member, 'from', index, 'cookie'] }] : [],
  )
}

/** The cookies that rules take tokens from; what a rule has from its route is named once. */
export const tokenCookiesOf = (
  rules: readonly { readonly authenticate: readonly MethodDraft[] }[],
): readonly TokenCookie[] =>
  [...new Set(rules.flatMap(({ authenticate }) => authenticate))].flatMap(tokenCookiesIn)

const ACCEPTED = { AccessToken: 'access_token', IDToken: 'id_token' } as const

const bearerOf = (
  namespace: string,
  bearer: NonNullable<ProtectedRouteRuleAuthenticate['bearer']>,
  field: FieldPath,
  findings: Findings,
): BearerDraft => {
  const {
    providerRef,
    audiences,
    maxBytes,
    audienceClaim = 'aud',
    accept = ['AccessToken'],
  } = bearer
  return {
    kind: 'bearer',
    field: [...field, 'providerRef'],
    provider: { namespace, ...providerRef },
    ...keyRefsOf(namespace, bearer, field),
    settings: {
      audiences: [...(audiences ?? [])],
      audienceClaim,
      maxBytes,
      accepts: accept.map((kind) => ACCEPTED[kind]),
      ...tokenPlacesOf(bearer.from, [...field, 'from'], findings),
      ...askedProofOf(bearer, field, findings),
    },
  }
}

/** The fields of those members that say nothing of audiences. */
export const withoutAudience = (methods: readonly MethodDraft[]): readonly FieldPath[] =>
  methods.flatMap((method): readonly FieldPath[] => {
    if (method.kind !== 'bearer' && method.kind !== 'credential') return []
    const { audiences } = method.settings
    const says = !Array.isArray(audiences) || audiences.length > 0
    if (says || !takesTokensFor(method)) return []
    const member = method.kind === 'bearer' ? method.field.slice(0, -1) : method.field
    return [[...member, 'audiences']]
  })

const KINDS = ['session', 'bearer', ...WAY_NAMES, 'anonymous'] as const

const listed = (names: readonly string[]): string => {
  const quoted = names.map((name) => `\`${name}\``)
  return `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)}`
}

/** What a member of one kind says. */
const memberOf = (
  namespace: string,
  kind: (typeof KINDS)[number],
  entry: ProtectedRouteRuleAuthenticate,
  here: FieldPath,
  findings: Findings,
): MethodDraft => {
  if (kind === 'session' || kind === 'anonymous') return { kind }
  const field = [...here, kind]
  const { bearer } = entry
  if (kind === 'bearer' && bearer !== undefined) {
    return bearerOf(namespace, bearer, field, findings)
  }
  const read = wayOf(kind).read(entry[kind], { namespace, field, findings })
  return { kind: 'credential', way: kind, field, ...read }
}

/** The entries of `authenticate`. */
export const methodsOf = (
  namespace: string,
  written: readonly ProtectedRouteRuleAuthenticate[],
  field: FieldPath,
  findings: Findings,
): readonly MethodDraft[] =>
  written.flatMap((entry, index): readonly MethodDraft[] => {
    const here = [...field, index]
    const [kind, ...more] = KINDS.filter((one) => entry[one] !== undefined)
    if (kind === undefined || more.length > 0) {
      findings.add(here, `The entry has not exactly one of ${listed(KINDS)}: keep one`)
      return []
    }
    if (kind === 'anonymous' && index < written.length - 1) {
      const message =
        'Whom no other method knows passes here, so nothing after `anonymous` would be tried: write it last'
      findings.add(here, message)
    }
    return [memberOf(namespace, kind, entry, here, findings)]
  })

/** Whether a method takes tokens. */
const takesTokens = (method: MethodDraft): boolean =>
  method.kind === 'bearer' || (method.kind === 'credential' && wayOf(method.way).takesBearerTokens)

/** Whether a method takes what an authentication stands behind: a session, or a token. */
export const takesAuthenticated = (method: MethodDraft): boolean =>
  method.kind === 'session' || takesTokens(method)
