import { beforeAll, describe, expect, it } from 'vitest'
import type { Document } from 'yaml'
import { readToken } from '../../support/e2e/access-tokens.ts'
import { APP, ours, shop } from '../../support/e2e/manifests.ts'
import { lastSeen } from '../../support/e2e/seen.ts'
import { newHttpBrowser } from '../../support/e2e/sign-in.ts'
import { useStack } from '../../support/e2e/use-stack.ts'
import { CONNECTION_MANAGER } from '../../support/parts/envoy.ts'
import { allowExchange, KEYCLOAK_ADMIN, keycloakAdmin } from '../../support/parts/keycloak-admin.ts'
import { WEB_CLIENT } from '../../support/parts/oidc-provider.ts'
import { endUsers } from '../../support/parts/oidc-provider-settings.ts'
import { until } from '../../support/parts/until.ts'

const HOST = 'other.localhost'
const AUDIENCE = 'orders-api'
const target = { audience: AUDIENCE, scopes: [AUDIENCE] }

const route = ours('ProtectedRoute', 'exchanged', {
  hosts: [HOST],
  clientRef: { name: 'web' },
  upstream: { authorization: 'Exchange', exchange: target },
  rules: [
    {
      name: 'id',
      match: [{ path: { prefix: '/id' } }],
      upstream: { authorization: 'IDToken' },
    },
  ],
})

/** Keycloak takes a proof for the port that it is told of, and for 443 otherwise. */
const tellPort = (configuration: Document): void => {
  const header = { key: 'x-forwarded-port', value: '%DOWNSTREAM_LOCAL_PORT%' }
  const added = { header, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' }
  const told = [...CONNECTION_MANAGER, 'route_config', 'request_headers_to_add']
  configuration.setIn(told, [added])
}

describe('a real Keycloak that binds the tokens of a client to keys', () => {
  const stack = useStack({
    provider: 'keycloak',
    keycloak: { admin: KEYCLOAK_ADMIN },
    envoy: { change: tellPort },
    resources: shop({
      client: { senderConstrained: 'DPoP', claims: { userinfo: 'AtRefresh' } },
      more: [route],
    }),
  })

  beforeAll(async () => {
    const { keycloak } = stack()
    const audience = { audience: AUDIENCE, secret: 'orders-secret', scope: AUDIENCE }
    await allowExchange(keycloak, WEB_CLIENT.clientId, audience)
    const attributes = { 'dpop.bound.access.tokens': 'true', 'access.token.lifespan': '4' }
    await keycloakAdmin(keycloak).changeClient(WEB_CLIENT.clientId, { attributes })
  })

  const tokenAt = (path: string): string =>
    lastSeen(stack(), path).headers.authorization?.replace('Bearer ', '') ?? ''

  const signIn = async (path: string) => {
    const browser = newHttpBrowser(stack())
    const { name: username, password } = endUsers.alice
    const form = await browser.open(stack().url(HOST, path))
    return { browser, landed: await browser.submit(form, { username, password }) }
  }

  it('signs in, asks userinfo, and refreshes by proofs', async () => {
    const { browser, landed } = await signIn('/id/orders')
    expect([landed.status, new URL(landed.url).hostname]).toEqual([200, HOST])
    const first = tokenAt('/id/orders')
    expect(readToken(first).claims).toMatchObject({ aud: WEB_CLIENT.clientId })
    await until('a refresh', async () => {
      const { status } = await browser.open(stack().url(HOST, '/id/again'))
      expect(status).toBe(200)
      return tokenAt('/id/again') !== first
    })
    expect(stack().sallyport.output()).toContain('"reason":"login_completed"')
  })

  it('exchanges no token without a proof, and the log says what else to set', async () => {
    const { landed } = await signIn('/orders')
    expect(landed.status).toBe(503)
    const why = 'the provider wants a proof by a key, and would bind the new token to the gateway'
    await until('the log says why', async () => stack().sallyport.output().includes(why))
  })

  it('a route that would forward the access token is refused, and open to nobody', async () => {
    const refused = await newHttpBrowser(stack()).send(stack().url(APP, '/orders'))
    expect([refused.status, refused.headers['x-sallyport-reason']]).toEqual([503, 'policy_broken'])
    expect(stack().sallyport.output()).toContain('`senderConstrained` of OIDCClient shop/web')
  })
})
