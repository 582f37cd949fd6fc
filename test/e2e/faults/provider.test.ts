import { describe, expect, it } from 'vitest'
import { bearing, fetchMachineToken } from '../../support/e2e/access-tokens.ts'
import { API, APP, shop } from '../../support/e2e/manifests.ts'
import { newHttpBrowser, signedIn, unusedCallback } from '../../support/e2e/sign-in.ts'
import { providerOf, useStack } from '../../support/e2e/use-stack.ts'

const HEALING = { timeout: 60_000, interval: 250 } as const

describe('without the provider', () => {
  const stack = useStack({ resources: shop() })
  const url = (path: string): string => stack().url(APP, path)

  it('sessions go on, and so do tokens, also ones that were never seen', async () => {
    const { browser } = await signedIn(stack(), url('/'))
    const seen = bearing(await fetchMachineToken(stack(), browser))
    const unseen = bearing(await fetchMachineToken(stack(), browser))
    const orders = stack().url(API, '/orders')
    expect((await browser.send(orders, { headers: seen })).status).toBe(200)

    await providerOf(stack()).takeDown()
    expect((await browser.fetch(url('/data'))).status).toBe(200)
    expect((await browser.send(orders, { headers: seen })).status).toBe(200)
    expect((await browser.send(orders, { headers: unseen })).status).toBe(200)
    await providerOf(stack()).bringUp()
  })

  it('a sign-in that was under way ends with a page, and works when it is begun again', async () => {
    const browser = newHttpBrowser(stack())
    const callback = await unusedCallback(stack(), browser, url('/wanted'))
    await providerOf(stack()).takeDown()
    const page = await browser.open(callback.href)
    expect([page.status, page.headers['x-sallyport-reason']]).toEqual([503, 'provider_unreachable'])
    expect(page.headers['retry-after']).toBe('5')
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(browser.jar.names(APP)).not.toContain('__Host-sallyport')
    await providerOf(stack()).bringUp()
    const again = async (): Promise<string> => (await browser.open(url('/wanted'))).url
    await expect.poll(again, HEALING).toBe(url('/wanted'))
  })

  it('signing out ends the session here all the same', async () => {
    const { browser } = await signedIn(stack(), url('/'))
    const cookie = `__Host-sallyport=${browser.jar.value(APP, '__Host-sallyport')}`
    await providerOf(stack()).takeDown()
    const response = await browser.fetch(url('/oauth2/logout'))
    expect([200, 303]).toContain(response.status)
    expect(browser.jar.names(APP)).not.toContain('__Host-sallyport')
    await providerOf(stack()).bringUp()
    expect((await browser.send(url('/data'), { headers: { cookie } })).status).toBe(401)
  })

  it('Sallyport starts and becomes ready; sign-ins and tokens are answered 503 until it is back', async () => {
    const browser = newHttpBrowser(stack())
    const headers = bearing(await fetchMachineToken(stack(), browser))
    const orders = stack().url(API, '/orders')
    await providerOf(stack()).takeDown()
    await stack().sallyport.restart()
    expect(await stack().sallyport.isReady()).toBe(true)

    const page = await browser.open(url('/wanted'))
    expect([page.status, page.headers['x-sallyport-reason']]).toEqual([503, 'provider_unreachable'])
    expect(page.setCookie).toEqual([])
    expect((await browser.fetch(url('/data'))).status).toBe(401)
    expect((await browser.send(url('/assets/logo.svg'))).status).toBe(200)
    const refused = await browser.send(orders, { headers })
    expect(refused.json()).toMatchObject({ status: 503, reason: 'provider_unreachable' })

    await providerOf(stack()).bringUp()
    const withToken = async (): Promise<number> => (await browser.send(orders, { headers })).status
    await expect.poll(withToken, HEALING).toBe(200)
    expect((await browser.open(url('/wanted'))).text).toContain('type="password"')
  })

  it('that hangs, a sign-in is answered in time', async () => {
    const browser = newHttpBrowser(stack())
    const callback = await unusedCallback(stack(), browser, url('/wanted'))
    providerOf(stack()).interfere('token', () => undefined)
    const page = await browser.open(callback.href)
    expect(page.status).toBe(503)
    expect(['provider_unreachable', 'budget_exceeded']).toContain(
      page.headers['x-sallyport-reason'],
    )
    providerOf(stack()).interfere('token', undefined)
  })
})
