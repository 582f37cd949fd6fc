import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { stringify } from 'yaml'
import type { Claims, Json } from '../../src/core/identity/identity.ts'
import { aClient, aProvider } from '../support/builders.ts'
import { createCheckClient } from '../support/check-client.ts'
import { type HostileProvider, startHostileProvider } from '../support/hostile-provider.ts'
import { aPersonAt } from '../support/hostile-sign-in.ts'
import { logoutClaims } from '../support/logout-tokens.ts'
import { type RunningRedis, startRedis } from '../support/parts/redis.ts'
import { type RunningSallyport, startSallyport } from '../support/parts/sallyport.ts'
import { createTokenSigner, hmacToken, unsignedToken } from '../support/token-signer.ts'

type Changes = Readonly<Record<string, Json | undefined>>

let hostile: HostileProvider
let redis: RunningRedis
let sallyport: RunningSallyport

const manifests = (issuer: string): string =>
  [
    ['IdentityProvider', 'idp', { issuer }],
    [
      'OIDCClient',
      'web',
      { providerRef: { name: 'idp' }, clientId: 'shop', authentication: { method: 'none' } },
    ],
    [
      'OIDCClient',
      'silent',
      {
        providerRef: { name: 'idp' },
        clientId: 'silent',
        authentication: { method: 'none' },
        logout: { backChannel: false },
      },
    ],
    ['ProtectedRoute', 'shop', { hosts: ['shop.example.com'], clientRef: { name: 'web' } }],
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

beforeAll(async () => {
  hostile = await startHostileProvider()
  redis = await startRedis({ saveData: true })
  sallyport = await startSallyport({
    resources: { 'shop.yaml': manifests(hostile.issuer) },
    redisUrl: redis.url,
    configuration: {
      outbound: { allowInsecureIssuers: true, allowNetworks: ['127.0.0.0/8'] },
    },
  })
})

afterAll(async () => {
  await sallyport.stop()
  await redis.stop()
  await hostile.stop()
})

const seconds = (): number => Math.floor(Date.now() / 1000)

let jtis = 0

const claims = (changes: Changes = {}): Claims => {
  jtis += 1
  const client = aClient({ provider: aProvider({ issuer: hostile.issuer }) })
  return logoutClaims(client, seconds(), { jti: `jti-${jtis}`, ...changes })
}

const post = async (token: string, client = 'shop/web') => {
  const response = await fetch(`${sallyport.httpUrl}/backchannel-logout/${client}`, {
    method: 'POST',
    body: new URLSearchParams({ logout_token: token }),
  })
  return { status: response.status, caching: response.headers.get('cache-control') }
}

const sign = (changes: Changes = {}, header: Changes = {}): string =>
  hostile.signer.sign(claims(changes), header)

const aWorld = async (subject = 'alice', sid = 'sid-1') => {
  const person = aPersonAt(hostile, createCheckClient(`127.0.0.1:${sallyport.grpcPort}`), subject)
  const cookie = await person.signIn(sid)
  expect(await person.isSignedIn(cookie)).toBe(true)
  return { ...person, isStillIn: () => person.isSignedIn(cookie) }
}

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'

/** What the OpenID certification for relying parties sends, one module each. */
const modules: readonly [string, () => string][] = [
  ['another algorithm', () => createTokenSigner('key-1', 'ES256').sign(claims())],
  ['a symmetric algorithm', () => hmacToken(claims(), hostile.signer.publicPem, 'key-1')],
  ['alg none', () => unsignedToken(claims())],
  ['a wrong signature', () => createTokenSigner('key-1').sign(claims())],
  ['a wrong issuer', () => sign({ iss: 'https://other.example.com' })],
  ['a wrong audience', () => sign({ aud: 'other' })],
  ['no event', () => sign({ events: undefined })],
  ['a wrong event', () => sign({ events: { 'http://schemas.openid.net/event/other': {} } })],
  ['an event that is no object', () => sign({ events: { [EVENT]: 'yes' } })],
  ['a nonce', () => sign({ nonce: 'nonce' })],
  ['neither sub nor sid', () => sign({ sub: undefined, sid: undefined })],
  ['no jti', () => sign({ jti: undefined })],
  ['an exp that has passed', () => sign({ iat: seconds() - 200, exp: seconds() - 60 })],
  ['an iat of long ago', () => sign({ iat: seconds() - 3_600, exp: seconds() + 60 })],
  ['an unknown crit', () => sign({}, { crit: ['x'], x: 1 })],
  ['the typ of another token', () => sign({}, { typ: 'at+jwt' })],
]

describe('a logout token over HTTP', () => {
  it.each(modules)('with %s is answered 400 and ends nothing', async (_, make) => {
    const { isStillIn } = await aWorld()
    expect(await post(make())).toEqual({ status: 400, caching: 'no-store' })
    expect(await isStillIn()).toBe(true)
  })

  it('by sid ends that session alone, once', async () => {
    const mine = await aWorld('alice', 'sid-2')
    const other = await aWorld('alice', 'sid-3')
    const token = sign({ sub: undefined, sid: 'sid-2' })
    expect(await post(token)).toEqual({ status: 200, caching: 'no-store' })
    expect([await mine.isStillIn(), await other.isStillIn()]).toEqual([false, true])
    const again = await aWorld('alice', 'sid-2')
    expect((await post(token)).status).toBe(400)
    expect(await again.isStillIn()).toBe(true)
  })

  it('by subject ends all of them, and nobody else’s', async () => {
    const mine = [await aWorld('carol', 'sid-4'), await aWorld('carol', 'sid-5')]
    const other = await aWorld('dave', 'sid-6')
    expect((await post(sign({ sub: 'carol', sid: undefined }))).status).toBe(200)
    expect(await Promise.all(mine.map(({ isStillIn }) => isStillIn()))).toEqual([false, false])
    expect(await other.isStillIn()).toBe(true)
  })

  it('for nobody who is signed in is well all the same', async () => {
    expect((await post(sign({ sub: 'nobody', sid: undefined }))).status).toBe(200)
  })

  it('for no client, or one that takes none, is answered 404', async () => {
    expect((await post(sign(), 'shop/nobody')).status).toBe(404)
    expect((await post(sign({ aud: 'silent' }), 'shop/silent')).status).toBe(404)
  })

  it('is verified with the keys at hand while the provider is down', async () => {
    const { isStillIn } = await aWorld('erin', 'sid-7')
    await hostile.takeDown()
    onTestFinished(() => hostile.bringUp())
    expect((await post(sign({ sub: 'erin', sid: 'sid-7' }))).status).toBe(200)
    expect(await isStillIn()).toBe(false)
  })

  it('is answered 503 while Redis is down, and taken when it is tried again', async () => {
    const { isStillIn } = await aWorld('frank', 'sid-8')
    const token = sign({ sub: 'frank', sid: 'sid-8' })
    await redis.kill()
    expect((await post(token)).status).toBe(503)
    await redis.restart()
    await expect.poll(async () => (await post(token)).status, { timeout: 20_000 }).toBe(200)
    expect(await isStillIn()).toBe(false)
  })
})
