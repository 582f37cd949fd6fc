import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { readJwt } from '../../src/oidc/token/jwt.ts'
import { createHttpBrowser } from '../support/parts/http-browser.ts'
import { type ProviderStack, startProviderStack } from '../support/providers/provider-stack.ts'
import { springAuthorizationServer } from '../support/providers/spring.ts'

const AUDIENCE = 'https://api.example.test'

let stack: ProviderStack

beforeAll(async () => {
  stack = await startProviderStack({
    ...springAuthorizationServer,
    routeSettings: {
      upstream: {
        authorization: 'Exchange',
        exchange: { audience: AUDIENCE, actor: { clientRef: { name: 'odd' } } },
      },
    },
  })
})
afterAll(async () => {
  await stack?.stop()
})

it('a token of Spring Authorization Server names the person, and the client that acts for her', async () => {
  const browser = createHttpBrowser({ caPem: stack.caPem })
  onTestFinished(() => browser.close())
  const page = await browser.open(stack.url('app', '/acted'))
  const landed = await stack.provider.signIn(browser, page)
  expect([landed.url, landed.status], landed.text).toEqual([stack.url('app', '/acted'), 200])
  const seen = stack.upstream.requests().findLast(({ path }) => path === '/acted')
  const token = seen?.headers.authorization?.replace('Bearer ', '') ?? ''
  expect(readJwt(token)?.claims).toMatchObject({
    iss: stack.provider.issuer,
    sub: stack.provider.person.subject,
    aud: AUDIENCE,
    act: { iss: stack.provider.issuer, sub: 'shop-web_2.eu~a' },
  })
})
