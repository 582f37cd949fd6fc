import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { createSharedClientKeys } from '../../src/app/client-keys/client-keys.ts'
import { clientKeysPath } from '../../src/core/assertion/key-set.ts'
import type { IntrospectionMethod } from '../../src/core/provider/token-inquiry.ts'
import type { Client } from '../../src/core/registration/client.ts'
import { createProviderServer } from '../../src/http/provider-server.ts'
import { createRelyingParty } from '../../src/oidc/client/relying-party.ts'
import { createTokenInquiry } from '../../src/oidc/inquiry/token-inquiry.ts'
import { aClient, aProvider } from '../support/builders.ts'
import { unlimited } from '../support/check-ports.ts'
import { type HandSetClock, handSetClock } from '../support/hand-set-clock.ts'
import { handSetTimers } from '../support/hand-set-timers.ts'
import { localProviders } from '../support/local-providers.ts'
import { aLogin } from '../support/logins.ts'
import { createHttpBrowser } from '../support/parts/http-browser.ts'
import { startHttpListener } from '../support/parts/http-listener.ts'
import { startOidcProvider, WEB_CLIENT } from '../support/parts/oidc-provider.ts'
import { type RunningRedis, startRedis } from '../support/parts/redis.ts'
import { keysOf } from '../support/process-keys.ts'
import { connectTo } from '../support/redis-under-test.ts'
import { seededRandom } from '../support/seeded-random.ts'

const HOUR = 3_600_000
const NAME = 'shop/web'

let redis: RunningRedis
beforeAll(async () => {
  redis = await startRedis()
})
afterAll(() => redis.stop())

/** One replica as far as keys of clients go: its share of Redis, its port, and what it asks by. */
const aReplica = async (keysClock: HandSetClock) => {
  const backend = connectTo({ url: redis.url })
  onTestFinished(() => backend.close())
  const timers = handSetTimers(keysClock)
  const warnings: string[] = []
  const clientKeys = createSharedClientKeys({
    backend,
    keys: keysOf('a'),
    clock: keysClock,
    random: seededRandom('client keys'),
    keyPrefix: 'test',
    logger: { warn: (text) => void warnings.push(text) },
    metrics: { clientKeys: { observe: () => undefined, families: [] } },
    store: 'redis',
    timers,
  })
  onTestFinished(() => clientKeys.close())
  const fetched: (string | undefined)[] = []
  const server = createProviderServer({
    listen: '127.0.0.1:0',
    keySet: ({ client }) => {
      fetched.push(client)
      return client === undefined ? { kind: 'unused' } : clientKeys.keySetOf(client)
    },
    logout: async () => ({ kind: 'unknown_client' }),
    newBudget: () => unlimited,
    observe: () => undefined,
  })
  const { port } = await server.start()
  onTestFinished(() => server.stop())
  const clock = handSetClock(Date.now())
  const providers = localProviders(clock, { clientKeys })
  const relyingParty = createRelyingParty({ providers, clock })
  const inquiry = createTokenInquiry({
    providers,
    clock,
    shared: { of: (_name, ask, budget) => ask(budget) },
    maxEntries: 1,
    observe: () => undefined,
  })
  const kids = () => {
    const set = clientKeys.keySetOf(NAME)
    return set.kind === 'keys' ? set.keys.map(({ kid }) => kid) : []
  }
  const kid = async () => (await clientKeys.keyOf(NAME, unlimited)).keyId
  const url = `http://127.0.0.1:${port}${clientKeysPath(NAME)}`
  return { clientKeys, timers, relyingParty, inquiry, url, kids, kid, fetched, warnings }
}

type Replica = Awaited<ReturnType<typeof aReplica>>

/** The certified provider, which fetches the keys of the client from the first replica. */
const aWorld = async (algorithm: 'ES256' | 'PS256' = 'ES256') => {
  await redis.command('FLUSHALL')
  const application = await startHttpListener((_, response) => response.end('Back.'))
  onTestFinished(() => application.takeDown())
  const redirectUri = `http://127.0.0.1:${application.port}/callback`
  const keysClock = handSetClock(Date.UTC(2031, 0, 1))
  const [one, other] = [await aReplica(keysClock), await aReplica(keysClock)]
  const certified = await startOidcProvider({
    redirectUris: [redirectUri],
    fetchesKeysFrom: one.url,
  })
  onTestFinished(() => certified.stop())
  const client: Client = aClient({
    name: NAME,
    provider: aProvider({ issuer: certified.issuer }),
    clientId: WEB_CLIENT.clientId,
    authentication: {
      ...{ method: 'private_key_jwt', assertionAudience: 'Issuer' },
      ...{ algorithm, rotationMs: HOUR },
    },
    asking: { pushed: 'Always', signed: 'Always', responseMode: 'query', algorithm },
    scopes: ['openid', 'email', 'offline_access'],
  })
  for (const { clientKeys } of [one, other]) clientKeys.take([client], [])

  const signIn = async ({ relyingParty }: Replica) => {
    const login = aLogin({
      state: randomBytes(16).toString('base64url'),
      nonce: randomBytes(16).toString('base64url'),
      codeVerifier: randomBytes(32).toString('base64url'),
      redirectUri,
    })
    const browser = createHttpBrowser()
    onTestFinished(() => browser.close())
    const hint = { login_hint: 'alice' }
    const page = await browser.open(
      await relyingParty.authorizationUrl(client, login, hint, unlimited),
    )
    const back = await browser.submit(page, { password: 'alice-password' })
    const query = new URL(back.hops.at(-1) ?? '').searchParams
    const outcome = await relyingParty.exchange(client, login, query, unlimited)
    if (outcome.kind !== 'tokens') throw new Error(JSON.stringify(outcome))
    return outcome.tokens
  }

  /** Every replica looks after its keys, as it does each minute. */
  const lookAfter = async (): Promise<void> => {
    for (const { timers, clientKeys } of [one, other]) {
      timers.pass(0)
      await expect.poll(() => timers.waiting().length).toBe(1)
      expect(clientKeys.standingOf(NAME)?.problem).toBeUndefined()
    }
  }
  return { one, other, certified, client, keysClock, signIn, lookAfter }
}

