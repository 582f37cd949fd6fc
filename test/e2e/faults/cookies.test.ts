import { describe, expect, it } from 'vitest'
import { APP, OPS, shop } from '../../support/e2e/manifests.ts'
import { sendPlain } from '../../support/e2e/plain-client.ts'
import { seenDuring } from '../../support/e2e/seen.ts'
import { newHttpBrowser, signedIn, signInOn } from '../../support/e2e/sign-in.ts'
import { useStack } from '../../support/e2e/use-stack.ts'

const SESSION = '__Host-sallyport'

const GARBAGE: readonly (readonly [name: string, cookie: string])[] = [
  ['nothing', `${SESSION}=`],
  ['a word', `${SESSION}=garbage`],
  ['dots', `${SESSION}=...`],
  ['a JWT', `${SESSION}=eyJhbGciOiJub25lIn0.eyJzdWIiOiJyb290In0.`],
  ['base64 of nothing in particular', `${SESSION}=${'QUJD'.repeat(30)}`],
  ['the length of a ticket', `${SESSION}=${'A'.repeat(43)}.${'B'.repeat(43)}`],
  ['JSON', `${SESSION}={"sub":"root"}`],
  ['percent signs', `${SESSION}=%00%0d%0a%ff`],
  ['quotes', `${SESSION}="quoted value"`],
  ['bytes that are no text', `${SESSION}=\u00ff\u00fe\u0080`],
  ['8 KiB', `${SESSION}=${'x'.repeat(8 * 1024)}`],
  ['a prototype', `${SESSION}=__proto__; __proto__=1; constructor=2`],
  ['two of our name', `${SESSION}=a; ${SESSION}=b`],
  ['only separators', ';;;; ; ;'],
  ['no value', SESSION],
  ['a thousand cookies', Array.from({ length: 1000 }, (_, i) => `c${i}=${i}`).join('; ')],
  ['garbage logins', Array.from({ length: 20 }, (_, i) => `${SESSION}-login-${i}=x`).join('; ')],
  ['a garbage sign-out', `${SESSION}-logout=x`],
]

describe('a browser that sends', () => {
  const stack = useStack({ resources: shop() })
  const url = (path: string): string => stack().url(APP, path)

  const send = (target: string, cookie: string, accept: string) =>
    sendPlain(stack(), {
      host: `${APP}:${stack().port}`,
      target,
      lines: [
        ['Cookie', cookie],
        ['Accept', accept],
      ],
    })

  it.each(GARBAGE)('%s as cookie is sent to sign in, or answered 401', async (_name, cookie) => {
    const seen = await seenDuring(stack(), async () => {
      const page = await send('/orders', cookie, 'text/html')
      expect(page.status).toBe(302)
      expect(new URL(page.header('location') ?? '').origin).toBe(stack().issuer)
      expect((await send('/orders', cookie, 'application/json')).status).toBe(401)
      expect((await send('/oauth2/logout', cookie, 'text/html')).status).toBe(200)
      expect((await send('/oauth2/callback?state=x&code=y', cookie, 'text/html')).status).toBe(400)
    })
    expect(seen).toEqual([])
    expect((await send('/assets/logo.svg', cookie, '*/*')).status).toBe(200)
  })

  it('R15: two session cookies counts as signed out, and has both removed', async () => {
    const { browser } = await signedIn(stack(), url('/'))
    const ticket = browser.jar.value(APP, SESSION)
    const cookie = `${SESSION}=${ticket}; ${SESSION}=planted`
    const response = await send('/orders', cookie, 'application/json')
    expect(response.status).toBe(401)
    expect(response.all('set-cookie')).toEqual([
      expect.stringMatching(/^__Host-sallyport=; .*Max-Age=0/),
    ])
  })

  it('R16: garbage and twenty unfinished sign-ins finishes the next one', async () => {
    const browser = newHttpBrowser(stack())
    browser.jar.plant(APP, SESSION, 'garbage')
    for (let index = 0; index < 20; index += 1) await browser.open(url(`/unfinished/${index}`))
    const logins = browser.jar.names(APP).filter((name) => name.startsWith(`${SESSION}-login-`))
    expect(logins.length).toBeLessThanOrEqual(8)
    const landed = await signInOn(browser, await browser.open(url('/finished')), 'alice')
    expect([landed.status, landed.url]).toEqual([200, url('/finished')])
  })

  it('R13: the ticket of one host at another gets no further than that host would let it', async () => {
    const { browser } = await signedIn(stack(), url('/'))
    const cookie = `${SESSION}=${browser.jar.value(APP, SESSION)}`
    const altered = `${cookie.slice(0, -1)}${cookie.endsWith('A') ? 'B' : 'A'}`
    const target = stack().url(OPS, '/ops')
    const response = await newHttpBrowser(stack()).send(target, { headers: { cookie: altered } })
    expect(response.status).toBe(401)
  })
})
