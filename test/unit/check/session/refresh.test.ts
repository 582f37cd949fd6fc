import { describe, expect, it } from 'vitest'
import { createCheck } from '../../../../src/check/check.ts'
import type { Check } from '../../../../src/core/check.ts'
import type { Verdict } from '../../../../src/core/decision/decision.ts'
import type { RefreshOutcome } from '../../../../src/core/provider/relying-party.ts'
import { Fault } from '../../../../src/core/reason/fault.ts'
import type { Lock } from '../../../../src/core/session/lock.ts'
import type { SessionStore } from '../../../../src/core/session/session-store.ts'
import {
  aPolicy,
  aRequest,
  aRule,
  aSession,
  FETCH,
  NAVIGATION,
  someTokens,
} from '../../../support/builders.ts'
import { type FakePorts, fakePorts, unlimited } from '../../../support/check-ports.ts'
import { allowed, denied, headerOf } from '../../../support/verdicts.ts'

const MINUTE = 60_000

/** The longest that a provider that failed is left alone. */
const REST_MS = 3_000

const session = (ports: FakePorts) => ports.keep(aSession(ports.nowMs))

const use = async (check: Check, ticket: string): Promise<Verdict> =>
  check(aRequest({ headers: { ...FETCH, cookie: `__Host-sallyport=${ticket}` } }), unlimited)

const tokenOf = (verdict: Verdict): string | undefined =>
  Object.fromEntries(allowed(verdict).setHeaders).authorization

const renewed =
  (ports: FakePorts, n = 2) =>
  async (): Promise<RefreshOutcome> => ({
    kind: 'tokens',
    tokens: someTokens(ports.nowMs, { accessToken: `access-${n}`, refreshToken: `refresh-${n}` }),
  })

/** Another replica refreshes and writes first. */
const writeElsewhere = (ports: FakePorts, ticket: string): void => {
  const tokens = someTokens(ports.nowMs, { accessToken: 'access-9', refreshToken: 'refresh-9' })
  ports.stored.set(ticket, { session: aSession(ports.nowMs, { tokens }), version: 2 })
}

const unreachable = async (): Promise<RefreshOutcome> => {
  throw new Fault('provider_unreachable', 'down')
}

const declined = async (): Promise<RefreshOutcome> => ({
  kind: 'declined',
  detail: 'invalid_request: gone',
})

const settled = () => new Promise((resolve) => setTimeout(resolve, 0))

