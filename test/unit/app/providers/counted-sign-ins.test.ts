import { expect, it } from 'vitest'
import { countedSignIns } from '../../../../src/app/providers/counted-sign-ins.ts'
import { Fault } from '../../../../src/core/reason/fault.ts'
import type { Client } from '../../../../src/core/registration/client.ts'
import { createRelyingParty } from '../../../../src/oidc/client/relying-party.ts'
import { aClient, someTokens } from '../../../support/builders.ts'
import { unlimited } from '../../../support/check-ports.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'
import { json } from '../../../support/hostile-provider.ts'
import { aHostileProvider, localProviders } from '../../../support/local-providers.ts'
import { aLogin } from '../../../support/logins.ts'

const aWorld = async () => {
  const { hostile, provider } = await aHostileProvider()
  hostile.setMetadata({ pushed_authorization_request_endpoint: `${hostile.issuer}/par` })
  const clock = handSetClock()
  const counted: string[] = []
  const relyingParty = countedSignIns(
    createRelyingParty({ providers: localProviders(clock), clock }),
    {
      countSignIn: (name, outcome) => counted.push(`sign-in ${name} ${outcome}`),
      countRefresh: (name, outcome) => counted.push(`refresh ${name} ${outcome}`),
      countClientRefusal: (name) => counted.push(`refused ${name}`),
    },
  )
  const plain = aClient({ provider })
  const client: Client = { ...plain, asking: { ...plain.asking, pushed: 'Always' } }
  const signIn = (more: Readonly<Record<string, string>> = {}) => {
    const login = aLogin()
    const good = { code: 'code', state: login.state, iss: hostile.issuer }
    const query = new URLSearchParams({ ...good, ...more })
    return relyingParty.exchange(client, login, query, unlimited)
  }
  const refresh = () => {
    const tokens = someTokens(clock.nowMs(), { refreshToken: 'refresh' })
    return relyingParty.refresh(client, tokens, unlimited)
  }
  const begin = () => relyingParty.authorizationUrl(client, aLogin(), {}, unlimited)
  return { hostile, counted, signIn, refresh, begin }
}

const REFUSED = json({ error: 'invalid_client' }, 401)

it('a client that is refused is counted, whatever it wanted, and so is what it wanted', async () => {
  const { hostile, counted, signIn, refresh, begin } = await aWorld()
  hostile.answer('token', REFUSED)
  await expect(signIn()).rejects.toThrow(Fault)
  hostile.answer('token', REFUSED)
  await expect(refresh()).rejects.toThrow(Fault)
  hostile.answer('push', REFUSED)
  await expect(begin()).rejects.toThrow(Fault)
  expect(counted).toEqual([
    'refused shop/shop',
    'sign-in shop/keycloak provider_misconfigured',
    'refused shop/shop',
    'refresh shop/keycloak provider_misconfigured',
    'refused shop/shop',
  ])
})

it('a code or a refresh token that is not good is no refusal of the client', async () => {
  const { hostile, counted, signIn, refresh } = await aWorld()
  hostile.answer('token', json({ error: 'invalid_grant' }, 400))
  expect(await signIn()).toMatchObject({ kind: 'refused', reason: 'code_refused' })
  hostile.answer('token', json({ error: 'invalid_grant' }, 400))
  expect(await refresh()).toMatchObject({ kind: 'refused' })
  hostile.answer('token', json({ error: 'invalid_scope' }, 400))
  expect(await refresh()).toMatchObject({ kind: 'declined' })
  expect(counted).toEqual([
    'sign-in shop/keycloak code_refused',
    'refresh shop/keycloak refused',
    'refresh shop/keycloak declined',
  ])
})

it('a callback whose code is sent nowhere is not counted: anybody can make one', async () => {
  const { counted, signIn } = await aWorld()
  const refused = [
    [{ iss: 'https://evil.example.com' }, 'id_token_invalid'],
    [{ code: '' }, 'malformed_callback'],
    [{ state: 'of-another' }, 'state_mismatch'],
    [{ code: '', error: 'access_denied' }, 'provider_error'],
  ] as const
  for (const [more, reason] of refused) {
    expect(await signIn(more)).toMatchObject({ kind: 'refused', reason })
  }
  expect(counted).toEqual([])
})

it('a refresh that works is completed', async () => {
  const { hostile, counted, refresh } = await aWorld()
  hostile.answer('token', json({ access_token: 'new', token_type: 'Bearer', expires_in: 300 }))
  expect(await refresh()).toMatchObject({ kind: 'tokens' })
  expect(counted).toEqual(['refresh shop/keycloak completed'])
})
