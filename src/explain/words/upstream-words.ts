import { PLAIN_FORM } from '../../core/decision/header-value.ts'
import { DEFAULT_IDENTITY_HEADERS } from '../../core/decision/identity-headers.ts'
import { CLAIM_PREFIX, COMPATIBILITY_HEADERS, isSetFor } from '../../core/policy/compatibility.ts'
import type { Rule } from '../../core/policy/policy.ts'
import type {
  AuthorizationKind,
  Exchange,
  ToldHeader,
  Upstream,
} from '../../core/policy/upstream.ts'
import { isWellKnownHeader } from '../../core/policy/well-known-headers.ts'
import { normalizeHeaderName } from '../../core/request/request.ts'
import { toldWords } from './clause-words.ts'
import { printable } from './printable.ts'

const AUTHORIZATIONS: Readonly<Record<Exclude<AuthorizationKind, 'Exchange'>, string>> = {
  AccessToken: 'authorization (the access token)',
  IDToken: 'authorization (the ID token)',
  Keep: 'authorization as the caller sent it',
  Remove: 'no authorization header',
}

const targetWords = ({ audience, resource, scopes }: Exchange): string => {
  const target = [
    ...(audience === undefined ? [] : [`the audience ${audience}`]),
    ...(resource === undefined ? [] : [`the resource ${resource}`]),
    ...(scopes.length === 0 ? [] : [`the scopes ${scopes.join(' ')}`]),
  ]
  return target.join(', ')
}

const authorizationWords = (
  { authorization }: Upstream,
  exchange: Exchange | undefined,
): string => {
  if (authorization !== 'Exchange') return AUTHORIZATIONS[authorization]
  if (exchange === undefined) return AUTHORIZATIONS.Remove
  const { client, actor, takesOpaque } = exchange
  const whom = client === undefined ? '' : `, as ${client.name} for whoever has no session`
  const form = takesOpaque ? ', JWT or not' : ''
  const acting = actor === undefined ? '' : `, with ${actor.name} acting`
  return `authorization (what the provider exchanges the access token for, for ${targetWords(exchange)}${form}${whom}${acting})`
}

/** A form is named where it is not the usual one. */
const headerWords = ({ name, told, format, encoding }: ToldHeader): string => {
  const form = [
    ...(format === PLAIN_FORM.format ? [] : [format]),
    ...(encoding === PLAIN_FORM.encoding ? [] : [encoding]),
  ]
  return `${name} (${[toldWords(told), ...form].join(', ')})`
}

const assertionWords = ({ assertion }: Upstream): readonly string[] => {
  if (assertion === undefined) return []
  const { header, audience, claims } = assertion
  const also =
    claims.length === 0 ? '' : ` and says ${claims.map((one) => one.join('.')).join(', ')}`
  return [`${header} (a JWT of this service that is for ${audience}${also})`]
}

const productWords = ({ compatibility }: Upstream): readonly string[] => {
  if (compatibility === undefined) return []
  const claims = compatibility === 'ModAuthOpenIDC' ? [`${CLAIM_PREFIX}<name of each claim>`] : []
  return [...claims, ...COMPATIBILITY_HEADERS[compatibility]].map(
    (name) => `${name} (as ${compatibility} sets it)`,
  )
}

/** What an upstream is told of an identity, and what of a caller passes. */
export const upstreamWords = (upstream: Upstream, exchange?: Exchange): readonly string[] => [
  ...DEFAULT_IDENTITY_HEADERS,
  ...upstream.headers.map(headerWords),
  ...assertionWords(upstream),
  ...productWords(upstream),
  ...[...(upstream.passHeaders ?? [])].map((name) => `${name} as the caller sent it`),
  authorizationWords(upstream, exchange),
]

const isSetBy = ({ headers, compatibility }: Upstream, name: string): boolean =>
  headers.some((header) => header.name === name) ||
  (compatibility !== undefined && isSetFor(compatibility, name))

/** Which headers of a request are taken off as other products say who is calling by them. */
export const foreignHeaderNotes = (
  names: readonly string[],
  upstream: Upstream,
): readonly string[] =>
  names
    .filter((name) => isWellKnownHeader(normalizeHeaderName(name)))
    .filter((name) => !upstream.passHeaders?.has(name) && !isSetBy(upstream, name))
    .map(
      (name) =>
        `${printable(name)} is an identity header of other products, and is removed: \`upstream.passHeaders\` lets it pass, where something before the gateway sets it and removes what callers send.`,
    )

/** What filters and logs of Envoy are told of an identity. */
export const metadataWords = ({ metadata = [] }: Pick<Rule, 'metadata'>): readonly string[] =>
  metadata.map(({ key, told }) => `${key} (${toldWords(told)})`)
