import { describe, expect, it } from 'vitest'
import { APP, OPS, shop } from '../../support/e2e/manifests.ts'
import { lastSeen, timesSeen } from '../../support/e2e/seen.ts'
import {
  addressOf,
  asksForPassword,
  newHttpBrowser,
  signInAt,
  signInOn,
} from '../../support/e2e/sign-in.ts'
import { keepPictures, useChromium } from '../../support/e2e/use-chromium.ts'
import { redisOf, useStack } from '../../support/e2e/use-stack.ts'
import { endUsers } from '../../support/parts/oidc-provider-settings.ts'
import { PROVIDER_HOST } from '../../support/parts/stack.ts'

const DEEP_LINK = '/orders?id=7&q=a%2Fb'
const SESSION_COOKIE = '__Host-sallyport'

describe('a person who opens a deep link', () => {
  const stack = useStack({ resources: shop() })
  const { newProfile, newTab } = useChromium(stack)
  const url = (path: string): string => stack().url(APP, path)

  it('signs in at the provider and lands exactly there', async () => {
    const tab = await newTab()
    await tab.goto(url(DEEP_LINK))
    expect(await asksForPassword(tab)).toBe(true)
    await signInAt(tab, 'alice')
    expect(addressOf(tab)).toBe(url(DEEP_LINK))
    expect(await tab.locator('#request-line').textContent()).toBe(`GET ${DEEP_LINK}`)
  })

  it('is known to the upstream, which gets the access token and none of our cookies', async () => {
    const tab = await newTab()
    await tab.goto(url('/who'))
    await signInAt(tab, 'alice')
    const { headers } = lastSeen(stack(), '/who')
    expect(headers).toMatchObject({
      'x-auth-subject': 'alice',
      'x-auth-issuer': stack().issuer,
      'x-auth-email': endUsers.alice.email,
      'x-user-groups': JSON.stringify(endUsers.alice.groups),
    })
    expect(headers['x-auth-scopes']?.split(' ')).toContain('orders:read')
    expect(headers.authorization).toMatch(/^Bearer [\w-]+\.[\w-]+\.[\w-]+$/)
    expect(headers).not.toHaveProperty('cookie')
  })

  it('takes no access token to an upstream that is to get none', async () => {
    const tab = await newTab()
    await tab.goto(stack().url(OPS, '/none'))
    await signInAt(tab, 'alice')
    const { headers } = lastSeen(stack(), '/none')
    expect(headers).toMatchObject({ 'x-auth-subject': 'alice' })
    expect(headers).not.toHaveProperty('authorization')
  })

  it('is followed by the request id and the trace of the caller', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    const tab = await newTab()
    await tab.goto(url('/traced'))
    await signInAt(tab, 'alice')
    await tab.evaluate(([path, header]) => fetch(path, { headers: { traceparent: header } }), [
      url('/traced?by=script'),
      traceparent,
    ] as const)
    const { headers } = lastSeen(stack(), '/traced?by=script')
    expect(headers.traceparent).toBe(traceparent)
    await expect
      .poll(() => stack().sallyport.decisions())
      .toContainEqual(
        expect.objectContaining({
          reason: 'allowed',
          requestId: headers['x-request-id'],
          traceId: '0af7651916cd43dd8448eb211c80319c',
        }),
      )
  })

  it('R11: holds one small opaque cookie that scripts and other hosts never see', async () => {
    const profile = await newProfile()
    const tab = await profile.newPage()
    await tab.goto(url('/cookies'))
    await signInAt(tab, 'alice')
    const cookies = (await profile.cookies()).filter(({ domain }) => domain !== PROVIDER_HOST)
    expect(cookies).toHaveLength(1)
    expect(cookies[0]).toMatchObject({
      name: SESSION_COOKIE,
      domain: APP,
      path: '/',
      secure: true,
      httpOnly: true,
      sameSite: 'Lax',
      expires: -1,
    })
    const { name = '', value = '' } = cookies[0] ?? {}
    expect(`${name}=${value}`.length).toBeLessThan(200)
    expect(await tab.evaluate('document.cookie')).toBe('')
  })

  it('R12: gets a new ticket, whatever ticket the browser came with', async () => {
    const planted = await newProfile()
    const first = await planted.newPage()
    await first.goto(url('/first'))
    await signInAt(first, 'bob')
    const [bobs] = await planted.cookies(url('/'))

    const profile = await newProfile()
    const value = `${bobs?.value.slice(0, -4)}AAAA`
    await profile.addCookies([{ name: SESSION_COOKIE, value, url: url('/'), secure: true }])
    const tab = await profile.newPage()
    await tab.goto(url('/second'))
    expect(await asksForPassword(tab)).toBe(true)
    await signInAt(tab, 'alice')
    const [alices] = await profile.cookies(url('/'))
    expect(alices?.name).toBe(SESSION_COOKIE)
    expect([value, bobs?.value]).not.toContain(alices?.value)
    expect(lastSeen(stack(), '/second').headers['x-auth-subject']).toBe('alice')
  })

  it('R16: costs the store nothing before the sign-in is finished', async () => {
    const redis = redisOf(stack())
    const before = await redis.command('DBSIZE')
    const tab = await newTab()
    await tab.goto(url('/costs-nothing'))
    expect(await asksForPassword(tab)).toBe(true)
    expect(await redis.command('DBSIZE')).toBe(before)
    await signInAt(tab, 'alice')
    expect(await redis.command('DBSIZE')).not.toBe(before)
  })

  it('R18: returns to the address that was asked for, whatever query and headers suggest', async () => {
    const path =
      '/orders?return_to=https%3A%2F%2Fevil.test&rd=//evil.test&redirect_uri=https://evil.test'
    const browser = newHttpBrowser(stack())
    const form = await browser.open(url(path), {
      headers: {
        'x-forwarded-host': 'evil.test',
        'x-forwarded-uri': '/evil',
        'x-forwarded-proto': 'http',
        'x-original-url': '/evil',
        forwarded: 'host=evil.test;proto=http',
        referer: 'https://evil.test/',
      },
    })
    const asked = new URL(form.hops[1] ?? '').searchParams
    expect(asked.get('redirect_uri')).toBe(url('/oauth2/callback'))
    const landed = await signInOn(browser, form, 'alice')
    expect(landed.url).toBe(url(path))
    expect(landed.hops.filter((hop) => new URL(hop).hostname === 'evil.test')).toEqual([])
  })

  it('is refused what she may not see, without another sign-in', async () => {
    const tab = await newTab()
    await tab.goto(url('/'))
    await signInAt(tab, 'bob')
    const response = await tab.goto(url('/admin/users'))
    expect(response?.status()).toBe(403)
    expect(timesSeen(stack(), '/admin/users')).toBe(0)
    expect(addressOf(tab)).toBe(url('/admin/users'))
    expect(await tab.locator('h1').textContent()).toBe('Not permitted')
    expect(await tab.locator('footer').textContent()).toContain('claim_mismatch')
    expect(await tab.getByText('Sign out and use another account').count()).toBe(1)
    await keepPictures(tab, 'not-permitted')
  })

  it('sees a page with a way on after giving up at the provider', async () => {
    const tab = await newTab()
    await tab.goto(url('/given-up?a=1'))
    await tab.click('button[value=cancel]')
    await tab.waitForURL((there) => there.hostname === APP)
    expect(await tab.locator('footer').textContent()).toContain('provider_error')
    await tab.getByText('Try again').click()
    await signInAt(tab, 'alice')
    expect(addressOf(tab)).toBe(url('/given-up?a=1'))
  })
})
