import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { type Document, parseAllDocuments } from 'yaml'
import { bearing, signedToken } from '../../support/e2e/access-tokens.ts'
import { type Discovering, discover } from '../../support/e2e/discovering-client.ts'
import { newHttpBrowser } from '../../support/e2e/sign-in.ts'
import { providerOf, useStack } from '../../support/e2e/use-stack.ts'
import { freePort } from '../../support/parts/free-port.ts'
import type { HttpResponse } from '../../support/parts/http-browser.ts'
import { type RunningMcpServer, startMcpServer } from '../../support/parts/mcp-server.ts'
import type { StackFacts, StackOptions } from '../../support/parts/stack.ts'

const HOST = 'mcp.localhost'
const REVISION = '2026-07-28'
const EXAMPLE = new URL('../../../deploy/examples/mcp/resource.yaml', import.meta.url)

/** What of the example is of its place: the host, the port, the provider and its authority. */
const patched = ({ issuer, caPem, port }: StackFacts): string => {
  const documents = parseAllDocuments(readFileSync(EXAMPLE, 'utf8')) as Document[]
  for (const document of documents) {
    if (document.get('kind') === 'IdentityProvider') {
      document.setIn(['spec', 'issuer'], issuer)
      document.setIn(['spec', 'tls'], { caRef: { kind: 'ConfigMap', name: 'ca' } })
    } else {
      document.setIn(['spec', 'hosts'], [HOST])
      document.setIn(['spec', 'protectedResource', 'port'], port)
    }
  }
  const authority = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'ca', namespace: 'shop' },
  }
  return [...documents, JSON.stringify({ ...authority, data: { 'ca.crt': caPem } })].join('---\n')
}

/** Clients that a person has registered, so that they may ask for more when they need it. */
const registered = {
  client_id: 'desk',
  application_type: 'native' as const,
  token_endpoint_auth_method: 'none' as const,
  grant_types: ['authorization_code', 'refresh_token'],
  redirect_uris: ['http://127.0.0.1/callback'],
}

const VERSION = 'mcp-protocol-version'
const SPOKEN = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
} as const
const SEARCHES = { [VERSION]: REVISION, 'mcp-method': 'tools/call', 'mcp-name': 'search' } as const

/** `refund` as the protocol has it where a name is more than ASCII. */
const ENCODED = `=?base64?${Buffer.from('refund').toString('base64')}?=`

/** What every request of the revision says of itself. */
const ENVELOPE = {
  'io.modelcontextprotocol/protocolVersion': REVISION,
  'io.modelcontextprotocol/clientInfo': { name: 'curl', version: '1.0.0' },
  'io.modelcontextprotocol/clientCapabilities': {},
} as const

const call = (name: string, envelope?: typeof ENVELOPE) => ({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name, arguments: {}, ...(envelope === undefined ? {} : { _meta: envelope }) },
})

let server: RunningMcpServer | undefined

const example = async (): Promise<StackOptions> => {
  const port = await freePort()
  server = await startMcpServer()
  return {
    port,
    hosts: [HOST],
    resources: (facts) => ({ 'resource.yaml': patched(facts) }),
    oidcProvider: { registersFor: `https://${HOST}:${port}/mcp`, extraClients: [registered] },
    envoy: { extraHosts: [{ domain: HOST, upstreamPort: server.port, isProtected: true }] },
  }
}

const KNOWN = { clientId: registered.client_id }
const NEWER: Discovering = { library: 'client', revision: REVISION, ...KNOWN }

/** `offline_access` is added by clients of their own accord, where the provider lists it. */
const scopesOf = (opened: URL): readonly string[] =>
  (opened.searchParams.get('scope') ?? '')
    .split(' ')
    .filter((scope) => scope !== 'offline_access')
    .toSorted()

const refunds = (): number => server?.output().match(/^refund of/gm)?.length ?? 0

