import { expect, it } from 'vitest'
import type { Exchange } from '../../../../src/core/policy/upstream.ts'
import { createProbeExchange } from '../../../../src/oidc/inspection/probe-exchange.ts'
import { aClient } from '../../../support/builders.ts'
import { unlimited } from '../../../support/check-ports.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'
import { json, redirectTo } from '../../../support/hostile-provider.ts'
import { aHostileProvider, localProviders } from '../../../support/local-providers.ts'

const ORDERS: Exchange = { audience: 'orders', scopes: [], takesOpaque: false }
const MADE_UP = 'sallyport-doctor-made-up'

const aProbe = async () => {
  const { hostile, provider } = await aHostileProvider()
  const clock = handSetClock()
  const providers = localProviders(clock)
  const client = aClient({ provider })
  const probing = createProbeExchange({ providers, clock })
  const probe = (exchange: Partial<Exchange> = {}) =>
    probing(client, { ...ORDERS, ...exchange }, MADE_UP, unlimited)
  const refusing = (error: string, error_description?: string, status = 400) =>
    hostile.answer('token', json({ error, error_description }, status))
  return { hostile, client, probe, refusing }
}

it('a client is asked about as it exchanges, with a token that nobody issued and no actor', async () => {
  const { hostile, client, probe, refusing } = await aProbe()
  refusing('invalid_request', 'Invalid token')
  expect(await probe({ actor: client })).toEqual({
    state: 'well',
    message:
      'OIDCClient shop/shop may exchange tokens: one that was made up was refused, and not the client.',
  })
  expect(Object.fromEntries(hostile.tokenRequests.at(-1)?.form ?? [])).toEqual({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    audience: 'orders',
    subject_token: MADE_UP,
    subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
  })
})

it.each([
  ['invalid_grant', undefined, 'well', 'may exchange tokens'],
  ['invalid_token', undefined, 'well', 'may exchange tokens'],
  ['invalid_request', 'subject_token is expired', 'well', 'may exchange tokens'],
  ['invalid_request', undefined, 'unknown', 'says nothing of whether'],
  ['invalid_request', 'Missing parameter: code', 'unknown', 'says nothing of whether'],
  ['unauthorized_client', undefined, 'problem', 'allow this client the grant type'],
  ['unsupported_grant_type', undefined, 'problem', 'does not exchange tokens'],
  [
    'invalid_request',
    'Standard token exchange is not enabled for the requested client',
    'problem',
    'switch on token exchange for the client "shop"',
  ],
  ['invalid_client', undefined, 'problem', '`authentication.method` is'],
  ['invalid_target', undefined, 'problem', 'correct `audience` and `resource`'],
  ['made_up', undefined, 'unknown', 'says nothing of whether'],
  ['temporarily_unavailable', undefined, 'unknown', 'says nothing of whether'],
])('%s (%s) is %s', async (error, description, state, sentence) => {
  const { probe, refusing } = await aProbe()
  refusing(error, description)
  const probed = await probe()
  expect(probed.state).toBe(state)
  expect(probed.message).toContain(sentence)
  expect(probed.message).not.toContain(MADE_UP)
})

it('who asks for an actor says nothing of whether the client may exchange', async () => {
  const { client, probe, refusing } = await aProbe()
  refusing('invalid_request', 'actor_token is required')
  expect((await probe({ actor: client })).state).toBe('unknown')
  const without = await probe()
  expect([without.state, without.message]).toEqual([
    'problem',
    expect.stringContaining('set `upstream.exchange.actor`'),
  ])
})

it('R23: a provider that exchanges whatever it is sent is a problem', async () => {
  const { hostile, probe } = await aProbe()
  hostile.setTokens({ access_token: 'issued', token_type: 'Bearer' })
  expect(await probe()).toEqual({
    state: 'problem',
    message: expect.stringContaining('exchanges a token that was made up'),
  })
})

it('an endpoint that gives no answer that counts is told as it is', async () => {
  const { hostile, probe } = await aProbe()
  hostile.answer('token', redirectTo('https://evil.example.com/'))
  expect((await probe()).state).toBe('problem')
  await hostile.takeDown()
  expect((await probe()).state).toBe('unknown')
})