describe('the certified provider, which fetches the keys of a client from us', () => {
  it.each(['ES256', 'PS256'] as const)(
    'takes what each of two replicas signs by %s: pushed and signed requests, codes, refreshes, introspection',
    async (algorithm) => {
      const { one, other, certified, client, signIn } = await aWorld(algorithm)
      const tokens = await signIn(one)
      expect(tokens.claims.sub).toBe('alice')
      expect((await signIn(other)).claims.sub).toBe('alice')
      expect(certified.requestCount('pushedRequest')).toBe(2)
      expect(await one.kid()).toBe(await other.kid())
      expect(one.kids()[0]).toBe(await one.kid())
      const renewed = await other.relyingParty.refresh(client, tokens, unlimited)
      expect(renewed).toMatchObject({ kind: 'tokens', tokens: { claims: { sub: 'alice' } } })
      const settings = { audiences: ['any'], audienceClaim: 'aud', maxBytes: 4096, ttlMs: 0 }
      const method: IntrospectionMethod = {
        ...{ kind: 'credential', way: 'introspection', provider: client.provider, client },
        settings: { ...settings, signed: 'Auto' },
      }
      // The client is believed; what it asks about is for nobody here.
      expect(await one.inquiry.introspect(tokens.accessToken, [method], unlimited)).toMatchObject({
        reason: 'token_claims_invalid',
      })
      expect(certified.requestCount('introspection')).toBe(1)
      expect(new Set(one.fetched)).toEqual(new Set([NAME]))
      // The other replica was never asked for keys: they are the same.
      expect(other.fetched).toEqual([])
      expect(one.warnings).toEqual([])
    },
  )

  it('takes it across rotations, and the last key before it is over', async () => {
    const { one, other, certified, keysClock, signIn, lookAfter } = await aWorld()
    for (const { kids } of [one, other]) await expect.poll(kids).toHaveLength(2)
    await signIn(one)
    const first = await one.kid()
    const asked = one.fetched.length

    // The next key has been published since the beginning, so that nobody has to fetch it.
    keysClock.advance(HOUR)
    const second = await other.kid()
    expect(second).not.toBe(first)
    expect((await signIn(other)).claims.sub).toBe('alice')
    expect(one.fetched).toHaveLength(asked)

    await lookAfter()
    expect(one.kids()).toEqual(expect.arrayContaining([first, second]))
    expect(one.kids().toSorted()).toEqual(other.kids().toSorted())
    keysClock.advance(HOUR)
    const third = await one.kid()
    expect([first, second]).not.toContain(third)
    // An hour is longer than the five minutes for which it may keep what it fetched.
    certified.rotateKeys({ keepOld: true })
    expect((await signIn(one)).claims.sub).toBe('alice')
    expect((await signIn(other)).claims.sub).toBe('alice')
    expect(one.fetched.length).toBeGreaterThan(asked)
    await lookAfter()
    expect(one.kids()).not.toContain(first)
  })

  it('goes on while Redis is away; a replica that has never seen a key says why', async () => {
    const { one, client, keysClock, signIn } = await aWorld()
    await signIn(one)
    await redis.kill()
    onTestFinished(() => redis.restart())
    expect((await signIn(one)).claims.sub).toBe('alice')
    const late = await aReplica(keysClock)
    late.clientKeys.take([client], [])
    await expect(signIn(late)).rejects.toMatchObject({ code: 'client_key_unavailable' })
    const response = await fetch(late.url)
    expect(response.status).toBe(503)
  })

  it('R31: is shown no private key, and a copy of Redis holds none', async () => {
    const { one, signIn } = await aWorld()
    await signIn(one)
    const document = JSON.stringify(await (await fetch(one.url)).json())
    for (const member of ['"d"', '"p"', '"q"', '"k"']) expect(document).not.toContain(member)
    const names = (await redis.command('KEYS', '*')).split(/\s+/)
    const sealed = names.filter((name) => name.startsWith('test:client:'))
    expect(sealed.length).toBeGreaterThan(0)
  })
})
