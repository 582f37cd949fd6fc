import { describe, expect, it } from 'vitest'
import { fetchMachineToken } from '../../support/e2e/access-tokens.ts'
import { APP, ours, BROKEN as PAGES, shop } from '../../support/e2e/manifests.ts'
import { sendPlain } from '../../support/e2e/plain-client.ts'
import { lastSeen, seenDuring } from '../../support/e2e/seen.ts'
import { newHttpBrowser, signInOn } from '../../support/e2e/sign-in.ts'
import { useChromium } from '../../support/e2e/use-chromium.ts'
import { useStack } from '../../support/e2e/use-stack.ts'
import { API_AUDIENCE } from '../../support/parts/oidc-provider-settings.ts'
import type { StackFacts } from '../../support/parts/stack.ts'

/** The origin of the pages that may read; the provider is served at the same port. */
const originOf = ({ issuer }: Pick<StackFacts, 'issuer'>): string =>
  `https://${APP}:${new URL(issuer).port}`

const resources = (facts: StackFacts) =>
  shop({
    client: {
      session: { info: { claims: ['email'] } },
      logout: { redirectURLs: ['/assets/goodbye'] },
    },
    more: [
      ours('ProtectedRoute', 'pages', {
        hosts: [PAGES],
        clientRef: { name: 'web' },
        authenticate: [
          {
            bearer: {
              providerRef: { name: 'idp' },
              audiences: [API_AUDIENCE],
              from: [{ header: 'authorization' }, { query: 'access_token' }],
            },
          },
          { session: {} },
        ],
        cors: {
          allowOrigins: [originOf(facts)],
          allowHeaders: ['content-type'],
          allowCredentials: true,
        },
      }),
    ],
  })(facts)

describe('pages behind a real Envoy', () => {
  const stack = useStack({ resources })
  const { newProfile } = useChromium(stack)
  const url = (path: string): string => stack().url(PAGES, path)

  it('a link signs in and leads on; then a page is told who is signed in', async () => {
    const browser = newHttpBrowser(stack())
    const form = await browser.open(url('/oauth2/login?rd=%2Forders%3Fid%3D7'))
    const landed = await signInOn(browser, form, 'alice')
    expect(landed.url).toBe(url('/orders?id=7'))
    const told = await browser.open(url('/oauth2/session'))
    expect(told.status).toBe(200)
    expect(JSON.parse(told.text)).toMatchObject({
      claims: { email: expect.any(String) },
      signOut: '/oauth2/logout',
    })
  })

  it('without a session it is told so, in JSON, with where to sign in', async () => {
    const told = await newHttpBrowser(stack()).send(url('/oauth2/session'), {})
    expect(told.status).toBe(401)
    expect(told.json()).toMatchObject({ reason: 'login_required', signIn: '/oauth2/login' })
  })

  it('R18: a link leads to no other host', async () => {
    const path = url('/oauth2/login?rd=%2F%2Fevil.example')
    const answer = await newHttpBrowser(stack()).send(path, {
      headers: { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
    })
    expect(answer.status).toBe(400)
    expect(answer.headers.location).toBeUndefined()
  })

  it('R31: a token in the query is taken out, and the rest stays byte for byte', async () => {
    const token = await fetchMachineToken(stack(), newHttpBrowser(stack()))
    const host = `${PAGES}:${stack().port}`
    for (const name of ['access_token', 'access%5Ftoken']) {
      const target = `/ws?z=%7e&${name}=${token}&a=%2F+x&&b`
      const { status } = await sendPlain(stack(), { host, target })
      expect(status).toBe(200)
      const seen = lastSeen(stack(), '/ws?z=%7e&a=%2F+x&&b')
      expect(seen.headers.authorization).toBe(`Bearer ${token}`)
      expect(seen.headerLines.filter(([, value]) => value.includes(token))).toHaveLength(1)
    }
    expect(stack().sallyport.output()).not.toContain(token)
  })

  it('R23: two tokens reach nobody', async () => {
    const token = await fetchMachineToken(stack(), newHttpBrowser(stack()))
    const host = `${PAGES}:${stack().port}`
    const seen = await seenDuring(stack(), async () => {
      const answer = await sendPlain(stack(), {
        host,
        target: `/ws?access_token=${token}`,
        lines: [['Authorization', `Bearer ${token}`]],
      })
      expect(answer.status).toBe(401)
      expect(answer.header('x-sallyport-reason')).toBe('token_malformed')
    })
    expect(seen).toEqual([])
  })

  it('a preflight ends at Envoy, and what the upstream answers may be read', async () => {
    const origin = originOf(stack())
    const host = `${PAGES}:${stack().port}`
    const asked = await sendPlain(stack(), {
      method: 'OPTIONS',
      host,
      target: '/orders',
      lines: [
        ['Origin', origin],
        ['Access-Control-Request-Method', 'PUT'],
      ],
    })
    expect(asked.status).toBe(204)
    expect(asked.header('access-control-allow-origin')).toBe(origin)
    const token = await fetchMachineToken(stack(), newHttpBrowser(stack()))
    const lines = [['Authorization', `Bearer ${token}`]] as const
    const answer = await sendPlain(stack(), { host, lines: [...lines, ['Origin', origin]] })
    expect(answer.status).toBe(200)
    expect(answer.all('access-control-allow-origin')).toEqual([origin])
    expect(answer.all('vary')).toContain('Origin')
    const foreign = [...lines, ['Origin', 'https://evil.example']] as const
    const other = await sendPlain(stack(), { host, lines: foreign })
    expect(other.all('access-control-allow-origin')).toEqual([`https://${host}`])
  })

  it('a script of a listed origin reads the 401 of a request that needs a preflight', async () => {
    const tab = await (await newProfile()).newPage()
    await tab.goto(stack().url(APP, '/assets/page'))
    const read = await tab.evaluate(async (target) => {
      const headers = { 'content-type': 'application/json' }
      const answer = await fetch(target, {
        method: 'PUT',
        credentials: 'include',
        headers,
        body: '{}',
      })
      return `${answer.status} ${answer.headers.get('content-type')} ${await answer.text()}`
    }, url('/orders'))
    expect(read).toMatch(/^401 application\/problem\+json .*"reason":"login_required"/)
  })
})
