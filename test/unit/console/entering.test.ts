import { describe, expect, it } from 'vitest'
import { forgeryField } from '../../../src/console/frame/forgery-field.ts'
import { html } from '../../../src/console/page/html.ts'
import type { ConsolePage } from '../../../src/console/page/page.ts'
import {
  type AdminRole,
  type Admission,
  EVERY_ROLE,
  type ShownToken,
} from '../../../src/core/console/administrator.ts'
import type { SiteAnswer } from '../../../src/core/console/console-site.ts'
import { parseAdminTokens } from '../../../src/http/sessions-api/admin-tokens.ts'
import { admit } from '../../../src/http/sessions-api/admit.ts'
import {
  CONSOLE_TOKEN,
  consoleUnderTest,
  forgeryTokenOf,
} from '../../support/console-under-test.ts'

const PATH = '/console/act'

const acting = () => {
  let done = 0
  const page: ConsolePage = {
    path: PATH,
    title: 'Act',
    needs: 'end-sessions',
    formAction: 'end',
    render: async ({ method, antiForgery }) => {
      if (method === 'POST') done += 1
      return { kind: 'page', body: forgeryField(antiForgery) }
    },
  }
  return { page, done: () => done }
}

const FEED: ConsolePage = {
  path: '/console/feed',
  title: 'Feed',
  render: async () => ({ kind: 'events', stream: { begin: () => () => undefined } }),
}

/** A console whose administrators have tokens, of which the file may change. */
const withTokens = () => {
  const { page, done } = acting()
  let text = `alice ${CONSOLE_TOKEN}`
  const byToken = (token?: ShownToken): Admission =>
    admit(
      { tokens: () => parseAdminTokens(text).tokens, demandsCertificate: false },
      token === undefined ? {} : { token },
    )
  const console = consoleUnderTest({ pages: [page, FEED] }, byToken)
  const signIn = (token = CONSOLE_TOKEN, more: Record<string, string> = {}) =>
    console.ask('/console/sign-in', { form: { token, ...more } })
  const signedIn = async () => cookieOf(await signIn())
  return {
    ...console,
    done,
    signIn,
    signedIn,
    write: (lines: string) => {
      text = lines
    },
  }
}

const cookieOf = ({ headers }: SiteAnswer): string => headers['set-cookie']?.split(';')[0] ?? ''

