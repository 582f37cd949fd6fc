import { describe, expect, it } from 'vitest'
import { createCheck } from '../../../../src/check/check.ts'
import type { Deny } from '../../../../src/core/decision/decision.ts'
import type { Claims } from '../../../../src/core/identity/identity.ts'
import type { Policy } from '../../../../src/core/policy/policy.ts'
import type { Requirement } from '../../../../src/core/policy/requirement.ts'
import type { CodeOutcome } from '../../../../src/core/provider/relying-party.ts'
import type { Client } from '../../../../src/core/registration/client.ts'
import type { Session } from '../../../../src/core/session/session.ts'
import type { Phrase } from '../../../../src/core/wording/phrase.ts'
import {
  aBearerMethod,
  aClient,
  aPolicy,
  aRequest,
  aRule,
  FETCH,
  NAVIGATION,
  type RequestSketch,
  someTokens,
} from '../../../support/builders.ts'
import { fakePorts, unlimited } from '../../../support/check-ports.ts'
import { keepSessions } from '../../../support/session-keeping.ts'
import {
  allowed,
  cookieHeaderOf,
  cookiesOf,
  denied,
  headerOf,
  headersOf,
} from '../../../support/verdicts.ts'

const mfa = { kind: 'authentication_context', acrValues: ['mfa', 'phr'] } as const
const recent = { kind: 'authentication_context', maxAgeMs: 600_000 } as const
const staff = { kind: 'claim', path: ['groups'], written: 'groups', anyOf: ['staff'] } as const

const TICKET = '__Host-sallyport'
const CALLBACK = { ...NAVIGATION, 'sec-fetch-site': 'cross-site' }

/** The middle of a store with sessions, and a browser that has one. */
const setUp = async (
  authorize: readonly Requirement[],
  {
    claims = {},
    client = aClient(),
    rule = {},
    session = {},
  }: {
    readonly claims?: Claims
    readonly client?: Client
    readonly rule?: Partial<Policy['fallback']>
    readonly session?: Partial<Session>
  } = {},
) => {
  const keeping = keepSessions()
  const { clock, store, directory } = keeping
  const policy = aPolicy({ clients: [client], fallback: aRule({ authorize, ...rule }) })
  const ports = Object.assign(fakePorts(policy), { clock, sessions: store, directory })
  const tokens = (changes: Claims) =>
    someTokens(clock.nowMs(), {
      accessTokenExpiresAtMs: clock.nowMs() + 24 * 3_600_000,
      claims: { sub: 'alice', ...changes },
    })
  const first = await keeping.login({ tokens: tokens(claims), ...session })
  const seconds = () => Math.floor(clock.nowMs() / 1_000)
  const check = createCheck(ports)
  const ask = async (sketch: RequestSketch, ticket = first.ticket, more = '') =>
    check(
      aRequest({
        ...sketch,
        headers: { cookie: `${TICKET}=${ticket}${more && `; ${more}`}`, ...sketch.headers },
      }),
      unlimited,
    )
  const open = (path = '/admin?x=1', ticket = first.ticket) =>
    ask({ path, headers: NAVIGATION }, ticket)
  const answer = (outcome: CodeOutcome | Claims) => {
    ports.codeOutcome =
      'kind' in outcome ? (outcome as CodeOutcome) : { kind: 'tokens', tokens: tokens(outcome) }
  }
  /** The provider's answer to a login, in the browser that has these cookies. */
  const comeBack = async (login: Deny, ticket = first.ticket): Promise<Deny> => {
    const state = new URL(headerOf(login, 'location')).searchParams.get('state') ?? ''
    const path = `/oauth2/callback?code=c1&state=${encodeURIComponent(state)}`
    return denied(await ask({ path, headers: CALLBACK }, ticket, cookieHeaderOf(login)))
  }
  const sessions = async () => (await directory.list({}, { limit: 100 }, unlimited)).entries
  return { ...keeping, ports, first, seconds, ask, open, answer, comeBack, sessions }
}

