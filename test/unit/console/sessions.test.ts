import { describe, expect, it } from 'vitest'
import { consolePages } from '../../../src/console/console-pages.ts'
import type { Admission } from '../../../src/core/console/administrator.ts'
import { Fault } from '../../../src/core/reason/fault.ts'
import type { SessionDirectory } from '../../../src/core/session/session-directory.ts'
import { unlimited } from '../../support/check-ports.ts'
import { consoleDataSaying } from '../../support/console-data.ts'
import { consoleUnderTest, forgeryTokenOf } from '../../support/console-under-test.ts'
import { keepSessions } from '../../support/session-keeping.ts'

/** What the other pages are made of: nobody looks at them here. */
const nothingElse = { data: consoleDataSaying('').data, after: () => () => undefined }

const XSS = `"><img src=x onerror=alert(1)>'`

const viewer = (): Admission => ({
  kind: 'admitted',
  administrator: { name: 'vera', roles: ['view'], way: 'certificate' },
})

const seated = (changes: Partial<SessionDirectory> = {}, admitted?: () => Admission) => {
  const keeping = keepSessions()
  const directory = { ...keeping.directory, ...changes }
  const pages = consolePages({
    ...nothingElse,
    directory,
    newBudget: () => unlimited,
  })
  const console = consoleUnderTest({ pages, clock: keeping.clock }, admitted)
  /** Sends a form as the page of a GET holds it. */
  const confirm = async (target: string) => {
    const page = await console.ask(target)
    const query = Object.fromEntries(new URLSearchParams(target.split('?')[1]))
    const form = { ...query, 'anti-forgery': forgeryTokenOf(page) }
    return { page, answer: await console.ask('/console/end', { form }) }
  }
  return { ...keeping, ...console, clock: keeping.clock, confirm }
}

