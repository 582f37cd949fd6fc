import type { BrowserContext, Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import {
  DATA,
  NEIGHBOUR,
  PAGES,
  PARTNER,
  pageHosts,
  STRANGER,
  WIDE,
} from '../../support/e2e/page-hosts.ts'
import { lastSeen, seenDuring } from '../../support/e2e/seen.ts'
import { addressOf, signInAt } from '../../support/e2e/sign-in.ts'
import { useChromium } from '../../support/e2e/use-chromium.ts'
import { useStack } from '../../support/e2e/use-stack.ts'

/** What a script got of an answer; a text where the browser kept all of it from the script. */
interface Read {
  readonly status: number
  readonly type: string
  readonly redirected: boolean
  readonly reason: string | null
  readonly contentType: string | null
  readonly body: unknown
}

/** Whatever a browser says when it does not let a script read. */
const UNREADABLE = expect.stringContaining('Failed to fetch')

describe('a script of a page of another origin, in Chromium', () => {
  const stack = useStack(() => pageHosts())
  const { newProfile, newOwnProfile } = useChromium(stack)
  const url = (host: string, path: string): string => stack().url(host, path)

  const pageOf = async (profile: BrowserContext, host: string, path = '/page'): Promise<Page> => {
    const tab = await profile.newPage()
    await tab.goto(url(host, path))
    return tab
  }

  const read = (tab: Page, target: string, method = 'GET'): Promise<Read | string> =>
    tab.evaluate(
      async ([to, by]) => {
        try {
          const json = { body: '{}', headers: { 'content-type': 'application/json' } }
          const answer = await fetch(to, {
            method: by,
            credentials: 'include',
            ...(by === 'GET' ? {} : json),
          })
          return {
            status: answer.status,
            type: answer.type,
            redirected: answer.redirected,
            reason: answer.headers.get('x-sallyport-reason'),
            contentType: answer.headers.get('content-type'),
            body: await answer.json(),
          }
        } catch (thrown) {
          return String(thrown)
        }
      },
      [target, method] as const,
    )

  /** A page of the application that was sent to sign in, and came back signed in at a host. */
  const signedInProfile = async (host: string, given?: BrowserContext): Promise<BrowserContext> => {
    const profile = given ?? (await newProfile())
    const tab = await pageOf(profile, host, '/oauth2/login?rd=/home')
    await signInAt(tab, 'alice')
    expect(addressOf(tab)).toBe(url(host, '/home'))
    return profile
  }

  const preflights = (): number => stack().sallyport.output().split('"cors_preflight"').length - 1

  it('reads before a login that there is none, and where to sign in', async () => {
    const tab = await pageOf(await newProfile(), PAGES)
    for (const method of ['GET', 'PUT']) {
      expect(await read(tab, url(DATA, '/orders'), method)).toMatchObject({
        status: 401,
        type: 'cors',
        redirected: false,
        reason: 'login_required',
        contentType: 'application/problem+json',
        body: { status: 401, reason: 'login_required' },
      })
    }
    expect(await read(tab, url(DATA, '/oauth2/session'))).toMatchObject({
      status: 401,
      redirected: false,
      contentType: 'application/problem+json',
      body: { reason: 'login_required', signIn: '/oauth2/login' },
    })
  })

  it('sends its reader there by what it read, and then reads as that person', async () => {
    const profile = await newProfile()
    const tab = await pageOf(profile, PAGES)
    const target = url(DATA, '/oauth2/session')
    await Promise.all([
      tab.waitForURL(`${stack().issuer}/**`),
      tab.evaluate(`
        fetch('${target}', { credentials: 'include' })
          .then((answer) => answer.json())
          .then(({ signIn }) => { location.href = new URL(signIn + '?rd=/home/back', '${target}') })`),
    ])
    await signInAt(tab, 'alice')
    expect(addressOf(tab)).toBe(url(DATA, '/home/back'))
    await tab.goto(url(PAGES, '/page'))
    const before = preflights()
    expect(await read(tab, url(DATA, '/orders/7'), 'PUT')).toMatchObject({
      status: 200,
      type: 'cors',
      body: { method: 'PUT', path: '/orders/7', headers: { 'x-auth-subject': 'alice' } },
    })
    expect(preflights()).toBeGreaterThan(before)
    expect(lastSeen(stack(), '/orders/7').headers).not.toHaveProperty('cookie')
    const told = await read(tab, target)
    expect(told).toMatchObject({ status: 200, contentType: 'application/json' })
    expect((told as Read).body).toEqual({
      claims: { email: 'alice@example.test', groups: ['buyers', 'admins'] },
      expiresAt: expect.any(String),
      idleExpiresAt: expect.any(String),
      signOut: '/oauth2/logout',
    })
  })

  it('reads 403 and 503 with their reasons', async () => {
    const tab = await pageOf(await signedInProfile(DATA), PAGES)
    for (const method of ['GET', 'PUT']) {
      expect(await read(tab, url(DATA, '/admins'), method)).toMatchObject({
        status: 403,
        reason: 'claim_mismatch',
        body: { reason: 'claim_mismatch' },
      })
      expect(await read(tab, url(DATA, '/away'), method)).toMatchObject({
        status: 503,
        reason: 'decision_point_unavailable',
        body: { reason: 'decision_point_unavailable' },
      })
    }
  })

  it('R7: reads nothing where its origin is not listed, even of its own site', async () => {
    const profile = await signedInProfile(DATA)
    for (const host of [NEIGHBOUR, STRANGER]) {
      const tab = await pageOf(profile, host)
      for (const path of ['/orders', '/admins', '/away', '/home', '/oauth2/session']) {
        expect([host, path, await read(tab, url(DATA, path))]).toEqual([host, path, UNREADABLE])
      }
      const seen = await seenDuring(stack(), () => read(tab, url(DATA, '/orders'), 'PUT'))
      expect(seen).toEqual([])
    }
    const listed = await pageOf(profile, PAGES)
    expect(await read(listed, url(DATA, '/closed'))).toEqual(UNREADABLE)
    expect(await read(listed, url(DATA, '/orders'))).toMatchObject({ status: 200 })
    for (const path of ['/oauth2/login?rd=/home', '/oauth2/callback', '/oauth2/logout']) {
      expect([path, await read(listed, url(DATA, path))]).toEqual([path, UNREADABLE])
    }
  })

  it('of another site reads as that person where browser and session cookie permit it', async () => {
    for (const [host, profile, status] of [
      [DATA, await newProfile(), 401],
      [WIDE, await newProfile(), 401],
      [DATA, await newOwnProfile(), 401],
      [WIDE, await newOwnProfile(), 200],
    ] as const) {
      const tab = await pageOf(await signedInProfile(host, profile), PARTNER)
      for (const path of ['/orders', '/oauth2/session']) {
        expect(await read(tab, url(host, path))).toMatchObject({ status, type: 'cors' })
      }
    }
  })
})
