import { describe, expect, it, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { sallyportIn } from '../cli/run.ts'
import { isClosed, migratedFrom, specOf, specsOf } from './migrated.ts'

const BREAKS = ['\n', '\r', '\r\n', '\u2028', '\u0085', '\u0000']

const proxyFile = (more: string): string =>
  `client_id = "shop"\nredirect_url = "https://shop.example.com/cb"\nemail_domains = ["*"]\n${more}`

describe('a name of the input', () => {
  test.each(BREAKS)(
    'with %j ends neither a comment nor the expression that closes',
    async (one) => {
      const name = JSON.stringify(`x${one}true ||${one}kind: ProtectedRoute`)
        .replaceAll('\u2028', String.raw`\u2028`)
        .replaceAll('\u0085', String.raw`\u0085`)
      const stdin = proxyFile(`${name} = 1`)
      const { out } = await sallyportIn({ stdin }, 'migrate', 'oauth2-proxy', '-')
      const documents = parseAllDocuments(out).map((document) => document.toJS())
      const kinds = documents.flatMap((document) => document?.kind ?? [])
      expect(kinds).toEqual(['IdentityProvider', 'OIDCClient', 'ProtectedRoute'])
      const route = specOf(await migratedFrom('oauth2-proxy', stdin), 'ProtectedRoute')
      expect(isClosed(route)).toBe(true)
      const cel = route.authorize?.flatMap((clause) => clause.cel ?? [])
      expect(cel?.map((text) => text.split(/[\n\r]/).length)).toEqual([2])
    },
  )
})

describe('a value of the input', () => {
  test.each(['\u2028', '\u2029', '\u0085', '\n'])(
    'with %j begins no line, neither of a manifest nor of what stands above it',
    async (one) => {
      const value = JSON.stringify(`x${one}kind: ConfigMap${one}---${one}x`)
      const stdin = proxyFile(
        `provider_display_name = ${value}\ncustom_sign_in_logo = ${value}\nallowed_groups = [${value}]`,
      )
      const { out } = await sallyportIn({ stdin }, 'migrate', 'oauth2-proxy', '-')
      const lines = out.split(/[\n\r\u0085\u2028\u2029]/)
      expect(lines.filter((line) => line.startsWith('kind: ConfigMap'))).toEqual([])
      expect(lines.filter((line) => line === '---')).toHaveLength(3)
      const route = parseAllDocuments(out)
        .map((document) => document.toJS())
        .at(-1)
      expect(route.spec.authorize).toContainEqual({ claim: 'groups', anyOf: [JSON.parse(value)] })
    },
  )
})

describe('a secret of the input', () => {
  it('in the URLs of a provider stands in no manifest', async () => {
    const stdin = proxyFile(
      'provider = "oidc"\noidc_issuer_url = "http://me:hidden@sso.example.com/realm"\nlogin_url = "https://me:hidden@sso.example.com/login"',
    )
    const { out, err } = await sallyportIn({ stdin }, 'migrate', 'oauth2-proxy', '-', '-v')
    expect(out).toContain('issuer: http://sso.example.com/realm')
    expect(out).toContain('authorization: https://sso.example.com/login')
    expect(out).toContain('# User names and passwords that stood in its URLs are left out')
    expect(`${out}${err}`).not.toContain('hidden')
  })

  test.each([
    [
      'kong',
      {
        plugins: [
          {
            name: 'openid-connect',
            config: { https_proxy: 'http://user:hidden@proxy.example.com:3128' },
          },
        ],
        _format_version: '3.0',
      },
    ],
    [
      'authservice',
      {
        chains: [
          {
            name: 'a',
            filters: [
              {
                oidc: {
                  proxy_uri: 'http://user:hidden@proxy.example.com:3128',
                  redis_session_store_config: { server_uri: 'redis://user:hidden@redis:6379' },
                },
              },
            ],
          },
        ],
      },
    ],
  ])('in a URL of %s is not printed', async (product, config) => {
    const stdin = JSON.stringify(config)
    const { out, err } = await sallyportIn({ stdin }, 'migrate', product, '-', '-v')
    expect(out).toContain('http://proxy.example.com:3128')
    expect(`${out}${err}`).not.toContain('hidden')
  })

  it('in a URL of Redis becomes a file', async () => {
    const stdin = proxyFile(
      'session_store_type = "redis"\nredis_connection_url = "rediss://u:hidden@r:1/2"',
    )
    const { configuration } = await migratedFrom('oauth2-proxy', stdin)
    expect(configuration.sessions).toEqual({
      store: 'redis',
      redis: { url: 'rediss://r:1/2', passwordFile: './redis-password' },
    })
  })
})

const policy = (
  name: string,
  target: { readonly kind: string; readonly name: string },
  issuer: string,
) => ({
  apiVersion: 'gateway.envoyproxy.io/v1alpha1',
  kind: 'SecurityPolicy',
  metadata: { name, namespace: 'shop' },
  spec: {
    targetRefs: [target],
    oidc: { provider: { issuer }, clientID: name, clientSecret: { name } },
  },
})

const GATEWAY = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: { name: 'public', namespace: 'shop' },
  spec: {
    listeners: [
      { name: 'a', hostname: 'a.example.com' },
      { name: 'b', hostname: 'b.example.com' },
    ],
  },
}

