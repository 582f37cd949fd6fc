import { describe, expect, it } from 'vitest'
import { bearing, fetchMachineToken, readToken } from '../../support/e2e/access-tokens.ts'
import { newHttpBrowser, signedIn } from '../../support/e2e/sign-in.ts'
import { TOLD, toldStack, toldTo } from '../../support/e2e/upstream-route.ts'
import { useStack } from '../../support/e2e/use-stack.ts'
import type { HttpBrowser } from '../../support/parts/http-browser.ts'
import { WEB_CLIENT } from '../../support/parts/oidc-provider.ts'

const BASIC = `Basic ${Buffer.from('own:secret').toString('base64')}`

describe('what stands in `Authorization`', () => {
  const stack = useStack(toldStack)

  const seen = async (browser: HttpBrowser, path: string, authorization?: string) => {
    const headers = authorization === undefined ? {} : { authorization }
    return (await toldTo(stack(), browser, path, headers)).headers.authorization
  }

  const alice = async () => (await signedIn(stack(), stack().url(TOLD, '/page'))).browser

  it('R10: of a session: its access token, its ID token, the own of the application, nothing', async () => {
    const browser = await alice()
    const accessToken =
      (await seen(browser, '/access-token/1', BASIC))?.slice('Bearer '.length) ?? ''
    expect(readToken(accessToken).header.typ).toBe('at+jwt')
    const idToken = (await seen(browser, '/id-token/1', BASIC))?.slice('Bearer '.length) ?? ''
    expect(readToken(idToken).claims).toMatchObject({ sub: 'alice', aud: WEB_CLIENT.clientId })
    expect(await seen(browser, '/keep/1', BASIC)).toBe(BASIC)
    expect(await seen(browser, '/keep/2')).toBeUndefined()
    expect(await seen(browser, '/remove/1', BASIC)).toBeUndefined()
  })

  it('R10: of a bearer: what it came with, and an access token is not passed for an ID token', async () => {
    const browser = newHttpBrowser(stack())
    const { authorization } = bearing(await fetchMachineToken(stack(), browser))
    expect(await seen(browser, '/access-token/2', authorization)).toBe(authorization)
    expect(await seen(browser, '/keep/3', authorization)).toBe(authorization)
    expect(await seen(browser, '/id-token/2', authorization)).toBeUndefined()
    expect(await seen(browser, '/remove/2', authorization)).toBeUndefined()
  })

  it('R10: of a bearer with an ID token: that token', async () => {
    const idToken = (await seen(await alice(), '/id-token/3')) ?? ''
    expect(await seen(newHttpBrowser(stack()), '/id-token/4', idToken)).toBe(idToken)
  })
})
