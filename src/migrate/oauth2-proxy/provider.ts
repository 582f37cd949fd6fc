import type { WrittenManifest } from '../model/migration.ts'
import { type JsonObject, withoutAbsent } from '../reading/json.ts'
import type { Ledger } from '../reading/ledger.ts'
import { certificateComments, manifestOf, type Place } from '../writing/manifests.ts'
import { listed } from './input/lists.ts'
import { issuerOf } from './issuer.ts'

const ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA'],
]

const endpointsOf = (ledger: Ledger): JsonObject | undefined => {
  const endpoints = withoutAbsent({
    authorization: ledger.text('login_url'),
    token: ledger.text('redeem_url'),
    jwks: ledger.text('oidc_jwks_url'),
    userinfo: ledger.text('profile_url'),
  })
  return Object.keys(endpoints).length === 0 ? undefined : endpoints
}

const algorithmsOf = (ledger: Ledger): readonly string[] | undefined => {
  const wanted = listed(ledger, 'oidc_enabled_signing_algs')
  const known = wanted.filter((one) => ALGORITHMS.includes(one))
  if (known.length < wanted.length) {
    ledger.lose(
      'oidc_enabled_signing_algs',
      `only ${ALGORITHMS.join(', ')} can be allowed; the others are left out`,
    )
  }
  return known.length === 0 ? undefined : known
}

/** The IdentityProvider. */
export const providerManifest = (ledger: Ledger, place: Place): WrittenManifest => {
  const files = listed(ledger, 'provider_ca_files')
  const authorities = { name: `${place.name}-ca`, namespace: place.namespace }
  const isUndiscovered = ledger.flag('skip_oidc_discovery') === true
  const issuer = issuerOf(ledger)
  const spec = withoutAbsent({
    ...issuer,
    discovery: isUndiscovered ? 'Disabled' : undefined,
    endpoints: endpointsOf(ledger),
    tls: files.length === 0 ? undefined : { caRef: { name: authorities.name } },
    signingAlgorithms: algorithmsOf(ledger),
  })
  return manifestOf('IdentityProvider', place, spec, [
    ...('issuer' in issuer
      ? []
      : ['INCOMPLETE: set spec.issuer to the issuer of an OpenID provider.']),
    ...(files.length === 0 ? [] : certificateComments(authorities, files.join(', '))),
  ])
}
