import type { WrittenManifest } from '../model/migration.ts'
import type { JsonObject } from '../reading/json.ts'
import type { Ledger } from '../reading/ledger.ts'
import { manifestOf, type Place } from '../writing/manifests.ts'
import { listed } from './input/lists.ts'

/** The ways in of a route, and the providers that they need besides. */
export interface Bearers {
  readonly authenticate: readonly JsonObject[] | undefined
  readonly providers: readonly WrittenManifest[]
}

const bearer = (provider: string, audiences: readonly string[], more: JsonObject = {}) => ({
  bearer: {
    providerRef: { name: provider },
    audiences,
    ...more,
    accept: ['AccessToken', 'IDToken'],
  },
})

const audienceClaim = (ledger: Ledger): JsonObject => {
  const [claim = 'aud', ...more] = listed(ledger, 'oidc_audience_claims')
  if (more.length > 0) {
    ledger.lose(
      'oidc_audience_claims',
      `one claim names the audiences of bearer tokens: ${claim} is taken`,
    )
  }
  return claim === 'aud' ? {} : { audienceClaim: claim }
}

const MOST_FURTHER = 6

const furtherOf = (ledger: Ledger, { name, namespace }: Place) => {
  const pairs = listed(ledger, 'extra_jwt_issuers').map((one) => one.split('='))
  const right = pairs.filter((pair) => pair.length === 2 && pair.every((one) => one !== ''))
  if (right.length < pairs.length || right.length > MOST_FURTHER) {
    ledger.lose(
      'extra_jwt_issuers',
      `pairs that are no \`issuer=audience\`, and more than ${MOST_FURTHER} of them, are left out`,
    )
  }
  return right.slice(0, MOST_FURTHER).map(([issuer = '', audience = ''], index) => ({
    place: { name: `${name}-issuer-${index + 1}`, namespace },
    issuer,
    audience,
  }))
}

const withoutBearers = (ledger: Ledger): Bearers => {
  const others = [
    ...listed(ledger, 'oidc_audience_claims').filter((one) => one !== 'aud'),
    ...listed(ledger, 'oidc_extra_audiences'),
  ]
  for (const name of ['oidc_audience_claims', 'oidc_extra_audiences']) {
    if (others.length > 0 && ledger.has(name)) {
      ledger.lose(
        name,
        'an ID token always has to name the client in `aud`, and bearer tokens are not taken',
      )
    }
  }
  return { authenticate: undefined, providers: [] }
}

/** Sessions alone, or tokens before them as `skip_jwt_bearer_tokens` says. */
export const bearersOf = (ledger: Ledger, place: Place): Bearers => {
  if (ledger.flag('skip_jwt_bearer_tokens') !== true) return withoutBearers(ledger)
  const client = ledger.text('client_id')
  const audiences = [
    ...(client === undefined ? [] : [client]),
    ...listed(ledger, 'oidc_extra_audiences'),
  ]
  const further = furtherOf(ledger, place)
  return {
    authenticate: [
      ...(audiences.length === 0 ? [] : [bearer(place.name, audiences, audienceClaim(ledger))]),
      ...further.map((one) => bearer(one.place.name, [one.audience])),
      { session: {} },
    ],
    providers: further.map((one) =>
      manifestOf('IdentityProvider', one.place, { issuer: one.issuer }),
    ),
  }
}