describe('a session that is not authenticated as a rule asks', () => {
  it('R12: is raised by a login: one session under a new ticket, the old one worth nothing', async () => {
    const { open, answer, comeBack, sessions, first, isOpen, clock } = await setUp([mfa, recent])
    const login = denied(await open())
    expect(login).toMatchObject({
      status: 302,
      reason: 'step_up_required',
      about: { subject: 'alice', via: 'session' },
    })
    clock.advance(5_000)
    answer({ acr: 'phr', auth_time: clock.nowMs() / 1_000 })
    const done = await comeBack(login)
    expect(done).toMatchObject({ status: 303, reason: 'step_up_completed' })
    expect(headerOf(done, 'location')).toBe('https://shop.example.com/admin?x=1')
    const ticket = cookiesOf(done)[TICKET] ?? ''
    expect(ticket).not.toBe(first.ticket)
    allowed(await open('/admin', ticket))
    expect(await isOpen(first)).toBe(false)
    expect(denied(await open('/admin')).reason).toBe('session_unknown')
    const [only, ...others] = await sessions()
    expect(others).toEqual([])
    expect(only).toMatchObject({
      subject: 'alice',
      createdAtMs: first.session.createdAtMs,
      expiresAtMs: first.session.absoluteExpiresAtMs,
    })
  })

  it('counts once for maxPerSubject: no other session makes room for it', async () => {
    const client = aClient({ session: { ...aClient().session, maxPerSubject: 2 } })
    const { open, answer, comeBack, login: another, isOpen } = await setUp([mfa], { client })
    const other = await another()
    const login = denied(await open())
    answer({ acr: 'mfa' })
    expect((await comeBack(login)).about.endedSessions).toBeUndefined()
    expect(await isOpen(other)).toBe(true)
  })

  it('stays remembered for the time that is left, and asks for no wish again', async () => {
    const rememberMe = { idleTimeoutMs: 86_400_000, absoluteTimeoutMs: 864_000_000 }
    const client = aClient({ session: { ...aClient().session, rememberMe } })
    const nowMs = keepSessions().clock.nowMs()
    const absoluteExpiresAtMs = nowMs + rememberMe.absoluteTimeoutMs
    const session = { idleTimeoutMs: rememberMe.idleTimeoutMs, absoluteExpiresAtMs }
    const { open, answer, comeBack, clock } = await setUp([mfa], { client, session })
    clock.advance(60_000)
    const login = denied(await open())
    expect(login.status).toBe(302)
    answer({ acr: 'mfa' })
    const lines = headersOf(await comeBack(login), 'set-cookie')
    expect(lines.some((line) => line.startsWith(TICKET) && line.includes('Max-Age=863940'))).toBe(
      true,
    )
  })

  it.each<[string, RequestSketch]>([
    ['a script', { headers: FETCH }],
    ['a form that nobody keeps', { method: 'POST', headers: NAVIGATION }],
  ])('%s is told what is asked for (RFC 9470)', async (_what, sketch) => {
    const odd = { ...mfa, acrValues: ['urn:a', 'b"c\\d'] }
    const { ask } = await setUp([odd, recent])
    const verdict = denied(await ask(sketch))
    expect(verdict).toMatchObject({ status: 401, reason: 'step_up_required' })
    expect(headersOf(verdict, 'www-authenticate')).toEqual([
      'Bearer realm="shop.example.com", error="insufficient_user_authentication", error_description="You need to confirm who you are once more to use this.", acr_values="urn:a b\\"c\\\\d", max_age="600"',
    ])
    expect(verdict.detail).toBe(
      'The claim acr is absent, and has to be one of urn:a, b"c\\d. The claim auth_time is absent, and an authentication of the last 600 s is asked for.',
    )
  })

  it('a rule that challenges, challenges; a frame is shown the way to the whole window', async () => {
    const strict = await setUp([mfa], { rule: { onUnauthenticated: 'Challenge' } })
    expect(denied(await strict.open()).status).toBe(401)
    const { ask } = await setUp([mfa])
    const framed = denied(await ask({ headers: { ...NAVIGATION, 'sec-fetch-dest': 'iframe' } }))
    expect(framed).toMatchObject({ status: 401, reason: 'login_framed' })
  })

  it('a form that a rule keeps is sent again once the session is raised', async () => {
    const { ask, answer, comeBack } = await setUp([mfa], { rule: { keepFormsMaxBytes: 1_000 } })
    const headers = {
      ...NAVIGATION,
      'sec-fetch-site': 'same-origin',
      origin: 'https://shop.example.com',
      'content-type': 'application/x-www-form-urlencoded',
    }
    const login = denied(await ask({ method: 'POST', path: '/pay', headers, body: 'sum=12' }))
    expect(login).toMatchObject({ status: 303, reason: 'step_up_required' })
    answer({ acr: 'mfa' })
    const done = await comeBack(login)
    expect(done.reason).toBe('step_up_completed')
    expect(done.resend).toEqual({
      form: { fields: [['sum', '12']] },
      url: 'https://shop.example.com/pay',
    })
  })

  it('is looked at by the clock: one that was recent is sent to sign in at its next page', async () => {
    const nowS = keepSessions().clock.nowMs() / 1_000
    const { open, clock } = await setUp([recent], { claims: { auth_time: nowS } })
    const first = allowed(await open())
    clock.advance(600_000)
    expect(allowed(await open()).prepared).toBe(first.prepared)
    clock.advance(aClient().provider.clockSkewMs + 1_000)
    expect(denied(await open()).reason).toBe('step_up_required')
  })

  it('is forbidden, and sent nowhere, while something else is missing as well', async () => {
    const { open } = await setUp([mfa, staff])
    expect(denied(await open())).toMatchObject({ status: 403, reason: 'claim_mismatch' })
  })

  it('of alternatives, one that another login would make hold is asked for', async () => {
    const any = { kind: 'any', clauses: [staff, mfa] } as const
    const { open } = await setUp([any])
    expect(denied(await open()).reason).toBe('step_up_required')
    const known = await setUp([any], { claims: { groups: ['staff'] } })
    allowed(await known.open())
  })

  it('is asked for all of it at once, also by the platform; for what nobody can have, never', async () => {
    const floor = { kind: 'platform', by: 'security', clause: recent } as const
    const narrow = { ...mfa, acrValues: ['phr', 'hwk'] }
    const { ask } = await setUp([floor, mfa, narrow])
    const verdict = denied(await ask({ headers: FETCH }))
    expect(headerOf(verdict, 'www-authenticate')).toContain('acr_values="phr", max_age="600"')
    expect(verdict.detail).toContain('Required by the platform (security): The claim auth_time')
    const never = await setUp([mfa, { ...mfa, acrValues: ['pwd'] }])
    expect(denied(await never.open())).toMatchObject({
      status: 403,
      reason: 'authentication_context_refused',
    })
  })
})

