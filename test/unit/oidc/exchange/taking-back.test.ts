import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createTakingBack } from '../../../../src/oidc/exchange/taking-back.ts'
import { aClient } from '../../../support/builders.ts'
import { unlimited } from '../../../support/check-ports.ts'
import { anExchangeWorld, ORDERS } from '../../../support/exchange-world.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'
import { handSetTimers } from '../../../support/hand-set-timers.ts'

describe('a sign-out', () => {
  it('lets go of what was exchanged, here and at replicas, and takes it back', async () => {
    const world = await anExchangeWorld()
    const { one, process, client, ask, subjectOf, revoked, asked } = world
    const subject = subjectOf()
    const token = await ask(subject, {}, client, process())
    one.takeBack(client, subject, 'now')
    await world.settled()
    expect(revoked.map(({ accessToken }) => accessToken)).toEqual([token])
    expect(revoked[0]?.refreshToken).toBeUndefined()
    await ask(subject)
    expect(asked()).toBe(2)
  })

  it('asks the provider for nothing, and leaves the tokens of others', async () => {
    const world = await anExchangeWorld()
    const { one, client, ask, subjectOf, revoked, asked } = world
    const bob = subjectOf('bob')
    await ask(bob)
    one.takeBack(client, subjectOf(), 'now')
    await world.settled()
    expect(revoked).toEqual([])
    expect(asked()).toBe(1)
  })

  it('forgets and takes nothing back where the client says so', async () => {
    const world = await anExchangeWorld()
    const { one, ask, subjectOf, revoked, asked } = world
    const client = aClient({
      ...world.client,
      logout: { ...world.client.logout, revokeTokens: false },
    })
    const subject = subjectOf()
    await ask(subject, {}, client)
    one.takeBack(client, subject, 'now')
    await world.settled()
    await ask(subject, {}, client)
    expect([revoked.length, asked()]).toEqual([0, 2])
  })

  it('takes back what every rule asked for, and looks no further where none does', async () => {
    const world = await anExchangeWorld()
    const { one, client, ask, subjectOf, revoked } = world
    const subject = subjectOf()
    const other = { ...ORDERS, scopes: [] }
    world.exchangeFor([ORDERS, other, { ...ORDERS, client }])
    await ask(subject)
    await ask(subject, other)
    one.takeBack(client, subject, 'now')
    await world.settled()
    expect(revoked).toHaveLength(2)
    world.exchangeFor([])
    await ask(subject)
    one.takeBack(client, subject, 'now')
    await world.settled()
    expect(revoked).toHaveLength(2)
  })
})

describe('a session that goes on with another token', () => {
  it('has what was exchanged for the former one taken back once requests with that are done', async () => {
    const world = await anExchangeWorld()
    const { one, process, client, ask, subjectOf, revoked, asked, timers } = world
    const subject = subjectOf()
    const token = await ask(subject, {}, client, process())
    one.takeBack(client, subject, 'soon')
    timers.pass(9_999)
    await world.settled()
    expect(revoked).toEqual([])
    expect(await ask(subject)).toBe(token)
    timers.pass(1)
    await world.settled()
    expect(revoked.map(({ accessToken }) => accessToken)).toEqual([token])
    await ask(subject)
    expect(asked()).toBe(2)
  })

  it('is not waited for where the process ends', async () => {
    const world = await anExchangeWorld()
    const { one, client, ask, subjectOf, revoked, timers } = world
    const subject = subjectOf()
    await ask(subject)
    one.takeBack(client, subject, 'soon')
    one.hurry()
    await world.settled()
    expect([revoked.length, timers.waiting().length]).toEqual([1, 0])
  })

  it('nor is one that comes after that, so that no timer keeps the process', async () => {
    const world = await anExchangeWorld()
    const { one, client, ask, subjectOf, revoked, timers } = world
    const subject = subjectOf()
    await ask(subject)
    one.hurry()
    one.takeBack(client, subject, 'soon')
    expect(timers.waiting()).toEqual([])
    await world.settled()
    expect(revoked).toHaveLength(1)
  })
})