describe('R27: refreshing an access token', () => {
  it('R27: a fresh token is used as it is', async () => {
    const ports = fakePorts(aPolicy())
    const ticket = session(ports)
    ports.nowMs += 3 * MINUTE
    expect(tokenOf(await use(createCheck(ports), ticket))).toBe('Bearer access-1')
    expect(ports.calls.refresh).toEqual([])
  })

  it('R27: one that is close to its expiry is used at once and refreshed behind the answer', async () => {
    const ports = fakePorts(aPolicy())
    const ticket = session(ports)
    ports.nowMs += 4.5 * MINUTE + 1
    ports.refreshOutcome = renewed(ports)
    const check = createCheck(ports)
    expect(tokenOf(await use(check, ticket))).toBe('Bearer access-1')
    await settled()
    expect(tokenOf(await use(check, ticket))).toBe('Bearer access-2')
    expect(ports.calls.refresh).toHaveLength(1)
  })

  it('R27: a short-lived token is not refreshed on every use', async () => {
    const ports = fakePorts(aPolicy())
    const tokens = someTokens(ports.nowMs, { accessTokenExpiresAtMs: ports.nowMs + 8_000 })
    const ticket = ports.keep(aSession(ports.nowMs, { tokens }))
    ports.nowMs += 5_000
    await use(createCheck(ports), ticket)
    await settled()
    expect(ports.calls.refresh).toEqual([])
  })

  it('R27: one that would expire on its way to the upstream counts as expired', async () => {
    const ports = fakePorts(aPolicy())
    const ticket = session(ports)
    ports.nowMs += 5 * MINUTE - 900
    ports.refreshOutcome = renewed(ports)
    expect(tokenOf(await use(createCheck(ports), ticket))).toBe('Bearer access-2')
  })

  it('R27: a token that lives for a second is not expired from the start', async () => {
    const ports = fakePorts(aPolicy())
    const tokens = someTokens(ports.nowMs, { accessTokenExpiresAtMs: ports.nowMs + 1_000 })
    const ticket = ports.keep(aSession(ports.nowMs, { tokens }))
    expect(tokenOf(await use(createCheck(ports), ticket))).toBe('Bearer access-1')
  })

  it('R27: ten requests at once with an expired token: one refresh, ten answers with the new token', async () => {
    const ports = fakePorts(aPolicy())
    const ticket = session(ports)
    ports.nowMs += 6 * MINUTE
    ports.refreshOutcome = renewed(ports)
    const check = createCheck(ports)
    const verdicts = await Promise.all(Array.from({ length: 10 }, () => use(check, ticket)))
    expect(verdicts.map(tokenOf)).toEqual(Array(10).fill('Bearer access-2'))
    expect(ports.calls.refresh).toHaveLength(1)
  })

  it('R27: five processes at once: one refresh, and every loser gets its result', async () => {
    const ports = fakePorts(aPolicy())
    const ticket = session(ports)
    ports.nowMs += 6 * MINUTE
    ports.refreshOutcome = async () => {
      await settled()
      return renewed(ports)()
    }
    const processes = Array.from({ length: 5 }, () => createCheck(ports))
    const verdicts = await Promise.all(
      processes.flatMap((check) => Array.from({ length: 5 }, () => use(check, ticket))),
    )
    expect(new Set(verdicts.map(tokenOf))).toEqual(new Set(['Bearer access-2']))
    expect(ports.calls.refresh).toHaveLength(1)
  })

  it('R27: a refusal ends the session, and says so', async () => {
    const ports = fakePorts(aPolicy())
    const ticket = session(ports)
    ports.nowMs += 6 * MINUTE
    const verdict = denied(await use(createCheck(ports), ticket))
    expect(verdict).toMatchObject({ status: 401, reason: 'session_ended' })
    expect(ports.stored.size).toBe(0)
  })

  it('R27: a refusal leads a page to a new login', async () => {
    const ports = fakePorts(aPolicy())
    const cookie = `__Host-sallyport=${session(ports)}`
    ports.nowMs += 6 * MINUTE
    const headers = { ...NAVIGATION, cookie }
    const verdict = denied(await createCheck(ports)(aRequest({ headers }), unlimited))
    expect(verdict).toMatchObject({ status: 302, reason: 'session_ended' })
    expect(headerOf(verdict, 'location')).toContain('state=')
    expect(ports.stored.size).toBe(0)
  })

  it('R27: a refusal that lost to somebody else does not end the session', async () => {
    const ports = fakePorts(aPolicy())
    const ticket = session(ports)
    ports.nowMs += 6 * MINUTE
    ports.refreshOutcome = async () => {
      writeElsewhere(ports, ticket)
      return { kind: 'refused', detail: 'invalid_grant' }
    }
    expect(tokenOf(await use(createCheck(ports), ticket))).toBe('Bearer access-9')
  })

  it('B1: a refusal of another kind ends nothing while the token lasts, and is not asked for again by every request', async () => {
    const ports = fakePorts(aPolicy())
    const ticket = session(ports)
    ports.refreshOutcome = declined
    ports.nowMs += 4.5 * MINUTE + 1
    const check = createCheck(ports)
    for (let at = 0; at < 20; at += 1) {
      expect(tokenOf(await use(check, ticket))).toBe('Bearer access-1')
      await settled()
    }
    expect(ports.calls.refresh).toHaveLength(1)
    ports.nowMs += REST_MS
    await use(check, ticket)
    await settled()
    expect(ports.calls.refresh).toHaveLength(2)
  })

  it('B1: a refusal of another kind ends the session when the token has expired, and the log says why', async () => {
    const ports = fakePorts(aPolicy())
    const ticket = session(ports)
    ports.refreshOutcome = declined
    ports.nowMs += 5 * MINUTE
    expect(denied(await use(createCheck(ports), ticket))).toMatchObject({
      status: 401,
      reason: 'session_ended',
      detail: 'The refresh was refused: invalid_request: gone',
    })
    expect(ports.stored.size).toBe(0)
  })

  it('B1: a page goes to a new login then', async () => {
    const ports = fakePorts(aPolicy())
    const headers = { ...NAVIGATION, cookie: `__Host-sallyport=${session(ports)}` }
    ports.refreshOutcome = declined
    ports.nowMs += 5 * MINUTE
    const verdict = denied(await createCheck(ports)(aRequest({ headers }), unlimited))
    expect(verdict).toMatchObject({ status: 302, reason: 'session_ended' })
    expect(headerOf(verdict, 'location')).toContain('state=')
  })

  it('B1: one that was refused a moment before its expiry is asked for again, and not kept at 503', async () => {
    const ports = fakePorts(aPolicy())
    const ticket = session(ports)
    ports.refreshOutcome = declined
    ports.nowMs += 5 * MINUTE - 1_500
    const check = createCheck(ports)
    expect(tokenOf(await use(check, ticket))).toBe('Bearer access-1')
    await settled()
    ports.nowMs += 600
    expect(denied(await use(check, ticket)).reason).toBe('session_ended')
    expect(ports.calls.refresh).toHaveLength(2)
  })

  it('B1: a refusal of another kind that lost to somebody else does not end the session', async () => {
    const ports = fakePorts(aPolicy())
    const ticket = session(ports)
    ports.nowMs += 6 * MINUTE
    ports.refreshOutcome = async () => {
      writeElsewhere(ports, ticket)
      return declined()
    }
    expect(tokenOf(await use(createCheck(ports), ticket))).toBe('Bearer access-9')
  })

  it.each(['provider_unreachable', 'provider_misconfigured'] as const)(
    'B1: %s never ends a session, however old the token',
    async (code) => {
      const ports = fakePorts(aPolicy())
      const ticket = session(ports)
      ports.refreshOutcome = async () => {
        throw new Fault(code, 'down')
      }
      const check = createCheck(ports)
      for (const minutes of [6, 10, 10]) {
        ports.nowMs += minutes * MINUTE
        await expect(use(check, ticket)).rejects.toMatchObject({ code })
      }
      expect(ports.stored.size).toBe(1)
    },
  )

  it('R27: a provider that cannot be reached ends nothing while the token lasts', async () => {
    const ports = fakePorts(aPolicy())
    const ticket = session(ports)
    ports.refreshOutcome = unreachable
    ports.nowMs += 4.5 * MINUTE + 1
    const check = createCheck(ports)
    expect(tokenOf(await use(check, ticket))).toBe('Bearer access-1')
    await settled()
    expect(tokenOf(await use(check, ticket))).toBe('Bearer access-1')
  })

  it('R27: after that the answer is a fault, the session stays, and the next try works', async () => {
    const ports = fakePorts(aPolicy())
    const ticket = session(ports)
    ports.refreshOutcome = unreachable
    ports.nowMs += 6 * MINUTE
    const check = createCheck(ports)
    await expect(use(check, ticket)).rejects.toMatchObject({ code: 'provider_unreachable' })
    expect(ports.stored.size).toBe(1)
    ports.refreshOutcome = renewed(ports)
    ports.nowMs += REST_MS
    expect(tokenOf(await use(check, ticket))).toBe('Bearer access-2')
  })

  it('R27: a provider that fails is not asked again by every request', async () => {
    const ports = fakePorts(aPolicy())
    const ticket = session(ports)
    ports.refreshOutcome = unreachable
    ports.nowMs += 4.5 * MINUTE + 1
    const check = createCheck(ports)
    for (let at = 0; at < 20; at += 1) {
      expect(tokenOf(await use(check, ticket))).toBe('Bearer access-1')
      await settled()
    }
    expect(ports.calls.refresh).toHaveLength(1)
    ports.nowMs += MINUTE
    for (let at = 0; at < 20; at += 1) {
      await expect(use(check, ticket)).rejects.toMatchObject({ code: 'provider_unreachable' })
    }
    expect(ports.calls.refresh).toHaveLength(2)
  })

  it('R27: sessions of one wave are refreshed one after the other, within the window', async () => {
    const ports = fakePorts(aPolicy())
    const tickets = Array.from({ length: 200 }, () => session(ports))
    ports.refreshOutcome = renewed(ports)
    const check = createCheck(ports)
    const refreshedBy = async (untilMs: number): Promise<number> => {
      ports.nowMs += untilMs
      for (const ticket of tickets) await use(check, ticket)
      await settled()
      return ports.calls.refresh.length
    }
    expect(await refreshedBy(4 * MINUTE - 1)).toBe(0)
    const some = await refreshedBy(15_000)
    expect(some).toBeGreaterThan(50)
    expect(some).toBeLessThan(150)
    expect(await refreshedBy(15_001)).toBe(200)
  })

  it('R27: a holder that was frozen, and may have lost its lock, begins anew', async () => {
    const ports = fakePorts(aPolicy())
    const ticket = session(ports)
    ports.nowMs += 6 * MINUTE
    ports.refreshOutcome = renewed(ports)
    let taken = 0
    const lock: Lock = {
      ...ports.lock,
      acquire: async (...args) => {
        const held = await ports.lock.acquire(...args)
        taken += 1
        const isLost = taken === 1
        return held === undefined ? undefined : { ...held, isHeld: () => !isLost }
      },
    }
    expect(tokenOf(await use(createCheck({ ...ports, lock }), ticket))).toBe('Bearer access-2')
    expect([taken, ports.calls.refresh.length]).toEqual([2, 1])
  })

  it('R27: tokens that came while the store was away are written when it is back', async () => {
    const ports = fakePorts(aPolicy())
    const ticket = session(ports)
    ports.nowMs += 6 * MINUTE
    ports.refreshOutcome = renewed(ports)
    let failures = 3
    const replace: SessionStore['replace'] = async (...args) => {
      failures -= 1
      if (failures >= 0) throw new Fault('session_store_unavailable', 'down')
      return ports.sessions.replace(...args)
    }
    const check = createCheck({ ...ports, sessions: { ...ports.sessions, replace } })
    expect(tokenOf(await use(check, ticket))).toBe('Bearer access-2')
    expect(ports.stored.get(ticket)?.session.tokens.refreshToken).toBe('refresh-2')
    expect(ports.calls.refresh).toHaveLength(1)
  })

  it('R27: tokens that somebody else has written meanwhile are not written over', async () => {
    const ports = fakePorts(aPolicy())
    const ticket = session(ports)
    ports.nowMs += 6 * MINUTE
    ports.refreshOutcome = async () => {
      writeElsewhere(ports, ticket)
      return renewed(ports)()
    }
    expect(tokenOf(await use(createCheck(ports), ticket))).toBe('Bearer access-9')
  })

  it('R27: the process waits for a refresh behind an answer before it ends', async () => {
    const ports = fakePorts(aPolicy())
    const ticket = session(ports)
    ports.nowMs += 4.5 * MINUTE + 1
    ports.refreshOutcome = renewed(ports)
    const behind: Promise<unknown>[] = []
    const check = createCheck({ ...ports, behind: (work) => void behind.push(work) })
    await use(check, ticket)
    await Promise.all(behind)
    expect(ports.stored.get(ticket)?.session.tokens.refreshToken).toBe('refresh-2')
  })

  it('R27: a write that loses to another keeps the new tokens', async () => {
    const ports = fakePorts(aPolicy())
    const ticket = session(ports)
    ports.nowMs += 6 * MINUTE
    ports.refreshOutcome = async () => {
      const stored = ports.stored.get(ticket)
      if (stored !== undefined) ports.stored.set(ticket, { ...stored, version: stored.version + 1 })
      return renewed(ports)()
    }
    expect(tokenOf(await use(createCheck(ports), ticket))).toBe('Bearer access-2')
    expect(ports.stored.get(ticket)?.session.tokens.refreshToken).toBe('refresh-2')
  })

  it('R27: tokens that came when the time was up are written down all the same', async () => {
    const inner = fakePorts(aPolicy())
    const ticket = session(inner)
    inner.nowMs += 6 * MINUTE
    const budgets: AbortController[] = []
    inner.refreshOutcome = async () => {
      for (const budget of budgets) budget.abort()
      return renewed(inner)()
    }
    const check = createCheck({
      ...inner,
      newBudget: () => {
        const budget = new AbortController()
        budgets.push(budget)
        return budget
      },
      sessions: {
        ...inner.sessions,
        replace: async (open, next, budget) => {
          budget.signal.throwIfAborted()
          return inner.sessions.replace(open, next, budget)
        },
      },
    })
    expect(tokenOf(await use(check, ticket))).toBe('Bearer access-2')
    expect(inner.stored.get(ticket)?.session.tokens.refreshToken).toBe('refresh-2')
  })

  it('R27: a session that was ended meanwhile is not brought back', async () => {
    const ports = fakePorts(aPolicy())
    const ticket = session(ports)
    ports.nowMs += 6 * MINUTE
    ports.refreshOutcome = async () => {
      ports.stored.delete(ticket)
      return renewed(ports)()
    }
    expect(denied(await use(createCheck(ports), ticket)).reason).toBe('session_unknown')
    expect(ports.stored.size).toBe(0)
  })

  it('R27: tokens that came for a session that was ended meanwhile are taken back', async () => {
    const ports = fakePorts(aPolicy())
    const ticket = session(ports)
    ports.nowMs += 6 * MINUTE
    ports.refreshOutcome = async () => {
      ports.stored.delete(ticket)
      return renewed(ports)()
    }
    await use(createCheck(ports), ticket)
    expect(ports.calls.revoke).toEqual([expect.objectContaining({ refreshToken: 'refresh-2' })])
  })
})