describe('signing in by a token', () => {
  it('leads strangers to a form, and from there to where they wanted to go', async () => {
    const { ask, signIn } = withTokens()
    const first = await ask(`${PATH}?q=1`)
    expect(first).toMatchObject({
      status: 303,
      headers: { location: `/console/sign-in?to=${encodeURIComponent(`${PATH}?q=1`)}` },
      use: { outcome: 'unauthorized', page: PATH },
    })
    const form = await ask(first.headers.location ?? '')
    expect(form.status).toBe(200)
    expect(form.body).toContain(`<input type="hidden" name="to" value="${PATH}?q=1">`)
    const answer = await signIn(CONSOLE_TOKEN, { to: `${PATH}?q=1` })
    expect(answer.headers['set-cookie']).toMatch(
      /^__Host-sallyport-console=[\w-]+; Path=\/; Secure; HttpOnly; SameSite=Strict$/,
    )
    expect(answer.use).toEqual({
      action: 'sign_in',
      page: '/console/sign-in',
      who: 'alice',
      way: 'token',
      outcome: 'done',
    })
    const headers = { cookie: cookieOf(answer) }
    const next = await ask(answer.headers.location ?? '', { headers })
    expect(next).toMatchObject({ status: 303, headers: { location: `${PATH}?q=1` } })
    expect(await ask(PATH, { headers })).toMatchObject({ status: 200, use: { who: 'alice' } })
  })

  it('says so where the browser has kept no cookie', async () => {
    const { ask, signIn } = withTokens()
    const { location = '' } = (await signIn()).headers
    const again = await ask(location)
    expect(again.status).toBe(303)
    expect((await ask(again.headers.location ?? '')).body).toContain('only over https')
  })

  it('leads nowhere else, whatever the form asks for', async () => {
    const { signIn } = withTokens()
    for (const to of ['https://evil.example.com/', '//evil.example.com', '/console/\\evil', '/x']) {
      const { headers } = await signIn(CONSOLE_TOKEN, { to })
      expect(headers.location).toBe('/console/sign-in/done?to=%2Fconsole%2F')
    }
  })

  it('leads to no place that a header cannot hold, and to none that makes the form long', async () => {
    const { ask, signIn, signedIn } = withTokens()
    for (const to of [
      '/console/x?\u4e2d',
      '/console/x?\u0001',
      '/console/x?\u0080',
      `/console/x?${'y'.repeat(1_000)}`,
    ]) {
      const done = await signIn(CONSOLE_TOKEN, { to })
      expect(done.headers.location).toBe('/console/sign-in/done?to=%2Fconsole%2F')
      const headers = { cookie: await signedIn() }
      const again = await ask(`/console/sign-in?${new URLSearchParams({ to })}`, { headers })
      expect(again).toMatchObject({ status: 303, headers: { location: '/console/' } })
    }
    const long = await ask(`${PATH}?${'y'.repeat(1_000)}`)
    expect(long.headers.location).toBe('/console/sign-in')
  })

  it('R34: reads a token as what a stranger sends, and none while too many were wrong', async () => {
    const { ask, signIn, senders, block } = withTokens()
    const busy = await ask('/console/sign-in', { form: { token: CONSOLE_TOKEN }, isBusy: true })
    expect(busy).toMatchObject({ status: 503, use: { action: 'sign_in', outcome: 'failed' } })
    const long = await signIn('x'.repeat(4_096))
    expect(long).toMatchObject({ status: 413, use: { outcome: 'bad_request' } })
    expect(senders).toEqual(['stranger', 'stranger'])
    block(42)
    expect((await signIn()).status).toBe(429)
    expect(senders).toHaveLength(2)
  })

  it('counts wrong tokens, and looks at none while too many were wrong', async () => {
    const { signIn, failures, block } = withTokens()
    const wrong = await signIn('not-the-token')
    expect(wrong).toMatchObject({
      status: 403,
      use: { action: 'sign_in', outcome: 'unauthorized' },
    })
    expect(wrong.headers['set-cookie']).toBeUndefined()
    expect(wrong.body).toContain('not among those that count')
    expect(wrong.body).not.toContain('not-the-token')
    expect(failures()).toBe(1)
    block(42)
    const limited = await signIn()
    expect(limited).toMatchObject({
      status: 429,
      headers: { 'retry-after': '42' },
      use: { outcome: 'limited' },
    })
    expect(limited.headers['set-cookie']).toBeUndefined()
  })

  it('ends with the token in the file, after half an hour unused, and after eight hours', async () => {
    const { ask, signedIn, write, clock } = withTokens()
    const status = async (cookie: string) => (await ask(PATH, { headers: { cookie } })).status
    const first = await signedIn()
    expect(await status(first)).toBe(200)
    write('bob another-token-that-somebody-else-has')
    expect(await status(first)).toBe(303)
    write(`alice ${CONSOLE_TOKEN}`)
    expect(await status(first)).toBe(200)
    clock.advance(30 * 60_000)
    expect(await status(first)).toBe(303)
    let cookie = await signedIn()
    for (let minutes = 29; minutes < 8 * 60; minutes += 29) {
      clock.advance(29 * 60_000)
      const answer = await ask(PATH, { headers: { cookie } })
      expect(answer.status).toBe(200)
      cookie = cookieOf(answer)
    }
    clock.advance(29 * 60_000)
    expect(await status(cookie)).toBe(303)
  })

  it('ends after half an hour without a page, whatever a script follows meanwhile', async () => {
    const { ask, signedIn, clock } = withTokens()
    const headers = { cookie: await signedIn(), accept: 'text/event-stream' }
    for (let minute = 1; minute < 30; minute += 1) {
      clock.advance(60_000)
      const fed = await ask('/console/feed', { headers })
      expect([fed.status, fed.headers['set-cookie']]).toEqual([200, undefined])
    }
    expect((await ask(PATH, { headers })).headers['set-cookie']).toBeDefined()
    clock.advance(60_000)
    const { status, headers: got, use } = await ask('/console/feed', { headers })
    expect([status, got.location, use?.outcome]).toEqual([401, undefined, 'unauthorized'])
    expect(got['content-security-policy']).toContain("default-src 'none'")
    expect((await ask(PATH, { headers: { cookie: headers.cookie } })).status).toBe(303)
  })

  it('begins no sign-in where something else lets its sender in', async () => {
    const { page } = acting()
    for (const way of ['certificate', 'assertion'] as const) {
      const { ask } = consoleUnderTest({ pages: [page] }, () => ({
        kind: 'admitted',
        administrator: { name: 'alice', roles: EVERY_ROLE, way },
      }))
      const form = { token: 'anything', to: PATH }
      const { status, headers, use } = await ask('/console/sign-in', { form })
      expect([status, headers.location, headers['set-cookie']]).toEqual([303, PATH, undefined])
      expect(use).toMatchObject({ who: 'alice', way, action: 'view' })
    }
  })

  it('takes roles from the file as it is now', async () => {
    const { ask, signedIn, write } = withTokens()
    const headers = { cookie: await signedIn() }
    expect((await ask(PATH, { headers })).status).toBe(200)
    write(`alice ${CONSOLE_TOKEN} view`)
    expect((await ask(PATH, { headers })).status).toBe(403)
  })

  it('believes no cookie that was changed, is another one, or is there twice', async () => {
    const { ask, signedIn } = withTokens()
    const cookie = await signedIn()
    const [name = '', value = ''] = cookie.split('=')
    const flipped = value.startsWith('A') ? `B${value.slice(1)}` : `A${value.slice(1)}`
    const last = `${value.slice(0, -1)}${value.endsWith('A') ? 'B' : 'A'}`
    const others = [flipped, last, value.slice(1), `${value}A`, '', 'e30', value.toLowerCase()]
    const token = forgeryTokenOf(await ask(PATH, { headers: { cookie } }))
    for (const one of [...others.map((text) => `${name}=${text}`), `${name}=${token}`]) {
      expect((await ask(PATH, { headers: { cookie: one } })).status).toBe(303)
    }
    const twice = `${cookie}; ${cookie}`
    expect((await ask(PATH, { headers: { cookie: twice } })).status).toBe(303)
  })

  it('ends by signing out, for copies of the cookie as well', async () => {
    const { ask, signedIn } = withTokens()
    const headers = { cookie: await signedIn() }
    const form = { 'anti-forgery': forgeryTokenOf(await ask(PATH, { headers })) }
    const strange = await ask('/console/sign-out', { headers, form: {} })
    expect(strange.status).toBe(403)
    expect((await ask(PATH, { headers })).status).toBe(200)
    const out = await ask('/console/sign-out', { headers, form })
    expect(out.headers['set-cookie']).toMatch(/^__Host-sallyport-console=; .*Max-Age=0$/)
    expect(out).toMatchObject({ status: 303, use: { who: 'alice', action: 'sign_out' } })
    expect((await ask(PATH, { headers })).status).toBe(303)
  })
})

