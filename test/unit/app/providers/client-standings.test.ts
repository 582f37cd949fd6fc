import { beforeAll, expect, it } from 'vitest'
import { createClientStandings } from '../../../../src/app/providers/client-standings.ts'
import type { KeysStanding } from '../../../../src/assertions/client-keys.ts'
import type { Client } from '../../../../src/core/registration/client.ts'
import type { ProviderMetadata } from '../../../../src/oidc/provider/metadata.ts'
import { aClient } from '../../../support/builders.ts'
import { anOpeningKey } from '../../../support/encrypted-tokens.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'
import { createSelfSigned } from '../../../support/parts/tls.ts'

const DAY_MS = 86_400_000

let client: Client

beforeAll(async () => {
  const { cert, key } = await createSelfSigned('shop', 30)
  const authentication = { method: 'tls_client_auth', certificatePem: cert, privateKeyPem: key }
  client = aClient({ authentication: authentication as Client['authentication'] })
})

const standingsAt = (
  nowMs: number,
  methods?: readonly string[],
  troubleOf: (client: Client, audience: string) => string | undefined = () => undefined,
  keys: KeysStanding | undefined = undefined,
) => {
  const clock = handSetClock(nowMs)
  const authenticationMethods = methods === undefined ? {} : { token: methods }
  const endpoints = { token: 'https://sso.example.com/token' }
  const metadata = { authenticationMethods, endpoints } as unknown as ProviderMetadata
  const noteOf = () => 'spec.authentication: no other'
  const serviceAccounts = { want: () => undefined, troubleOf, noteOf }
  const providers = { peek: () => metadata }
  const clientKeys = { take: () => undefined, standingOf: () => keys }
  const standings = createClientStandings({ providers, serviceAccounts, clientKeys, clock })
  standings.take([client, aClient({ name: 'shop/plain' })], [])
  return { clock, standings, of: () => standings.of(client.name) }
}

it('a certificate is told of before it expires, and hinders once it has', () => {
  const { clock, of } = standingsAt(Date.now())
  expect(of()).toBeUndefined()
  clock.advance(20 * DAY_MS)
  const field = 'spec.authentication.certificateRef: the certificate of "CN=shop"'
  expect(of()?.notes).toEqual([expect.stringContaining(`${field} expires on`)])
  expect(of()?.hindrance).toBeUndefined()
  clock.advance(11 * DAY_MS)
  expect(of()).toEqual({ hindrance: expect.stringContaining(`${field} expired on`), notes: [] })
})

it('a method that the metadata do not list is noted, where they list any', () => {
  expect(standingsAt(Date.now(), ['tls_client_auth']).of()).toBeUndefined()
  expect(standingsAt(Date.now(), ['client_secret_basic']).of()?.notes).toEqual([
    'spec.authentication.method: `authentication.method` is tls_client_auth, and the metadata lists client_secret_basic: choose one of these',
  ])
})

it('when certificates expire is told of clients that show one', () => {
  const nowMs = Date.now()
  const { standings } = standingsAt(nowMs)
  const [expiry, ...others] = standings.expiries()
  expect(expiry?.client).toBe(client.name)
  expect(Math.round(((expiry?.expiresAtMs ?? 0) - nowMs) / DAY_MS)).toBe(30)
  expect(others).toEqual([])
  standings.take([], [])
  expect(standings.expiries()).toEqual([])
  expect(standings.of(client.name)).toBeUndefined()
})

it.each([
  ['Issuer', 'https://sso.example.com/realms/shop'],
  ['TokenEndpoint', 'https://sso.example.com/token'],
] as const)('a service account without a token hinders: %s', (assertionAudience, expected) => {
  const audiences: string[] = []
  const { standings } = standingsAt(Date.now(), ['private_key_jwt'], (_, audience) => {
    audiences.push(audience)
    return 'spec.authentication: no'
  })
  const authentication = { method: 'service_account_token', assertionAudience } as const
  standings.take([aClient({ name: 'shop/account', authentication })], [])
  expect(standings.of('shop/account')).toEqual({ hindrance: 'spec.authentication: no', notes: [] })
  expect(audiences).toEqual([expected])
})

it('a service account that gets no other token is noted while the one that is there is good', () => {
  const { standings } = standingsAt(Date.now(), ['private_key_jwt'])
  const authentication = { method: 'service_account_token', assertionAudience: 'Issuer' } as const
  standings.take([aClient({ name: 'shop/account', authentication })], [])
  expect(standings.of('shop/account')).toEqual({ notes: ['spec.authentication: no other'] })
})

it('keys that are made here are told of: where they are, which one signs, and why there is none', () => {
  const managed = aClient({
    name: 'shop/managed',
    authentication: {
      ...{ method: 'private_key_jwt', assertionAudience: 'Issuer' },
      ...{ algorithm: 'ES256', rotationMs: 3_600_000 },
    },
  })
  const of = (keys: KeysStanding) => {
    const { standings } = standingsAt(Date.now(), undefined, undefined, keys)
    standings.take([managed], [])
    return standings.of('shop/managed')
  }
  const field = 'spec.authentication.managedKey'
  const place = `${field}: the provider fetches the keys from /.well-known/clients/shop/managed/jwks.json of the port http.listen`
  expect(of({ keyId: 'k' })).toEqual({ notes: [`${place}; k signs now`] })
  expect(of({ keyId: 'k', problem: 'Redis is away.' })).toEqual({
    notes: [`${place}; k signs now`, `${field}: the keys cannot be looked after: Redis is away`],
  })
  // It is being made.
  expect(of({})).toEqual({ notes: [place] })
  expect(of({ problem: 'Redis is away.' })).toEqual({
    hindrance: `${field}: there is no key yet: Redis is away`,
    notes: [place],
  })
})

it('a key to decrypt with that opens nothing is noted by its place', () => {
  const { standings } = standingsAt(Date.now())
  const opening = (...pems: readonly string[]) => {
    const decryptionKeys = pems.map((privateKeyPem) => ({ privateKeyPem }))
    standings.take([aClient({ name: 'shop/opening', decryptionKeys })], [])
    return standings.of('shop/opening')
  }
  const { privateKeyPem } = anOpeningKey('P-256')
  expect(opening(privateKeyPem)).toBeUndefined()
  expect(opening(privateKeyPem, anOpeningKey('RSA', 1024).privateKeyPem)).toEqual({
    notes: [expect.stringMatching(/^spec\.idToken: key 1 of those that are there opens no tokens/)],
  })
})