describe('deploy/examples/mcp: rules that see a tool', () => {
  const stack = useStack(example)
  afterAll(() => server?.stop())

  const tool = (name: string): string => `${stack().url(HOST, '/mcp')}#${name}`

  describe('a client that says in headers what it calls', () => {
    it('signs in with the first scope alone, and searches', async () => {
      const { opened, told, failed } = await discover(stack(), NEWER, tool('search'))
      expect(failed).toBeUndefined()
      expect(opened.map(scopesOf)).toEqual([['mcp']])
      expect(told['/mcp#search']).toMatchObject({ caller: 'alice' })
    })

    it('asks for the other one when it refunds, and keeps the first', async () => {
      const before = refunds()
      const urls = [tool('search'), tool('refund')]
      const { asked, opened, told, failed } = await discover(stack(), NEWER, ...urls)
      expect(failed).toBeUndefined()
      expect(asked).toContain('POST /mcp 403')
      expect(opened.map(scopesOf)).toEqual([['mcp'], ['mcp', 'refunds']])
      expect(told['/mcp#refund']).toEqual({ caller: 'alice', refunded: 7 })
      expect(refunds()).toBe(before + 1)
    })
  })

  it.each<Discovering['library']>(['sdk', 'client'])(
    '%s of an older revision, whose tools nobody sees, asks for everything at once',
    async (library) => {
      const older = { library, ...KNOWN }
      const { asked, opened, told, failed } = await discover(stack(), older, tool('search'))
      expect(failed).toBeUndefined()
      expect(asked[0]).toBe('POST /mcp 401')
      expect(asked).not.toContain('POST /mcp 403')
      expect(opened.map(scopesOf)).toEqual([['mcp', 'refunds']])
      expect(told['/mcp#search']).toMatchObject({ caller: 'alice' })
    },
  )

  describe('a caller who has the first scope alone', () => {
    const bearer = (scope = 'mcp') => {
      const { keyId, privateKey } = providerOf(stack()).signingKey()
      const now = Math.floor(Date.now() / 1000)
      const claims = { iss: stack().issuer, aud: stack().url(HOST, '/mcp'), sub: 'mallory', scope }
      const lasts = { iat: now, exp: now + 60, jti: 'a', client_id: 'desk' }
      const header = { alg: 'RS256', typ: 'at+jwt', kid: keyId }
      return bearing(signedToken(header, { ...claims, ...lasts }, privateKey))
    }

    const post = (body: unknown, headers: Readonly<Record<string, string>>, scope?: string) =>
      newHttpBrowser(stack()).send(stack().url(HOST, '/mcp'), {
        method: 'POST',
        headers: { ...SPOKEN, ...bearer(scope), ...headers },
        body: JSON.stringify(body),
      })

    const refusedHere = (response: HttpResponse): void => {
      expect(response.status).toBe(403)
      expect(response.headers['x-sallyport-reason']).toBe('insufficient_scope')
      expect(response.headers['www-authenticate']).toContain('scope="mcp refunds"')
    }

    it('searches', async () => {
      const response = await post(call('search', ENVELOPE), SEARCHES)
      expect(response.status).toBe(200)
      expect(response.text).toContain('mallory')
    })

    it.each<readonly [string, unknown, Readonly<Record<string, string>>]>([
      ['what it is', call('refund', ENVELOPE), { ...SEARCHES, 'mcp-name': 'refund' }],
      ['it in another spelling', call('refund', ENVELOPE), { ...SEARCHES, 'mcp-name': ENCODED }],
      ['two tools', call('refund', ENVELOPE), { ...SEARCHES, 'mcp-name': 'search, refund' }],
      ['a tool beside no revision', call('refund'), { ...SEARCHES, [VERSION]: '' }],
      ['a tool beside an older revision', call('refund'), { ...SEARCHES, [VERSION]: '2025-11-25' }],
      ['a method that calls nothing', call('refund'), { 'mcp-method': 'tools/list' }],
      ['nothing', call('refund'), {}],
    ])('refunds nothing where the headers say %s: refused by the gateway', async (...given) => {
      const before = refunds()
      const [, body, headers] = given
      refusedHere(await post(body, headers))
      expect(refunds()).toBe(before)
    })

    it.each<readonly [string, unknown, Readonly<Record<string, string>>]>([
      ['a request of the same revision', call('refund', ENVELOPE), SEARCHES],
      ['a request of an older revision', call('refund'), SEARCHES],
      ['several requests at once', [call('refund')], SEARCHES],
      ['a request', call('refund', ENVELOPE), { ...SEARCHES, 'mcp-method': 'tools/list' }],
      ['an older request', call('refund'), { [VERSION]: REVISION, 'mcp-method': 'tools/list' }],
    ])(
      'refunds nothing by %s whose body is another tool: refused by the server',
      async (...given) => {
        const before = refunds()
        const [, body, headers] = given
        const response = await post(body, headers)
        expect(response.status).toBe(400)
        expect(response.headers['x-sallyport-reason']).toBeUndefined()
        expect(response.json()).toMatchObject({ error: { code: expect.any(Number) } })
        expect(refunds()).toBe(before)
      },
    )

    it('the server of the example compares them in older revisions too, where clients send them', async () => {
      const before = refunds()
      const older = { ...SEARCHES, [VERSION]: '2025-11-25' }
      const served = await post(call('search'), older, 'mcp refunds')
      expect(served.status).toBe(200)
      const refused = await post(call('refund'), older, 'mcp refunds')
      expect(refused.status).toBe(400)
      expect(refused.json()).toMatchObject({ error: { code: -32020 } })
      expect(refunds()).toBe(before)
    })
  })
})
