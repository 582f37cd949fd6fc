import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aBindingClient } from '../support/bound-browser.ts'
import { aBindingPolicy } from '../support/device-gateway.ts'
import { createDevice } from '../support/device-key.ts'
import { reasonOf, valuesOf } from '../support/device-wire.ts'
import { createDeviceWorld } from '../support/device-world.ts'
import { type RunningRedis, startRedis } from '../support/parts/redis.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const BOUND = '__Host-sallyport-bound'
const TICKET = '__Host-sallyport'

let redis: RunningRedis

beforeAll(async () => {
  redis = await startRedis()
})
afterAll(() => redis.stop())

describe.each(['memory', 'Redis'] as const)('with sessions in %s', (store) => {
  const createWorld = (policy = aBindingPolicy()) =>
    createDeviceWorld(store === 'Redis' ? redis.url : undefined, policy)

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
