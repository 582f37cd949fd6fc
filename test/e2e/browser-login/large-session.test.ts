import { describe, expect, it } from 'vitest'
import { BROKEN as LARGE, ours, shop } from '../../support/e2e/manifests.ts'
import { lastSeen } from '../../support/e2e/seen.ts'
import { asksForPassword, signInAt } from '../../support/e2e/sign-in.ts'
import { useChromium } from '../../support/e2e/use-chromium.ts'
import { redisOf, useStack } from '../../support/e2e/use-stack.ts'
import { MANY_GROUPS } from '../../support/parts/oidc-provider-settings.ts'
import { PROVIDER_HOST } from '../../support/parts/stack.ts'

const team = (index: number): string => MANY_GROUPS[index] ?? ''

const ROUTE = ours('ProtectedRoute', 'large', {
  hosts: [LARGE],
  clientRef: { name: 'web' },
  upstream: { accessToken: 'None' },
  rules: [
    {
      name: 'last-team',
      match: [{ path: { prefix: '/last' } }],
      authorize: [{ claim: 'groups', anyOf: [team(MANY_GROUPS.length - 1)] }],
    },
    {
      name: 'no-team',
      match: [{ path: { prefix: '/none' } }],
      authorize: [{ claim: 'groups', anyOf: [`${team(0)}x`] }],
    },
  ],
})

describe('an end-user with 2,000 groups and an ID token of over 60 KiB', () => {
  const stack = useStack({ resources: shop({ more: [ROUTE] }) })
  const { newProfile } = useChromium(stack)
  const url = (path: string): string => stack().url(LARGE, path)

  it('has a cookie under 200 bytes, rules that see every group, and signs out everywhere', async () => {
    const profile = await newProfile()
    const tab = await profile.newPage()
    await tab.goto(url('/last'))
    await signInAt(tab, 'carol')
    await tab.waitForURL(/\/last#?$/)
    expect(lastSeen(stack(), '/last').headers['x-auth-subject']).toBe('carol')
    const cookies = (await profile.cookies()).filter(({ domain }) => domain !== PROVIDER_HOST)
    expect(cookies.map(({ name, value }) => `${name}=${value}`.length < 200)).toEqual([true])
    expect((await tab.goto(url('/none')))?.status()).toBe(403)

    await tab.goto(url('/oauth2/logout'))
    await tab.waitForURL((at) => at.hostname === PROVIDER_HOST)
    await tab.click('button')
    await tab.waitForURL(`**://${LARGE}:*/oauth2/logout*`)
    expect(await tab.locator('h1').textContent()).toBe('Signed out')
    await tab.goto(url('/last'))
    expect(await asksForPassword(tab)).toBe(true)
  })

  it('has a record that is smaller than the ID token in it', async () => {
    const profile = await newProfile()
    const tab = await profile.newPage()
    await tab.goto(url('/last'))
    await signInAt(tab, 'carol')
    const keys = await redisOf(stack()).command('KEYS', 'sallyport:session:*')
    const [key = ''] = /sallyport:session:[\w-]+/.exec(keys) ?? []
    const length = await redisOf(stack()).command('STRLEN', key)
    const idTokenBytes = (JSON.stringify(MANY_GROUPS).length * 4) / 3
    expect(idTokenBytes).toBeGreaterThan(60 * 1_024)
    expect(Number(length.replace(':', ''))).toBeLessThan(idTokenBytes)
  })
})