describe('a session that was ended without its ticket', () => {
  it('has what was exchanged taken back by the digest of its token alone, also where somebody acts', async () => {
    const world = await anExchangeWorld()
    const { one, process, client, ask, subjectOf, revoked, issued } = world
    const actor = aClient({ name: 'shop/gateway', provider: world.provider })
    const { token, issuer, subject } = subjectOf()
    world.exchangeFor([ORDERS, { ...ORDERS, actor }])
    world.hostile.setTokens(issued({ act: { sub: 'alice' } }))
    const other = process()
    await ask({ token, issuer, subject }, {}, client, other)
    await ask({ token, issuer, subject }, { actor }, client, other)
    const digest = createHash('sha256').update(token).digest('base64url')
    one.takeBack(client, { issuer, subject: 'bob', digest }, 'now')
    await world.settled()
    expect(revoked).toEqual([])
    one.takeBack(client, { issuer, subject, digest }, 'now')
    await world.settled()
    expect(revoked).toHaveLength(2)
  })
})

describe('a request that comes while something is taken back', () => {
  it('is answered by the provider, and not with what was looked for', async () => {
    const world = await anExchangeWorld()
    const { one, client, ask, subjectOf, asked, revoked } = world
    const subject = subjectOf()
    one.takeBack(client, subject, 'now')
    expect(await ask(subject)).toMatch(/^eyJ/)
    await world.settled()
    expect([asked(), revoked.length]).toEqual([1, 0])
  })
})

describe('what is taken back', () => {
  it('is given up with the budget that it was begun with', async () => {
    const world = await anExchangeWorld()
    const { one, client, ask, subjectOf, revokedWithin, given } = world
    const subject = subjectOf()
    await ask(subject)
    one.takeBack(client, subject, 'now')
    await world.settled()
    expect(given).toEqual([{ ms: 5_000, budget: expect.anything() }])
    expect(revokedWithin[0]).toBe(given[0]?.budget)
  })
})

describe('any number of sessions that end', () => {
  interface Ended {
    readonly client: string
    readonly number: number
  }

  /** Whatever is done for `shop/slow` is not over before `finish`. */
  const aQueue = () => {
    const told: string[] = []
    const work: Promise<unknown>[] = []
    const done: Ended[] = []
    const gate = Promise.withResolvers<void>()
    const state = { running: 0, most: 0 }
    const queue = createTakingBack<Ended>({
      clientOf: ({ client }) => client,
      letGo: async (one) => {
        state.running += 1
        state.most = Math.max(state.most, state.running)
        await (one.client === 'shop/slow' ? gate.promise : undefined)
        state.running -= 1
        done.push(one)
        if (one.number === 3) throw new Error('down')
      },
      after: handSetTimers(handSetClock()).after,
      newBudget: () => unlimited,
      behind: (one) => void work.push(one),
      tell: (sentence) => void told.push(sentence),
    })
    const finish = async () => {
      gate.resolve()
      await Promise.all(work)
    }
    const add = (number: number, when: 'now' | 'soon' = 'now', client = 'shop/slow') =>
      queue.add({ client, number }, when)
    return { queue, add, work, told, done, state, finish }
  }

  it('are gone through by few at once, and one that fails holds nobody up', async () => {
    const { add, done, state, finish } = aQueue()
    for (let one = 0; one < 100; one += 1) add(one)
    await finish()
    expect(state).toEqual({ running: 0, most: 4 })
    expect(done).toHaveLength(100)
    add(100)
    await finish()
    expect(done.at(-1)?.number).toBe(100)
  })

  it('are let go of beyond ten thousand of a client, which is told once', async () => {
    const { queue, add, told, done, finish } = aQueue()
    for (let one = 0; one < 10_050; one += 1) add(one, one % 2 === 0 ? 'now' : 'soon')
    expect(told).toEqual([expect.stringMatching(/^shop\/slow: .* more than 10000 access tokens/)])
    queue.hurry()
    await finish()
    expect(done).toHaveLength(10_004)
  })

  it('are in the way of no other client, however slow its provider, and however many they are', async () => {
    const { queue, add, work, told, done, finish } = aQueue()
    for (let one = 0; one < 10_050; one += 1) add(one)
    const before = work.length
    for (let one = 0; one < 10; one += 1) add(one, one % 2 === 0 ? 'now' : 'soon', 'shop/other')
    queue.hurry()
    await Promise.all(work.slice(before))
    expect(done).toHaveLength(10)
    expect(new Set(done.map(({ client }) => client))).toEqual(new Set(['shop/other']))
    expect(told).toHaveLength(1)
    await finish()
  })
})
