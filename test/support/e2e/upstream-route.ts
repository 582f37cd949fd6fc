import type { HttpBrowser } from '../parts/http-browser.ts'
import { WEB_CLIENT } from '../parts/oidc-provider.ts'
import { API_AUDIENCE } from '../parts/oidc-provider-settings.ts'
import type { Stack, StackOptions } from '../parts/stack.ts'
import type { SeenRequest } from '../parts/upstream.ts'
import { type Manifest, ours, shop } from './manifests.ts'
import { lastSeen } from './seen.ts'

/** The host whose rules differ in what the upstream receives: one for each path. */
export const TOLD = 'other.localhost'

const rule = (name: string, more: Manifest): Manifest => ({
  name,
  match: [{ path: { prefix: `/${name}` } }],
  ...more,
})

const preset = (compatibility: string): Manifest =>
  rule(compatibility.toLowerCase(), { upstream: { compatibility } })

const ROUTE = ours('ProtectedRoute', 'told', {
  hosts: [TOLD],
  clientRef: { name: 'web' },
  authenticate: [
    {
      bearer: {
        providerRef: { name: 'idp' },
        audiences: [API_AUDIENCE, WEB_CLIENT.clientId],
        accept: ['AccessToken', 'IDToken'],
      },
    },
    { session: {} },
  ],
  rules: [
    rule('open', { public: true }),
    rule('grafana', {
      upstream: {
        authorization: 'Remove',
        headers: [
          { name: 'x-webauth-user', claim: 'sub', encoding: 'UTF8' },
          { name: 'x-webauth-email', claim: 'email', encoding: 'UTF8' },
          { name: 'x-webauth-groups', claim: 'groups', format: 'CommaSeparated', encoding: 'UTF8' },
        ],
      },
    }),
    rule('jenkins', {
      upstream: {
        headers: [
          { name: 'x-forwarded-user', claim: 'sub' },
          {
            name: 'x-forwarded-groups',
            claim: 'groups',
            format: 'PipeSeparated',
            encoding: 'UTF8',
          },
        ],
      },
    }),
    rule('passing', { upstream: { passHeaders: ['x-remote-user'] } }),
    rule('access-token', { upstream: { authorization: 'AccessToken' } }),
    rule('id-token', { upstream: { authorization: 'IDToken' } }),
    rule('keep', { upstream: { authorization: 'Keep' } }),
    rule('remove', { upstream: { authorization: 'Remove' } }),
    rule('answered', {
      response: {
        headers: [
          { name: 'x-user', claim: 'email' },
          { name: 'x-powered-by', value: 'nobody' },
          { name: 'x-absent', claim: 'absent' },
        ],
      },
    }),
    ...['OAuth2Proxy', 'Kong', 'AuthService', 'ModAuthOpenIDC'].map(preset),
  ],
})

/** The shop, with that host. */
export const toldStack: StackOptions = {
  resources: shop({ more: [ROUTE] }),
  envoy: { headersWithUnderscores: 'ALLOW' },
}

/** What the upstream saw of a path that somebody asked for, with more header lines. */
export const toldTo = async (
  stack: Stack,
  browser: HttpBrowser,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<SeenRequest> => {
  const { status } = await browser.fetch(stack.url(TOLD, path), { headers })
  if (status !== 200) throw new Error(`${path} was answered with ${status}.`)
  return lastSeen(stack, path)
}
