import type { Claims, Identity, Json } from '../identity/identity.ts'
import { CLAIM_PREFIX, type Compatibility } from '../policy/compatibility.ts'
import type { HeaderForm, Upstream } from '../policy/upstream.ts'
import type { Header } from './decision.ts'
import { headerValueOf } from './header-value.ts'

/** As all of them write text; what would end a header or be two members is encoded all the same. */
const FORM: HeaderForm = { format: 'CommaSeparated', encoding: 'UTF8' }
const WHOLE: HeaderForm = { format: 'JSON', encoding: 'UTF8' }

type Values = Readonly<Record<string, string | undefined>>

const listed = (value: Json | undefined): string | undefined =>
  value === undefined || value === null ? undefined : headerValueOf(value, FORM)

const whole = (value: Json | undefined): string | undefined =>
  value === undefined || value === null ? undefined : headerValueOf(value, WHOLE)

/** The access token goes where `authorization` says that the upstream gets it, and nowhere else. */
const forwarded = (
  { via, accessToken, accessTokenIsBound, exchanged }: Identity,
  { authorization }: Upstream,
): string | undefined => {
  if (authorization === 'Exchange') return exchanged?.token
  const isMeant = via === 'session' && authorization === 'AccessToken'
  return isMeant && accessTokenIsBound !== true ? accessToken : undefined
}

const base64 = (text: string): string =>
  btoa(
    encodeURIComponent(text.toWellFormed()).replace(/%([0-9A-F]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    ),
  )

/** The claims of an ID token are in it as base64url already. */
const payloadOf = (idToken: string | undefined): string | undefined => {
  const [, payload, , ...more] = idToken?.split('.') ?? []
  if (payload === undefined || more.length > 0) return undefined
  const text = payload.replaceAll('-', '+').replaceAll('_', '/')
  return text.padEnd(Math.ceil(text.length / 4) * 4, '=')
}

const ofOAuth2Proxy = (identity: Identity, upstream: Upstream): Values => {
  const { subject, claims } = identity
  const said = {
    user: whole(subject),
    email: whole(claims.email),
    'preferred-username': whole(claims.preferred_username),
    groups: listed(claims.groups),
    'access-token': forwarded(identity, upstream),
  }
  const entries = Object.entries(said)
  return Object.fromEntries(
    ['x-forwarded-', 'x-auth-request-'].flatMap((prefix) =>
      entries.map(([name, value]) => [prefix + name, value]),
    ),
  )
}

const ofKong = (identity: Identity, upstream: Upstream): Values => {
  const { subject, claims, idToken } = identity
  const username = claims.preferred_username
  const user = { ...claims, id: subject, ...(username === undefined ? {} : { username }) }
  return {
    'x-userinfo': base64(JSON.stringify(user)),
    'x-id-token': payloadOf(idToken),
    'x-access-token': forwarded(identity, upstream),
    'x-credential-identifier': whole(subject),
  }
}

/** A name that is longer belongs to no application. */
const LONGEST_CLAIM_NAME = 128

const claimName = (claim: string): string =>
  claim.toLowerCase().replace(/[^!#$%&'*+.^_`|~0-9a-z-]/g, '-')

const flag = (value: Json): Json => (typeof value === 'boolean' ? (value ? '1' : '0') : value)

/** Of lists the texts and flags, as the module has it. */
const claimValue = (value: Json): string | undefined => {
  if (!Array.isArray(value)) return whole(flag(value))
  const members: readonly Json[] = value
  return listed(members.map(flag).filter((member) => typeof member === 'string'))
}

/** Of two claims whose headers would have one name, the one that is spelled like it counts. */
const claimsByName = (claims: Claims): ReadonlyMap<string, Json> => {
  const byName = new Map<string, Json>()
  for (const [claim, value] of Object.entries(claims)) {
    const name = claimName(claim)
    if (claim === '' || name.length > LONGEST_CLAIM_NAME) continue
    if (name === claim || !Object.hasOwn(claims, name)) byName.set(name, value)
  }
  return byName
}

const ofModAuthOpenIDC = (identity: Identity, upstream: Upstream): Values => {
  const { claims, exchanged } = identity
  const token = forwarded(identity, upstream)
  const expiresAtMs =
    upstream.authorization === 'Exchange' ? exchanged?.expiresAtMs : identity.accessTokenExpiresAtMs
  const hasExpiry = token !== undefined && expiresAtMs !== undefined
  return {
    ...Object.fromEntries(
      [...claimsByName(claims)].map(([name, value]) => [CLAIM_PREFIX + name, claimValue(value)]),
    ),
    oidc_access_token: token,
    oidc_access_token_expires: hasExpiry ? String(Math.floor(expiresAtMs / 1000)) : undefined,
  }
}

const VALUES: Readonly<Record<Compatibility, (identity: Identity, upstream: Upstream) => Values>> =
  {
    OAuth2Proxy: ofOAuth2Proxy,
    Kong: ofKong,
    AuthService: () => ({}),
    ModAuthOpenIDC: ofModAuthOpenIDC,
  }

/**
 * The headers that the product sets which was here before, by its names and in its value forms. An
 * empty value is no header.
 */
export const compatibilityHeaders = (identity: Identity, upstream: Upstream): readonly Header[] => {
  const { compatibility } = upstream
  if (compatibility === undefined) return []
  return Object.entries(VALUES[compatibility](identity, upstream)).flatMap(
    ([name, value]): readonly Header[] =>
      value === undefined || value === '' ? [] : [[name, value]],
  )
}
