import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { DATA, pageHosts } from '../../support/e2e/page-hosts.ts'
import { addressOf, asksForPassword, signInAt } from '../../support/e2e/sign-in.ts'
import { useChromium } from '../../support/e2e/use-chromium.ts'
import { useStack } from '../../support/e2e/use-stack.ts'
import { PROVIDER_HOST } from '../../support/parts/stack.ts'

describe('a page of the host itself, in Chromium', () => {
  const stack = useStack(() => pageHosts())
  const { newTab } = useChromium(stack)
  const url = (path: string): string => stack().url(DATA, path)

  /** Somebody follows a link on the page. */
  const follow = async (tab: Page, href: string): Promise<void> => {
    await tab.evaluate(`
      const link = document.createElement('a')
      link.href = ${JSON.stringify(href)}
      link.textContent = 'Follow'
      document.body.prepend(link)`)
    await tab.getByText('Follow', { exact: true }).first().click()
  }

  const signIn = async (tab: Page, path = '/home'): Promise<void> => {
    await tab.goto(url('/home'))
    await follow(tab, `/oauth2/login?rd=${encodeURIComponent(path)}`)
    await signInAt(tab, 'alice')
  }

  /** Whom the upstream greets, by the headers that it shows. */
  const greeted = (tab: Page): Promise<readonly string[]> =>
    tab.locator('dt:text-is("x-auth-subject") + dd').allTextContents()

  const session = (tab: Page) =>
    tab.evaluate(async () => {
      const answer = await fetch('/oauth2/session')
      return { status: answer.status, url: answer.url, body: await answer.json() }
    })

  it('greets who is signed in and nobody else, and starts no login for that', async () => {
    const tab = await newTab()
    await tab.goto(url('/home'))
    expect([addressOf(tab), await greeted(tab)]).toEqual([url('/home'), []])
    await signIn(tab)
    expect([addressOf(tab), await greeted(tab)]).toEqual([url('/home'), ['alice']])
    const other = await newTab()
    await other.goto(url('/home'))
    expect(await greeted(other)).toEqual([])
  })

  it('is told who is signed in, in JSON, and never sent to a login for asking', async () => {
    const tab = await newTab()
    await tab.goto(url('/home'))
    expect(await session(tab)).toMatchObject({
      status: 401,
      url: url('/oauth2/session'),
      body: { reason: 'login_required', signIn: '/oauth2/login' },
    })
    await signIn(tab)
    expect(await session(tab)).toMatchObject({
      status: 200,
      body: { claims: { email: 'alice@example.test', groups: ['buyers', 'admins'] } },
    })
    await tab.goto(url('/oauth2/session'))
    expect(addressOf(tab)).toBe(url('/oauth2/session'))
  })

  it('has a link that signs in and leads to the page that it names, with its fragment', async () => {
    const tab = await newTab()
    await tab.goto(url('/home'))
    await follow(tab, '/oauth2/login?rd=%2Forders%3Fid%3D7#/queues')
    await signInAt(tab, 'alice')
    await expect.poll(() => tab.url()).toBe(url('/orders?id=7#/queues'))
    expect(await tab.locator('#request-line').textContent()).toBe('GET /orders?id=7')
    await tab.goto(url('/home'))
    await follow(tab, '/oauth2/login?rd=/again')
    await tab.waitForURL((there) => there.pathname === '/again')
  })

  it('R18: has none that leads elsewhere: a page says so, and leads to the start', async () => {
    const tab = await newTab()
    for (const rd of [
      '//stranger.test/',
      'https://stranger.test/',
      '/\\stranger.test',
      '/oauth2/logout',
    ]) {
      await tab.goto(url('/home'))
      await follow(tab, `/oauth2/login?rd=${encodeURIComponent(rd)}`)
      await tab.waitForURL((there) => there.pathname === '/oauth2/login')
      expect(await tab.locator('footer').textContent()).toContain('return_url_refused')
      expect(await tab.content()).not.toContain('stranger.test')
      expect(await tab.getByRole('link', { name: 'Continue' }).getAttribute('href')).toBe('/')
    }
  })

  const signOut = async (tab: Page, rd: string): Promise<void> => {
    await signIn(tab)
    await follow(tab, `/oauth2/logout?rd=${encodeURIComponent(rd)}`)
    await tab.waitForURL((there) => there.hostname === PROVIDER_HOST)
    await tab.getByText('Sign out everywhere').click()
    await tab.waitForURL((there) => there.hostname === DATA)
  }

  it('signs out by the provider, and leads on to a listed place', async () => {
    const tab = await newTab()
    await signOut(tab, '/home/goodbye')
    await tab.waitForURL((there) => there.pathname === '/home/goodbye')
    expect(await greeted(tab)).toEqual([])
    expect(await session(tab)).toMatchObject({ status: 401 })
    await follow(tab, '/oauth2/login?rd=/home')
    await tab.waitForURL((there) => there.hostname === PROVIDER_HOST)
    expect(await asksForPassword(tab)).toBe(true)
  })

  it.each(['https://stranger.test/', '//stranger.test/', '/orders', '/home/goodbye/'])(
    'R18: signs out and leads to no place that is not listed: %s',
    async (rd) => {
      const tab = await newTab()
      await signOut(tab, rd)
      expect(new URL(tab.url()).pathname).toBe('/oauth2/logout')
      expect(await tab.locator('h1').textContent()).toBe('Signed out')
      expect(await tab.content()).not.toContain('stranger.test')
      expect(stack().sallyport.output()).toContain('names nothing that `logout.redirectURLs` lists')
    },
  )
})
