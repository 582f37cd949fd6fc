import { expect, it } from 'vitest'
import type { Claims } from '../../../../src/core/identity/identity.ts'
import type { AskedContext } from '../../../../src/core/provider/asked-context.ts'
import { createRelyingParty } from '../../../../src/oidc/client/relying-party.ts'
import { aClient } from '../../../support/builders.ts'
import { unlimited } from '../../../support/check-ports.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'
import { aHostileProvider, localProviders } from '../../../support/local-providers.ts'
import { aLogin } from '../../../support/logins.ts'

/** A sign-in by a client that asks for these, at a provider that says these. */
const signedIn = async (
  asked: Readonly<Record<string, string>>,
  says: Claims & { ago?: number },
  forwarded?: AskedContext,
) => {
  const { hostile, provider } = await aHostileProvider()
  const clock = handSetClock()
  const relyingParty = createRelyingParty({ providers: localProviders(clock), clock })
  const client = aClient({ provider, authorizationParameters: asked })
  const login = aLogin({
    createdAtMs: clock.nowMs() - 60_000,
    ...(forwarded === undefined ? {} : { asked: forwarded }),
  })
  const seconds = Math.floor(clock.nowMs() / 1_000)
  const { ago, ...claims } = says
  const id_token = hostile.signer.sign({
    ...{ iss: hostile.issuer, sub: 'alice', aud: 'shop', nonce: login.nonce },
    ...{ iat: seconds, exp: seconds + 300 },
    ...(ago === undefined ? {} : { auth_time: seconds - ago }),
    ...claims,
  })
  hostile.setTokens({ access_token: 'access-2', token_type: 'Bearer', id_token })
  const query = new URLSearchParams({ code: 'c', state: login.state, iss: hostile.issuer })
  return relyingParty.exchange(client, login, query, unlimited)
}

it('A5: a sign-in that is not as the client asked says what was asked for, and what came', async () => {
  expect(
    await signedIn({ acr_values: 'mfa phr', max_age: '0' }, { acr: 'pwd', ago: 3_600 }),
  ).toEqual({
    kind: 'refused',
    reason: 'login_context_refused',
    detail: 'Its acr claim is another, and acr_values was asked for.',
    facts: [
      { key: 'asked_for_context', values: { contexts: 'mfa, phr' } },
      { key: 'asked_for_recent', values: { time: { seconds: 0 } } },
      { key: 'came_with_context', values: { context: 'pwd' } },
      { key: 'came_from', values: { time: { seconds: 3600 } } },
    ],
  })
  expect(await signedIn({ max_age: '0' }, {})).toMatchObject({
    reason: 'login_context_refused',
    facts: [expect.objectContaining({ key: 'asked_for_recent' }), 'came_without_time'],
  })
})

it('A5: the page says nothing that a link had us ask for', async () => {
  expect(await signedIn({}, { acr: 'pwd' }, { acrValues: 'call 555-0100 now' })).toEqual({
    kind: 'refused',
    reason: 'login_context_refused',
    detail: 'Its acr claim is another, and acr_values was asked for.',
  })
})

it('A5: a sign-in of this very login is as was asked for, however long it took', async () => {
  expect(await signedIn({ prompt: 'login', max_age: '0' }, { ago: 55 })).toMatchObject({
    kind: 'tokens',
  })
})

it('R23: nobody is told how an ID token that cannot be trusted was come by', async () => {
  const forged = await signedIn({ acr_values: 'mfa' }, { acr: 'pwd', nonce: 'another' })
  expect(forged).toMatchObject({ kind: 'refused', reason: 'id_token_invalid' })
  expect(forged).not.toHaveProperty('facts')
})
