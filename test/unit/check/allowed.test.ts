import { describe, expect, it } from 'vitest'
import { createCheck } from '../../../src/check/check.ts'
import type { Verdict } from '../../../src/core/decision/decision.ts'
import { Fault } from '../../../src/core/reason/fault.ts'
import { aPolicy, aRequest, aRule, aSession } from '../../support/builders.ts'
import { fakePorts, unlimited } from '../../support/check-ports.ts'

const LIFETIME_MS = 60_000
const HEADER = 'x-sallyport-assertion'

const asserting = aRule({
  upstream: {
    ...aRule().upstream,
    assertion: { header: HEADER, audience: 'shop', claims: [], lifetimeMs: LIFETIME_MS },
  },
})
const policy = aPolicy({
  fallback: asserting,
  identityHeaders: new Set([...aPolicy().identityHeaders, HEADER]),
})

const signedIn = (changes = {}) => {
  const ports = fakePorts({ ...policy, ...changes })
  const cookie = `${policy.clients[0]?.session.cookie.name}=${ports.keep(aSession(ports.nowMs))}`
  const check = createCheck(ports)
  const ask = (headers: Readonly<Record<string, string>> = {}) =>
    check(aRequest({ headers: { cookie, ...headers } }), unlimited)
  return { ports, ask, check }
}

const assertionIn = (verdict: Verdict): string | undefined => {
  if (verdict.kind === 'deny') throw new Error(`It was denied: ${verdict.reason}`)
  return verdict.setHeaders.find(([name]) => name === HEADER)?.[1]
}

describe('an assertion for the upstream', () => {
  it('is set on an allow, and is not among what is taken off', async () => {
    const { ports, ask } = signedIn()
    const verdict = await ask()
    expect(assertionIn(verdict)).toBe(`assertion of alice for shop at ${ports.nowMs}`)
    expect(verdict.kind === 'allow' && verdict.removeHeaders).not.toContain(HEADER)
  })

  it('R8: replaces what the caller sends in that place, in any spelling', async () => {
    const { ask } = signedIn()
    const forged = { [HEADER]: 'forged', x_sallyport_assertion: 'forged' }
    const verdict = await ask(forged)
    expect(assertionIn(verdict)).toMatch(/^assertion of alice/)
    expect(verdict.kind === 'allow' && verdict.removeHeaders).toContain('x_sallyport_assertion')
  })

  it('R8: a public request has none, whatever it sends', async () => {
    const open = aRule({ public: true, authenticate: [] })
    const { ask } = signedIn({ fallback: open })
    const verdict = await ask({ [HEADER]: 'forged', 'X-Sallyport-Assertion': 'forged' })
    expect(assertionIn(verdict)).toBeUndefined()
    expect(verdict.kind === 'allow' && verdict.removeHeaders).toEqual(
      expect.arrayContaining([HEADER, 'X-Sallyport-Assertion']),
    )
  })

  it('is signed once, and again when half of its time has gone', async () => {
    const { ports, ask } = signedIn()
    const first = assertionIn(await ask())
    ports.nowMs += LIFETIME_MS / 2 - 1
    expect(assertionIn(await ask())).toBe(first)
    ports.nowMs += 1
    const second = assertionIn(await ask())
    expect(second).not.toBe(first)
    expect(assertionIn(await ask())).toBe(second)
  })

  it('is signed anew before it is over, where it lives for less than its terms say', async () => {
    const { ports, check } = signedIn()
    const session = { ...aSession(ports.nowMs), idleTimeoutMs: LIFETIME_MS / 4 }
    const cookie = `${policy.clients[0]?.session.cookie.name}=${ports.keep(session)}`
    const ask = () => check(aRequest({ headers: { cookie } }), unlimited)
    const first = assertionIn(await ask())
    ports.nowMs += LIFETIME_MS / 8 - 1
    expect(assertionIn(await ask())).toBe(first)
    ports.nowMs += 1
    expect(assertionIn(await ask())).toBe(`assertion of alice for shop at ${ports.nowMs}`)
  })

  it('stands beside a token that replaces what the caller sends', async () => {
    const { ask } = signedIn()
    const verdict = await ask({ authorization: 'Basic eA==' })
    if (verdict.kind === 'deny') throw new Error(verdict.reason)
    const set = verdict.setHeaders.map(([name]) => name)
    expect(set).toContain('authorization')
    expect(verdict.removeHeaders.filter((name) => set.includes(name))).toEqual([])
  })

  it('is the same prepared allow until then, so that it is encoded once', async () => {
    const { ask } = signedIn()
    const [one, other] = [await ask(), await ask()]
    expect(one.kind === 'allow' && one.prepared).toBeDefined()
    expect(one.kind === 'allow' && one.prepared).toBe(other.kind === 'allow' && other.prepared)
  })

  it('is never one of the future, where the clock was set back', async () => {
    const { ports, ask } = signedIn()
    await ask()
    ports.nowMs -= 10_000
    expect(assertionIn(await ask())).toBe(`assertion of alice for shop at ${ports.nowMs}`)
  })

  it('R1: where it cannot be signed, nothing passes, and the fault says where', async () => {
    const { ports } = signedIn()
    const cookie = `${policy.clients[0]?.session.cookie.name}=${ports.keep(aSession(ports.nowMs))}`
    const fault = new Fault('assertion_key_unavailable', 'There is no key.')
    const refusals = [
      () => {
        throw fault
      },
      () => Promise.reject(fault),
    ]
    for (const sign of refusals) {
      const check = createCheck({ ...ports, assertions: { sign } })
      const asked = async () => check(aRequest({ headers: { cookie } }), unlimited)
      await expect(asked()).rejects.toMatchObject({
        code: 'assertion_key_unavailable',
        place: { policy: policy.name, rule: asserting.name },
      })
    }
    const plain = aRule()
    const other = {
      ...ports,
      policies: ports.policies,
      assertions: { sign: () => Promise.reject(fault) },
    }
    ports.policy = aPolicy({ fallback: plain })
    expect((await createCheck(other)(aRequest({ headers: { cookie } }), unlimited)).kind).toBe(
      'allow',
    )
  })

  it('R9: where it does not fit, the request ends, and the log says what helps', async () => {
    const { ports } = signedIn()
    const cookie = `${policy.clients[0]?.session.cookie.name}=${ports.keep(aSession(ports.nowMs))}`
    const times = { issuedAtMs: ports.nowMs, expiresAtMs: ports.nowMs + LIFETIME_MS }
    const sign = () => ({ token: 'x'.repeat(9_000), ...times })
    const check = createCheck({ ...ports, assertions: { sign } })
    const within = async (bytes: number) =>
      check({ ...aRequest({ headers: { cookie } }), room: { bytes, count: 50 } }, unlimited)
    expect((await within(20_000)).kind).toBe('allow')
    expect(await within(9_000)).toMatchObject({
      kind: 'deny',
      reason: 'headers_too_large',
      detail: expect.stringMatching(/have fewer claims in upstream.assertion/),
    })
    const tight = await within(9_200)
    expect(tight).toMatchObject({ kind: 'allow' })
    expect(assertionIn(tight)).toHaveLength(9_000)
  })
})