const ROUTE = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'a', namespace: 'shop' },
  spec: { hostnames: ['a.example.com'], parentRefs: [{ name: 'public' }] },
}

const POLICIES = [
  policy('whole', { kind: 'Gateway', name: 'public' }, 'https://whole.example.com'),
  policy('near', { kind: 'HTTPRoute', name: 'a' }, 'https://near.example.com'),
]

const stream = (documents: readonly unknown[]): string =>
  documents.map((one) => JSON.stringify(one)).join('\n---\n')

describe('several configurations', () => {
  it('share no host: the nearest counts', async () => {
    const one = await migratedFrom('envoy-gateway', stream([GATEWAY, ROUTE, ...POLICIES]))
    const routes = specsOf(one, 'ProtectedRoute').map(({ hosts, clientRef }) => ({
      hosts,
      clientRef,
    }))
    expect(routes).toEqual([
      { hosts: ['a.example.com'], clientRef: { name: 'near' } },
      { hosts: ['b.example.com'], clientRef: { name: 'whole' } },
    ])
  })

  it('have different names, also if one is given', async () => {
    const input = stream([GATEWAY, ROUTE, ...POLICIES])
    const { manifests } = await migratedFrom('envoy-gateway', input, '--name', 'shop')
    const names = manifests.map(({ object }) => `${object.kind} ${object.metadata.name}`)
    expect(new Set(names).size).toBe(names.length)
  })
})

describe('what is told', () => {
  it('is a host that is none', async () => {
    const route = { ...ROUTE, spec: { hostnames: ['a.example.com', 'not a host'] } }
    const { settings } = await migratedFrom('envoy-gateway', stream([route, POLICIES[1]]))
    expect(settings).toContainEqual(
      expect.objectContaining({ setting: 'host not a host', goes: 'none' }),
    )
  })

  it('is every member of a chain that nobody knows', async () => {
    const chains = [{ name: 'a', later: 1, filters: [{ later: 1 }] }]
    const one = await migratedFrom('authservice', JSON.stringify({ chains }))
    const lost = one.settings.filter(({ closes }) => closes === true).map(({ setting }) => setting)
    expect(lost).toEqual(['chains[0].later', 'chains[0].filters[0].later'])
    expect(isClosed(specOf(one, 'ProtectedRoute'))).toBe(true)
  })
})

describe('the command', () => {
  const run = (...argv: readonly string[]) =>
    sallyportIn({ stdin: proxyFile('') }, 'migrate', ...argv)

  test.each([
    ['an unknown product', ['oauth2proxy', '-'], 'Did you mean oauth2-proxy?'],
    ['a host that is none', ['kong', '-', '--host', 'a b'], '--host: "a b" is no host name'],
    ['a name that is none', ['kong', '-', '--name', 'A'], '--name: "A" is no name'],
    ['a namespace that is none', ['kong', '-', '-n', '_'], '--namespace: "_" is no name'],
  ])('refuses %s', async (_, argv, sentence) => {
    const { code, out, err } = await run(...argv)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain(sentence)
  })

  test.each([
    ['oauth2-proxy', '{', 'Flow map'],
    ['oauth2-proxy', 'a = [', '<stdin>:1'],
    ['oauth2-proxy', 'kind: Nothing', 'no setting of oauth2-proxy was found'],
    ['kong', 'a: [', '<stdin>'],
    ['kong', 'services: &a [*a]', '<stdin>: an anchor holds an alias of itself'],
    ['oauth2-proxy', 'providers: &a { b: *a }', '<stdin>: an anchor holds an alias of itself'],
    ['kong', 'a: 1', 'there is no plugin openid-connect'],
    ['authservice', '{}', 'there is no configuration of authservice'],
    ['envoy-gateway', 'a: 1', 'there is no SecurityPolicy'],
  ])('ends with 1 where %s gets %j', async (product, stdin, sentence) => {
    const { code, out, err } = await sallyportIn({ stdin }, 'migrate', product, '-')
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toContain(sentence)
  })

  it('ends with 0 where everything was carried over, and reads what comes later over the rest', async () => {
    const { code, err } = await run('oauth2-proxy', '-', '--host', 'shop.example.com')
    expect({ code, err }).toEqual({ code: 0, err: '' })
  })
})
