import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { documentedScript } from '../support/documented-script.ts'
import { discover, type SignIn } from '../support/e2e/discovering-client.ts'
import { ours, shop } from '../support/e2e/manifests.ts'
import { useMcpServer } from '../support/e2e/use-mcp-server.ts'
import { useStack } from '../support/e2e/use-stack.ts'
import { freePorts } from '../support/parts/free-port.ts'
import { installed } from '../support/parts/installed.ts'
import { startAll } from '../support/parts/part-list.ts'
import { alice, startHydra } from '../support/providers/ory-hydra.ts'

const HOST = 'mcp.localhost'
const PROVIDER = 'hydra.localhost'

const signIn: SignIn = (browser, page) =>
  browser.submit(page, { user: alice.subject, password: alice.password })

/** Hydra takes no login without one. */
const state = 'of-eight-characters-and-more'

describe('Ory Hydra that is set up as documented for clients that discover', () => {
  const server = useMcpServer()
  let hydra: Awaited<ReturnType<typeof start>> | undefined
  afterAll(() => hydra?.stop())
  let clientId = ''

  /** Its page of consent grants what the documentation says, unless a test says otherwise. */
  let grants = true
  const start = (port: number, publicUrl: string, resource: string) =>
    startAll((add) =>
      startHydra(
        {
          port,
          publicUrl,
          accessTokenLifetimeSeconds: 300,
          registers: true,
          audiencesOf: ({ searchParams }) =>
            grants ? searchParams.getAll('resource').filter((one) => one === resource) : [],
        },
        add,
      ),
    )

  const stack = useStack(async () => {
    const [port = 0, providerPort = 0] = await freePorts(2)
    const issuer = `https://${PROVIDER}:${port}`
    hydra = await start(providerPort, issuer, `https://${HOST}:${port}/mcp`)
    const route = ours('ProtectedRoute', 'mcp', {
      hosts: [HOST],
      authenticate: [{ bearer: { providerRef: { name: 'idp' } } }],
      protectedResource: { paths: ['/mcp'], port, scopes: ['mcp'] },
      upstream: { headers: [{ name: 'x-told-audience', claim: 'aud' }] },
    })
    return {
      port,
      hosts: [HOST, PROVIDER],
      sessions: 'memory' as const,
      resources: shop({ provider: () => ({ issuer }), more: [route] }),
      envoy: {
        extraHosts: [
          { domain: HOST, upstreamPort: await server(), isProtected: true },
          { domain: PROVIDER, upstreamPort: providerPort, isProtected: false },
        ],
      },
    }
  })

  beforeAll(async () => {
    const script = await documentedScript('discovering-clients.md', 'hydra-client')
    const command = `hydra() { "$HYDRA" "$@"; }\n${script}`
    const env = {
      ...process.env,
      HYDRA: installed('providers/ory-hydra/hydra', 'provider-ory-hydra'),
      ADMIN: `http://127.0.0.1:${hydra?.adminPort}`,
    }
    const { stdout } = await promisify(execFile)('bash', ['-euc', command], { env })
    clientId = (JSON.parse(stdout) as { readonly client_id: string }).client_id
  })

  const url = (): string => stack().url(HOST, '/mcp')

  it.each(['sdk', 'client'] as const)(
    'lets %s in, registered by hand, with a token for the resource',
    async (library) => {
      const client = { library, clientId, state, signIn }
      const { opened, told, failed } = await discover(stack(), client, url())
      expect(failed).toBeUndefined()
      expect(opened).toHaveLength(1)
      expect(told['/mcp']).toMatchObject({ authorization: null })
      expect(told['/mcp']?.['x-told-audience']).toContain(url())
    },
  )

  it.each(['sdk', 'client'] as const)(
    'registers %s, which can read the answer if it says more of itself than it has to',
    async (library) => {
      const bare = await discover(stack(), { library, state, signIn }, url())
      expect(bare.asked).toContain('POST /oauth2/register 201')
      expect(bare.failed).toMatch(/client_uri[\s\S]*contacts/)
      const metadata = { client_uri: 'https://desk.example.com', contacts: ['desk@example.com'] }
      const { told, failed } = await discover(stack(), { library, metadata, state, signIn }, url())
      expect(failed).toBeUndefined()
      expect(told['/mcp']?.['x-told-audience']).toContain(url())
    },
  )

  it('refuses a login of a client whose program makes no state', async () => {
    const { failed } = await discover(stack(), { library: 'client', clientId, signIn }, url())
    expect(failed).toContain('The state is missing')
  })

  it('issues a token for nobody where the page of consent grants no audience, and it is refused', async () => {
    grants = false
    const client = { library: 'sdk', clientId, state, signIn } as const
    const { told } = await discover(stack(), client, url())
    grants = true
    expect(told).toEqual({})
    const decided = stack().sallyport.decisions()
    expect(decided.map(({ reason }) => reason)).toContain('token_claims_invalid')
  })
})
