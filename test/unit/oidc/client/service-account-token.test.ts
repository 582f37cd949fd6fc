import { expect, it, onTestFinished } from 'vitest'
import type {
  TokenOfServiceAccount,
  WantedToken,
} from '../../../../src/core/provider/service-account-tokens.ts'
import { Fault } from '../../../../src/core/reason/fault.ts'
import type { AssertionAudience } from '../../../../src/core/registration/client.ts'
import { createTokenEndpoint } from '../../../../src/oidc/client/token-endpoint.ts'
import { createProviders } from '../../../../src/oidc/provider/providers.ts'
import { aClient } from '../../../support/builders.ts'
import { unlimited } from '../../../support/check-ports.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'
import { json } from '../../../support/hostile-provider.ts'
import { aHostileProvider, localOutbound } from '../../../support/local-providers.ts'
import { seededRandom } from '../../../support/seeded-random.ts'

const ACCOUNT = { namespace: 'shop', name: 'shop-login' }

const aWorld = async (
  tokenOf?: TokenOfServiceAccount,
  assertionAudience: AssertionAudience = 'Issuer',
) => {
  const { hostile, provider } = await aHostileProvider()
  hostile.setTokens({ access_token: 'access-2', token_type: 'Bearer', expires_in: 300 })
  const clock = handSetClock()
  const random = seededRandom('service accounts')
  const given = tokenOf === undefined ? {} : { serviceAccounts: { tokenOf } }
  const providers = createProviders({ outbound: localOutbound, clock, random, ...given })
  onTestFinished(() => providers.close())
  const method = 'service_account_token'
  const authentication = { method, assertionAudience, serviceAccount: ACCOUNT } as const
  const client = aClient({ provider, authentication })
  const { refresh } = createTokenEndpoint({ providers, clock })
  return { hostile, client, refresh: () => refresh(client, 'refresh-1', unlimited) }
}

it('the token is the assertion, asked for anew for each call, and nothing else is sent', async () => {
  const wanted: WantedToken[] = []
  const { hostile, client, refresh } = await aWorld(async (one) => {
    wanted.push(one)
    return `token-${wanted.length}`
  })
  expect(await refresh()).toMatchObject({ kind: 'granted' })
  await refresh()
  const [first, second] = hostile.tokenRequests
  expect(first?.authorization).toBeUndefined()
  expect(Object.fromEntries(first?.form ?? [])).toEqual({
    grant_type: 'refresh_token',
    refresh_token: 'refresh-1',
    client_id: client.clientId,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: 'token-1',
  })
  expect(second?.form.get('client_assertion')).toBe('token-2')
  const { name } = client
  expect(wanted[0]).toEqual({ client: name, audience: hostile.issuer, serviceAccount: ACCOUNT })
})

it('it is for the token endpoint where the client says so', async () => {
  const audiences: string[] = []
  const { hostile, refresh } = await aWorld(async ({ audience }) => {
    audiences.push(audience)
    return 'token-1'
  }, 'TokenEndpoint')
  await refresh()
  expect(audiences).toEqual([`${hostile.issuer}/token`])
})

it('where there is no token, the provider is not asked', async () => {
  const { hostile, refresh } = await aWorld(async () => {
    throw new Fault('provider_misconfigured', 'shop/shop: no right.')
  })
  await expect(refresh()).rejects.toMatchObject({ message: 'shop/shop: no right.' })
  expect(hostile.requestCount('token')).toBe(0)
})

it('whoever asks no API server says so', async () => {
  const { refresh } = await aWorld()
  await expect(refresh()).rejects.toMatchObject({
    code: 'provider_unreachable',
    message: expect.stringContaining('by the running service alone'),
  })
})

it('R31: a provider that does not take it is named with what mends it, and without the token', async () => {
  const { hostile, refresh } = await aWorld(async () => 'token-of-the-account')
  const description = 'unknown subject in token-of-the-account'
  hostile.answer('token', json({ error: 'invalid_client', error_description: description }, 401))
  const refused = refresh()
  await expect(refused).rejects.toMatchObject({
    code: 'provider_misconfigured',
    message: expect.stringContaining('trusts the issuer of the cluster'),
  })
  await expect(refused).rejects.not.toMatchObject({
    message: expect.stringContaining('token-of-the-account'),
  })
})
