import { describe, expect, it } from 'vitest'
import { html } from '../../../src/console/page/html.ts'
import type { ConsolePage } from '../../../src/console/page/page.ts'
import { Fault } from '../../../src/core/reason/fault.ts'
import { consoleUnderTest } from '../../support/console-under-test.ts'

const aPage = (changes: Partial<ConsolePage> = {}): ConsolePage => ({
  path: '/console/hosts',
  navLabel: 'Hosts',
  title: 'Hosts & more',
  render: async ({ query }) => ({ kind: 'page', body: html`<p>${query.get('q')}</p>` }),
  ...changes,
})

describe('the console', () => {
  it('has its pages below /console/, and leads there from /console', async () => {
    const { ask } = consoleUnderTest({ pages: [aPage()] })
    expect(await ask('/console')).toMatchObject({ status: 303, headers: { location: '/console/' } })
    const { status, headers, body, use } = await ask('/console/hosts')
    expect(status).toBe(200)
    expect(headers['content-type']).toBe('text/html; charset=utf-8')
    expect(body).toContain('<html lang="en">')
    expect(body).toContain('<h1>Hosts &amp; more</h1>')
    expect(body).toContain('<a class="skip" href="#content">')
    expect(body).toContain('<a href="/console/hosts" aria-current="page">Hosts</a>')
    expect(use).toEqual({
      who: 'alice',
      way: 'certificate',
      action: 'view',
      page: '/console/hosts',
      outcome: 'done',
    })
  })

  it('shows what comes from outside, and never as HTML', async () => {
    const { ask } = consoleUnderTest({ pages: [aPage()] })
    const { body } = await ask(`/console/hosts?q=${encodeURIComponent('<b>"\'&')}`)
    expect(body).toContain('<p>&lt;b&gt;&quot;&#39;&amp;</p>')
  })

  it('lets nothing frame it, and uses nothing but its own files', async () => {
    const { ask } = consoleUnderTest({ pages: [aPage()] })
    for (const path of ['/console/hosts', '/console/nowhere', '/console/assets/console.css']) {
      const { headers } = await ask(path)
      const policy = headers['content-security-policy'] ?? ''
      expect(policy.split('; ')).toEqual([
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
      ])
      expect(headers).toMatchObject({
        'x-frame-options': 'DENY',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'same-origin',
      })
    }
  })

  it('has a page for what is not there', async () => {
    const { ask } = consoleUnderTest({ pages: [aPage()] })
    for (const path of ['/console/', '/console/host', '/console/hosts/', '/console/assets/x.css']) {
      const { status, body, use } = await ask(path)
      expect(status).toBe(404)
      expect(body).toContain('There is no such page.')
      expect(use).toMatchObject({ who: 'alice', outcome: 'not_found', page: path })
    }
  })

  it('gives a page with a * what stands in its place, and one without goes before it', async () => {
    const rest = aPage({
      path: '/console/hosts/*',
      render: async (request) => ({ kind: 'page', body: html`<p>rest ${request.rest}</p>` }),
    })
    const { ask } = consoleUnderTest({ pages: [rest, aPage()] })
    expect((await ask('/console/hosts/a%2Fb/c')).body).toContain('rest a/b/c')
    expect((await ask('/console/hosts')).body).not.toContain('rest')
    expect((await ask('/console/hosts/%E0')).status).toBe(404)
  })

  it('answers HEAD as GET, and no other methods than those and POST', async () => {
    const { ask } = consoleUnderTest({ pages: [aPage()] })
    expect((await ask('/console/hosts', { method: 'HEAD' })).status).toBe(200)
    for (const method of ['PUT', 'DELETE', 'OPTIONS', 'TRACE', 'PATCH']) {
      const { status, headers } = await ask('/console/hosts', { method })
      expect(status).toBe(405)
      expect(headers.allow).toBe('GET, HEAD, POST')
    }
  })

  it('says that the store is away, and of what nobody expected only that the log says more', async () => {
    const thrown = (error: Error) => aPage({ render: () => Promise.reject(error) })
    const away = new Fault('session_store_unavailable', 'Redis is not connected.')
    const one = consoleUnderTest({ pages: [thrown(away)] })
    const first = await one.ask('/console/hosts')
    expect(first.status).toBe(503)
    expect(first.body).toContain('Redis is not connected.')
    expect(one.errors).toEqual([])
    const odd = new Error('secret-of-the-inside')
    const other = consoleUnderTest({ pages: [thrown(odd)] })
    const second = await other.ask('/console/hosts')
    expect(second.status).toBe(500)
    expect(second.body).not.toContain('secret-of-the-inside')
    expect(other.errors).toEqual([odd])
    expect(second.use).toMatchObject({ outcome: 'failed', who: 'alice' })
  })

  it('serves its style to everybody, and once', async () => {
    const { ask } = consoleUnderTest({ brand: () => ({ style: ':root { --accent: #123456 }' }) })
    const admit = () => ({ kind: 'unknown', lacks: 'token' }) as const
    const { status, headers, body, use } = await ask('/console/assets/console.css', { admit })
    expect(status).toBe(200)
    expect(body).toContain('--accent: #123456')
    expect(use).toBeUndefined()
    const again = { 'if-none-match': headers.etag ?? '' }
    expect(await ask('/console/assets/console.css', { headers: again })).toMatchObject({
      status: 304,
      body: '',
    })
  })

  it('shows whose it is', async () => {
    const brand = { name: 'Acme <Shop>', logo: 'data:image/png;base64,AAAA' }
    const { ask } = consoleUnderTest({ pages: [aPage()], brand: () => brand })
    const { body } = await ask('/console/hosts')
    expect(body).toContain('<img src="data:image/png;base64,AAAA" alt="Acme &lt;Shop&gt;">')
    expect(body).toContain('Sallyport console – Acme &lt;Shop&gt;</title>')
  })
})
