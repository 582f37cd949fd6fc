import { describe, expect, it } from 'vitest'
import { createMemoryBackend } from '../../../../src/sessions/memory/backend.ts'
import { createSharedAnswers } from '../../../../src/sessions/shared-answers.ts'
import { unlimited } from '../../../support/check-ports.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'
import { json } from '../../../support/hostile-provider.ts'
import { keysOf } from '../../../support/process-keys.ts'
import { seededRandom } from '../../../support/seeded-random.ts'
import { anInquiry } from './an-inquiry.ts'

describe('what a provider said of a token', () => {
  it('R24: is remembered for the time that the rule says, as the same object, at once', async () => {
    const { says, ask, asked, clock, inquiry, method } = await anInquiry()
    says()
    const first = await ask()
    clock.advance(29_999)
    expect(inquiry.introspect('opaque', [method], unlimited)).toBe(first)
    expect(asked()).toBe(1)
    clock.advance(1)
    says({ active: false })
    expect(await ask()).toMatchObject({ reason: 'token_inactive' })
    expect(asked()).toBe(2)
  })

  it('is never remembered for longer than the token lives', async () => {
    const { says, ask, asked, clock, provider, nowS } = await anInquiry({
      settings: { ttlMs: 600_000 },
    })
    says({ exp: nowS + 10 })
    await ask()
    clock.advance(10_000 + provider.clockSkewMs)
    await ask()
    expect(asked()).toBe(2)
  })

  it('ends with what the token itself says, where the answer says nothing', async () => {
    const { says, ask, asked, clock, provider, hostile, nowS } = await anInquiry({
      settings: { ttlMs: 600_000 },
    })
    says({ exp: undefined })
    const claims = { iss: hostile.issuer, sub: 'alice', exp: nowS + 10 }
    const jwt = hostile.signer.sign(claims, { typ: 'at+jwt' })
    await ask(jwt)
    clock.advance(10_000 + provider.clockSkewMs)
    await ask(jwt)
    expect(asked()).toBe(2)
  })

  it.each([
    [30_000, 5_000],
    [2_000, 2_000],
  ])('is remembered for less if it is a refusal: ttl %i, %i ms', async (ttlMs, keptMs) => {
    const { says, ask, asked, clock } = await anInquiry({ settings: { ttlMs } })
    says({ active: false })
    await ask()
    clock.advance(keptMs - 1)
    await ask()
    expect(asked()).toBe(1)
    clock.advance(1)
    await ask()
    expect(asked()).toBe(2)
  })

  it('is not remembered at all with a ttl of 0', async () => {
    const { says, ask, asked } = await anInquiry({ settings: { ttlMs: 0 } })
    says()
    await ask()
    await ask()
    expect(asked()).toBe(2)
  })

  it('is not remembered when it does not count', async () => {
    const { hostile, says, ask, outcome } = await anInquiry()
    hostile.answer('introspection', json({ active: 'true' }))
    expect(await outcome(ask())).toBe('provider_misconfigured')
    says()
    expect(await outcome(ask())).toBe('verified')
  })

  it('is apart for every token, client, generation, and for signed answers', async () => {
    const { says, ask, asked, method, client, provider } = await anInquiry()
    says()
    await ask('one')
    await ask('two')
    const others = [
      { ...method, client: { ...client, generation: 'c2' } },
      { ...method, client: { ...client, name: 'shop/other' } },
      { ...method, provider: { ...provider, generation: 'p2' } },
      { ...method, settings: { ...method.settings, ttlMs: 1_000 } },
    ]
    for (const other of others) await ask('one', other)
    expect(asked()).toBe(2 + others.length)
    await ask('one', { ...method, settings: { ...method.settings, signed: 'Always' } }).catch(
      () => undefined,
    )
    expect(asked()).toBe(3 + others.length)
  })

  it('is compared with the audiences of each rule, and asked for once', async () => {
    const { says, ask, asked, outcome, method } = await anInquiry()
    says()
    const other = { ...method, settings: { ...method.settings, audiences: ['other'] } }
    expect(await outcome(ask('t'))).toBe('verified')
    expect(await outcome(ask('t', other))).toBe('token_audience_mismatch')
    expect(asked()).toBe(1)
  })

  it('is asked for once by 50 requests at the same time', async () => {
    const { says, ask, asked } = await anInquiry()
    says()
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask()))
    expect(asked()).toBe(1)
    expect(new Set(answers).size).toBe(1)
  })
})

describe('what replicas share', () => {
  const replicas = async (count: number) => {
    const clock = handSetClock()
    const random = seededRandom('replicas')
    const shared = createMemoryBackend({ clock, random, maxEntries: 1_000 })
    const one = () =>
      createSharedAnswers({
        shared,
        keys: keysOf('a'),
        clock,
        random,
        keyPrefix: 'sallyport',
        newBudget: () => unlimited,
        behind: () => undefined,
      })
    const first = await anInquiry({ shared: one() })
    const rest = await Promise.all(
      Array.from({ length: count - 1 }, () => anInquiry({ shared: one() })),
    )
    // All of them ask the provider of the first.
    const worlds = [first, ...rest]
    const ask = (token: string) =>
      Promise.all(
        worlds.flatMap(({ inquiry }) =>
          Array.from({ length: 50 }, async () =>
            inquiry.introspect(token, [first.method], unlimited),
          ),
        ),
      )
    return { ...first, ask }
  }

  it('is an answer that vouches: 5 processes with 50 requests each ask once', async () => {
    const { says, ask, asked } = await replicas(5)
    says()
    const answers = await ask('good')
    expect(asked()).toBe(1)
    expect(answers.every(({ kind }) => kind === 'verified')).toBe(true)
  })

  it('R26: is no refusal: each process asks for itself, once', async () => {
    const { says, ask, asked } = await replicas(3)
    says({ active: false })
    const answers = await ask('made-up')
    expect(asked()).toBe(3)
    expect(answers.every(({ kind }) => kind === 'rejected')).toBe(true)
  })
})