describe('the pages of sessions', () => {
  it('find sessions by subject, client, host and issuer, alone and together', async () => {
    const { ask, login } = seated()
    await login({ subject: 'alice', host: 'a.example.com' })
    await login({ subject: 'bob', host: 'b.example.com' })
    const subjects = async (query: string) => {
      const { body } = await ask(`/console/sessions?${query}`)
      return ['alice', 'bob'].filter((name) => String(body).includes(`>${name}</a>`))
    }
    expect(await subjects('')).toEqual(['alice', 'bob'])
    expect(await subjects('subject=alice')).toEqual(['alice'])
    expect(await subjects('subject=alice&host=')).toEqual(['alice'])
    expect(await subjects('host=B.example.com')).toEqual(['bob'])
    expect(await subjects('client=shop/shop')).toEqual(['alice', 'bob'])
    expect(await subjects('client=shop/other')).toEqual([])
    expect(await subjects('issuer=https://nobody.example.com')).toEqual([])
    expect(await subjects('subject=bob&host=a.example.com')).toEqual([])
  })

  it('note what was searched, shown and found, as the API does', async () => {
    const { ask, login } = seated()
    const { id } = await login()
    expect((await ask('/console/sessions?subject=alice')).use).toEqual({
      who: 'alice',
      way: 'certificate',
      page: '/console/sessions',
      action: 'list',
      outcome: 'done',
      selector: { subject: 'alice' },
      count: 1,
    })
    expect((await ask(`/console/sessions/${id}`)).use).toMatchObject({
      action: 'show',
      outcome: 'done',
      selector: { id },
    })
    const nobody = 'n'.repeat(43)
    expect(await ask(`/console/sessions/${nobody}`)).toMatchObject({
      status: 404,
      use: { action: 'show', outcome: 'not_found', selector: { id: nobody } },
    })
    expect((await ask('/console/sessions/short')).status).toBe(404)
  })

  it('name everything that is wrong with a search', async () => {
    const { ask } = seated()
    const { status, body, use } = await ask('/console/sessions?client=shop&subject=%00&after=1')
    expect(status).toBe(400)
    for (const said of ['subject holds control', 'client must be the', 'after must be what']) {
      expect(body).toContain(said)
    }
    expect(use).toMatchObject({ action: 'list', outcome: 'bad_request' })
  })

  it('page: each links to the next, the last to none', async () => {
    const { ask, login } = seated()
    for (let at = 0; at < 60; at += 1) await login({ subject: `person-${at}` })
    const first = String((await ask('/console/sessions?client=shop/shop')).body)
    expect(first).toContain('50 sessions')
    const link = /href="(?<link>[^"]+after=[^"]+)">More sessions/.exec(first)?.groups?.link ?? ''
    const second = String((await ask(link.replaceAll('&amp;', '&'))).body)
    expect(second).toContain('10 sessions')
    expect(second).not.toContain('More sessions')
    expect(first + second).toContain('>person-59</a>')
  })

  it('look on where the directory has looked at many that do not fit', async () => {
    const mark = { list: 0, expiresAtMs: 1, id: 'm'.repeat(43) }
    let looks = 0
    const list: SessionDirectory['list'] = async () => {
      looks += 1
      return { entries: [], ...(looks < 4 ? { next: mark } : {}) }
    }
    const { ask } = seated({ list })
    expect((await ask('/console/sessions?host=a.example.com')).body).toContain('No session fits.')
    expect(looks).toBe(4)
  })

  it('stop looking, and say that there are more', async () => {
    const mark = { list: 0, expiresAtMs: 1, id: 'm'.repeat(43) }
    const { ask } = seated({ list: async () => ({ entries: [], next: mark }) })
    const { body } = await ask('/console/sessions?host=a.example.com')
    expect(body).toContain('there are more.')
    expect(body).toContain('More sessions')
  })

  it('show what is known of a session, all of it as text', async () => {
    const { ask, login } = seated()
    const odd = { subject: XSS, host: XSS, address: XSS, agent: XSS }
    const { id } = await login(odd)
    for (const path of ['/console/sessions', `/console/sessions/${id}`, `/console/end?id=${id}`]) {
      const { status, body } = await ask(path)
      expect(status).toBe(200)
      expect(body).toContain('&quot;&gt;&lt;img src=x onerror=alert(1)&gt;&#39;')
      expect(body).not.toContain('<img')
    }
    const searched = await ask(`/console/sessions?${new URLSearchParams({ subject: XSS })}`)
    expect(searched.body).toContain('value="&quot;&gt;&lt;img')
    expect(searched.body).not.toContain('<img')
    const asked = await ask(`/console/end?${new URLSearchParams({ subject: XSS })}`)
    expect(asked.body).not.toContain('<img')
  })

  it('end one session once that is confirmed', async () => {
    const { ask, login, isOpen, confirm } = seated()
    const [one, other] = [await login(), await login()]
    expect((await ask(`/console/sessions/${one.id}`)).body).toContain('End this session')
    const { page, answer } = await confirm(`/console/end?id=${one.id}`)
    expect(page.body).toContain('This is what will end')
    expect(page.use).toEqual({
      who: 'alice',
      way: 'certificate',
      page: '/console/end',
      action: 'show',
      outcome: 'done',
      selector: { id: one.id },
      count: 1,
    })
    expect(answer.body).toContain('Ended 1 session.')
    expect(answer.use).toEqual({
      who: 'alice',
      way: 'certificate',
      page: '/console/end',
      action: 'end',
      outcome: 'done',
      selector: { id: one.id },
      count: 1,
    })
    expect([await isOpen(one), await isOpen(other)]).toEqual([false, true])
    expect((await confirm(`/console/end?id=${other.id}`)).answer.status).toBe(200)
    const again = await ask('/console/end', {
      form: { id: other.id, 'anti-forgery': forgeryTokenOf(page) },
    })
    expect(again).toMatchObject({ status: 404, use: { action: 'end', outcome: 'not_found' } })
    expect(await ask(`/console/end?id=${other.id}`)).toMatchObject({
      status: 404,
      use: { action: 'show', outcome: 'not_found', selector: { id: other.id } },
    })
  })

  it('end all of a subject, or of a client, and say before how many there are', async () => {
    const { login, isOpen, confirm } = seated()
    const [a1, a2, bob] = [await login(), await login(), await login({ subject: 'bob' })]
    const first = await confirm('/console/end?subject=alice&client=shop/shop')
    expect(first.page.body).toContain('<dd>2 sessions</dd>')
    expect(first.page.use).toMatchObject({
      action: 'show',
      selector: { subject: 'alice', client: 'shop/shop' },
      count: 2,
    })
    expect(first.answer.body).toContain('Ended 2 sessions.')
    expect(first.answer.use).toMatchObject({
      action: 'end',
      selector: { subject: 'alice', client: 'shop/shop' },
      count: 2,
    })
    expect([await isOpen(a1), await isOpen(a2), await isOpen(bob)]).toEqual([false, false, true])
    const second = await confirm('/console/end?client=shop/shop')
    expect(second.answer.use).toMatchObject({ selector: { client: 'shop/shop' }, count: 1 })
    expect(await isOpen(bob)).toBe(false)
  })

  it('end nothing that is not named, or named in a way that does not fit', async () => {
    const { ask, login, isOpen } = seated()
    const one = await login()
    const token = forgeryTokenOf(await ask('/console/end?subject=alice'))
    const said: readonly (readonly [Record<string, string>, string])[] = [
      [{}, 'subject or client or id must say'],
      [{ everything: 'true' }, 'subject or client or id must say'],
      [{ issuer: 'https://sso.example.com' }, 'issuer needs subject'],
      [{ host: 'shop.example.com' }, 'host cannot say'],
      [{ subject: 'alice', host: 'shop.example.com' }, 'host cannot say'],
      [{ client: 'shop' }, 'client must be'],
      [{ id: 'short' }, 'id must be that'],
    ]
    for (const [form, sentence] of said) {
      const answer = await ask('/console/end', { form: { ...form, 'anti-forgery': token } })
      expect(answer.status).toBe(400)
      expect(answer.body).toContain(sentence)
      expect(answer.use).toMatchObject({ action: 'end', outcome: 'bad_request' })
    }
    expect(await isOpen(one)).toBe(true)
  })

  it('show no way to end without the role, and do not do it', async () => {
    const { ask, login, isOpen } = seated({}, viewer)
    const one = await login()
    for (const path of ['/console/sessions?subject=alice', `/console/sessions/${one.id}`]) {
      const { status, body } = await ask(path)
      expect(status).toBe(200)
      expect(body).not.toMatch(/End (?:this|all)/)
    }
    const page = await ask(`/console/end?id=${one.id}`)
    const selector = { id: one.id }
    expect(page).toMatchObject({
      status: 403,
      use: { who: 'vera', outcome: 'forbidden', selector },
    })
    expect(page.body).toContain('This needs the role end-sessions')
    const form = { id: one.id, 'anti-forgery': forgeryTokenOf(page) }
    const answer = await ask('/console/end', { form })
    const use = { action: 'end', outcome: 'forbidden', selector }
    expect(answer).toMatchObject({ status: 403, use })
    expect(await isOpen(one)).toBe(true)
  })

  it('note whose sessions another site, or a form of somebody else, would have ended', async () => {
    const { ask, login, isOpen } = seated()
    const one = await login()
    const form = {
      subject: 'alice',
      'anti-forgery': forgeryTokenOf(await ask('/console/end?subject=alice')),
    }
    const use = {
      who: 'alice',
      action: 'end',
      outcome: 'forbidden',
      selector: { subject: 'alice' },
    }
    const headers = { 'sec-fetch-site': 'cross-site' }
    expect(await ask('/console/end', { form, headers })).toMatchObject({ status: 403, use })
    const foreign = { ...form, 'anti-forgery': '' }
    expect(await ask('/console/end', { form: foreign })).toMatchObject({ status: 403, use })
    expect(await isOpen(one)).toBe(true)
  })

  it('say that ending may have come half way where the store fails', async () => {
    const away = new Fault('session_store_unavailable', 'Redis is not connected.')
    const { ask } = seated({ end: () => Promise.reject(away) })
    const token = forgeryTokenOf(await ask('/console/end?subject=alice'))
    const form = { subject: 'alice', 'anti-forgery': token }
    const answer = await ask('/console/end', { form })
    expect(answer.status).toBe(503)
    expect(answer.body).toContain('Some of what was asked may have been done')
    expect(answer.use).toMatchObject({
      action: 'end',
      outcome: 'failed',
      selector: { subject: 'alice' },
      detail: expect.stringContaining('Redis is not connected.'),
    })
  })
})
