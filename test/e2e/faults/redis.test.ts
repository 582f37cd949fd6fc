import { describe, expect, it } from 'vitest'
import { bearing, fetchMachineToken } from '../../support/e2e/access-tokens.ts'
import { API, APP, shop } from '../../support/e2e/manifests.ts'
import { seenDuring } from '../../support/e2e/seen.ts'
import { newHttpBrowser, signedIn, signInOn } from '../../support/e2e/sign-in.ts'
import { redisOf, useStack } from '../../support/e2e/use-stack.ts'
import type { HttpBrowser } from '../../support/parts/http-browser.ts'

describe('without Redis', () => {
  const stack = useStack({
    resources: shop(),
    sallyport: {
      configuration: { shutdown: { delay: '0s', timeout: '5s' }, check: { budget: '4s' } },
    },
  })
  const url = (path: string): string => stack().url(APP, path)

  /** Nobody is signed out, nobody is sent to the provider, and nothing opens. */
  const expectUnavailable = async (browser: HttpBrowser): Promise<void> => {
    const ticket = browser.jar.value(APP, '__Host-sallyport')
    const seen = await seenDuring(stack(), async () => {
      const page = await browser.open(url('/orders'))
      expect([page.status, page.hops.length]).toEqual([503, 1])
      expect(page.headers['x-sallyport-reason']).toBe('session_store_unavailable')
      expect(page.headers['retry-after']).toBe('2')
      expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
      expect(page.setCookie).toEqual([])
      const problem = await browser.fetch(url('/data'))
      expect(problem.json()).toMatchObject({ status: 503, reason: 'session_store_unavailable' })
      expect(problem.setCookie).toEqual([])
    })
    expect(seen).toEqual([])
    expect(browser.jar.value(APP, '__Host-sallyport')).toBe(ticket)
  }

  const expectBearer = async (): Promise<void> => {
    const browser = newHttpBrowser(stack())
    const headers = bearing(await fetchMachineToken(stack(), browser))
    const response = await browser.send(stack().url(API, '/orders'), { headers })
    expect(response.status).toBe(200)
  }

  const expectHealed = async (browser: HttpBrowser): Promise<void> => {
    const status = async (): Promise<number> => (await browser.fetch(url('/data'))).status
    await expect.poll(status, { timeout: 20_000 }).not.toBe(503)
  }

  it('R32: tokens and public paths work, sessions are answered 503, and all of it heals', async () => {
    const { browser } = await signedIn(stack(), url('/'))
    await redisOf(stack()).kill()
    await stack().sallyport.restart()
    await expectUnavailable(browser)
    await expectBearer()
    expect((await browser.send(url('/assets/logo.svg'))).status).toBe(200)
    expect((await newHttpBrowser(stack()).fetch(url('/data'))).status).toBe(401)

    await redisOf(stack()).restart()
    await expectHealed(browser)
    const lost = await browser.fetch(url('/data'))
    expect([lost.status, lost.headers['x-sallyport-reason']]).toEqual([401, 'session_unknown'])
    const back = await browser.open(url('/orders'))
    expect([back.status, back.url]).toEqual([200, url('/orders')])
  })

  it('R32: a session that was used a moment ago goes on', async () => {
    const { browser } = await signedIn(stack(), url('/'))
    expect((await browser.fetch(url('/data'))).status).toBe(200)
    await redisOf(stack()).kill()
    expect((await browser.fetch(url('/data'))).status).toBe(200)
    await redisOf(stack()).restart()
    await expectHealed(browser)
  })

  it('R32: a sign-in ends with a page, and works when it is tried again', async () => {
    const browser = newHttpBrowser(stack())
    const form = await browser.open(url('/wanted'))
    await redisOf(stack()).kill()
    const page = await signInOn(browser, form, 'alice')
    expect(page.status).toBe(503)
    expect(page.headers['x-sallyport-reason']).toBe('session_store_unavailable')
    await redisOf(stack()).restart()
    const again = async (): Promise<number> => (await browser.open(page.url)).status
    await expect.poll(again, { timeout: 20_000 }).toBe(200)
  })

  it('R32: that answers, one that is frozen is noticed, and holds nobody up', async () => {
    const { browser } = await signedIn(stack(), url('/'))
    await stack().sallyport.restart()
    redisOf(stack()).freeze()
    await expectUnavailable(browser)
    await expectBearer()
    redisOf(stack()).resume()
    await expectHealed(browser)
    expect((await browser.fetch(url('/data'))).status).toBe(200)
  })
})
