import { describe, expect, it } from 'vitest'
import type { SiteAnswer } from '../../../../src/core/console/console-site.ts'
import { aDecision, aRate, consoleDataSaying, HOSTILE } from '../../../support/console-data.ts'
import { consoleShowing } from '../../../support/console-pages.ts'
import { forgeryTokenOf } from '../../../support/console-under-test.ts'

const PATHS = [
  '/console/',
  '/console/routes',
  '/console/routes/shop/shop',
  '/console/providers',
  '/console/problems',
  '/console/decisions',
] as const

/** What a reader sees of a page, in one line. */
const textOf = ({ body }: SiteAnswer): string =>
  String(body)
    .replace(/^[\s\S]*<main/, '<main')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')

const MARKED = 'marked-text'

it.each(PATHS)('%s shows every text that comes from outside, and none as HTML', async (path) => {
  const marked = await consoleShowing(consoleDataSaying(MARKED).data).ask(path)
  expect(marked.status).toBe(200)
  const times = String(marked.body).split(MARKED).length - 1
  expect(times).toBeGreaterThan(3)
  const { body } = await consoleShowing(consoleDataSaying(HOSTILE).data).ask(path)
  expect(body).not.toContain('<script>')
  expect(body).not.toContain('<img')
  const encoded = encodeURIComponent(HOSTILE).replaceAll('%20', '+').replaceAll("'", '%27')
  const said = String(body).split('&quot;&gt;&lt;script&gt;window.hit=1&lt;/script&gt;').length - 1
  const linked = String(body).split(encoded.slice(0, 30)).length - 1
  expect(said + linked).toBe(times)
})

it('an explanation shows what was sent and what came of it, and none of it as HTML', async () => {
  const { data, asked } = consoleDataSaying(HOSTILE)
  const { ask } = consoleShowing(data)
  const token = forgeryTokenOf(await ask('/console/explain'))
  const form = { url: HOSTILE, headers: HOSTILE, claims: HOSTILE, 'anti-forgery': token }
  const answer = await ask('/console/explain', { form })
  expect(answer.status).toBe(200)
  expect(asked).toMatchObject([{ url: HOSTILE, headers: HOSTILE, claims: HOSTILE, method: 'GET' }])
  expect(answer.body).not.toContain('<script>')
  expect(answer.body).not.toContain('<img')
  expect(String(answer.body).split('window.hit=1&lt;/script&gt;')).toHaveLength(6)
})

it('a form that was not made for its sender explains nothing', async () => {
  const { data, asked } = consoleDataSaying(MARKED)
  const { ask } = consoleShowing(data)
  const token = forgeryTokenOf(await ask('/console/explain'))
  const form = { url: 'https://shop.example.com/', 'anti-forgery': token }
  const strange = { 'sec-fetch-site': 'cross-site' }
  expect((await ask('/console/explain', { form, headers: strange })).status).toBe(403)
  expect((await ask('/console/explain', { form: { url: form.url } })).status).toBe(403)
  expect(asked).toEqual([])
})

it('whoever asks while another request is explained is told to try again', async () => {
  const { ask } = consoleShowing(
    consoleDataSaying(MARKED, { explain: async () => ({ kind: 'busy' }) }).data,
  )
  const token = forgeryTokenOf(await ask('/console/explain'))
  const form = { url: 'https://shop.example.com/', 'anti-forgery': token }
  const { status, body, use } = await ask('/console/explain', { form })
  expect([status, use?.outcome]).toEqual([503, 'failed'])
  expect(body).toContain('one is explained at a time. Try again.')
  expect(body).toContain('value="https://shop.example.com/"')
})

