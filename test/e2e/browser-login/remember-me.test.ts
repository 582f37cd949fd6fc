import { describe, expect, it } from 'vitest'
import { APP, shop } from '../../support/e2e/manifests.ts'
import { addressOf, signInAt } from '../../support/e2e/sign-in.ts'
import { keepPictures, useChromium } from '../../support/e2e/use-chromium.ts'
import { useStack } from '../../support/e2e/use-stack.ts'

const DAY_SECONDS = 86_400
const COOKIE = '__Host-sallyport'

describe('a client that offers to stay signed in', () => {
  const client = { session: { rememberMe: { absoluteTimeout: '720h' } } }
  const stack = useStack({ resources: shop({ client }) })
  const { newProfile } = useChromium(stack)
  const url = (path: string): string => stack().url(APP, path)

  const signInBy = async (label: string) => {
    const profile = await newProfile()
    const tab = await profile.newPage()
    const response = await tab.goto(url('/orders?id=7'))
    expect(response?.status()).toBe(401)
    expect(await tab.locator('h1').textContent()).toBe('Choose how to sign in')
    await keepPictures(tab, 'remember-me')
    await tab.getByRole('link', { name: label, exact: true }).click()
    await signInAt(tab, 'alice')
    expect(addressOf(tab)).toBe(url('/orders?id=7'))
    const [cookie] = (await profile.cookies(url('/'))).filter(({ name }) => name === COOKIE)
    return { profile, cookie }
  }

  it('asks, and a session that is remembered outlives the browser', async () => {
    const { profile, cookie } = await signInBy('Sign in and stay signed in on this device')
    const daysLeft = ((cookie?.expires ?? 0) - Date.now() / 1_000) / DAY_SECONDS
    expect(Math.round(daysLeft)).toBe(30)
    const afterRestart = await newProfile()
    await afterRestart.addCookies((await profile.cookies()).filter(({ expires }) => expires > 0))
    const tab = await afterRestart.newPage()
    expect((await tab.goto(url('/orders')))?.status()).toBe(200)
  })

  it('and one that is not ends with it', async () => {
    const { cookie } = await signInBy('Sign in')
    expect(cookie?.expires).toBe(-1)
  })

  it('is not told by another site to remember', async () => {
    const tab = await (await newProfile()).newPage()
    await tab.goto(stack().url('api.localhost', '/'))
    const link = url('/orders?sallyport_remember=yes')
    await tab.evaluate(`location.href = ${JSON.stringify(link)}`)
    await tab.waitForURL('**/orders*')
    expect(await tab.locator('h1').textContent()).toBe('Choose how to sign in')
  })
})
