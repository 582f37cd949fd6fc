import { createHash } from 'node:crypto'
import { runInNewContext } from 'node:vm'
import { describe, expect, it, vi } from 'vitest'
import type { Deny } from '../../../src/core/decision/decision.ts'
import { deny, denyFault } from '../../../src/core/decision/deny.ts'
import { Fault } from '../../../src/core/reason/fault.ts'
import { type Reason, reasonEntry, reasons } from '../../../src/core/reason/reason.ts'
import type { Phrase } from '../../../src/core/wording/phrase.ts'
import { present } from '../../support/present.ts'

const CODES = Object.keys(reasons) as readonly Reason[]

const caller = (headers: Readonly<Record<string, string>>, requestId = 'request-1') => ({
  requestId,
  header: (name: string) => headers[name],
})

const BROWSER = {
  accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
}

const shown = (denial: Deny, headers: Readonly<Record<string, string>>, requestId?: string) => {
  const { headers: sent, body } = present(denial, caller(headers, requestId))
  return { body, header: Object.fromEntries(sent) as Readonly<Record<string, string>> }
}

const pageOf = (denial: Deny, requestId?: string) => shown(denial, BROWSER, requestId)

const named = (name: string): Phrase => ({ key: 'sign_in_with', values: { name } })

const kindOf = (headers: Readonly<Record<string, string>>): string =>
  shown(deny('claim_mismatch'), headers).header['content-type'] ?? ''

