import { describe, expect, it, test } from 'vitest'
import { isClosed, migratedFrom, roadOf, specsOf } from './migrated.ts'

const NGINX = 'nginx.ingress.kubernetes.io/'
const URL_OF_PROXY = 'http://sso.shop.svc.cluster.local/oauth2/auth'

const CONFIG_MAP = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'sso' },
  data: {
    'sso.cfg':
      'provider = "keycloak-oidc"\noidc_issuer_url = "https://sso.example.com"\nclient_id = "shop"\nemail_domains = ["*"]\n',
  },
}

const ingress = (
  host: string | undefined,
  query: string,
  annotations: Readonly<Record<string, string>> = {},
) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: {
    name: 'shop',
    annotations: { [`${NGINX}auth-url`]: `${URL_OF_PROXY}${query}`, ...annotations },
  },
  spec: { rules: [host === undefined ? {} : { host }] },
})

const migrated = (...ingresses: readonly unknown[]) =>
  migratedFrom(
    'oauth2-proxy',
    [CONFIG_MAP, ...ingresses].map((one) => JSON.stringify(one)).join('\n---\n'),
    '--host',
    'shop.example.com',
  )

const routesOf = async (...ingresses: readonly unknown[]) =>
  specsOf(await migrated(...ingresses), 'ProtectedRoute')

const VERIFIED = { claim: 'email_verified', noneOf: [false, 'false'] }
const ANY_ADDRESS = [{ claim: 'email', matches: ['.+'] }, VERIFIED]

describe('the query of auth-url', () => {
  test.each([
    ['', []],
    ['?rd=x', []],
    ['?allowed_groups=', []],
    ['?allowed_groups=admins,staff', [{ claim: 'groups', anyOf: ['admins', 'staff'] }]],
    ['?allowed_groups=a&allowed_groups=b', [{ claim: 'groups', anyOf: ['a', 'b'] }]],
    ['?rd=x&allowed_groups=a%20b#c', [{ claim: 'groups', anyOf: ['a b'] }]],
    [
      '?allowed_groups=role:admin',
      [
        {
          any: [
            { claim: 'groups', anyOf: ['role:admin'] },
            { claim: 'realm_access.roles', anyOf: ['admin'] },
          ],
        },
      ],
    ],
    ['?allowed_emails=a@example.com', [{ claim: 'email', anyOf: ['a@example.com'] }, VERIFIED]],
    [
      '?allowed_email_domains=example.com,.example.org',
      [{ emailDomains: ['example.com', '*.example.org'] }],
    ],
  ])('%s becomes clauses of the route of its hosts', async (query, clauses) => {
    const [route] = await routesOf(ingress('shop.example.com', query))
    expect(route?.authorize).toEqual([...ANY_ADDRESS, ...clauses])
  })

  it('holds for its hosts alone', async () => {
    const [, ...routes] = await routesOf(
      ingress('a.example.com', '?allowed_groups=admins'),
      ingress('b.example.com', ''),
    )
    const asked = routes.map(({ hosts, authorize }) => ({ hosts, groups: authorize?.slice(2) }))
    expect(asked).toEqual([
      { hosts: ['a.example.com'], groups: [{ claim: 'groups', anyOf: ['admins'] }] },
      { hosts: ['b.example.com'], groups: [] },
    ])
  })

  it('closes a host that no Ingress names, where they differ', async () => {
    const ingresses = [ingress('a.example.com', '?allowed_groups=a'), ingress('b.example.com', '')]
    const [route] = await routesOf(...ingresses)
    expect(route?.hosts).toEqual(['shop.example.com'])
    expect(isClosed(route ?? {})).toBe(true)
  })

  it('holds for a host that no Ingress names, where all ask the same', async () => {
    const [route] = await routesOf(ingress('*.example.com', '?allowed_groups=a'))
    expect(route?.hosts).toContain('shop.example.com')
    expect(route?.authorize).toContainEqual({ claim: 'groups', anyOf: ['a'] })
  })

  it('makes routes that serve, each with the one client', async () => {
    const one = await migrated(
      ingress('a.example.com', '?allowed_groups=admins'),
      ingress('b.example.com', ''),
    )
    expect(await roadOf(one, 'https://a.example.com/')).toBe('protected')
    expect(await roadOf(one, 'https://b.example.com/')).toBe('protected')
  })

  it('holds for every host where its Ingress names none', async () => {
    const [route] = await routesOf(ingress(undefined, '?allowed_groups=admins'))
    expect(route?.authorize).toContainEqual({ claim: 'groups', anyOf: ['admins'] })
  })

  test.each([
    ['a variable', [ingress('shop.example.com', '?allowed_groups=$http_x')]],
    ['a domain that is none', [ingress('shop.example.com', '?allowed_email_domains=*')]],
    [
      'more groups than clauses can list',
      [ingress('shop.example.com', `?allowed_groups=${Array.from({ length: 600 }, (_, i) => i)}`)],
    ],
    [
      'paths of one host that differ',
      [ingress('shop.example.com', '?allowed_groups=admins'), ingress('shop.example.com', '')],
    ],
    [
      'a snippet',
      [
        ingress('shop.example.com', '', {
          [`${NGINX}configuration-snippet`]: `auth_request ${URL_OF_PROXY}?allowed_groups=admins;`,
        }),
      ],
    ],
  ])('closes its hosts by %s', async (_, ingresses) => {
    const one = await migrated(...ingresses)
    const [route] = specsOf(one, 'ProtectedRoute')
    expect(isClosed(route ?? {})).toBe(true)
    expect(one.settings).toContainEqual(
      expect.objectContaining({ setting: 'auth-url of Ingress shop', closes: true }),
    )
  })
})