describe('a provider that does not do what it is asked', () => {
  const context = (named: string): Phrase => ({
    key: 'came_with_context',
    values: { context: named },
  })
  it.each<[string, Claims, Phrase]>([
    ['says nothing', {}, 'came_without_context'],
    ['says another acr', { acr: 'pwd' }, context('pwd')],
    ['says a list', { acr: ['mfa'] }, 'came_with_odd_context'],
    ['says an object', { acr: { mfa: true } }, 'came_with_odd_context'],
    ['says them in one text', { acr: 'mfa phr' }, context('mfa phr')],
  ])(
    'R16: %s: a page that says so, never a loop, and the session as it was',
    async (_what, claims, came) => {
      const { open, answer, comeBack, sessions, first, isOpen } = await setUp([mfa])
      const before = await sessions()
      const login = denied(await open())
      answer(claims)
      const done = await comeBack(login)
      expect(done).toMatchObject({ status: 403, reason: 'step_up_refused' })
      expect(done.facts?.[0]).toEqual({
        key: 'asked_for_context',
        values: { contexts: 'mfa, phr' },
      })
      expect(done.facts?.[1]).toEqual(came)
      expect(done.ways).toEqual([{ label: 'try_again', href: '/admin?x=1' }])
      expect(cookiesOf(done)[TICKET]).toBeUndefined()
      expect(await isOpen(first)).toBe(true)
      expect(await sessions()).toEqual(before)
    },
  )

  it('R16: an old auth_time, or none, raises nothing, though max_age was stripped on the way', async () => {
    const { open, answer, comeBack, first, isOpen, seconds } = await setUp([recent])
    const login = denied(await open())
    for (const time of [seconds() - 1_000, seconds() + 1_000, '1', undefined]) {
      answer(time === undefined ? {} : { auth_time: time })
      const done = await comeBack(denied(await open()))
      expect(done.reason).toBe('step_up_refused')
    }
    answer({ auth_time: seconds() })
    expect((await comeBack(login)).reason).toBe('step_up_completed')
    expect(await isOpen(first)).toBe(false)
  })

  it('R16: an error of the provider is a page, though there is a session to go on with', async () => {
    const { open, answer, comeBack, first, isOpen } = await setUp([mfa])
    for (const reason of ['provider_error', 'code_refused'] as const) {
      answer({ kind: 'refused', reason, detail: 'unmet_authentication_requirements' })
      expect(await comeBack(denied(await open()))).toMatchObject({
        status: 403,
        reason: 'step_up_refused',
        detail: 'unmet_authentication_requirements',
      })
    }
    expect(await isOpen(first)).toBe(true)
  })

  it('R16: a session is never raised as somebody else', async () => {
    const { open, answer, comeBack, first, isOpen, sessions } = await setUp([mfa])
    const login = denied(await open())
    answer({ sub: 'mallory', acr: 'mfa' })
    const done = await comeBack(login)
    expect(done).toMatchObject({ status: 403, reason: 'step_up_other_subject' })
    expect(cookiesOf(done)[TICKET]).toBeUndefined()
    expect(await isOpen(first)).toBe(true)
    expect(await sessions()).toHaveLength(1)
  })

  it('R16: nor is the session of somebody else who signed in meanwhile', async () => {
    const { open, answer, comeBack, login: another, isOpen } = await setUp([mfa])
    const bob = await another({ subject: 'bob' })
    const login = denied(await open())
    answer({ acr: 'mfa' })
    expect((await comeBack(login, bob.ticket)).reason).toBe('step_up_other_subject')
    expect(await isOpen(bob)).toBe(true)
  })
})

