import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { aCheckRequest, createCheckClient } from '../../support/check-client.ts'
import { bearing, readToken } from '../../support/e2e/access-tokens.ts'
import { ours, shop } from '../../support/e2e/manifests.ts'
import { lastSeen, seenDuring } from '../../support/e2e/seen.ts'
import { newHttpBrowser } from '../../support/e2e/sign-in.ts'
import { redisOf, useStack } from '../../support/e2e/use-stack.ts'
import { freePorts } from '../../support/parts/free-port.ts'
import type { HttpBrowser } from '../../support/parts/http-browser.ts'
import { allowExchange, KEYCLOAK_ADMIN } from '../../support/parts/keycloak-admin.ts'
import { MACHINE_CLIENT, WEB_CLIENT } from '../../support/parts/oidc-provider.ts'
import { API_AUDIENCE, endUsers } from '../../support/parts/oidc-provider-settings.ts'
import { type RunningSallyport, startSallyport } from '../../support/parts/sallyport.ts'
import { temporaryFolder } from '../../support/parts/temporary-folder.ts'
import { until } from '../../support/parts/until.ts'

const MAIN = fileURLToPath(new URL('../../../src/main.ts', import.meta.url))
const HOST = 'other.localhost'
const AUDIENCE = 'orders-api'
const SCOPE = 'orders-api'
const SECRET = 'orders-secret'
const ADMIN = 'correct-horse-battery-staple-0001'

const target = { audience: AUDIENCE, scopes: [SCOPE] }

const route = ours('ProtectedRoute', 'exchanged', {
  hosts: [HOST],
  clientRef: { name: 'web' },
  authenticate: [
    { bearer: { providerRef: { name: 'idp' }, audiences: [API_AUDIENCE] } },
    { session: {} },
  ],
  upstream: { authorization: 'Exchange', exchange: { clientRef: { name: 'web' }, ...target } },
  rules: [
    {
      name: 'plain',
      match: [{ path: { prefix: '/plain' } }],
      upstream: { authorization: 'AccessToken' },
    },
    {
      name: 'unknown',
      match: [{ path: { prefix: '/unknown' } }],
      upstream: { exchange: { clientRef: { name: 'web' }, audience: 'nobody' } },
    },
    {
      name: 'acted',
      match: [{ path: { prefix: '/acted' } }],
      upstream: {
        exchange: {
          clientRef: { name: 'web' },
          actor: { clientRef: { name: 'gateway' } },
          ...target,
        },
      },
    },
  ],
})

/** The client that acts, with a service account at Keycloak. */
const gateway = [
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'gateway-client', namespace: 'shop' },
    stringData: { 'client-secret': MACHINE_CLIENT.clientSecret },
  },
  ours('OIDCClient', 'gateway', {
    providerRef: { name: 'idp' },
    clientId: MACHINE_CLIENT.clientId,
    authentication: { secretRef: { name: 'gateway-client' } },
  }),
]

/** What doctor finds of the exchanges of the route. */
const doctorSays = (configFile: string): Promise<readonly [string, string][]> =>
  new Promise((resolve) =>
    execFile(
      process.execPath,
      [MAIN, 'doctor', '--config', configFile, '--output', 'json'],
      (_error, out) => {
        const { routes } = JSON.parse(out) as {
          routes: { name: string; findings: { check: string; state: string; message: string }[] }[]
        }
        const found = routes.find(({ name }) => name === 'shop/exchanged')?.findings ?? []
        const ours = found.filter(({ check }) => check === 'exchange')
        resolve(ours.map(({ state, message }) => [state, message]))
      },
    ),
  )

type Replica = Pick<RunningSallyport, 'adminUrl'>

/** What a replica has counted in the series that begins so. */
const counted = async ({ adminUrl }: Replica, series: string): Promise<number> => {
  const text = await (await fetch(`${adminUrl}/metrics`)).text()
  const line = text.split('\n').find((one) => one.startsWith(`sallyport_${series} `))
  return Number(line?.split(' ').at(-1) ?? 0)
}

