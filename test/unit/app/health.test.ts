import { expect, test } from 'vitest'
import { createHealth } from '../../../src/app/health.ts'
import type { Provider } from '../../../src/core/registration/provider.ts'
import { aProvider } from '../../support/builders.ts'

const none = (): readonly never[] => []

const aHealth = (
  standings: Parameters<typeof createHealth>[0]['decisionPoints']['standings'],
  live: readonly Provider[] = [],
  standing: { readonly lastError?: string; readonly isHeldBack?: boolean } = {},
) =>
  createHealth({
    backend: { trouble: () => undefined, isUp: () => true },
    providers: {
      health: () => ({
        isReady: true,
        keys: 1,
        isIssuerWrong: false,
        isHeldBack: false,
        notes: [],
        ...standing,
      }),
    },
    resources: { providers: () => live, problems: () => 0, troubles: none, stalenessMs: () => 0 },
    clocks: { differences: none, troubles: none },
    assertions: { trouble: () => undefined },
    decisionPoints: { standings },
    clientStandings: { expiries: none },
    fileCertificates: () => [{ field: 'grpc.tls', expiresAtMs: 5 }],
    keyAge: { sinceMs: () => 4 },
  })

test('a decision point that is down is named to a person and to metrics, and one that works is not', () => {
  const url = 'https://opa.example.com/v1/data/shop/allow'
  const trouble = `ProtectedRoute shop/shop: ${url} refused the connection.`
  const health = aHealth(() => [
    { route: 'shop/shop', url, trouble },
    { route: 'shop/other', url },
  ])
  expect(health.troubles()).toEqual([trouble])
  expect(health.decisionPoints()).toEqual([
    { route: 'shop/shop', url, up: false },
    { route: 'shop/other', url, up: true },
  ])
})

test('metrics are told of certificates in files, and of the key that seals', () => {
  const health = aHealth(none)
  expect(health.fileCertificates()).toEqual([{ field: 'grpc.tls', expiresAtMs: 5 }])
  expect(health.sealingSinceMs()).toBe(4)
})

test.each([
  [{}, false],
  [{ lastError: 'The connection was refused.' }, true],
  [{ isHeldBack: true }, true],
])('metrics are told whether calls to a provider fail: %j', (standing, failing) => {
  const provider = aProvider()
  const health = aHealth(none, [provider], standing)
  expect(health.providers()).toEqual([{ provider: provider.name, up: true, failing, keys: 1 }])
})
