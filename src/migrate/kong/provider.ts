import type { WrittenManifest } from '../model/migration.ts'
import { type JsonObject, withoutAbsent } from '../reading/json.ts'
import type { Ledger } from '../reading/ledger.ts'
import { secondsText } from '../writing/durations.ts'
import { manifestOf, type Place } from '../writing/manifests.ts'
import { proxyUrl } from '../writing/proxy-url.ts'
import { firstOf } from './values.ts'

const ENDPOINTS: Readonly<Record<string, string>> = {
  authorization: 'authorization_endpoint',
  token: 'token_endpoint',
  userinfo: 'userinfo_endpoint',
  introspection: 'introspection_endpoint',
  endSession: 'end_session_endpoint',
  revocation: 'revocation_endpoint',
  pushedAuthorizationRequest: 'pushed_authorization_request_endpoint',
}

const endpointsOf = (ledger: Ledger): JsonObject | undefined => {
  const endpoints = withoutAbsent(
    Object.fromEntries(
      Object.entries(ENDPOINTS).map(([field, name]) => [field, ledger.text(name)]),
    ),
  )
  return Object.keys(endpoints).length === 0 ? undefined : endpoints
}

const bounded = (value: number, least: number, most: number): string =>
  secondsText(Math.min(Math.max(value, least), most))

const issuersOf = (ledger: Ledger, issuer: string | undefined): readonly string[] | undefined => {
  const allowed = ledger.texts('issuers_allowed')
  if (allowed.length === 0) return undefined
  if (issuer !== undefined && !allowed.includes(issuer)) {
    ledger.close('issuers_allowed', `${issuer} is not among them, and its tokens would be taken`)
  }
  const others = allowed.filter((one) => one !== issuer)
  return others.length === 0 ? undefined : others.slice(0, 8)
}

/** The IdentityProvider of a plugin. */
export const providerManifest = (ledger: Ledger, place: Place): WrittenManifest => {
  const issuer = firstOf(ledger, 'issuer')?.replace(/\/\.well-known\/.*$/, '')
  const [leeway, timeout] = [ledger.text('leeway'), ledger.text('timeout')]
  const proxy = ledger.text('https_proxy')
  const spec = withoutAbsent({
    issuer,
    additionalIssuers: issuersOf(ledger, issuer),
    discovery: ledger.flag('using_pseudo_issuer') === true ? 'Disabled' : undefined,
    endpoints: endpointsOf(ledger),
    proxy: proxy === undefined ? undefined : { url: proxyUrl(proxy) },
    clockSkew: leeway === undefined ? undefined : bounded(Number(leeway), 0, 60),
    requestTimeout: timeout === undefined ? undefined : bounded(Number(timeout) / 1000, 1, 30),
  })
  return manifestOf('IdentityProvider', place, spec, [
    ...(issuer === undefined ? ['INCOMPLETE: set spec.issuer.'] : []),
    ...(ledger.flag('using_pseudo_issuer') === true
      ? ['INCOMPLETE: set spec.issuer to the `iss` of its tokens, and spec.endpoints.jwks.']
      : []),
  ])
}
