import { describe, expect, it } from 'vitest'
import { APP, shop } from '../../support/e2e/manifests.ts'
import { newHttpBrowser, signedIn, signInAt } from '../../support/e2e/sign-in.ts'
import { useChromium } from '../../support/e2e/use-chromium.ts'
import { useStack } from '../../support/e2e/use-stack.ts'
import { PROVIDER_HOST, type Stack } from '../../support/parts/stack.ts'

const COOKIE = '__Host-sallyport'

const FRAME = {
  accept: 'text/html',
  'sec-fetch-dest': 'iframe',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-site': 'cross-site',
}

/** The `sid` of the ID token that a sign-out takes to the provider. */
const sidOf = (endSessionUrl: string): string => {
  const hint = new URL(endSessionUrl).searchParams.get('id_token_hint') ?? ''
  return JSON.parse(Buffer.from(hint.split('.')[1] ?? '', 'base64url').toString()).sid
}

const opens = async (stack: Stack, ticket: string | undefined): Promise<boolean> => {
  const headers = { cookie: `${COOKIE}=${ticket}` }
  return (await newHttpBrowser(stack).send(stack.url(APP, '/data'), { headers })).status === 200
}

describe('the frame of a provider', () => {
  const stack = useStack({
    resources: shop({
      client: { logout: { frontChannel: true }, session: { cookie: { sameSite: 'None' } } },
    }),
    // The provider names its sessions in ID tokens for those who ask for it by back-channel logout.
    backChannel: { client: 'shop/web', withSid: true },
  })
  const { newProfile } = useChromium(stack)
  const url = (path: string): string => stack().url(APP, path)

  const frameUrl = (query: Readonly<Record<string, string>>): string =>
    url(`/oauth2/logout/frontchannel?${new URLSearchParams(query)}`)

  it('that the cookie comes along with ends the session that it names, and no other', async () => {
    const { browser } = await signedIn(stack(), url('/orders'))
    const asked = await browser.fetch(url('/oauth2/logout'))
    const right = { iss: stack().issuer, sid: sidOf(asked.headers.location ?? '') }
    // Not signed out at the provider, she is signed in again without a question.
    await browser.open(url('/orders'))
    const ticket = browser.jar.value(APP, COOKIE)
    const headers = { ...FRAME, cookie: `${COOKIE}=${ticket}` }
    const load = (query: Readonly<Record<string, string>>) =>
      browser.send(frameUrl(query), { headers })

    for (const wrong of [{ ...right, sid: 'guess' }, { ...right, iss: url('/') }, {}]) {
      expect((await load(wrong)).status).toBe(400)
    }
    expect(await opens(stack(), ticket)).toBe(true)

    const answer = await load(right)
    expect(answer.status).toBe(200)
    expect(answer.headers['content-security-policy']).toBe(
      `default-src 'none'; frame-ancestors ${stack().issuer}`,
    )
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(answer.setCookie).toEqual([
      `${COOKIE}=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=None`,
    ])
    expect(await opens(stack(), ticket)).toBe(false)
  })

  it('that a browser keeps the cookie from ends nothing, though iss and sid are right', async () => {
    const profile = await newProfile()
    const tab = await profile.newPage()
    await tab.goto(url('/orders'))
    await signInAt(tab, 'alice')
    const asking = tab.waitForRequest((request) => request.url().includes('/session/end?'))
    await tab.click('#sign-out')
    const sid = sidOf((await asking).url())
    await tab.waitForURL((there) => there.hostname === PROVIDER_HOST)
    await tab.goto(url('/orders'))
    await tab.waitForURL(/\/orders#?$/)
    const [cookie] = (await profile.cookies(url('/'))).filter(({ name }) => name === COOKIE)

    await tab.goto(`https://${PROVIDER_HOST}:${stack().port}/signed-out`)
    const target = frameUrl({ iss: stack().issuer, sid })
    const loading = tab.waitForResponse((response) => response.url() === target)
    await tab.setContent(`<iframe src="${target.replaceAll('&', '&amp;')}"></iframe>`)
    expect((await loading).status()).toBe(400)
    expect(await opens(stack(), cookie?.value)).toBe(true)
  })
})