describe('an access token that cannot be refreshed', () => {
  const withoutRefresh = (ports: FakePorts) => {
    const { refreshToken: _, ...tokens } = someTokens(ports.nowMs)
    return ports.keep(aSession(ports.nowMs, { tokens }))
  }

  it('ends the use of the session when the upstream is to get it', async () => {
    const ports = fakePorts(aPolicy())
    const ticket = withoutRefresh(ports)
    ports.nowMs += 6 * MINUTE
    expect(denied(await use(createCheck(ports), ticket)).reason).toBe('session_expired')
  })

  it('may be as old as it likes when nobody wants it', async () => {
    const policy = aPolicy({
      fallback: aRule({ upstream: { authorization: 'Remove', headers: [] } }),
    })
    const ports = fakePorts(policy)
    const ticket = withoutRefresh(ports)
    ports.nowMs += 6 * MINUTE
    expect(allowed(await use(createCheck(ports), ticket)).reason).toBe('allowed')
  })
})

describe('R27, R32: an expired access token while the store is away', () => {
  const away = async () => {
    throw new Fault('session_store_unavailable', 'down')
  }

  const without = (ports: FakePorts) =>
    createCheck({ ...ports, lock: { ...ports.lock, acquire: away } })

  it('that the upstream is to get is a fault: nobody is logged out', async () => {
    const ports = fakePorts(aPolicy())
    const ticket = session(ports)
    ports.nowMs += 6 * MINUTE
    const fault = { code: 'session_store_unavailable' }
    await expect(use(without(ports), ticket)).rejects.toMatchObject(fault)
    expect(ports.stored.size).toBe(1)
  })

  it('that nobody is to get is waited for by nobody', async () => {
    const policy = aPolicy({
      fallback: aRule({ upstream: { authorization: 'Remove', headers: [] } }),
    })
    const ports = fakePorts(policy)
    const ticket = session(ports)
    ports.nowMs += 6 * MINUTE
    expect(allowed(await use(without(ports), ticket)).reason).toBe('allowed')
  })

  it('that is only due is used', async () => {
    const ports = fakePorts(aPolicy())
    const ticket = session(ports)
    ports.nowMs += 4.5 * MINUTE + 1
    expect(tokenOf(await use(without(ports), ticket))).toBe('Bearer access-1')
  })
})

