import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'
import { afterAll, describe, expect, it } from 'vitest'
import { documentedManifest } from '../../support/documented-script.ts'
import { ours, shop } from '../../support/e2e/manifests.ts'
import { signInAt } from '../../support/e2e/sign-in.ts'
import { useChromium } from '../../support/e2e/use-chromium.ts'
import { useMcpServer } from '../../support/e2e/use-mcp-server.ts'
import { useStack } from '../../support/e2e/use-stack.ts'
import { freePort } from '../../support/parts/free-port.ts'
import { type HttpListener, startHttpListener } from '../../support/parts/http-listener.ts'
import { installed } from '../../support/parts/installed.ts'
import type { StackOptions } from '../../support/parts/stack.ts'

/** The resource, with what the documentation has to copy for clients in pages. */
const HOST = 'mcp.localhost'
/** The same without. */
const CLOSED = 'closed.localhost'
/** Where the client is loaded from. */
const PAGE = 'page.localhost'
const CLIENT = 'page'

const METADATA = '/.well-known/oauth-protected-resource/mcp'

/** What a script reads of an answer. */
interface Read {
  readonly status: number
  readonly challenge: string | null
  readonly body: unknown
}

describe('a client of the Model Context Protocol that runs in a page, in Chromium', () => {
  const server = useMcpServer()
  let pages: HttpListener | undefined
  afterAll(() => pages?.takeDown())

  /** Serves the program to the page that loads it; every other path is that page. */
  const servePages = async (): Promise<HttpListener> => {
    const bundle = installed('clients/npm/bundle.mjs', 'clients-npm')
    const program = installed('clients/npm/page.mjs', 'clients-npm')
    const { stdout } = await promisify(execFile)(process.execPath, [bundle, program])
    return startHttpListener(({ url }, response) => {
      const isProgram = url === '/page.mjs'
      const type = isProgram ? 'text/javascript' : 'text/html'
      response.writeHead(200, { 'content-type': `${type}; charset=utf-8` })
      response.end(isProgram ? stdout : '<body><script type="module" src="/page.mjs"></script>')
    })
  }

  const started = async (): Promise<StackOptions> => {
    const port = await freePort()
    const upstreamPort = await server()
    pages = await servePages()
    const { cors } = await documentedManifest('discovering-clients.md', 'cors')
    const route = (host: string, more: object) =>
      ours('ProtectedRoute', host.split('.')[0] ?? '', {
        hosts: [host],
        authenticate: [{ bearer: { providerRef: { name: 'idp' } } }],
        protectedResource: { paths: ['/mcp'], port, scopes: ['orders:read'] },
        rules: [
          {
            name: 'refunds',
            match: [{ path: { prefix: '/mcp/refunds' } }],
            authorize: [{ scopes: ['orders:read', 'orders:write'] }],
          },
        ],
        authorize: [{ scopes: ['orders:read'] }],
        ...more,
      })
    return {
      port,
      hosts: [HOST, CLOSED, PAGE],
      sessions: 'memory',
      resources: shop({ more: [route(HOST, { cors }), route(CLOSED, {})] }),
      oidcProvider: {
        registersFor: `https://${HOST}:${port}/mcp`,
        pagesFrom: `https://${PAGE}:${port}`,
        extraClients: [
          {
            client_id: CLIENT,
            token_endpoint_auth_method: 'none',
            grant_types: ['authorization_code', 'refresh_token'],
            redirect_uris: [`https://${PAGE}:${port}/callback`],
          },
        ],
      },
      envoy: {
        extraHosts: [
          { domain: HOST, upstreamPort, isProtected: true },
          { domain: CLOSED, upstreamPort, isProtected: true },
          { domain: PAGE, upstreamPort: pages.port, isProtected: false },
        ],
      },
    }
  }
  const stack = useStack(started)
  const { newTab } = useChromium(stack)

  /** Opens the page, which is told of a resource and of its registration. */
  const openPage = async (host: string): Promise<Page> => {
    const tab = await newTab()
    const told = new URLSearchParams({ resource: stack().url(host, '/mcp'), client_id: CLIENT })
    await tab.goto(stack().url(PAGE, `/?${told}`))
    return tab
  }
  const cameOf = async (tab: Page): Promise<unknown> => {
    await tab.waitForFunction("document.title !== ''", undefined, { timeout: 0 })
    return JSON.parse((await tab.locator('body').textContent()) ?? '')
  }
  const read = (
    tab: Page,
    target: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<Read | string> =>
    tab.evaluate(
      async ([to, sent]) => {
        try {
          const answer = await fetch(to, { headers: sent })
          const challenge = answer.headers.get('www-authenticate')
          return { status: answer.status, challenge, body: await answer.json() }
        } catch (thrown) {
          return String(thrown)
        }
      },
      [target, headers] as const,
    )

  it('finds the provider, has its visitor sign in, calls tools and hears what the server says', async () => {
    const tab = await openPage(HOST)
    await signInAt(tab, 'alice')
    expect(await cameOf(tab)).toEqual({
      told: expect.objectContaining({ authorization: null, 'x-auth-subject': 'alice' }),
      heard: 'notifications/message',
      session: expect.stringMatching(/./),
    })
    const reasons = stack()
      .sallyport.decisions()
      .map(({ reason }) => reason)
    expect(reasons).toEqual(expect.arrayContaining(['cors_preflight', 'resource_metadata']))

    const token = await tab.evaluate('JSON.parse(sessionStorage.tokens).access_token')
    const authorization = `Bearer ${token}`
    expect(await read(tab, stack().url(HOST, '/mcp/refunds'), { authorization })).toMatchObject({
      status: 403,
      challenge: expect.stringContaining('error="insufficient_scope"'),
      body: { reason: 'insufficient_scope' },
    })
  })

  it('reads the metadata, and that a token is not taken', async () => {
    const tab = await openPage(CLOSED)
    const version = { 'mcp-protocol-version': '2025-11-25' }
    expect(await read(tab, stack().url(HOST, METADATA), version)).toMatchObject({
      status: 200,
      body: { resource: stack().url(HOST, '/mcp'), authorization_servers: [stack().issuer] },
    })
    const url = stack().url(HOST, '/mcp')
    expect(await read(tab, url, { authorization: 'Bearer none', ...version })).toMatchObject({
      status: 401,
      challenge: expect.stringContaining('resource_metadata='),
      body: { status: 401 },
    })
  })

  it('gets nowhere at a route without `cors`: its browser keeps every answer from it', async () => {
    const tab = await openPage(CLOSED)
    expect(await cameOf(tab)).toEqual({ failed: expect.stringContaining('Failed to fetch') })
  })
})
