import { describe, expect, it } from 'vitest'
import { APP, shop } from '../../support/e2e/manifests.ts'
import { seenDuring } from '../../support/e2e/seen.ts'
import { newHttpBrowser, signedIn, signInOn } from '../../support/e2e/sign-in.ts'
import { useStack } from '../../support/e2e/use-stack.ts'

describe('Sallyport', () => {
  const stack = useStack({ resources: shop() })
  const url = (path: string): string => stack().url(APP, path)

  it('that is restarted goes on with the sessions it had', async () => {
    const { browser } = await signedIn(stack(), url('/before'))
    await stack().sallyport.restart()
    const page = await browser.open(url('/after'))
    expect([page.status, page.hops]).toEqual([200, [url('/after')]])
  })

  it('that is restarted goes on with the sign-ins that were under way', async () => {
    const browser = newHttpBrowser(stack())
    const form = await browser.open(url('/wanted?a=1'))
    await stack().sallyport.restart()
    const landed = await signInOn(browser, form, 'alice')
    expect([landed.status, landed.url]).toEqual([200, url('/wanted?a=1')])
  })

  it('R1: that is gone is answered 503 by Envoy, for public paths and sessions as well', async () => {
    const { browser } = await signedIn(stack(), url('/'))
    await stack().sallyport.kill()
    const seen = await seenDuring(stack(), async () => {
      for (const path of ['/', '/assets/logo.svg', '/oauth2/callback', '/oauth2/logout']) {
        const response = await browser.fetch(url(path))
        expect([path, response.status]).toEqual([path, 503])
      }
    })
    expect(seen).toEqual([])
    await stack().sallyport.restart()
    const status = async (): Promise<number> => (await browser.fetch(url('/'))).status
    await expect.poll(status, { timeout: 20_000 }).toBe(200)
  })
})
