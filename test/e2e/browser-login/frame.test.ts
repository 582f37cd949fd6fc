import type { FrameLocator, Page } from 'playwright-core'
import { afterAll, describe, expect, it } from 'vitest'
import { APP, BROKEN, ours, shop } from '../../support/e2e/manifests.ts'
import { addressOf, signInAt } from '../../support/e2e/sign-in.ts'
import { useChromium } from '../../support/e2e/use-chromium.ts'
import { useStack } from '../../support/e2e/use-stack.ts'
import { type HttpListener, startHttpListener } from '../../support/parts/http-listener.ts'
import { WEB_CLIENT } from '../../support/parts/oidc-provider.ts'
import { endUsers } from '../../support/parts/oidc-provider-settings.ts'

/** A page that its client lets frame the sign-in, and one that nobody knows. */
const PORTAL = 'portal.test'
const STRANGER = 'stranger.test'

/** The host whose client may be framed. */
const FRAMED = BROKEN

/** Pages with one frame, whose address is in their query. */
const startPortal = (): Promise<HttpListener> =>
  startHttpListener((request, response) => {
    const framed = new URL(request.url ?? '/', 'http://localhost').searchParams.get('frame') ?? ''
    response.setHeader('content-type', 'text/html')
    response.end(`<!doctype html><h1>Portal</h1><iframe src="${encodeURI(framed)}"></iframe>`)
  })

const framedBy = (port: number) => [
  ours('OIDCClient', 'framed', {
    providerRef: { name: 'idp' },
    clientId: WEB_CLIENT.clientId,
    authentication: { secretRef: { name: 'web-client' } },
    scopes: ['openid', 'profile'],
    session: {
      cookie: { sameSite: 'None', partitioned: true },
      framing: { allowedAncestors: [`https://${PORTAL}:${port}`] },
    },
  }),
  ours('ProtectedRoute', 'framed', {
    hosts: [FRAMED],
    clientRef: { name: 'framed' },
    rules: [
      {
        name: 'admin',
        match: [{ path: { prefix: '/admin' } }],
        authorize: [{ claim: 'groups', anyOf: ['nobody'] }],
      },
    ],
  }),
]

describe('a page in a frame', () => {
  let portal: HttpListener | undefined
  const stack = useStack(async () => {
    portal = await startPortal()
    const { port: upstreamPort } = portal
    return {
      hosts: [PORTAL, STRANGER],
      oidcProvider: { worksInFrames: true },
      envoy: {
        extraHosts: [PORTAL, STRANGER].map((domain) => ({
          domain,
          upstreamPort,
          isProtected: false,
        })),
      },
      resources: (facts) => shop({ more: framedBy(facts.port) })(facts),
    }
  })
  afterAll(() => portal?.takeDown())
  const { newTab } = useChromium(stack)

  const openIn = async (host: string, tab: Page, framed: string): Promise<FrameLocator> => {
    await tab.goto(stack().url(host, `/?frame=${encodeURIComponent(framed)}`))
    return tab.frameLocator('iframe')
  }

  const signInWithin = async (frame: FrameLocator): Promise<void> => {
    await frame.locator('input[name=login]').fill('alice')
    await frame.locator('input[name=password]').fill(endUsers.alice.password)
    await frame.locator('button[value=sign-in]').click()
  }

  it('C13: shows the way to the sign-in in the whole window, which leads to the page', async () => {
    const tab = await newTab()
    const frame = await openIn(PORTAL, tab, stack().url(APP, '/widget?id=7'))
    expect(await frame.locator('footer').textContent()).toContain('login_framed')
    await frame.getByRole('link', { name: 'Sign in' }).click()
    await tab.waitForURL(`${stack().issuer}/**`)
    await signInAt(tab, 'alice')
    expect(addressOf(tab)).toBe(stack().url(APP, '/widget?id=7'))
    expect(await tab.locator('#request-line').textContent()).toBe('GET /widget?id=7')
  })

  it('C13: is signed in within the frame where its client allows that', async () => {
    const tab = await newTab()
    const frame = await openIn(PORTAL, tab, stack().url(FRAMED, '/widget?id=7'))
    await signInWithin(frame)
    expect(await frame.locator('#request-line').textContent()).toBe('GET /widget?id=7')
    expect(new URL(tab.url()).hostname).toBe(PORTAL)

    await openIn(PORTAL, tab, stack().url(FRAMED, '/admin'))
    expect(await frame.locator('footer').textContent()).toContain('claim_mismatch')
    await openIn(PORTAL, tab, stack().url(FRAMED, '/oauth2/logout'))
    expect(await frame.locator('h1').textContent()).toBe('Sign out?')
  })

  it('C13: shows nothing of ours to a page that its client does not list', async () => {
    const tab = await newTab()
    const refused: string[] = []
    tab.on('console', (message) => refused.push(message.text()))
    const shown = tab.waitForResponse('**/oauth2/callback')
    await openIn(STRANGER, tab, stack().url(FRAMED, '/oauth2/callback'))
    const policy = (await shown).headers()['content-security-policy']
    expect(policy).toContain(`frame-ancestors 'self' https://${PORTAL}:${stack().port};`)
    await expect.poll(() => refused.join(' ')).toContain('frame-ancestors')
    expect(await tab.frameLocator('iframe').locator('footer').count()).toBe(0)
  })
})