/** How many exchanges a replica has had the provider make. */
const exchangesBy = (replica: Replica): Promise<number> =>
  counted(replica, 'token_exchanges_total{outcome="exchanged"}')

const resources = shop({ more: [...gateway, route] })

describe('a real Keycloak with standard token exchange', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>> | undefined
  let admin = ''
  const stack = useStack(async () => {
    folder = await temporaryFolder('admin-tokens')
    const tokenFile = `${folder.path}/tokens`
    await writeFile(tokenFile, `tests ${ADMIN}\n`)
    const [port = 0] = await freePorts(1)
    admin = `127.0.0.1:${port}`
    return {
      provider: 'keycloak',
      keycloak: { admin: KEYCLOAK_ADMIN },
      resources,
      sallyport: { configuration: { adminApi: { listen: admin, tokenFile } } },
    }
  })
  afterAll(async () => void (await folder?.remove()))
  const url = (path: string): string => stack().url(HOST, path)
  const tokenAt = (path: string): string =>
    lastSeen(stack(), path).headers.authorization?.replace('Bearer ', '') ?? ''

  beforeAll(async () => {
    await allowExchange(stack().keycloak, WEB_CLIENT.clientId, {
      audience: AUDIENCE,
      secret: SECRET,
      scope: SCOPE,
    })
  })

  const signedIn = async (path: string): Promise<HttpBrowser> => {
    const browser = newHttpBrowser(stack())
    const { name: username, password } = endUsers.alice
    const landed = await browser.submit(await browser.open(url(path)), { username, password })
    expect([landed.status, new URL(landed.url).hostname]).toEqual([200, HOST])
    return browser
  }

  /** Whether Keycloak tells the upstream that a token of its own is good. */
  const isActive = async (token: string): Promise<boolean> => {
    const answer = await newHttpBrowser(stack()).send(
      `${stack().issuer}/protocol/openid-connect/token/introspect`,
      {
        method: 'POST',
        body: new URLSearchParams({ client_id: AUDIENCE, client_secret: SECRET, token }),
      },
    )
    return (answer.json() as { readonly active: boolean }).active
  }

  it('gives the upstream of a session a token that is for it alone, once', async () => {
    const before = await exchangesBy(stack().sallyport)
    const browser = await signedIn('/orders/1')
    const { claims } = readToken(tokenAt('/orders/1'))
    expect(claims).toMatchObject({ iss: stack().issuer, aud: AUDIENCE })
    expect(lastSeen(stack(), '/orders/1').headers['x-auth-subject']).toBe(claims.sub)
    expect((await browser.fetch(url('/plain/1'))).status).toBe(200)
    expect(readToken(tokenAt('/plain/1')).claims.aud).toBe(API_AUDIENCE)
    expect((await browser.fetch(url('/orders/2'))).status).toBe(200)
    expect(tokenAt('/orders/2')).toBe(tokenAt('/orders/1'))
    expect(await exchangesBy(stack().sallyport)).toBe(before + 1)
  })

  it('does the same for a bearer, whose own token never gets there', async () => {
    await signedIn('/plain/bearer')
    const own = tokenAt('/plain/bearer')
    const response = await newHttpBrowser(stack()).send(url('/orders/bearer'), {
      headers: bearing(own),
    })
    expect(response.status).toBe(200)
    const { claims } = readToken(tokenAt('/orders/bearer'))
    expect(claims).toMatchObject({ aud: AUDIENCE, sub: readToken(own).claims.sub })
  })

  it('makes one exchange for two replicas on one Redis', async () => {
    const { configFile } = stack().sallyport
    const replica = await startSallyport({
      resources: resources(stack()),
      redisUrl: redisOf(stack()).url,
      configuration: { keys: { files: [`${dirname(configFile)}/key`] } },
    })
    onTestFinished(async () => void (await replica.stop()))
    const client = createCheckClient(`127.0.0.1:${replica.grpcPort}`)
    const before = await exchangesBy(stack().sallyport)
    await signedIn('/plain/replicas')
    const authorization = `Bearer ${tokenAt('/plain/replicas')}`
    const browser = newHttpBrowser(stack())
    const message = aCheckRequest({ host: HOST, path: '/orders/b', headers: { authorization } })
    const atOne = async () =>
      (await browser.send(url('/orders/a'), { headers: { authorization } })).status === 200
    const atOther = async () => 'okResponse' in (await client.check(message))
    const asked = Array.from({ length: 5 }, () => [atOne(), atOther()]).flat()
    expect(new Set(await Promise.all(asked))).toEqual(new Set([true]))
    expect((await exchangesBy(stack().sallyport)) + (await exchangesBy(replica))).toBe(before + 1)
  })

  it('R1: denies what Keycloak refuses, tells the operator what mends it, and the caller nothing', async () => {
    const browser = await signedIn('/orders/before')
    const seen = await seenDuring(stack(), async () => {
      const response = await browser.fetch(url('/unknown/1'))
      expect(response.status).toBe(503)
      expect(response.headers['x-sallyport-reason']).toBe('exchange_refused')
      expect(response.text).not.toContain('nobody')
    })
    expect(seen).toEqual([])
    await until('the decision is logged', async () =>
      stack()
        .sallyport.decisions()
        .some(({ detail }) =>
          String(detail).includes('the provider has no client called "nobody"'),
        ),
    )
  })

  it('is known to doctor: the grant types that Keycloak offers, and that the client may exchange', async () => {
    const { configFile } = stack().sallyport
    expect(await doctorSays(configFile)).toEqual([
      ['well', expect.stringContaining('OIDCClient shop/web needs to exchange tokens')],
      ['well', expect.stringContaining('OIDCClient shop/gateway needs to act in exchanges')],
      ['well', expect.stringContaining('OIDCClient shop/web may exchange tokens')],
    ])
  })

  it('takes the exchanged token back at the sign-out', async () => {
    const browser = await signedIn('/orders/out')
    const token = tokenAt('/orders/out')
    expect(await isActive(token)).toBe(true)
    const series = 'token_revocations_total{kind="access_token",outcome="revoked"}'
    const before = await counted(stack().sallyport, series)
    await browser.open(url('/oauth2/logout'))
    await until('both are taken back', async () => {
      return (await counted(stack().sallyport, series)) === before + 2
    })
    expect(await isActive(token)).toBe(false)
    expect((await browser.fetch(url('/orders/after'))).status).toBe(401)
  })

  it('takes the exchanged token back where an administrator ends the session', async () => {
    const browser = await signedIn('/orders/ended-here')
    const token = tokenAt('/orders/ended-here')
    const { sub } = readToken(token).claims
    expect([await isActive(token), typeof sub]).toEqual([true, 'string'])
    const response = await fetch(`http://${admin}/v1/sessions?subject=${sub}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${ADMIN}` },
    })
    expect(response.status).toBe(200)
    await until('Keycloak has taken it back', async () => !(await isActive(token)))
    expect((await browser.fetch(url('/orders/after-the-end'))).status).toBe(401)
  })

  it('R23: takes no token in which Keycloak does not name who acts, and tells the operator', async () => {
    const browser = await signedIn('/orders/acted')
    const seen = await seenDuring(stack(), async () => {
      const response = await browser.fetch(url('/acted/1'))
      expect(response.status).toBe(503)
      expect(response.headers['x-sallyport-reason']).toBe('exchange_refused')
    })
    expect(seen).toEqual([])
    await until('the decision is logged', async () =>
      stack()
        .sallyport.decisions()
        .some(({ detail }) => String(detail).includes('it has no act claim')),
    )
  })

  it('takes no token whose session has ended at the provider: 401 for a bearer', async () => {
    const browser = await signedIn('/plain/ended')
    const authorization = `Bearer ${tokenAt('/plain/ended')}`
    await browser.open(url('/oauth2/logout'))
    const response = await newHttpBrowser(stack()).send(url('/orders/ended'), {
      headers: { authorization },
    })
    expect(response.status).toBe(401)
    expect(response.headers['x-sallyport-reason']).toBe('token_inactive')
    expect(response.headers['www-authenticate']).toContain('error="invalid_token"')
  })
})
