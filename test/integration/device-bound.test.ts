import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aBindingClient } from '../support/bound-browser.ts'
import type { Dialect } from '../support/device-browser.ts'
import { aBindingPolicy } from '../support/device-gateway.ts'
import { reasonOf, type Send } from '../support/device-wire.ts'
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

  it('a link from another site ends no session either, after the key that named it has left', async () => {
    const { clock, replica, boundBrowser } = createWorld()
    const one = replica()
    const { open, jar, log } = await boundBrowser(one)
    for (const keys of [['b', 'a'], ['b']]) {
      clock.advance(11 * MINUTE)
      expect((await open()).isAllowed).toBe(true)
      await one.settled()
      one.rotate(...keys)
    }
    jar.remove(BOUND)
    clock.advance(2 * MINUTE)
    expect((await open('/linked', { initiator: 'cross-site' })).isAllowed).toBe(true)
    expect([count(log, 'kept'), log.includes('ended')]).toEqual([1, false])
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
