import { afterAll, describe, expect, it } from 'vitest'
import { type ClientDocument, startClientDocument } from '../../support/e2e/client-document.ts'
import { beforeOidcProvider } from '../../support/e2e/clients-oidc-provider.ts'
import {
  MCP_HOST,
  type McpServer,
  mcpUrl,
  stackOptionsOf,
  startMcpServer,
} from '../../support/e2e/clients-place.ts'
import { discover } from '../../support/e2e/discovering-client.ts'
import { signInAt } from '../../support/e2e/sign-in.ts'
import { useChromium } from '../../support/e2e/use-chromium.ts'
import { useStack } from '../../support/e2e/use-stack.ts'
import { createHttpBrowser } from '../../support/parts/http-browser.ts'
import type { Stack } from '../../support/parts/stack.ts'

/** What a client that registers itself is told. */
const registeredAt = async (stack: Stack, body: object): Promise<Record<string, unknown>> => {
  const browser = createHttpBrowser({ caPem: stack.caPem })
  const url = stack.url(MCP_HOST, '/oauth2/register')
  const headers = { 'content-type': 'application/json' }
  const answer = await browser.send(url, { method: 'POST', headers, body: JSON.stringify(body) })
  await browser.close()
  return answer.json() as Record<string, unknown>
}

describe('clients of the Model Context Protocol, and a provider where nobody can register', () => {
  let server: McpServer | undefined
  let document: ClientDocument | undefined
  afterAll(() => Promise.all([server?.stop(), document?.stop()]))
  const stack = useStack(async () => {
    server = await startMcpServer()
    document = await startClientDocument()
    return stackOptionsOf(beforeOidcProvider(), server, document)
  })

  it.each(['sdk', 'client'] as const)(
    '%s: registers here, has the person agree and sign in, and calls a tool',
    async (library) => {
      const url = mcpUrl(stack())
      const { asked, opened, told, failed } = await discover(stack(), { library }, url)
      expect(failed).toBeUndefined()
      expect(asked).toContain('GET /.well-known/oauth-authorization-server 200')
      expect(asked).toContain('POST /oauth2/register 201')
      expect(asked).toContain('POST /oauth2/token 200')
      expect(opened).toHaveLength(1)
      expect(opened[0]?.origin).toBe(new URL(url).origin)
      expect(told['/mcp']).toMatchObject({ authorization: null, 'x-auth-subject': 'alice' })
    },
  )

  it('client: has its document fetched instead where it has one, and calls a tool', async () => {
    const documentUrl = document?.url ?? ''
    const client = { library: 'client', documentUrl } as const
    const { asked, opened, told, failed } = await discover(stack(), client, mcpUrl(stack()))
    expect(failed).toBeUndefined()
    expect(asked).not.toContain('POST /oauth2/register 201')
    expect(opened[0]?.searchParams.get('client_id')).toBe(documentUrl)
    expect(document?.fetched()).toBe(1)
    expect(told['/mcp']).toMatchObject({ authorization: null, 'x-auth-subject': 'alice' })
  })

  it('client: asks for more where more is needed, and keeps what it had', async () => {
    const urls = ['', '/refunds'].map((part) => mcpUrl(stack(), part))
    const { opened, told, failed } = await discover(stack(), { library: 'client' }, ...urls)
    expect(failed).toBeUndefined()
    expect(opened).toHaveLength(2)
    expect(told['/mcp/refunds']).toMatchObject({ authorization: null })
  })

  const browsers = useChromium(stack)

  it.each([
    ['Allow', 'code'],
    ['Cancel', 'error'],
  ])('in Chromium, %s on the page leads on', async (label, told) => {
    const redirectUri = 'http://127.0.0.1:9/callback'
    const answer = await registeredAt(stack(), {
      redirect_uris: [redirectUri],
      client_name: '<b>Desk</b>',
    })
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: String(answer.client_id),
      redirect_uri: redirectUri,
      state: 's',
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
    })
    const tab = await browsers.newTab()
    const arrived = tab.waitForRequest((request) => request.url().startsWith(redirectUri))
    await tab.goto(stack().url(MCP_HOST, `/oauth2/authorize?${query}`))
    expect(await tab.locator('.asked').textContent()).toContain('<b>Desk</b>')
    await tab.click(`text=${label}`)
    if (label === 'Allow') {
      await tab.waitForSelector('input[name=login]')
      await signInAt(tab, 'alice').catch(() => undefined)
    }
    const { searchParams } = new URL((await arrived).url())
    expect(searchParams.has(told)).toBe(true)
    expect(searchParams.get('state')).toBe('s')
  })
})
