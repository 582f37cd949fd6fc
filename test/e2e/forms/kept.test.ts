import type { Page as Tab } from 'playwright-core'
import { afterAll, describe, expect, it } from 'vitest'
import { BROKEN as FORMS, ours, shop } from '../../support/e2e/manifests.ts'
import { addressOf, asksForPassword, signInAt } from '../../support/e2e/sign-in.ts'
import { keepPictures, useChromium } from '../../support/e2e/use-chromium.ts'
import { redisOf, useStack } from '../../support/e2e/use-stack.ts'
import { type RunningUpstream, startUpstream } from '../../support/parts/upstream.ts'

const MAX_BYTES = 1_024

const ROUTE = ours('ProtectedRoute', 'forms', {
  hosts: [FORMS],
  clientRef: { name: 'web' },
  rules: [
    { name: 'open', match: [{ path: { prefix: '/open' } }], public: true },
    {
      name: 'orders',
      match: [{ path: { prefix: '/orders' } }],
      keepForms: { maxBytes: MAX_BYTES },
    },
  ],
})

const NOTE = 'zwei Zeilen\r\n& <b>ümlaut</b> "quoted"'

/** Makes the page one that holds a form. */
const formScript = (action: string, note: string): string => `
  document.body.innerHTML = '<form method="post"><input name="item" value="shoes"><input name="item" value="socks">' +
    '<textarea name="note"></textarea><button name="submit" value="now">Order</button></form>'
  document.querySelector('form').setAttribute('action', ${JSON.stringify(action)})
  document.querySelector('textarea').value = ${JSON.stringify(note)}`

describe('a form that is sent when the session is over', () => {
  let upstream: RunningUpstream
  const stack = useStack(async () => {
    upstream = await startUpstream()
    return {
      resources: shop({ more: [ROUTE] }),
      envoy: {
        extraHosts: [
          {
            domain: FORMS,
            upstreamPort: upstream.port,
            isProtected: true,
            bodyMaxBytes: MAX_BYTES,
          },
        ],
      },
      redis: { saveData: true },
    }
  })
  afterAll(() => upstream.stop())
  const { newTab } = useChromium(stack)
  const url = (path: string): string => stack().url(FORMS, path)
  const received = (path: string) => upstream.requests().filter((seen) => seen.path === path)

  const send = async (tab: Tab, path: string, note = NOTE): Promise<void> => {
    await tab.goto(url('/open/form'))
    await tab.evaluate(formScript(path, note))
    await tab.click('button[name=submit]')
    await tab.waitForURL(({ pathname }) => pathname !== '/open/form')
  }

  it('waits for the sign-in and is then sent again, once, as it was', async () => {
    const tab = await newTab()
    await send(tab, '/orders?list=1')
    expect(await asksForPassword(tab)).toBe(true)
    await signInAt(tab, 'alice')
    await tab.waitForURL('**/orders?list=1')
    const [seen, ...more] = received('/orders?list=1')
    expect(more).toEqual([])
    expect(seen).toMatchObject({ method: 'POST' })
    expect([...new URLSearchParams(seen?.body)]).toEqual([
      ['item', 'shoes'],
      ['item', 'socks'],
      ['note', NOTE],
      ['submit', 'now'],
    ])
    expect(seen?.headers).toMatchObject({
      'x-auth-subject': 'alice',
      origin: url('').replace(/\/$/, ''),
      'sec-fetch-site': 'same-origin',
    })
    expect(JSON.stringify(seen?.headers)).not.toContain('code=')
  })

  it('is sent by its button where scripts do not run', async () => {
    const tab = await newTab()
    await send(tab, '/orders/by-button')
    const devTools = await tab.context().newCDPSession(tab)
    await devTools.send('Emulation.setScriptExecutionDisabled', { value: true })
    await signInAt(tab, 'alice')
    await tab.waitForURL('**/oauth2/callback*')
    expect(await tab.locator('h1').textContent()).toBe('Sending your form')
    await keepPictures(tab, 'resend')
    expect(received('/orders/by-button')).toEqual([])
    await tab.click('button')
    await tab.waitForURL('**/orders/by-button')
    expect(received('/orders/by-button')).toHaveLength(1)
  })

  it('is sent no second time by going back or reloading', async () => {
    const tab = await newTab()
    await send(tab, '/orders/back')
    await signInAt(tab, 'alice')
    await tab.waitForURL('**/orders/back')
    await tab.goBack()
    await tab.waitForLoadState()
    expect(received('/orders/back').filter(({ method }) => method === 'POST')).toHaveLength(1)
  })

  it('R12: lies in the store as nobody can read it', async () => {
    const tab = await newTab()
    await send(tab, '/orders/sealed', 'the secret of the form')
    const keys = await redisOf(stack()).command('KEYS', '*:form:*')
    expect(keys).toContain('sallyport:form:')
    const [, key = ''] = /(sallyport:form:[\w-]+)/.exec(keys) ?? []
    const value = await redisOf(stack()).command('GET', key)
    expect(value.length).toBeGreaterThan(50)
    expect(value).not.toContain('secret of the form')
    const life = await redisOf(stack()).command('PTTL', key)
    expect(Number(life.replace(':', ''))).toBeLessThanOrEqual(3_600_000)
  })

  it('R19: that is larger than the rule allows gets 401 where it is', async () => {
    const tab = await newTab()
    await send(tab, '/orders/large', 'x'.repeat(MAX_BYTES))
    expect(addressOf(tab)).toBe(url('/orders/large'))
    expect(await tab.locator('h1').textContent()).toBe('Please sign in')
    expect(received('/orders/large')).toEqual([])
  })

  it('R19: that another site sends gets 401, and is never sent as if it were ours', async () => {
    const tab = await newTab()
    await tab.goto(stack().url('app.localhost', '/assets/elsewhere'))
    await tab.evaluate(formScript(url('/orders/forged'), 'forged'))
    await tab.click('button[name=submit]')
    await tab.waitForURL('**/orders/forged')
    expect(await tab.locator('h1').textContent()).toBe('Please sign in')
    expect(received('/orders/forged')).toEqual([])
  })

  it('with a session goes through at once', async () => {
    const tab = await newTab()
    await tab.goto(url('/orders/first'))
    await signInAt(tab, 'alice')
    await send(tab, '/orders/at-once')
    expect(received('/orders/at-once')).toMatchObject([{ method: 'POST' }])
  })
})
