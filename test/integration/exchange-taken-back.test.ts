import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { stringify } from 'yaml'
import { TOKEN_TYPES } from '../../src/oidc/exchange/exchange-request.ts'
import { aClient, aProvider } from '../support/builders.ts'
import { createCheckClient } from '../support/check-client.ts'
import { type HostileProvider, startHostileProvider } from '../support/hostile-provider.ts'
import { aPersonAt } from '../support/hostile-sign-in.ts'
import { logoutClaims } from '../support/logout-tokens.ts'
import { freePorts } from '../support/parts/free-port.ts'
import { type RunningRedis, startRedis } from '../support/parts/redis.ts'
import { type RunningSallyport, startSallyport } from '../support/parts/sallyport.ts'
import { temporaryFolder } from '../support/parts/temporary-folder.ts'

const PATIENCE = { timeout: 10_000, interval: 20 }
const ADMIN = 'correct-horse-battery-staple-0001'

const manifests = (issuer: string): string =>
  [
    ['IdentityProvider', 'idp', { issuer }],
    [
      'OIDCClient',
      'web',
      { providerRef: { name: 'idp' }, clientId: 'shop', authentication: { method: 'none' } },
    ],
    [
      'ProtectedRoute',
      'shop',
      {
        hosts: ['shop.example.com'],
        clientRef: { name: 'web' },
        upstream: { authorization: 'Exchange', exchange: { audience: 'orders' } },
      },
    ],
  ]
    .map(([kind, name, spec]) =>
      stringify({
        apiVersion: 'sallyport.dev/v1alpha1',
        kind,
        metadata: { name, namespace: 'shop' },
        spec,
      }),
    )
    .join('---\n')

let hostile: HostileProvider
let redis: RunningRedis
let sallyport: RunningSallyport
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let admin: string

beforeAll(async () => {
  hostile = await startHostileProvider()
  redis = await startRedis()
  folder = await temporaryFolder('taken-back')
  const tokenFile = `${folder.path}/tokens`
  writeFileSync(tokenFile, `alice ${ADMIN}\n`)
  const [port = 0] = await freePorts(1)
  admin = `127.0.0.1:${port}`
  sallyport = await startSallyport({
    resources: { 'shop.yaml': manifests(hostile.issuer) },
    redisUrl: redis.url,
    configuration: {
      outbound: { allowInsecureIssuers: true, allowNetworks: ['127.0.0.0/8'] },
      adminApi: { listen: admin, tokenFile },
    },
  })
})

afterAll(async () => {
  await sallyport.stop()
  await redis.stop()
  await hostile.stop()
  await folder.remove()
})

const seconds = (): number => Math.floor(Date.now() / 1000)

/** Somebody whose session has had its access token exchanged. */
const someone = async (subject: string) => {
  const client = createCheckClient(`127.0.0.1:${sallyport.grpcPort}`)
  const person = aPersonAt(hostile, client, subject)
  const cookie = await person.signIn(`sid-${subject}`, `access-${subject}`)
  const token = hostile.signer.sign({
    iss: hostile.issuer,
    sub: subject,
    aud: 'orders',
    iat: seconds(),
    exp: seconds() + 300,
  })
  hostile.setTokens({
    access_token: token,
    token_type: 'Bearer',
    issued_token_type: TOKEN_TYPES.access_token,
    expires_in: 300,
  })
  expect(await person.isSignedIn(cookie)).toBe(true)
  return { token, isSignedIn: () => person.isSignedIn(cookie) }
}

const revoked = (): readonly (string | null)[] =>
  hostile.revocationRequests.map(({ form }) => form.get('token'))

it('what was exchanged is taken back where the provider ends the session, and nothing of others', async () => {
  const [alice, bob] = [await someone('alice'), await someone('bob')]
  const client = aClient({ provider: aProvider({ issuer: hostile.issuer }) })
  const logout = { jti: 'jti-1', sub: 'alice', sid: 'sid-alice' }
  const response = await fetch(`${sallyport.httpUrl}/backchannel-logout/shop/web`, {
    method: 'POST',
    body: new URLSearchParams({
      logout_token: hostile.signer.sign(logoutClaims(client, seconds(), logout)),
    }),
  })
  expect(response.status).toBe(200)
  await vi.waitFor(() => expect(revoked()).toEqual([alice.token]), PATIENCE)
  expect([await alice.isSignedIn(), await bob.isSignedIn()]).toEqual([false, true])
})

it('the same where an administrator ends it', async () => {
  const carol = await someone('carol')
  const response = await fetch(`http://${admin}/v1/sessions?subject=carol`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${ADMIN}` },
  })
  expect(response.status).toBe(200)
  await vi.waitFor(() => expect(revoked()).toContain(carol.token), PATIENCE)
  expect(await carol.isSignedIn()).toBe(false)
})
