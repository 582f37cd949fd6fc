import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aBindingClient } from '../support/bound-browser.ts'
import { createDevice, type Dialect } from '../support/device-browser.ts'
import { aBindingPolicy } from '../support/device-gateway.ts'
import { reasonOf, type Send, valuesOf } from '../support/device-wire.ts'
import { createDeviceWorld } from '../support/device-world.ts'
import { type RunningRedis, startRedis } from '../support/parts/redis.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const BOUND = '__Host-sallyport-bound'
const TICKET = '__Host-sallyport'

let redis: RunningRedis

beforeAll(async () => {
  redis = await startRedis()
})
afterAll(() => redis.stop())

const count = (log: readonly string[], what: string): number =>
  log.filter((one) => one === what).length

/** Sends each request to the next replica. */
const inTurn = (...replicas: readonly { readonly send: Send }[]): Send => {
  let sent = 0
  return (request) => {
    sent += 1
    const replica = replicas[sent % replicas.length]
    if (replica === undefined) throw new Error('There is no replica.')
    return replica.send(request)
  }
}

describe.each(['memory', 'Redis'] as const)('with sessions in %s', (store) => {
  const createWorld = (policy = aBindingPolicy()) =>
    createDeviceWorld(store === 'Redis' ? redis.url : undefined, policy)

  it.each<Dialect>(['specification', 'chromium'])(
    'a browser of the dialect %s binds its session, renews the cookie, and goes on for hours',
    async (dialect) => {
      const { clock, replica, boundBrowser } = createWorld()
      const one = replica()
      const { open, fetch, jar, log } = await boundBrowser(one, { dialect })
      expect(log).toEqual(['bound'])
      for (let quarters = 0; quarters < 12; quarters += 1) {
        clock.advance(15 * MINUTE)
        expect(jar.value(BOUND)).toBeUndefined()
        const answer = quarters % 2 === 0 ? await open() : await fetch('/api')
        expect(answer.isAllowed).toBe(true)
        await one.settled()
      }
      expect(count(log, 'refreshed')).toBe(12)
      expect(log).not.toContain('ended')
    },
  )

  it('a browser that knows nothing of devices is served as ever', async () => {
    const { clock, replica, boundBrowser } = createWorld()
    const { open, fetch, jar, log } = await boundBrowser(replica(), { binds: false })
    for (let times = 0; times < 5; times += 1) {
      clock.advance(20 * MINUTE)
      expect((await open()).isAllowed).toBe(true)
      expect((await fetch('/api')).isAllowed).toBe(true)
    }
    expect([log, jar.names()]).toEqual([[], [TICKET]])
  })

  it('the cookie is renewed before its end as well as after it', async () => {
    const { clock, replica, boundBrowser } = createWorld()
    const { refresh, only, open, jar, log } = await boundBrowser(replica())
    const first = jar.value(BOUND)
    clock.advance(9 * MINUTE)
    expect(await refresh(only())).toBe('renewed')
    expect(jar.value(BOUND)).not.toBe(first)
    clock.advance(9 * MINUTE)
    expect((await open()).isAllowed).toBe(true)
    expect(count(log, 'refreshed')).toBe(1)
  })

  it('ten tabs at once wait for one proof', async () => {
    const { clock, replica, boundBrowser } = createWorld()
    const { open, log } = await boundBrowser(replica())
    clock.advance(HOUR / 3)
    const answers = await Promise.all(Array.from({ length: 10 }, () => open()))
    expect(answers.map(({ isAllowed }) => isAllowed)).toEqual(answers.map(() => true))
    expect(count(log, 'refreshed')).toBe(1)
  })

  it('every replica knows what another has bound, challenged and renewed', async () => {
    const { clock, replica, boundBrowser } = createWorld()
    const replicas = [replica(), replica()] as const
    const { open, log } = await boundBrowser({ ...replicas[0], send: inTurn(...replicas) })
    for (let times = 0; times < 7; times += 1) {
      clock.advance(11 * MINUTE)
      expect((await open()).isAllowed).toBe(true)
      for (const one of replicas) await one.settled()
    }
    expect(count(log, 'refreshed')).toBe(7)
    expect(log).not.toContain('ended')
  })

  it('of two keys that race at two replicas one wins, and the other learns that it has not', async () => {
    const { clock, replica, browser } = createWorld()
    const replicas = [replica(), replica()] as const
    const both = replicas.map(({ send }) => browser(send, { bindsLater: true }))
    const [first, second] = both
    if (first === undefined || second === undefined) throw new Error('There are two browsers.')
    await first.signIn()
    const [offer] = first.offers
    if (offer === undefined) throw new Error('Nothing was offered.')
    second.jar.paste(first.jar.copy())
    for (const one of both) expect((await one.open()).isAllowed).toBe(true)
    const answers = await Promise.all(both.map((one) => one.bind(offer)))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 401])
    expect(both.map(({ log }) => log[0]).toSorted()).toEqual(['bound', 'rejected'])
    clock.advance(2 * MINUTE)
    for (const one of both) {
      const answer = await one.open()
      const isWinner = one.log[0] === 'bound'
      expect([answer.isAllowed, reasonOf(answer)]).toEqual(
        isWinner ? [true, undefined] : [false, 'device_proof_required'],
      )
    }
  })

  it('a restart of the service ends no session', async () => {
    const { clock, replica, browser } = createWorld()
    let serving = replica()
    const { signIn, open, log } = browser((request) => serving.send(request))
    await signIn()
    await serving.settled()
    clock.advance(5 * MINUTE)
    serving = replica()
    expect((await open()).isAllowed).toBe(true)
    clock.advance(HOUR / 4)
    serving = replica()
    expect((await open()).isAllowed).toBe(true)
    expect(log).toEqual(['bound', 'signed', 'signed', 'refreshed'])
  })

  it('a rotation of the keys ends no session, and the former key may leave', async () => {
    const { clock, replica, boundBrowser } = createWorld()
    const one = replica()
    const { open, log } = await boundBrowser(one)
    for (const keys of [['b', 'a'], ['b', 'a'], ['b'], ['c', 'b'], ['c']]) {
      one.rotate(...keys)
      expect((await open()).isAllowed).toBe(true)
      clock.advance(11 * MINUTE)
      expect((await open()).isAllowed).toBe(true)
      await one.settled()
    }
    expect(count(log, 'refreshed')).toBe(5)
    expect(log).not.toContain('ended')
  })

  it('replicas whose clocks are half a minute apart take each other’s cookies and challenges', async () => {
    const { clock, replica, boundBrowser } = createWorld()
    const ahead = { ...clock, nowMs: () => clock.nowMs() + 14 * SECOND }
    const behind = { ...clock, nowMs: () => clock.nowMs() - 15 * SECOND }
    const replicas = [replica({ clock: ahead }), replica({ clock: behind })] as const
    const { open, log } = await boundBrowser({ ...replicas[1], send: inTurn(...replicas) })
    for (let times = 0; times < 40; times += 1) {
      clock.advance(3 * MINUTE)
      expect((await open()).isAllowed).toBe(true)
      expect((await open()).isAllowed).toBe(true)
      for (const one of replicas) await one.settled()
    }
    expect(log).not.toContain('ended')
  })

  it('a replica whose clock was set back refuses for as long, and ends nothing', async () => {
    const { clock, replica, browser } = createWorld()
    const [right, wrong] = [
      replica(),
      replica({ clock: { ...clock, nowMs: () => clock.nowMs() - HOUR } }),
    ]
    let serving = right
    const { signIn, open, fetch, jar, log } = browser((request) => serving.send(request))
    await signIn()
    await right.settled()
    clock.advance(2 * MINUTE)
    serving = wrong
    expect(reasonOf(await fetch('/api'))).toBe('device_proof_required')
    serving = right
    expect((await open()).isAllowed).toBe(true)
    expect([jar.value(TICKET) === undefined, log.includes('ended')]).toEqual([false, false])
  })

  it('the same challenge is signed once, so that a browser has signatures left for other hosts', async () => {
    const client = aBindingClient({ challengeLifetimeMs: HOUR })
    const { clock, replica, boundBrowser } = createWorld(aBindingPolicy(client))
    clock.set(Math.ceil(clock.nowMs() / HOUR) * HOUR)
    const { open, log } = await boundBrowser(replica())
    for (let times = 0; times < 5; times += 1) {
      clock.advance(11 * MINUTE)
      expect((await open()).isAllowed).toBe(true)
    }
    expect([count(log, 'refreshed'), count(log, 'signed')]).toEqual([5, 1])
  })

  it('proofs that are used once are signed anew each time, at whatever replica', async () => {
    const client = aBindingClient({ singleUse: true })
    const { clock, replica, boundBrowser } = createWorld(aBindingPolicy(client))
    const replicas = [replica(), replica()] as const
    const { open, only, log } = await boundBrowser({ ...replicas[0], send: inTurn(...replicas) })
    clock.advance(11 * MINUTE)
    expect((await open()).isAllowed).toBe(true)
    const { config, signed } = only()
    const again = await replicas[0].send({
      method: 'POST',
      host: 'shop.example.com',
      path: config.refreshPath,
      headers: {
        'sec-secure-session-id': config.id,
        'secure-session-response': signed?.proof ?? '',
      },
    })
    expect([again.status, reasonOf(again)]).toEqual([403, 'device_proof_refused'])
    clock.advance(11 * MINUTE)
    expect((await open()).isAllowed).toBe(true)
    expect([count(log, 'refreshed'), log.includes('ended')]).toEqual([2, false])
  })

  describe('a session that was ended', () => {
    const set = async () => {
      const world = createWorld()
      const one = world.replica()
      const browser = await world.boundBrowser(one)
      world.clock.advance(5 * MINUTE)
      expect((await browser.open()).isAllowed).toBe(true)
      return { ...world, one, browser }
    }
    type Set = Awaited<ReturnType<typeof set>>

    it.each<[string, (world: Set) => Promise<unknown>]>([
      ['by its own sign-out', ({ browser }) => browser.open('/oauth2/logout')],
      [
        'by a script of the page',
        ({ browser }) => browser.fetch('/oauth2/logout', { method: 'POST' }),
      ],
      [
        'by an administrator or the provider',
        ({ one }) => one.ports.directory.end({ kind: 'everything' }, one.ports.newBudget(5_000)),
      ],
      [
        'by what its client revokes',
        async ({ one, clock }) => {
          clock.advance(1)
          one.ports.policy = aBindingPolicy(aBindingClient({}, { revokeBeforeMs: clock.nowMs() }))
        },
      ],
      ['by its age', async ({ clock }) => clock.advance(13 * HOUR)],
    ])('%s gets no cookie again: its browser forgets it', async (_, end) => {
      const world = await set()
      const { browser, clock, one } = world
      await end(world)
      await one.settled()
      clock.advance(11 * MINUTE)
      const page = await browser.open()
      expect([page.status, page.isAllowed]).toEqual([302, false])
      expect(browser.log.at(-1)).toBe('ended')
      expect([browser.sessions.size, browser.jar.value(BOUND)]).toEqual([0, undefined])
      await browser.signIn()
      clock.advance(11 * MINUTE)
      expect((await browser.open()).isAllowed).toBe(true)
    })

    it('by a second login in the same browser leaves one that is renewed, and one that is forgotten', async () => {
      const { browser, clock, one } = await set()
      const former = browser.only().config.id
      browser.jar.remove(TICKET)
      await browser.signIn()
      await one.settled()
      clock.advance(11 * MINUTE)
      expect((await browser.open()).isAllowed).toBe(true)
      expect(browser.only().config.id).not.toBe(former)
      expect(browser.log.filter((what) => what !== 'signed')).toEqual([
        'bound',
        'bound',
        'ended',
        'refreshed',
      ])
    })
  })

  describe('a copy of every cookie', () => {
    const set = async () => {
      const world = createWorld()
      const one = world.replica()
      const victim = await world.boundBrowser(one)
      world.clock.advance(2 * MINUTE)
      const thief = world.browser(one.send)
      thief.jar.paste(victim.jar.copy())
      return { ...world, one, victim, thief }
    }

    it.each([
      ['is worth nothing after the life of the short-lived one', false],
      ['is worth no more where the browser has forgotten its key meanwhile', true],
    ])('%s, and the reason says so', async (_, isForgotten) => {
      const { clock, victim, thief } = await set()
      if (isForgotten) victim.sessions.clear()
      expect((await thief.open()).isAllowed).toBe(true)
      clock.advance(9 * MINUTE)
      const script = await thief.fetch('/api')
      expect([script.status, reasonOf(script)]).toEqual([401, 'device_proof_required'])
      const page = await thief.open()
      expect([page.status, reasonOf(page)]).toEqual([302, 'device_proof_required'])
      expect((await victim.open()).isAllowed).toBe(!isForgotten)
    })

    it('is renewed by nobody else: not by the name of the session, nor by another key', async () => {
      const { clock, one, victim, thief } = await set()
      const { config } = victim.only()
      const headers = { 'sec-secure-session-id': config.id }
      const path = config.refreshPath
      const asked = await thief.fetch(path, { method: 'POST', headers })
      const [value = ''] = valuesOf(asked, 'secure-session-challenge')
      const [, challenge = ''] = /^"([^"]*)"/.exec(value) ?? []
      const proof = createDevice().proof({ jti: challenge })
      const shown = { ...headers, 'secure-session-response': proof }
      const refused = await thief.fetch(path, { method: 'POST', headers: shown })
      expect([refused.status, reasonOf(refused)]).toEqual([403, 'device_proof_refused'])
      expect(valuesOf(refused, 'set-cookie')).toEqual([])
      clock.advance(11 * MINUTE)
      expect((await victim.open()).isAllowed).toBe(true)
      await one.settled()
      expect(victim.log).not.toContain('ended')
    })

    it('of the first minute binds no key: what was offered is not among the cookies', async () => {
      const { clock, replica, browser } = createWorld()
      const { send } = replica()
      const victim = browser(send, { bindsLater: true })
      await victim.signIn()
      const thief = browser(send)
      thief.jar.paste(victim.jar.copy())
      const made = { path: '/oauth2/session/bind', challenge: 'c', authorization: 'a' }
      expect((await thief.bind(made)).status).toBe(401)
      const [offer] = victim.offers
      if (offer === undefined) throw new Error('Nothing was offered.')
      expect((await victim.bind(offer)).status).toBe(200)
      clock.advance(11 * MINUTE)
      expect([(await victim.open()).isAllowed, (await thief.open()).isAllowed]).toEqual([
        true,
        false,
      ])
    })
  })

  it('who binds first with an offer that was read shuts its owner out, who signs in anew', async () => {
    const { clock, replica, browser } = createWorld()
    const { send } = replica()
    const owner = browser(send, { bindsLater: true })
    await owner.signIn()
    const [offer] = owner.offers.splice(0)
    if (offer === undefined) throw new Error('Nothing was offered.')
    const attacker = browser(send)
    expect((await attacker.bind(offer)).status).toBe(200)
    const late = await owner.bind(offer)
    expect([late.status, reasonOf(late)]).toEqual([401, 'device_binding_refused'])
    clock.advance(2 * MINUTE)
    expect(reasonOf(await owner.fetch('/api'))).toBe('device_proof_required')
    const page = await owner.open()
    expect([page.status, reasonOf(page)]).toEqual([302, 'device_proof_required'])
  })
})

it('while Redis is away nobody is signed out: browsers are told 503, and go on when it is back', async () => {
  const own = await startRedis({ saveData: true })
  try {
    const { clock, replica, boundBrowser } = createDeviceWorld(own.url)
    const one = replica()
    const { open, jar, log } = await boundBrowser(one)
    clock.advance(11 * MINUTE)
    const before = jar.value(TICKET)
    await own.kill()
    const answer = await open()
    expect([answer.status, answer.isAllowed]).toEqual([503, false])
    expect([log.at(-1), jar.value(TICKET)]).toEqual(['kept', before])
    await own.restart()
    await expect.poll(async () => (await open()).isAllowed).toBe(true)
    expect(log).not.toContain('ended')
  } finally {
    await own.stop()
  }
})