describe('what the access token of a session was exchanged for', () => {
  const takenBack = ({ calls }: FakePorts) =>
    calls.takeBack.map(({ client, former, when }) => [client.name, former, when])

  const former = (ports: FakePorts) => {
    const { issuer, subject } = aSession(ports.nowMs)
    return { token: 'access-1', issuer, subject }
  }

  it('is taken back soon after a refresh, once for all processes', async () => {
    const ports = fakePorts(aPolicy())
    const ticket = session(ports)
    ports.nowMs += 6 * MINUTE
    ports.refreshOutcome = renewed(ports)
    const processes = Array.from({ length: 3 }, () => createCheck(ports))
    await Promise.all(processes.map((check) => use(check, ticket)))
    expect(takenBack(ports)).toEqual([['shop/shop', former(ports), 'soon']])
  })

  it('stays where the provider renews everything but the access token', async () => {
    const ports = fakePorts(aPolicy())
    const ticket = session(ports)
    ports.nowMs += 6 * MINUTE
    ports.refreshOutcome = renewed(ports, 1)
    expect(tokenOf(await use(createCheck(ports), ticket))).toBe('Bearer access-1')
    expect(takenBack(ports)).toEqual([])
  })

  it('is taken back at once where the provider has ended the session', async () => {
    const ports = fakePorts(aPolicy())
    const ticket = session(ports)
    ports.nowMs += 6 * MINUTE
    ports.refreshOutcome = async () => ({ kind: 'refused', detail: 'invalid_grant' })
    expect(denied(await use(createCheck(ports), ticket)).reason).toBe('session_ended')
    expect(takenBack(ports)).toEqual([['shop/shop', former(ports), 'now']])
  })

  it('is not taken back while the provider cannot be asked', async () => {
    const ports = fakePorts(aPolicy())
    const ticket = session(ports)
    ports.nowMs += 6 * MINUTE
    ports.refreshOutcome = unreachable
    await expect(use(createCheck(ports), ticket)).rejects.toThrow('down')
    expect(takenBack(ports)).toEqual([])
  })
})