describe('a session that is raised twice, or ends meanwhile', () => {
  it('R12: two tabs that finish at once leave one session', async () => {
    const { open, answer, comeBack, sessions } = await setUp([mfa])
    const logins = [denied(await open('/a')), denied(await open('/b'))]
    answer({ acr: 'mfa' })
    const done = await Promise.all(logins.map((login) => comeBack(login)))
    expect(done.map(({ reason }) => reason).toSorted()).toEqual([
      'step_up_completed',
      'step_up_overtaken',
    ])
    expect(await sessions()).toHaveLength(1)
  })

  it('one that has ended by then begins anew, as by any login', async () => {
    const { open, answer, comeBack, directory, first, sessions } = await setUp([mfa])
    const login = denied(await open())
    await directory.end({ kind: 'session', id: first.id }, unlimited)
    answer({ acr: 'mfa' })
    expect((await comeBack(login)).reason).toBe('login_completed')
    expect(await sessions()).toHaveLength(1)
  })
})

describe('a token that is not authenticated as a rule asks', () => {
  const asking = async (claims: Claims) => {
    const authenticate = [aBearerMethod(), { kind: 'session' }] as const
    const { ports, ask } = await setUp([mfa, recent], { rule: { authenticate } })
    const { issuer } = aBearerMethod().provider
    const verified = { kind: 'verified', issuer, subject: 'robot', scopes: [] } as const
    ports.verification = {
      ...verified,
      bearer: 'access_token',
      claims: { sub: 'robot', ...claims },
    }
    return ask({ headers: { ...NAVIGATION, authorization: 'Bearer a.b.c' } })
  }

  it('is challenged (RFC 9470), as a page too; one that is, passes', async () => {
    const nowS = keepSessions().clock.nowMs() / 1_000
    const verdict = denied(await asking({ acr: 'pwd', auth_time: nowS }))
    expect(verdict).toMatchObject({ status: 401, reason: 'step_up_required' })
    expect(headerOf(verdict, 'www-authenticate')).toContain(
      'error="insufficient_user_authentication"',
    )
    allowed(await asking({ acr: 'mfa', auth_time: nowS }))
  })
})

describe('what costs nothing for a rule without the clause', () => {
  it('a session of any authentication passes, and is prepared once', async () => {
    const { open } = await setUp([staff], { claims: { groups: ['staff'] } })
    expect(allowed(await open()).prepared).toBe(allowed(await open()).prepared)
  })
})
