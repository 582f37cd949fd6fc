import { describe, expect, it } from 'vitest'
import { Fault } from '../../../src/core/reason/fault.ts'
import type { SharedAnswer } from '../../../src/core/session/shared-answers.ts'
import type { Budget } from '../../../src/core/time/budget.ts'
import { createMemoryBackend } from '../../../src/sessions/memory/backend.ts'
import { createSharedAnswers } from '../../../src/sessions/shared-answers.ts'
import { unlimited } from '../../support/check-ports.ts'
import { handSetClock } from '../../support/hand-set-clock.ts'
import { keysOf } from '../../support/process-keys.ts'
import { seededRandom } from '../../support/seeded-random.ts'

const NAME = ['introspection', 'digest']
const LIFE_MS = 30_000

const aPlace = (label = 'answers') => {
  const clock = handSetClock()
  const random = seededRandom(label)
  const shared = createMemoryBackend({ clock, random, maxEntries: 1_000 })
  const deps = {
    clock,
    random,
    keyPrefix: 'sallyport',
    newBudget: () => unlimited,
    behind: () => undefined,
  }
  const process = (
    key = 'a',
    store: Parameters<typeof createSharedAnswers>[0]['shared'] = shared,
  ) => createSharedAnswers({ ...deps, shared: store, keys: keysOf(key) })
  const alone = () => createSharedAnswers({ ...deps, keys: keysOf('a') })
  let askings = 0
  const ask = async (): Promise<SharedAnswer> => {
    askings += 1
    await Promise.resolve()
    return { text: `answer ${askings}`, untilMs: clock.nowMs() + LIFE_MS }
  }
  return { clock, shared, process, alone, ask, askings: () => askings }
}

const away = (): never => {
  throw new Fault('session_store_unavailable', 'It is away.')
}

