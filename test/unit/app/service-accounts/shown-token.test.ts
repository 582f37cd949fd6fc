import { expect, it } from 'vitest'
import { judgeToken } from '../../../../src/app/service-accounts/shown-token.ts'
import type { Claims } from '../../../../src/core/identity/identity.ts'
import { aServiceAccountToken, CLUSTER } from '../../../support/service-account-tokens.ts'

const NOW_MS = Date.UTC(2026, 0, 1)
const ISSUER = 'https://sso.example.com/realms/shop'

const API = { audiences: [CLUSTER, 'https://tokens.example.com'], host: 'api.example.com:6443' }

const AT = { nowMs: NOW_MS, api: API }

const judged = (changes: Claims = {}, audience = ISSUER) =>
  judgeToken(aServiceAccountToken(audience, NOW_MS + 600_000, changes), audience, AT)

it('a token for the provider alone may be shown to it', () => {
  expect(judged()).toMatchObject({ ok: true, expiresAtMs: NOW_MS + 600_000 })
  expect(judged({ aud: ISSUER })).toMatchObject({ ok: true })
})

it.each([
  [
    'is for somebody else',
    { aud: ['https://other.example.com'] },
    'is for https://other.example.com',
  ],
  ['is for others as well', { aud: [ISSUER, CLUSTER] }, 'has to be for'],
  ['is for nobody', { aud: undefined as never }, 'is for nobody'],
  ['has ended', { exp: NOW_MS / 1_000 - 1 }, 'ended at 2025-12-31T23:59:59.000Z'],
  ['ends within a minute', { exp: NOW_MS / 1_000 + 60 }, 'ends within a minute'],
  ['never ends', { exp: 'never' }, 'does not say when it ends'],
])('R21: one that %s is shown to nobody', (_, changes, why) => {
  expect(judged(changes as Claims)).toMatchObject({ ok: false, why: expect.stringContaining(why) })
})

it.each([
  CLUSTER,
  'kubernetes',
  'https://kubernetes.default',
  'https://kubernetes.default.svc.cluster.local/',
  'https://KUBERNETES.default.svc:443',
  'https://tokens.example.com',
  'https://api.example.com:6443',
  'https://API.example.com:6443/realms/shop',
  'api.example.com:6443',
])('R21: one for the API server is shown to nobody, whoever asks: %s', (audience) => {
  expect(judged({ iss: 'https://oidc.example.com/cluster' }, audience)).toMatchObject({
    ok: false,
    why: expect.stringContaining('API server itself'),
  })
})

it('what merely resembles the API server is somebody else', () => {
  for (const audience of ['https://api.example.com', 'https://tokens.example.com/realm']) {
    expect(judged({}, audience)).toMatchObject({ ok: true })
  }
})

it('R21: one for whoever issued it is for the API server', () => {
  expect(judged({ iss: ISSUER })).toMatchObject({ ok: false })
})

it('what is no token is not shown, and not repeated', () => {
  const outcome = judgeToken('secret words', ISSUER, AT)
  expect(outcome).toEqual({ ok: false, isAbout: 'form', why: 'is no JWT' })
})