it('what is wrong with a form is said above it, and what was written stays', async () => {
  const { data } = consoleDataSaying(MARKED, {
    explain: async () => ({ kind: 'problem', problems: ['URL: it must be one.', 'Method: no.'] }),
  })
  const { ask } = consoleShowing(data)
  const token = forgeryTokenOf(await ask('/console/explain'))
  const form = { url: 'shop', headers: '\nx: y', via: 'bearer', 'anti-forgery': token }
  const { status, body, use } = await ask('/console/explain', { form })
  expect([status, use?.outcome]).toEqual([422, 'bad_request'])
  expect(body).toContain('role="alert"')
  expect(body).toContain('<li class="text">URL: it must be one.</li>')
  expect(body).toContain('value="shop"')
  expect(body).toContain('<option value="bearer" selected>')
})

describe('the overview', () => {
  it('says first what is degraded, and who is refused, why and since when', async () => {
    const { data } = consoleDataSaying(MARKED)
    const { ask, clock } = consoleShowing({
      ...data,
      overview: async () => ({
        ...(await data.overview()),
        troubles: ['Redis is away.'],
        refusals: [
          {
            ...aRate({ sinceMs: clock.nowMs() - 7_200_000, lastMs: clock.nowMs() - 30_000 }),
            host: 'shop.example.com',
            route: 'shop/shop',
            who: ['h4sh'],
          },
        ],
      }),
    })
    const answer = await ask('/console/')
    const text = textOf(answer)
    expect(text.indexOf('Redis is away.')).toBeLessThan(text.indexOf('Refused'))
    expect(text).toMatch(
      /shop\.example\.com forbid claim_mismatch .* h4sh 2\.3 135 2 h ago 30 s ago/,
    )
    expect(answer.body).toContain(
      'href="/console/decisions?host=shop.example.com&amp;reason=claim_mismatch"',
    )
  })

  it('says so where nothing is degraded or refused', async () => {
    const { data } = consoleDataSaying(MARKED)
    const overview = { ...(await data.overview()), troubles: [], refusals: [], rates: [] }
    const { ask } = consoleShowing({ ...data, overview: async () => overview })
    const text = textOf(await ask('/console/'))
    expect(text).toContain('Nothing is degraded.')
    expect(text).toContain('Nothing was refused within the last hour.')
    expect(text).toContain('There was no check within the last hour.')
  })
})

it('the overview tells how old keys and certificates are, and which clock is wrong', async () => {
  const { data } = consoleDataSaying(MARKED)
  const known = await data.overview()
  const console = consoleShowing({
    ...data,
    overview: async () => ({
      ...known,
      sealingSinceMs: console.clock.nowMs() - 86_400_000 * 40,
      certificates: [
        { field: 'grpc.tls.certFile', expiresAtMs: console.clock.nowMs() + 86_400_000 * 9 },
        { field: 'adminApi.tls.certFile', expiresAtMs: console.clock.nowMs() - 60_000 },
      ],
      clocks: [
        { against: 'redis', aheadMs: -7_000 },
        { against: 'shop/keycloak', aheadMs: 400 },
      ],
    }),
  })
  const answer = await console.ask('/console/')
  const text = textOf(answer)
  expect(text).toMatch(/The key that seals 40 d ago grpc\.tls\.certFile expires in 9 d/)
  expect(text).toContain('adminApi.tls.certFile expired 1 min ago')
  expect(text).toMatch(/The clock of Redis 7 s behind ours The clock of shop\/keycloak as ours/)
  expect(answer.body).toContain('<span class="warn">expires')
  expect(answer.body).toContain('<span class="bad">expired')
  expect(answer.body).toContain('<span class="bad">7 s behind ours')
})

