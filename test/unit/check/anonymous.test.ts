import { describe, expect, it } from 'vitest'
import { createCheck } from '../../../src/check/check.ts'
import type { Verdict } from '../../../src/core/decision/decision.ts'
import type { AuthenticateMethod, Policy } from '../../../src/core/policy/policy.ts'
import { Fault } from '../../../src/core/reason/fault.ts'
import {
  aBearerMethod,
  aPolicy,
  aRequest,
  aRule,
  aSession,
  FETCH,
  NAVIGATION,
  type RequestSketch,
} from '../../support/builders.ts'
import { type FakePorts, fakePorts, unlimited } from '../../support/check-ports.ts'
import { allowed, denied, headerOf } from '../../support/verdicts.ts'

const checked = async (ports: FakePorts, sketch: RequestSketch): Promise<Verdict> =>
  createCheck(ports)(aRequest(sketch), unlimited)

const ANONYMOUS = { kind: 'anonymous' } as const

const greeting = (...methods: readonly AuthenticateMethod[]): Policy =>
  aPolicy({ fallback: aRule({ authenticate: [...methods, ANONYMOUS] }) })

const bySession = greeting({ kind: 'session' })

const OURS = ['x-auth-subject', 'x-auth-issuer', 'x-auth-email', 'x-auth-scopes']

describe('C12: `anonymous` as the last method', () => {
  it.each([
    ['a page', NAVIGATION],
    ['a script', FETCH],
  ])('%s without a session passes, and nobody is named', async (_who, headers) => {
    const verdict = allowed(await checked(fakePorts(bySession), { headers }))
    expect(verdict).toMatchObject({
      reason: 'anonymous',
      setHeaders: [],
      removeHeaders: [...OURS, 'authorization'],
      about: { policy: 'shop/shop', rule: 'default' },
    })
  })

  it('R8: no header of the caller says who it is, nor does its Authorization', async () => {
    const headers = {
      ...FETCH,
      authorization: 'Bearer forged',
      'X-Auth_Subject': 'root',
      'x-auth-email': 'root@example.com',
      cookie: '__Host-sallyport-login-x=1; theme=dark',
    }
    const verdict = allowed(await checked(fakePorts(bySession), { headers }))
    expect(verdict.removeHeaders).toEqual([...OURS, 'authorization', 'X-Auth_Subject'])
    expect(verdict.setHeaders).toEqual([['cookie', 'theme=dark']])
  })

  it('whoever is signed in is named', async () => {
    const ports = fakePorts(bySession)
    const cookie = `__Host-sallyport=${ports.keep(aSession(ports.nowMs))}`
    const verdict = allowed(await checked(ports, { headers: { ...NAVIGATION, cookie } }))
    expect(verdict.reason).toBe('allowed')
    expect(verdict.setHeaders).toContainEqual(['x-auth-subject', 'alice'])
  })

  it.each([
    ['unknown', '__Host-sallyport=gone'],
    ['there twice', '__Host-sallyport=a; __Host-sallyport=b'],
  ])('a session that is %s is nobody', async (_how, cookie) => {
    const verdict = await checked(fakePorts(bySession), { headers: { ...NAVIGATION, cookie } })
    expect(allowed(verdict).reason).toBe('anonymous')
  })

  it('a session that has expired is nobody', async () => {
    const ports = fakePorts(bySession)
    const ticket = ports.keep(aSession(ports.nowMs - 13 * 3_600_000))
    const headers = { ...NAVIGATION, cookie: `__Host-sallyport=${ticket}` }
    expect(allowed(await checked(ports, { headers })).reason).toBe('anonymous')
  })

  it('a session that cannot be looked at is no anonymous request: the fault is told', async () => {
    const ports = fakePorts(bySession)
    const open = (): never => {
      throw new Fault('session_store_unavailable', 'Redis is away.')
    }
    const down = { ...ports, sessions: { ...ports.sessions, open } }
    const headers = { ...NAVIGATION, cookie: '__Host-sallyport=some' }
    expect(() => createCheck(down)(aRequest({ headers }), unlimited)).toThrow('Redis is away.')
  })

  it.each([
    ['before', [aBearerMethod(), { kind: 'session' }]],
    ['after', [{ kind: 'session' }, aBearerMethod()]],
  ] as [string, AuthenticateMethod[]][])(
    'a bearer token that is refused %s the session is a 401',
    async (_where, methods) => {
      const headers = { ...NAVIGATION, authorization: 'Bearer bad' }
      const verdict = denied(await checked(fakePorts(greeting(...methods)), { headers }))
      expect(verdict).toMatchObject({ status: 401, reason: 'token_signature_invalid' })
      expect(headerOf(verdict, 'www-authenticate')).toMatch(/^Bearer .*invalid_token/)
    },
  )

  it('is answered at once, by what was prepared', () => {
    const ports = fakePorts(bySession)
    const check = createCheck(ports)
    const first = check(aRequest({ headers: FETCH }), unlimited) as Verdict
    const second = check(aRequest({ headers: FETCH }), unlimited) as Verdict
    expect(allowed(first).prepared).toBeDefined()
    expect(allowed(second).prepared).toBe(allowed(first).prepared)
  })
})
