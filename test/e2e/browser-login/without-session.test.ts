import { describe, expect, it } from 'vitest'
import { APP, shop } from '../../support/e2e/manifests.ts'
import { sendPlain } from '../../support/e2e/plain-client.ts'
import { seenDuring, timesSeen } from '../../support/e2e/seen.ts'
import { addressOf, newHttpBrowser, signInAt } from '../../support/e2e/sign-in.ts'
import { useChromium } from '../../support/e2e/use-chromium.ts'
import { redisOf, useStack } from '../../support/e2e/use-stack.ts'
import { PROVIDER_HOST } from '../../support/parts/stack.ts'

const SEND_A_FORM = `
  document.body.innerHTML = '<form method="post" action="/orders"><input name="a" value="b"></form>'
  document.forms[0].submit()`

const ADD_A_FRAME = `
  const frame = document.createElement('iframe')
  frame.src = '/framed'
  document.body.append(frame)`

describe('without a session', () => {
  const stack = useStack({ resources: shop() })
  const { newProfile, newTab } = useChromium(stack)
  const url = (path: string): string => stack().url(APP, path)

  it('R19: a form that is sent is answered 401 where it is, and its body goes nowhere', async () => {
    const tab = await newTab()
    await tab.goto(url('/assets/form'))
    const requests: string[] = []
    tab.on('request', (request) => requests.push(`${request.method()} ${request.url()}`))
    const [response] = await Promise.all([
      tab.waitForResponse('**/orders'),
      tab.evaluate(SEND_A_FORM),
    ])
    expect(response.status()).toBe(401)
    expect(response.headers()['www-authenticate']).toBe(`Session realm="${APP}"`)
    await tab.waitForURL('**/orders')
    expect(await tab.locator('h1').textContent()).toBe('Please sign in')
    expect(await tab.locator('nav a').textContent()).toBe('Sign in')
    expect(requests.filter((line) => line.startsWith('POST'))).toEqual([`POST ${url('/orders')}`])
    expect(requests.join(' ')).not.toContain(PROVIDER_HOST)
    expect(timesSeen(stack(), '/orders')).toBe(0)
  })

  it('R19: 200 scripts at once get 401, a problem document and no cookie', async () => {
    const profile = await newProfile()
    const tab = await profile.newPage()
    await tab.goto(url('/assets/page'))
    const answers = await tab.evaluate(async () => {
      const ask = async (index: number): Promise<string> => {
        const response = await fetch(`/data/${index}`)
        const { reason, status } = (await response.json()) as Record<string, unknown>
        const type = response.headers.get('content-type')
        return `${response.redirected} ${response.status} ${type} ${status} ${reason}`
      }
      return Promise.all(Array.from({ length: 200 }, (_, index) => ask(index)))
    })
    expect(answers).toHaveLength(200)
    expect(new Set(answers)).toEqual(
      new Set(['false 401 application/problem+json 401 login_required']),
    )
    expect(await profile.cookies()).toEqual([])
  })

  it('R19: 200 scripts at once with a session that has ended get no cookie either', async () => {
    const profile = await newProfile()
    const tab = await profile.newPage()
    await tab.goto(url('/'))
    await signInAt(tab, 'alice')
    const [before] = await profile.cookies(url('/'))
    await redisOf(stack()).command('FLUSHALL')
    await stack().sallyport.restart()
    const answers = await tab.evaluate(() =>
      Promise.all(
        Array.from({ length: 200 }, async (_, index) => {
          const response = await fetch(`/data/${index}`)
          return `${response.status} ${response.headers.get('x-sallyport-reason')}`
        }),
      ),
    )
    expect(new Set(answers)).toEqual(new Set(['401 session_unknown']))
    const after = await profile.cookies(url('/'))
    expect(after).toEqual([before])
  })

  it('R19: no answer to a script sets a cookie, by any of the ways it tells what it is', async () => {
    const browser = newHttpBrowser(stack())
    const scripts: readonly Readonly<Record<string, string>>[] = [
      { 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty', accept: '*/*' },
      { 'sec-fetch-mode': 'same-origin', 'sec-fetch-dest': 'empty', accept: 'text/html' },
      { 'x-requested-with': 'XMLHttpRequest', accept: 'text/html' },
      { accept: 'application/json' },
      { 'sec-fetch-mode': 'navigate', 'sec-purpose': 'prefetch', accept: 'text/html' },
      {},
    ]
    for (const headers of scripts) {
      const cookie = '__Host-sallyport=gone'
      const response = await browser.send(url('/data'), { headers: { ...headers, cookie } })
      expect([headers, response.status, response.setCookie]).toEqual([headers, 401, []])
    }
  })

  it('R7: a preflight is answered 401, not redirected and not let through', async () => {
    const seen = await seenDuring(stack(), async () => {
      const response = await sendPlain(stack(), {
        method: 'OPTIONS',
        target: '/data',
        host: `${APP}:${stack().port}`,
        lines: [
          ['Origin', 'https://elsewhere.test'],
          ['Access-Control-Request-Method', 'DELETE'],
          ['Sec-Fetch-Mode', 'cors'],
        ],
      })
      expect(response.status).toBe(401)
      expect(response.all('location')).toEqual([])
      expect(response.all('set-cookie')).toEqual([])
      expect(response.header('www-authenticate')).toBe(`Session realm="${APP}"`)
    })
    expect(seen).toEqual([])
  })

  it('R19: a frame is not sent to the provider, and sees the way to the whole window', async () => {
    const tab = await newTab()
    await tab.goto(url('/assets/frames'))
    const requests: string[] = []
    tab.on('request', (request) => requests.push(request.url()))
    const [response] = await Promise.all([
      tab.waitForResponse('**/framed'),
      tab.evaluate(ADD_A_FRAME),
    ])
    expect(response.status()).toBe(401)
    expect(response.headers()['x-sallyport-reason']).toBe('login_framed')
    expect(requests.join(' ')).not.toContain(PROVIDER_HOST)
  })

  it('a page that is reloaded after the session has ended signs in again and stays where it was', async () => {
    const tab = await newTab()
    await tab.goto(url('/kept?a=1'))
    await signInAt(tab, 'alice')
    await redisOf(stack()).command('FLUSHALL')
    await stack().sallyport.restart()
    await tab.reload()
    expect(addressOf(tab)).toBe(url('/kept?a=1'))
    expect(await tab.locator('#request-line').textContent()).toBe('GET /kept?a=1')
  })
})
