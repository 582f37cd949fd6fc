import {
  createHttpBrowser,
  type HttpBrowser,
  type Page,
} from '../test/support/parts/http-browser.ts'
import { MACHINE_CLIENT } from '../test/support/parts/oidc-provider.ts'
import { endUsers } from '../test/support/parts/oidc-provider-settings.ts'
import { PROVIDER_HOST, type Stack } from '../test/support/parts/stack.ts'
import type { SeenRequest } from '../test/support/parts/upstream.ts'
import { mcpSteps } from './mcp-steps.ts'
import { expect, type Step, signIn } from './step.ts'

const last = <T>(items: readonly T[]): T => {
  const item = items.at(-1)
  if (item === undefined) throw new Error('The upstream received nothing')
  return item
}

const fetchToken = async (browser: HttpBrowser, stack: Stack): Promise<string> => {
  const { clientId, clientSecret } = MACHINE_CLIENT
  const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64')
  const response = await browser.send(stack.url(PROVIDER_HOST, '/token'), {
    method: 'POST',
    headers: { authorization: `Basic ${basic}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'orders:read' }),
  })
  expect(response.status === 200, 'The provider issued no token', response)
  return (response.json() as { access_token: string }).access_token
}

const browserSteps = (stack: Stack, browser: HttpBrowser): readonly Step[] => {
  const { url, upstream } = stack
  const deepLink = url('app.localhost', '/orders?id=7&sort=%C3%BCber')
  let page: Page
  return [
    {
      name: 'a public file needs no sign-in',
      take: async () => {
        const response = await browser.send(url('app.localhost', '/assets/logo.svg'))
        expect(response.status === 200, `Answered ${response.status}`, response)
        return 'reached the upstream'
      },
    },
    {
      name: 'a page without a session leads to the provider',
      take: async () => {
        page = await browser.open(deepLink)
        const host = new URL(page.url).hostname
        expect(page.status === 200 && host === PROVIDER_HOST, `Ended at ${page.url}`, page)
        return `the sign-in form of ${host}`
      },
    },
    {
      name: 'alice signs in and lands on the link she opened',
      take: async () => {
        page = await signIn(browser, page, 'alice')
        const landed = page.url.replace(/#.*$/, '')
        expect(page.status === 200 && landed === deepLink, `Ended at ${page.url}`, page)
        return landed
      },
    },
    {
      name: 'the upstream learns who she is',
      take: async () => {
        const { headers } = last(upstream.requests())
        expect(headers['x-auth-subject'] === 'alice', 'x-auth-subject is not alice')
        expect(headers['x-auth-email'] === endUsers.alice.email, 'x-auth-email is not hers')
        expect(headers.authorization?.startsWith('Bearer ') === true, 'There is no access token')
        expect(headers.cookie === undefined, 'The session cookie reached the upstream')
        return `x-auth-subject: alice, x-user-groups: ${headers['x-user-groups']}`
      },
    },
    {
      name: 'forged identity headers do not survive',
      take: async () => {
        await browser.fetch(url('app.localhost', '/orders'), {
          headers: {
            'x-auth-subject': 'root',
            'X-Auth-Scopes': 'all',
            'x-user-groups': '["root"]',
          },
        })
        const { headerLines } = last(upstream.requests())
        const forged = headerLines.filter(([, value]) => /root|^all$/.test(value))
        expect(forged.length === 0, `Reached the upstream: ${JSON.stringify(forged)}`)
        return 'replaced by what Sallyport knows'
      },
    },
    {
      name: 'an admin page opens for alice',
      take: async () => {
        const admin = await browser.open(url('app.localhost', '/admin'))
        expect(admin.status === 200, `Answered ${admin.status}`, admin)
        return '200'
      },
    },
    {
      name: 'signing out ends the session here and at the provider',
      take: async () => {
        page = await browser.open(url('app.localhost', '/oauth2/logout'))
        const host = new URL(page.url).hostname
        expect(host === PROVIDER_HOST, `Ended at ${page.url}`, page)
        page = await browser.submit(page, { logout: 'yes' })
        expect(new URL(page.url).hostname === 'app.localhost', `Ended at ${page.url}`, page)
        expect(page.status === 200, `Answered ${page.status}`, page)
        return `back at ${page.url}`
      },
    },
    {
      name: 'the next page asks to sign in again',
      take: async () => {
        page = await browser.open(url('app.localhost', '/orders'))
        const isForm =
          new URL(page.url).hostname === PROVIDER_HOST && page.text.includes('password')
        expect(isForm, `Ended at ${page.url}`, page)
        return 'the sign-in form'
      },
    },
    {
      name: 'bob signs in, and the admin page is not for him',
      take: async () => {
        page = await signIn(browser, page, 'bob')
        expect(page.status === 200, `Answered ${page.status}`, page)
        const admin = await browser.open(url('app.localhost', '/admin'))
        expect(admin.status === 403, `Answered ${admin.status}`, admin)
        expect(admin.hops.length === 1, `Sent elsewhere: ${admin.hops.join(' ')}`)
        return `403 ${admin.headers['x-sallyport-reason']}`
      },
    },
  ]
}

const programSteps = (stack: Stack, browser: HttpBrowser): readonly Step[] => {
  const orders = stack.url('api.localhost', '/orders')
  let bearer: Readonly<Record<string, string>> = {}
  return [
    {
      name: 'an API call without a token is refused, not redirected',
      take: async () => {
        const response = await browser.send(orders)
        const challenge = response.headers['www-authenticate'] ?? ''
        expect(response.status === 401, `Answered ${response.status}`, response)
        expect(challenge.startsWith('Bearer'), `www-authenticate: ${challenge}`)
        expect(response.setCookie.length === 0, 'A cookie was set')
        return `401 ${challenge}`
      },
    },
    {
      name: 'a token by the client credentials grant gets through',
      take: async () => {
        bearer = { authorization: `Bearer ${await fetchToken(browser, stack)}` }
        const response = await browser.send(orders, { headers: bearer })
        expect(response.status === 200, `Answered ${response.status}`, response)
        const { headers } = response.json() as SeenRequest
        expect(headers['x-auth-subject'] === MACHINE_CLIENT.clientId, 'The subject is wrong')
        return `x-auth-subject: ${headers['x-auth-subject']}, x-auth-scopes: ${headers['x-auth-scopes']}`
      },
    },
    {
      name: 'the same token may not change orders',
      take: async () => {
        const response = await browser.send(orders, { method: 'POST', headers: bearer })
        const challenge = response.headers['www-authenticate'] ?? ''
        expect(response.status === 403, `Answered ${response.status}`, response)
        expect(challenge.includes('insufficient_scope'), `www-authenticate: ${challenge}`)
        return `403 ${challenge}`
      },
    },
    {
      name: 'a token with a changed signature is refused',
      take: async () => {
        const token = bearer.authorization ?? ''
        const changed = `${token.slice(0, -8)}${token.slice(-8) === 'AAAAAAAA' ? 'BBBBBBBB' : 'AAAAAAAA'}`
        const response = await browser.send(orders, { headers: { authorization: changed } })
        expect(response.status === 401, `Answered ${response.status}`, response)
        return `401 ${response.headers['x-sallyport-reason']}`
      },
    },
    {
      name: 'a host that nobody owns is served to nobody',
      take: async () => {
        const response = await browser.send(stack.url('unknown.localhost'))
        expect(response.status === 404, `Answered ${response.status}`, response)
        return `404 ${response.headers['x-sallyport-reason']}`
      },
    },
  ]
}

/**
 * Walks through the demo by script and prints each step. Answers whether all of them went as they
 * should.
 */
export const takeTour = async (stack: Stack, say: (line: string) => void): Promise<boolean> => {
  const browser = createHttpBrowser({ caPem: stack.caPem })
  try {
    const steps = [browserSteps, programSteps, mcpSteps].flatMap((make) => make(stack, browser))
    for (const step of steps) {
      try {
        say(`  ok      ${step.name}: ${await step.take()}`)
      } catch (error) {
        say(`  WRONG   ${step.name}\n${error instanceof Error ? error.message : String(error)}`)
        return false
      }
    }
    return true
  } finally {
    await browser.close()
  }
}