describe('the routes', () => {
  it('are searched and paged by the address', async () => {
    const asked: unknown[] = []
    const { data } = consoleDataSaying(MARKED)
    const { ask } = consoleShowing({
      ...data,
      routes: async (query, page) => {
        asked.push([query, page])
        return { items: (await data.routes('', page)).items, total: 1_000 }
      },
    })
    const answer = await ask('/console/routes?q=shop+a&page=3')
    expect(asked).toEqual([['shop a', { at: 2, size: 50 }]])
    expect(textOf(answer)).toContain('101 to 150 of 1000.')
    expect(answer.body).toContain('href="/console/routes?q=shop+a&amp;page=2" rel="prev"')
    expect(answer.body).toContain('href="/console/routes?q=shop+a&amp;page=4" rel="next"')
    await ask('/console/routes?page=-1')
    await ask('/console/routes?page=99999999')
    expect(asked.slice(1)).toEqual([
      ['', { at: 0, size: 50 }],
      ['', { at: 0, size: 50 }],
    ])
  })

  it('one that is not there is a page that says so', async () => {
    const { data } = consoleDataSaying(MARKED, { route: async () => undefined })
    const answer = await consoleShowing(data).ask('/console/routes/shop/gone')
    expect(answer.status).toBe(404)
    expect(textOf(answer)).toContain('There is no ProtectedRoute shop/gone')
  })
})

it('a route leads to an explanation of a request for each of its hosts', async () => {
  const { data } = consoleDataSaying('shop.example.com')
  const { ask } = consoleShowing(data)
  const [, link = ''] =
    /href="([^"]*explain\?[^"]*)"/.exec(String((await ask('/console/routes/shop/shop')).body)) ?? []
  expect((await ask(link)).body).toContain('value="https://shop.example.com/"')
})

describe('the problems', () => {
  it('are shown fifty at a time', async () => {
    const { data } = consoleDataSaying(MARKED)
    const [problem] = data.problems()
    const all = Array.from({ length: 120 }, (_, nth) => ({
      ...problem,
      sentence: `Problem ${nth}.`,
    })) as ReturnType<typeof data.problems>
    const text = textOf(
      await consoleShowing({ ...data, problems: () => all }).ask('/console/problems?page=3'),
    )
    expect(text).toContain('Problem 100.')
    expect(text).not.toContain('Problem 99.')
    expect(text).toContain('101 to 120 of 120.')
  })
})

describe('the latest decisions', () => {
  it('are filtered by the address, and a reason is explained', async () => {
    const asked: unknown[] = []
    const { data } = consoleDataSaying(MARKED)
    const { ask } = consoleShowing({
      ...data,
      recentDecisions: (filter) => {
        asked.push(filter)
        return [aDecision({ number: 77 })]
      },
    })
    const answer = await ask('/console/decisions?host=Shop.example.com&reason=no_policy&id=r-1')
    expect(asked).toEqual([{ host: 'shop.example.com', reason: 'no_policy', requestId: 'r-1' }])
    expect(textOf(answer)).toMatch(
      /12:00:00\.000 shop\.example\.com reject no_policy 404 GET \/ord/,
    )
    expect(textOf(answer)).toMatch(/no_policy : Nothing is served /)
    expect(answer.body).toContain('Add the host to <code>hosts</code> of a ProtectedRoute.')
    expect(answer.body).toContain('data-after="77"')
    expect(answer.body).toContain('<script src="/console/assets/console.js" defer></script>')
  })

  it('a reason that is called as what every object has is no reason', async () => {
    const { ask } = consoleShowing(consoleDataSaying(MARKED).data)
    expect((await ask('/console/decisions?reason=constructor')).status).toBe(200)
  })

  it('no more than two hundred are shown', async () => {
    const all = Array.from({ length: 300 }, (_, nth) => aDecision({ requestId: `r-${nth}` }))
    const { data } = consoleDataSaying(MARKED, { recentDecisions: () => all })
    const { body } = await consoleShowing(data).ask('/console/decisions')
    expect(String(body).split('<tr>')).toHaveLength(202)
  })
})

it('where there was no room to count hosts apart, every page with counts says so', async () => {
  for (const path of ['/console/', '/console/routes', '/console/routes/shop/shop']) {
    const said = async (checks: number) => {
      const { data } = consoleDataSaying(MARKED, { countedTogether: () => checks })
      return String((await consoleShowing(data).ask(path)).body).includes('counted together as')
    }
    expect([path, await said(0), await said(4_711)]).toEqual([path, false, true])
  }
})