describe('who is refused', () => {
  const refused = async (admission: Admission) => {
    const { ask } = consoleUnderTest({ pages: [acting().page] }, () => admission)
    return ask(PATH)
  }

  it('reads why, where no token would help', async () => {
    const certificate = await refused({ kind: 'unknown', lacks: 'certificate' })
    expect(certificate.status).toBe(403)
    expect(certificate.body).toContain('A client certificate is needed')
    const assertion = await refused({ kind: 'unknown', lacks: 'assertion' })
    expect(assertion.body).toContain('reached through Sallyport')
    const sentence = 'The claim <groups> names nobody.'
    const forbidden = await refused({ kind: 'forbidden', who: 'bob', sentence })
    expect(forbidden).toMatchObject({
      status: 403,
      use: { who: 'bob', outcome: 'forbidden', detail: sentence },
    })
    expect(forbidden.body).toContain('The claim &lt;groups&gt; names nobody.')
  })
})

describe('forms', () => {
  const seated = (name = 'alice', roles: readonly AdminRole[] = EVERY_ROLE) => {
    const { page, done } = acting()
    let who = name
    const console = consoleUnderTest({ pages: [page] }, () => ({
      kind: 'admitted',
      administrator: { name: who, roles, way: 'certificate' },
    }))
    const become = (other: string) => {
      who = other
    }
    return { ...console, done, become }
  }

  it('are taken with a token of their own from the same origin', async () => {
    const { ask, done } = seated()
    const form = { 'anti-forgery': forgeryTokenOf(await ask(PATH)) }
    expect((await ask(PATH, { form })).status).toBe(200)
    expect(done()).toBe(1)
    const headers = { 'sec-fetch-site': '', origin: 'https://console.example.com' }
    expect((await ask(PATH, { form, headers })).status).toBe(200)
    expect(done()).toBe(2)
  })

  it('are refused without that token, with a foreign or an old one', async () => {
    const { ask, done, become, clock } = seated()
    const token = forgeryTokenOf(await ask(PATH))
    for (const form of [
      {},
      { 'anti-forgery': '' },
      { 'anti-forgery': `${token.slice(0, -2)}AA` },
    ]) {
      const answer = await ask(PATH, { form })
      expect(answer.status).toBe(403)
      expect(answer.use).toMatchObject({ who: 'alice', action: 'end', outcome: 'forbidden' })
    }
    become('mallory')
    expect((await ask(PATH, { form: { 'anti-forgery': token } })).status).toBe(403)
    become('alice')
    clock.advance(8 * 3_600_000)
    expect((await ask(PATH, { form: { 'anti-forgery': token } })).status).toBe(403)
    expect(done()).toBe(0)
  })

  it('are refused where the browser says that another site sent them, or says nothing', async () => {
    const { ask, done } = seated()
    const form = { 'anti-forgery': forgeryTokenOf(await ask(PATH)) }
    const none = { 'sec-fetch-site': '' }
    const strange: readonly Readonly<Record<string, string>>[] = [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'none' },
      { 'sec-fetch-site': 'cross-site', origin: 'https://console.example.com' },
      { ...none, origin: 'https://evil.example.com' },
      { ...none, origin: 'https://console.example.com.evil.example.com' },
      { ...none, origin: 'https://console.example.com:8443' },
      { ...none, origin: 'null' },
      none,
    ]
    for (const headers of strange) {
      const answer = await ask(PATH, { form, headers })
      expect(answer.status).toBe(403)
      expect(answer.body).toContain('nothing was done')
    }
    expect(done()).toBe(0)
  })

  it('are refused where they are no forms, or too long', async () => {
    const { ask, done } = seated()
    const token = forgeryTokenOf(await ask(PATH))
    const json = { 'content-type': 'text/plain' }
    const form = { 'anti-forgery': token }
    expect((await ask(PATH, { form, headers: json })).status).toBe(415)
    const long = { ...form, more: 'x'.repeat(64 * 1024) }
    expect((await ask(PATH, { form: long })).status).toBe(413)
    expect(done()).toBe(0)
  })

  it('are taken by no page that has none, nor from whoever lacks the role', async () => {
    const { ask, done } = seated('vera', ['view'])
    expect((await ask('/console/nowhere', { form: {} })).status).toBe(404)
    const form = { 'anti-forgery': forgeryTokenOf(await ask(PATH)) }
    expect(await ask(PATH, { form })).toMatchObject({ status: 403, use: { action: 'end' } })
    expect(done()).toBe(0)
    const plain: ConsolePage = {
      path: '/console/plain',
      title: 'Plain',
      render: async () => ({ kind: 'page', body: html`<p>plain</p>` }),
    }
    const other = consoleUnderTest({ pages: [plain] })
    expect(await other.ask('/console/plain', { form: {} })).toMatchObject({
      status: 405,
      headers: { allow: 'GET, HEAD' },
    })
  })
})