describe('the form of a denial', () => {
  it.each([
    ['a browser that opens a page', BROWSER],
    ['an old browser without fetch metadata', { accept: 'text/html, */*;q=0.1' }],
    ['a frame', { accept: '*/*', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }],
    ['a navigation that takes anything', { 'sec-fetch-mode': 'navigate' }],
    ['a script that asks for HTML', { accept: 'text/html', 'sec-fetch-dest': 'empty' }],
    ['HTML and JSON wanted alike', { accept: 'application/json, text/html' }],
  ])('is a page for %s', (_who, headers) => {
    expect(kindOf(headers)).toBe('text/html; charset=utf-8')
  })

  it.each([
    ['curl', { accept: '*/*' }],
    ['a caller that says nothing', {}],
    ['a script', { accept: '*/*', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' }],
    ['a caller that asks for JSON', { accept: 'application/json' }],
    ['a caller that asks for problem documents', { accept: 'application/problem+json' }],
    ['JSON wanted more than HTML', { accept: 'text/html;q=0.8, application/json' }],
    ['an XMLHttpRequest that says so', { ...BROWSER, 'x-requested-with': 'XMLHttpRequest' }],
    ['an image', { accept: 'image/avif,*/*;q=0.8', 'sec-fetch-dest': 'image' }],
    ['a navigation that refuses HTML', { ...BROWSER, accept: 'text/html;q=0' }],
  ])('is a problem document for %s', (_who, headers) => {
    expect(kindOf(headers)).toBe('application/problem+json')
  })
})

describe('any number of wishes', () => {
  it('is read one by one, be they sent once or again', () => {
    const wish = (nth: number, type: string) => ({ accept: `${type}, x/y-${nth}` })
    for (const nth of [...Array(600).keys(), ...Array(600).keys()]) {
      expect(kindOf(wish(nth, 'text/html'))).toBe('text/html; charset=utf-8')
      expect(kindOf(wish(nth, 'application/json'))).toBe('application/problem+json')
    }
    const shownOne = { 'sec-fetch-dest': 'document', accept: '*/*' }
    for (let time = 0; time < 2; time += 1) {
      expect(kindOf(shownOne)).toBe('text/html; charset=utf-8')
      expect(kindOf({ accept: '*/*' })).toBe('application/problem+json')
    }
  })
})

describe('a problem document', () => {
  it('has the members of RFC 9457, the reason and the request id', () => {
    const { body, header } = shown(deny('token_expired', { status: 401 }), {}, 'r-1')
    expect(JSON.parse(body)).toEqual({
      type: 'tag:sallyport.dev,2026:reason:token_expired',
      title: 'Please sign in',
      status: 401,
      detail: reasonEntry('token_expired').message,
      reason: 'token_expired',
      requestId: 'r-1',
    })
    expect(header['x-content-type-options']).toBe('nosniff')
  })

  it('never has what is meant for the log alone', () => {
    expect(shown(deny('internal', { detail: 'ECONNREFUSED 10.0.0.1' }), {}).body).not.toContain(
      'ECONN',
    )
  })
})

describe('a page', () => {
  it.each(CODES)('for %s has a heading, the message, the reason and the request id', (reason) => {
    const { body } = pageOf(deny(reason), 'r-1')
    expect(body).toMatch(/^<!doctype html>\n<html lang="en" dir="ltr">/)
    const heading = /<h1>([^<]{3,40})<\/h1>/.exec(body)?.[1]
    expect(body).toContain(`<title>${heading}</title>`)
    expect(body).toContain(`<p>${reasonEntry(reason).message.replaceAll("'", '&#39;')}</p>`)
    expect(body).toContain(`<dd>${reason}</dd>`)
    expect(body).toContain('<dd>r-1</dd>')
  })

  it('links the ways in their order', () => {
    const ways = [
      { label: 'sign_in_again' as const, href: '/?a=1&b=2' },
      { label: named('Home'), href: 'https://example.com/' },
    ]
    expect(pageOf(deny('signed_out', { ways })).body).toContain(
      '<ul><li><a href="/?a=1&amp;b=2">Sign in again</a></li>' +
        '<li><a href="https://example.com/">Home</a></li></ul>',
    )
    expect(pageOf(deny('signed_out')).body).not.toContain('<nav')
  })

  it('offers to try again exactly where the answer says when to, and repeats no address', () => {
    const passing = denyFault(new Fault('provider_unreachable', 'It is down.'))
    expect(pageOf(passing).body).toContain('<li><a href="">Try again</a></li>')
    const lasting = denyFault(new Fault('policy_broken', 'Its Secret is missing.'))
    expect(pageOf(lasting).body).not.toContain('<nav')
  })

  it('escapes everything that a request or a provider can bring', () => {
    const evil = '"\'><script>alert(1)</script>&'
    const ways = [{ label: named(evil), href: `/${evil}` }]
    const { body } = pageOf(deny('signed_out', { ways, facts: [named(evil)] }), evil)
    expect(body).not.toContain('<script')
    expect(body.split('&quot;&#39;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;')).toHaveLength(5)
  })

  it.each(['javascript:alert(1)', 'data:text/html,x', '//evil.example', '/\\evil.example', 'x'])(
    'leaves out a link to %s',
    (href) => {
      expect(
        pageOf(deny('signed_out', { ways: [{ label: named('Go'), href }] })).body,
      ).not.toContain('Go')
    },
  )

  it('allows its own style by hash and nothing else', () => {
    const { body, header } = pageOf(deny('claim_mismatch'))
    const style = /<style>(.*?)<\/style>/s.exec(body)?.[1] ?? ''
    const hash = createHash('sha256').update(style).digest('base64')
    expect(header['content-security-policy']).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`,
    )
    expect(header['x-content-type-options']).toBe('nosniff')
    expect(header['referrer-policy']).toBe('no-referrer')
    expect(body).not.toMatch(/<script|<link|<img|\sstyle=|\son[a-z]+=|url\(|@import/i)
    expect(style).toContain('color-scheme: light dark')
    expect(style).toContain('prefers-color-scheme: dark')
  })
})

describe('a page that goes on by itself', () => {
  const onward = 'https://shop.example.com/app?a=1&b="2"'
  const shownTo = (headers: Readonly<Record<string, string>>) =>
    shown(deny('login_completed', { status: 200, onward }), headers)

  it('C1: runs one script, known by its hash, which adds the fragment of its address', () => {
    const { body, header } = shownTo(BROWSER)
    const script = /<script>(.*?)<\/script>/s.exec(body)?.[1] ?? ''
    const hash = createHash('sha256').update(script).digest('base64')
    expect(header['content-security-policy']).toContain(`script-src 'sha256-${hash}'`)
    expect(header['content-security-policy']).toContain("frame-ancestors 'none'")
    expect(header['referrer-policy']).toBe('no-referrer')
    expect(script).toContain('location.hash')
  })

  it('C1: leads on without scripts, whoever asks, and escapes the address', () => {
    for (const headers of [BROWSER, { accept: '*/*' }]) {
      const { body } = shownTo(headers)
      const href = 'https://shop.example.com/app?a=1&amp;b=&quot;2&quot;'
      expect(body).toContain(`<a href="${href}" data-onward>Continue</a>`)
      expect(body).toContain(`<meta http-equiv="refresh" content="0; url=${href}">`)
    }
  })
})

describe('the page that reloads itself', () => {
  const reloading = () =>
    pageOf(deny('device_proof_required', { reload: true, framing: 'anybody' }))
  const scriptIn = (body: string) => /<script>(.*?)<\/script>/s.exec(body)?.[1] ?? ''

  it('runs one script, known by its hash, and reloads without scripts as well, in any frame', () => {
    const { body, header } = reloading()
    const hash = createHash('sha256').update(scriptIn(body)).digest('base64')
    expect(body).toContain('<noscript><meta http-equiv="refresh" content="0"></noscript>')
    expect(header['content-security-policy']).toContain(`script-src 'sha256-${hash}'`)
    expect(header['content-security-policy']).toContain('frame-ancestors *')
  })

  it.each([
    ['navigate', 1],
    ['back_forward', 1],
    ['reload', 0],
  ])('reloads itself where it was shown by %s: %i times', (type, times) => {
    const reload = vi.fn()
    const performance = { getEntriesByType: () => [{ type }] }
    runInNewContext(scriptIn(reloading().body), { performance, location: { reload } })
    expect(reload).toHaveBeenCalledTimes(times)
    expect(reloading().body).toContain('<a href="">Try again</a>')
  })
})

describe('the page to choose a provider on', () => {
  const ways = [
    { label: named('Staff <b>'), href: '/?a="1"&sallyport_provider=staff' },
    { label: named('Customers'), href: '/?sallyport_provider=customers' },
  ]

  it('has a heading, a named list of links and nothing to run', () => {
    const { body } = pageOf(deny('provider_choice_required', { ways }))
    expect(body).toContain('<h1>Choose how to sign in</h1>')
    expect(body).toContain('<nav class="choice" aria-label="Ways to sign in"><ul>')
    expect(body).toContain(
      '<a href="/?a=&quot;1&quot;&amp;sallyport_provider=staff">Staff &lt;b&gt;</a>',
    )
    expect(body).not.toMatch(/<(?:script|form|button)/)
  })
})

describe('a form that is sent again', () => {
  const form = {
    fields: [
      ['a"><script>', '1'],
      ['note', 'line 1\r\nline "2" & <b>'],
    ],
  } as const
  const url = 'https://shop.example.com/orders?a=1&b=2'
  const denial = deny('login_completed', { status: 200, resend: { form, url } })

  it('is a page with every field, escaped, and a button', () => {
    const { body, header } = pageOf(denial)
    expect(header['content-type']).toBe('text/html; charset=utf-8')
    expect(body).toContain(
      '<form method="post" action="https://shop.example.com/orders?a=1&amp;b=2"',
    )
    expect(body).toContain('name="a&quot;&gt;&lt;script&gt;" value="1"')
    expect(body).toContain('value="line 1\r\nline &quot;2&quot; &amp; &lt;b&gt;"')
    expect(body).toMatch(/<button type="submit" data-send>/)
  })

  it('runs the one script that its policy names by hash, and nothing else', () => {
    const { body, header } = pageOf(denial)
    const [, script = ''] = /<script>(.*)<\/script>/.exec(body) ?? []
    const hash = createHash('sha256').update(script).digest('base64')
    const policy = header['content-security-policy'] ?? ''
    expect(policy).toContain(`script-src 'sha256-${hash}'`)
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
  })

  it('tells the upstream its own origin, and nothing of the callback', () => {
    expect(pageOf(denial).header['referrer-policy']).toBe('strict-origin')
  })

  it('is a page whatever its sender accepts', () => {
    expect(shown(denial, { accept: 'application/json' }).header['content-type']).toContain('html')
  })
})
