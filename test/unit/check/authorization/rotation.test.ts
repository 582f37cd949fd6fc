import { describe, expect, it } from 'vitest'
import { Fault } from '../../../../src/core/reason/fault.ts'
import { aServerWorld, forCode } from '../../../support/authorization-server.ts'

/** A client that was let in, and what it does with refresh tokens. */
const aClientLetIn = async () => {
  const world = aServerWorld()
  const id = await world.registered()
  const { members } = await world.token(forCode(id, await world.codeFor(id)))
  const refresh = (token: unknown) =>
    world.token({ grant_type: 'refresh_token', client_id: id, refresh_token: String(token) })
  const next = async (token: unknown) => (await refresh(token)).members?.refresh_token
  return { world, first: members?.refresh_token, refresh, next }
}

const GRANTED = { reason: 'client_tokens_granted' }
const OVER = { status: 400, members: { error: 'invalid_grant' } }

const away = async (): Promise<never> => {
  throw new Fault('session_store_unavailable', 'Redis is away.')
}

describe('a refresh token', () => {
  it('is good once, and by another use all of its sign-in end', async () => {
    const { world, first, refresh, next } = await aClientLetIn()
    const second = await next(first)
    expect(second).not.toBe(first)
    world.ports.nowMs += 60_000
    const asked = world.ports.calls.relayedRefreshes.length
    expect(await refresh(first)).toMatchObject(OVER)
    expect(await refresh(second)).toMatchObject(OVER)
    expect(world.ports.calls.relayedRefreshes).toHaveLength(asked)
  })

  it('ends none of another sign-in', async () => {
    const { world, first, refresh, next } = await aClientLetIn()
    const id = await world.registered()
    const { members } = await world.token(forCode(id, await world.codeFor(id)))
    await next(first)
    world.ports.nowMs += 60_000
    await refresh(first)
    const other = { grant_type: 'refresh_token', client_id: id }
    const refreshed = { ...other, refresh_token: String(members?.refresh_token) }
    expect(await world.token(refreshed)).toMatchObject(GRANTED)
  })

  it('may be used again within a minute, as by streams that refresh at once', async () => {
    const { world, first, refresh, next } = await aClientLetIn()
    const [one, other] = await Promise.all([next(first), next(first)])
    world.ports.nowMs += 59_999
    expect(await refresh(first)).toMatchObject(GRANTED)
    world.ports.nowMs += 1_000
    expect(await refresh(one)).toMatchObject(GRANTED)
    expect(await refresh(other)).toMatchObject(GRANTED)
  })

  it('is one use at the provider however often it is shown, and the next one another', async () => {
    const { world, first, refresh, next } = await aClientLetIn()
    const [one] = await Promise.all([next(first), next(first)])
    await refresh(one)
    const [use, again, other] = world.ports.calls.relayedRefreshes.map((asked) => asked.use)
    expect(again).toBe(use)
    expect(other).not.toBe(use)
  })

  it('is over as soon as the one after it was used', async () => {
    const { first, refresh, next } = await aClientLetIn()
    expect(await refresh(await next(first))).toMatchObject(GRANTED)
    expect(await refresh(first)).toMatchObject(OVER)
  })

  it('is not spent where the provider or the store is away', async () => {
    const { world, first, refresh } = await aClientLetIn()
    const { relayedGrant } = world.ports
    world.ports.relayedGrant = new Fault('provider_unreachable', 'no')
    expect(await refresh(first)).toMatchObject({ status: 503 })
    world.ports.relayedGrant = relayedGrant
    const asked = world.ports.calls.relayedRefreshes.length
    const replay = { ...world.ports.replay }
    Object.assign(world.ports.replay, { reached: away })
    expect(await refresh(first)).toMatchObject({ status: 503 })
    expect(world.ports.calls.relayedRefreshes).toHaveLength(asked)
    Object.assign(world.ports.replay, replay)
    world.ports.nowMs += 3_600_000
    expect(await refresh(first)).toMatchObject(GRANTED)
  })

  it.each([
    ['may be shown again where the provider keeps its own', {}, { status: 503 }],
    ['is over where the provider has replaced its own', { refreshToken: 'provider-2' }, OVER],
  ])('whose use cannot be noted %s', async (_, more, told) => {
    const { world, first, refresh } = await aClientLetIn()
    world.ports.relayedGrant = { kind: 'tokens', accessToken: 'access-2', ...more }
    Object.assign(world.ports.replay, { reach: away })
    const answer = await refresh(first)
    expect(answer).toMatchObject(told)
    expect(JSON.stringify(answer)).not.toContain('access-2')
  })
})
