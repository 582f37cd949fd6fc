import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { APP, shop } from '../../support/e2e/manifests.ts'
import { addressOf, asksForPassword, signInAt } from '../../support/e2e/sign-in.ts'
import { openTabs, visitAtOnce } from '../../support/e2e/tabs.ts'
import { useChromium } from '../../support/e2e/use-chromium.ts'
import { useStack } from '../../support/e2e/use-stack.ts'
import { PROVIDER_HOST } from '../../support/parts/stack.ts'

describe('a person with several tabs', () => {
  const stack = useStack({ resources: shop() })
  const { newProfile } = useChromium(stack)
  const url = (path: string): string => stack().url(APP, path)

  it('finishes both of two sign-ins that were begun one after the other', async () => {
    const profile = await newProfile()
    const [first, second] = [await profile.newPage(), await profile.newPage()]
    await first.goto(url('/one'))
    await second.goto(url('/two'))
    await signInAt(second, 'alice')
    await signInAt(first, 'alice')
    expect([addressOf(first), addressOf(second)]).toEqual([url('/one'), url('/two')])
    await first.reload()
    await second.reload()
    expect([addressOf(first), addressOf(second)]).toEqual([url('/one'), url('/two')])
  })

  it('R16: finishes all of the eight sign-ins that a browser may have under way, in any order', async () => {
    const profile = await newProfile()
    const tabs = await openTabs(profile, 8)
    const paths = tabs.map((_, index) => `/tab/${index}?of=eight`)
    for (const [index, tab] of tabs.entries()) await tab.goto(url(paths[index] ?? ''))
    for (const index of [3, 7, 0, 5, 1, 6, 4, 2]) {
      const tab = tabs[index]
      if (tab !== undefined) await signInAt(tab, 'alice')
    }
    expect(tabs.map(addressOf)).toEqual(paths.map(url))
  })

  it('signs in once and goes on in all of ten tabs that were opened at once', async () => {
    const profile = await newProfile()
    const tabs = await openTabs(profile, 10)
    const paths = tabs.map((_, index) => `/tab/${index}?q=a%2Fb`)
    const authorizationRequests = new Map<Page, string>()
    for (const tab of tabs) {
      tab.on('request', (request) => {
        const there = new URL(request.url())
        if (there.hostname !== PROVIDER_HOST || there.pathname !== '/auth') return
        authorizationRequests.set(tab, request.url())
      })
    }
    await visitAtOnce(tabs.map((tab, index) => ({ tab, url: url(paths[index] ?? '') })))
    for (const tab of tabs) expect(await asksForPassword(tab)).toBe(true)

    const [signedIn, ...others] = tabs
    if (signedIn !== undefined) await signInAt(signedIn, 'alice')
    for (const [index, tab] of others.reverse().entries()) {
      if (index % 2 === 0) await signInAt(tab, 'alice')
      else await tab.goto(authorizationRequests.get(tab) ?? '')
    }
    expect(tabs.map(addressOf)).toEqual(paths.map(url))
    for (const tab of tabs) expect(await tab.locator('#request-line').count()).toBe(1)
  })
})
