import { expect, it } from 'vitest'
import { providerRows } from '../../../../src/app/console/provider-rows.ts'
import type { ProviderLook } from '../../../../src/oidc/provider/provider-health.ts'
import { aClient, aProvider } from '../../../support/builders.ts'

const WELL: ProviderLook = {
  isReady: true,
  keys: 1,
  isIssuerWrong: false,
  isHeldBack: false,
  notes: [],
  lastDiscoveryMs: 1_000,
  lastKeysMs: 2_000,
  verificationKeys: [{ id: 'k-1', algorithms: ['RS256'] }],
  clockAheadMs: -1_500,
}

const rows = (
  looks: Readonly<Record<string, ProviderLook>>,
  more: Partial<Parameters<typeof providerRows>[1]> = {},
) => {
  const providers = Object.keys(looks).map((name) => aProvider({ name }))
  const clients = providers.map((provider) =>
    aClient({ name: `${provider.name}-client`, provider }),
  )
  return providerRows(
    {
      providers,
      clients,
      objects: [
        {
          ref: { kind: 'IdentityProvider', namespace: 'shop', name: 'broken' },
          inForce: 'none',
          unusable: 'spec.issuer is no URL',
          providers: [],
        },
      ],
    },
    {
      providers: { look: ({ name }) => looks[name] ?? WELL },
      clientStandings: { of: () => undefined, expiries: () => [] },
      clientKeys: { standingOf: () => undefined },
      ...more,
    },
  )
}

it('those in trouble come first, and one that cannot be used says why', () => {
  const told = rows({
    'shop/well': WELL,
    'shop/down': { ...WELL, isHeldBack: true, lastError: 'It did not answer.' },
    'shop/new': { ...WELL, isReady: false },
  })
  expect(told.map(({ name, state, lastError }) => [name, state, lastError])).toEqual([
    ['shop/broken', 'unusable', 'spec.issuer is no URL.'],
    ['shop/down', 'ready', 'It did not answer.'],
    ['shop/new', 'waiting', undefined],
    ['shop/well', 'ready', undefined],
  ])
})

it('a provider tells its keys, clock and clients, with what they show and how old that is', () => {
  const [, told] = rows(
    { 'shop/well': { ...WELL, notes: ['spec.tls.caRef: it ends soon'] } },
    {
      clientStandings: {
        of: () => ({ hindrance: 'spec.authentication: it is over', notes: ['It is odd'] }),
        expiries: () => [{ client: 'shop/well-client', expiresAtMs: 5_000 }],
      },
      clientKeys: { standingOf: () => ({ keyId: 'own-1', madeAtMs: 4_000 }) },
    },
  )
  expect(told).toEqual({
    name: 'shop/well',
    issuer: aProvider().issuer,
    state: 'ready',
    isHeldBack: false,
    lastDiscoveryMs: 1_000,
    lastKeysMs: 2_000,
    notes: ['spec.tls.caRef: it ends soon.'],
    keys: [{ id: 'k-1', algorithms: ['RS256'] }],
    clockAheadMs: -1_500,
    clients: [
      {
        name: 'shop/well-client',
        hindrance: 'spec.authentication: it is over.',
        notes: ['It is odd.'],
        certificateExpiresAtMs: 5_000,
        signingKey: { id: 'own-1', madeAtMs: 4_000 },
      },
    ],
  })
})
