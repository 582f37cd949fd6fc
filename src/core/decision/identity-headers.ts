import type { Identity, Json } from '../identity/identity.ts'
import type { HeaderForm, ToldHeader, Upstream } from '../policy/upstream.ts'
import { compatibilityHeaders } from './compatibility-headers.ts'
import type { Header } from './decision.ts'
import { headerValueOf } from './header-value.ts'
import { claimAt, toldValue } from './told-value.ts'

/** The identity headers that every upstream gets; the names are taken from every request first. */
export const DEFAULT_IDENTITY_HEADERS = [
  'x-auth-subject',
  'x-auth-issuer',
  'x-auth-email',
  'x-auth-scopes',
] as const

/** An empty value is no header: Envoy drops it, and a forged one of that name would stay. */
export const valueHeader = (name: string, claim: Json | undefined, form?: HeaderForm): Header[] => {
  const value = claim === undefined || claim === null ? '' : headerValueOf(claim, form)
  return value === '' ? [] : [[name, value]]
}

/** Who it is: an upstream that is told less would take it for somebody else. */
export const whoHeaders = ({
  subject,
  issuer,
}: Pick<Identity, 'subject' | 'issuer'>): readonly Header[] => [
  ...valueHeader('x-auth-subject', subject),
  ...valueHeader('x-auth-issuer', issuer),
]

/** What somebody is told about an identity, in the order in which it is written. */
export const toldHeaders = (
  identity: Identity,
  headers: readonly ToldHeader[],
): readonly Header[] =>
  headers.flatMap((header) => valueHeader(header.name, toldValue(header.told, identity), header))

/** What else the claims say, in the order in which it is set. */
export const claimHeaders = (identity: Identity, upstream: Upstream): readonly Header[] => [
  ...valueHeader('x-auth-email', claimAt(identity.claims, ['email'])),
  ...valueHeader('x-auth-scopes', identity.scopes.join(' ')),
  ...toldHeaders(identity, upstream.headers),
  ...compatibilityHeaders(identity, upstream),
]

/** A caller's token, where the request itself does not carry it to the upstream. */
const bearerTokenOf = (
  { bearer, accessToken }: Identity,
  { authorization }: Pick<Upstream, 'authorization'>,
): string | undefined => {
  if (authorization === 'AccessToken') return accessToken
  return authorization === 'IDToken' && bearer === 'id_token' ? accessToken : undefined
}

/**
 * Whether the rule would forward an access token that is bound to this service: an upstream could
 * not use it, and whoever took it from there could not either.
 */
export const withholdsToken = (
  { accessTokenIsBound }: Pick<Identity, 'accessTokenIsBound'>,
  { authorization }: Pick<Upstream, 'authorization'>,
): boolean => accessTokenIsBound === true && authorization === 'AccessToken'

const tokenOf = (identity: Identity, upstream: Pick<Upstream, 'authorization'>) => {
  const { via, accessToken, idToken, exchanged } = identity
  const { authorization } = upstream
  if (withholdsToken(identity, upstream)) return undefined
  if (authorization === 'Exchange') return exchanged?.token
  if (via !== 'session') return bearerTokenOf(identity, upstream)
  if (authorization === 'AccessToken') return accessToken
  return authorization === 'IDToken' ? idToken : undefined
}

/**
 * The token of a session, or of a bearer who showed it elsewhere, that the rule has forwarded (RFC
 * 6750 section 2.1), or what it was exchanged for. One in `Authorization` travels on in the request
 * itself, but where it is exchanged.
 */
export const tokenHeaders = (
  identity: Identity,
  upstream: Pick<Upstream, 'authorization'>,
): readonly Header[] => {
  const token = tokenOf(identity, upstream)
  return token === undefined ? [] : [['authorization', `Bearer ${token}`]]
}

/**
 * Whether an `Authorization` of the request stays behind, as nobody has looked at it, or it is not
 * what the upstream is to get.
 */
export const hidesAuthorization = (
  { via, bearer }: Identity,
  { authorization }: Pick<Upstream, 'authorization'>,
): boolean => {
  switch (authorization) {
    case 'Keep':
      return false
    case 'Exchange':
    case 'Remove':
      return true
    case 'AccessToken':
      return via === 'session'
    case 'IDToken':
      return via === 'session' || bearer !== 'id_token'
  }
}
