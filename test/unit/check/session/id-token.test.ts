import { describe, expect, it } from 'vitest'
import { createCheck } from '../../../../src/check/check.ts'
import type { Check } from '../../../../src/core/check.ts'
import type { Verdict } from '../../../../src/core/decision/decision.ts'
import type { Tokens } from '../../../../src/core/provider/tokens.ts'
import { aPolicy, aRequest, aRule, aSession, FETCH, someTokens } from '../../../support/builders.ts'
import { type FakePorts, fakePorts, unlimited } from '../../../support/check-ports.ts'
import { allowed, denied } from '../../../support/verdicts.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

const policy = aPolicy({ fallback: aRule({ upstream: { authorization: 'IDToken', headers: [] } }) })

const use = async (check: Check, ticket: string): Promise<Verdict> =>
  check(aRequest({ headers: { ...FETCH, cookie: `__Host-sallyport=${ticket}` } }), unlimited)

const tokenOf = (verdict: Verdict): string | undefined =>
  Object.fromEntries(allowed(verdict).setHeaders).authorization

const settled = () => new Promise((resolve) => setTimeout(resolve, 0))

/** Tokens of which the access token outlives the ID token, as it does at many providers. */
const tokens = (nowMs: number, endsInMs: number, changes: Partial<Tokens> = {}): Tokens =>
  someTokens(nowMs, {
    accessTokenExpiresAtMs: nowMs + HOUR,
    claims: { sub: 'alice', exp: (nowMs + endsInMs) / 1000 },
    ...changes,
  })

const keep = (ports: FakePorts, changes: Partial<Tokens> = {}): string =>
  ports.keep(aSession(ports.nowMs, { tokens: tokens(ports.nowMs, 5 * MINUTE, changes) }))

const renewing = (ports: FakePorts) => async () =>
  ({
    kind: 'tokens',
    tokens: tokens(ports.nowMs, 5 * MINUTE, { idToken: 'id-2', refreshToken: 'refresh-2' }),
  }) as const

/** A provider that leaves the ID token out of a refresh: that of before is kept. */
const leavingOut = (ports: FakePorts) => {
  const { claims } = tokens(ports.nowMs, 5 * MINUTE)
  let count = 1
  return async () => {
    count += 1
    const refreshToken = `refresh-${count}`
    return { kind: 'tokens', tokens: tokens(ports.nowMs, 0, { refreshToken, claims }) } as const
  }
}

describe('R27: an ID token that the upstream is to get', () => {
  it('R27: is sent as long as it is valid', async () => {
    const ports = fakePorts(policy)
    const ticket = keep(ports)
    ports.nowMs += 3 * MINUTE
    expect(tokenOf(await use(createCheck(ports), ticket))).toBe('Bearer id-1')
    expect(ports.calls.refresh).toEqual([])
  })

  it('R27: is refreshed behind the answer when it is due, though the access token is not', async () => {
    const ports = fakePorts(policy)
    const ticket = keep(ports)
    ports.nowMs += 4.5 * MINUTE + 1
    ports.refreshOutcome = renewing(ports)
    const check = createCheck(ports)
    expect(tokenOf(await use(check, ticket))).toBe('Bearer id-1')
    await settled()
    expect(tokenOf(await use(check, ticket))).toBe('Bearer id-2')
    expect(ports.calls.refresh).toHaveLength(1)
  })

  it('R27: is refreshed first when it has expired', async () => {
    const ports = fakePorts(policy)
    const ticket = keep(ports)
    ports.nowMs += 6 * MINUTE
    ports.refreshOutcome = renewing(ports)
    expect(tokenOf(await use(createCheck(ports), ticket))).toBe('Bearer id-2')
  })

  it('R27: ends the session where a refresh does not renew it, and is asked for once', async () => {
    const ports = fakePorts(policy)
    ports.refreshOutcome = leavingOut(ports)
    const ticket = keep(ports)
    ports.nowMs += 6 * MINUTE
    const check = createCheck(ports)
    for (let time = 0; time < 3; time += 1) {
      expect(denied(await use(check, ticket)).reason).toBe('session_expired')
    }
    expect(ports.calls.refresh).toHaveLength(1)
  })

  it('R27: is not asked for at every request of its last minute, where it is not renewed', async () => {
    const ports = fakePorts(policy)
    ports.refreshOutcome = leavingOut(ports)
    const ticket = keep(ports)
    const check = createCheck(ports)
    ports.nowMs += 4 * MINUTE
    for (let second = 0; second < 59; second += 1) {
      expect(tokenOf(await use(check, ticket))).toBe('Bearer id-1')
      await settled()
      ports.nowMs += 1_000
    }
    expect(ports.calls.refresh.length).toBeGreaterThan(0)
    expect(ports.calls.refresh.length).toBeLessThan(6)
  })

  it('R27: ends the session where nothing can refresh it', async () => {
    const ports = fakePorts(policy)
    const { refreshToken: _, ...rest } = tokens(ports.nowMs, 5 * MINUTE)
    const ticket = ports.keep(aSession(ports.nowMs, { tokens: rest }))
    ports.nowMs += 6 * MINUTE
    expect(denied(await use(createCheck(ports), ticket)).reason).toBe('session_expired')
  })

  it('R27: does not end the session of a rule that does not want it', async () => {
    const ports = fakePorts(aPolicy())
    ports.refreshOutcome = leavingOut(ports)
    const ticket = keep(ports)
    ports.nowMs += 6 * MINUTE
    expect(tokenOf(await use(createCheck(ports), ticket))).toBe('Bearer access-1')
    expect(ports.calls.refresh).toEqual([])
  })
})
