import { describe, expect, it } from 'vitest'
import { Fault } from '../../../../src/core/reason/fault.ts'
import {
  type CodeRelay,
  type RelayedGrant,
  type RelayedRefresh,
  SAME_USE_MS,
} from '../../../../src/core/relay/code-relay.ts'
import { sharingRefreshes } from '../../../../src/oidc/relay/shared-refreshes.ts'
import { createMemoryBackend } from '../../../../src/sessions/memory/backend.ts'
import { createSharedAnswers } from '../../../../src/sessions/shared-answers.ts'
import { aClient } from '../../../support/builders.ts'
import { fakePorts, unlimited } from '../../../support/check-ports.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'
import { keysOf } from '../../../support/process-keys.ts'
import { seededRandom } from '../../../support/seeded-random.ts'

const FIRST: RelayedRefresh = {
  refreshToken: 'refresh-1',
  use: 'family:0',
  resource: 'https://shop.example.com/mcp',
}

const REFUSED: RelayedGrant = { kind: 'refused', error: 'invalid_grant', detail: 'It is over.' }

/** A provider that replaces its refresh tokens, and replicas that ask it. */
const aWorld = ({ isShared = true } = {}) => {
  const clock = handSetClock()
  const random = seededRandom('refreshes')
  const shared = createMemoryBackend({ clock, random, maxEntries: 1_000 })
  let asked = 0
  let answer: RelayedGrant | Fault | undefined
  const relay: CodeRelay = {
    ...fakePorts().codeRelay,
    refresh: async () => {
      asked += 1
      if (answer instanceof Error) throw answer
      const refreshToken = `refresh-${asked + 1}`
      return (
        answer ?? { kind: 'tokens', accessToken: `a-${asked}`, expiresInSeconds: 300, refreshToken }
      )
    },
  }
  const client = aClient()
  const replica = () => {
    const sharedAnswers = createSharedAnswers({
      ...(isShared ? { shared } : {}),
      keys: keysOf('a'),
      clock,
      random,
      keyPrefix: 'sallyport',
      newBudget: () => unlimited,
      behind: () => undefined,
    })
    const { refresh } = sharingRefreshes(relay, { sharedAnswers, clock })
    return (changes: Partial<RelayedRefresh> = {}, of = client) =>
      refresh(of, { ...FIRST, ...changes }, unlimited)
  }
  return {
    clock,
    client,
    replica,
    asked: () => asked,
    answers: (next: RelayedGrant | Fault | undefined) => {
      answer = next
    },
  }
}

describe('a use of a refresh token of the provider', () => {
  it.each([true, false])('is one request, where replicas share a store: %s', async (isShared) => {
    const { replica, asked, clock } = aWorld({ isShared })
    const one = replica()
    const other = isShared ? replica() : one
    const grants = await Promise.all([one(), one(), other()])
    clock.advance(SAME_USE_MS)
    grants.push(await other())
    expect(asked()).toBe(1)
    expect(new Set(grants.map((grant) => 'accessToken' in grant && grant.accessToken))).toEqual(
      new Set(['a-1']),
    )
    expect(grants.at(-1)).toMatchObject({ refreshToken: 'refresh-2' })
  })

  it('is told how long its token still lasts', async () => {
    const { replica, clock, answers } = aWorld()
    const one = replica()
    expect(await one()).toMatchObject({ expiresInSeconds: 300 })
    clock.advance(30_500)
    expect(await one()).toMatchObject({ expiresInSeconds: 269 })
    answers({ kind: 'tokens', accessToken: 'short', expiresInSeconds: 5 })
    await one({ use: 'family:1' })
    clock.advance(6_000)
    expect(await one({ use: 'family:1' })).toMatchObject({ expiresInSeconds: 0 })
    answers({ kind: 'tokens', accessToken: 'without an end' })
    await one({ use: 'family:2' })
    expect(await one({ use: 'family:2' })).toEqual({
      kind: 'tokens',
      accessToken: 'without an end',
    })
  })

  it('is asked for anew when nobody may use it again any more', async () => {
    const { replica, asked, clock } = aWorld()
    const one = replica()
    await one()
    clock.advance(SAME_USE_MS + 10_000)
    await one()
    expect(asked()).toBe(2)
  })

  it('is no other use, token, scope, nor that of another client', async () => {
    const { replica, asked, client } = aWorld()
    const one = replica()
    await one()
    await one({ use: 'family:1' })
    await one({ refreshToken: 'refresh-of-another' })
    await one({ scopes: ['mcp'] })
    await one({}, { ...client, generation: 'another' })
    await one({}, { ...client, name: 'shop/another' })
    expect(asked()).toBe(6)
  })

  it('is kept for nobody where the provider refuses it, or is away', async () => {
    const { replica, asked, answers } = aWorld()
    const one = replica()
    answers(REFUSED)
    expect(await one()).toEqual(REFUSED)
    answers(new Fault('provider_unreachable', 'no'))
    await expect(one()).rejects.toThrow('no')
    answers(undefined)
    expect(await one()).toMatchObject({ kind: 'tokens', accessToken: 'a-3' })
    expect(asked()).toBe(3)
  })
})