describe('answers that replicas share', () => {
  it('are asked for once by 5 processes with 50 requests each', async () => {
    const { process, ask, askings } = aPlace()
    const processes = Array.from({ length: 5 }, () => process())
    const answers = await Promise.all(
      processes.flatMap((one) => Array.from({ length: 50 }, () => one.of(NAME, ask, unlimited))),
    )
    expect(askings()).toBe(1)
    expect(new Set(answers.map(({ text }) => text))).toEqual(new Set(['answer 1']))
  })

  it('are kept until they end, and not longer', async () => {
    const { clock, process, ask, askings } = aPlace()
    await process().of(NAME, ask, unlimited)
    clock.advance(LIFE_MS - 1)
    await process().of(NAME, ask, unlimited)
    expect(askings()).toBe(1)
    clock.advance(1)
    expect((await process().of(NAME, ask, unlimited)).text).toBe('answer 2')
  })

  it('are kept for nobody when they have ended already', async () => {
    const { clock, process } = aPlace()
    let askings = 0
    const ask = async () => {
      askings += 1
      return { text: 'inactive', untilMs: clock.nowMs() }
    }
    await process().of(NAME, ask, unlimited)
    await process().of(NAME, ask, unlimited)
    expect(askings).toBe(2)
  })

  it('are apart for every name', async () => {
    const { process, ask } = aPlace()
    const one = process()
    const texts = [
      await one.of(['a', 'b'], ask, unlimited),
      await one.of(['a b'], ask, unlimited),
      await one.of(['ab'], ask, unlimited),
    ]
    expect(new Set(texts.map(({ text }) => text)).size).toBe(3)
  })

  it('fail for everybody who waits, and are asked for anew after that', async () => {
    const { process, ask, askings } = aPlace()
    const one = process()
    const failing = () => Promise.reject(new Fault('provider_unreachable', 'It is away.'))
    const both = [one.of(NAME, failing, unlimited), one.of(NAME, ask, unlimited)]
    const outcomes = await Promise.allSettled(both)
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(askings()).toBe(0)
    expect((await one.of(NAME, ask, unlimited)).text).toBe('answer 1')
  })

  it('are asked for by each process itself where the store is away', async () => {
    const { process, ask, askings, shared } = aPlace()
    const entries = { ...shared.entries, read: async () => away() }
    const processes = [process('a', { ...shared, entries }), process('a', { ...shared, entries })]
    await Promise.all(
      processes.flatMap((one) => [one.of(NAME, ask, unlimited), one.of(NAME, ask, unlimited)]),
    )
    expect(askings()).toBe(2)
  })

  it('are given where they cannot be written down', async () => {
    const { process, ask, askings, shared } = aPlace()
    const entries = { ...shared.entries, create: async () => away() }
    const answer = await process('a', { ...shared, entries }).of(NAME, ask, unlimited)
    expect(answer.text).toBe('answer 1')
    expect(askings()).toBe(1)
  })

  it('go on for others when the request that began them is given up', async () => {
    const { process, clock } = aPlace()
    const one = process()
    const asking = Promise.withResolvers<SharedAnswer>()
    const given = new AbortController()
    const first = one.of(NAME, () => asking.promise, { signal: given.signal })
    const second = one.of(NAME, () => asking.promise, unlimited)
    given.abort()
    await expect(first).rejects.toMatchObject({ code: 'budget_exceeded' })
    asking.resolve({ text: 'late', untilMs: clock.nowMs() + LIFE_MS })
    expect((await second).text).toBe('late')
  })

  it('are asked for within a budget of their own', async () => {
    const { process, ask } = aPlace()
    const seen: Budget[] = []
    const given = new AbortController()
    const own = { signal: given.signal }
    await process().of(
      NAME,
      (budget) => {
        seen.push(budget)
        return ask()
      },
      own,
    )
    expect(seen).toEqual([unlimited])
  })

  it('open under another process key for nobody', async () => {
    const { process, ask } = aPlace()
    await process('a').of(NAME, ask, unlimited)
    expect((await process('b').of(NAME, ask, unlimited)).text).toBe('answer 2')
  })

  it('are not taken from the place of another', async () => {
    const { process, ask, shared } = aPlace()
    await process().of(['of', 'somebody else'], ask, unlimited)
    const create = shared.entries.create
    const kept: Buffer[] = []
    const spied = {
      ...shared.entries,
      create: async (key: string, value: Buffer, ttlMs: number) => {
        kept.push(value)
        return create(key, value, ttlMs)
      },
    }
    await process('a', { ...shared, entries: spied }).of(['victim'], ask, unlimited)
    const [record] = kept
    const swapped = { ...shared.entries, read: async () => record }
    const answer = await process('a', { ...shared, entries: swapped }).of(['other'], ask, unlimited)
    expect(answer.text).toBe('answer 3')
  })

  it('are let go before their time', async () => {
    const { process, ask } = aPlace()
    await process().of(NAME, ask, unlimited)
    await process().forget(NAME, unlimited)
    expect((await process().of(NAME, ask, unlimited)).text).toBe('answer 2')
  })

  it('are looked at without an asking: what is kept, here and elsewhere, or nothing', async () => {
    const { process, alone, ask, askings, clock } = aPlace()
    expect(await process().peek(NAME, unlimited)).toBeUndefined()
    expect(await alone().peek(NAME, unlimited)).toBeUndefined()
    const answer = await process().of(NAME, ask, unlimited)
    expect(await process().peek(NAME, unlimited)).toEqual(answer)
    clock.advance(LIFE_MS)
    expect(await process().peek(NAME, unlimited)).toBeUndefined()
    expect(askings()).toBe(1)
  })

  it('are asked for by a request that comes while one looks, which is answered with no less', async () => {
    const { process, ask, askings } = aPlace()
    const one = process()
    const looking = one.peek(NAME, unlimited)
    expect((await one.of(NAME, ask, unlimited)).text).toBe('answer 1')
    expect([await looking, askings()]).toEqual([undefined, 1])
  })

  it.each([true, false])(
    'are waited for by who looks while one asks (same process: %s)',
    async (isSame) => {
      const { process, clock } = aPlace()
      const one = process()
      const [begun, asking] = [Promise.withResolvers<void>(), Promise.withResolvers<SharedAnswer>()]
      const asked = one.of(
        NAME,
        () => {
          begun.resolve()
          return asking.promise
        },
        unlimited,
      )
      await begun.promise
      const looking = (isSame ? one : process()).peek(NAME, unlimited)
      asking.resolve({ text: 'new', untilMs: clock.nowMs() + LIFE_MS })
      expect(await looking).toEqual(await asked)
    },
  )

  it('are not had where the store is away, and no longer waited for than the budget lasts', async () => {
    const { process, shared } = aPlace()
    const entries = { ...shared.entries, read: async () => away() }
    await expect(process('a', { ...shared, entries }).peek(NAME, unlimited)).rejects.toMatchObject({
      code: 'session_store_unavailable',
    })
    const stuck = { ...shared.entries, read: () => new Promise<never>(() => undefined) }
    const given = new AbortController()
    const looking = process('a', { ...shared, entries: stuck }).peek(NAME, { signal: given.signal })
    given.abort()
    await expect(looking).rejects.toMatchObject({ code: 'budget_exceeded' })
  })

  it('are asked for once at a time where there is one process alone', async () => {
    const { alone, ask, askings } = aPlace()
    const one = alone()
    await Promise.all(Array.from({ length: 10 }, () => one.of(NAME, ask, unlimited)))
    expect(askings()).toBe(1)
  })
})
