import { describe, expect, it, test } from 'vitest'
import { sallyportIn } from '../cli/run.ts'
import { isClosed, type Migrated, migratedFrom, specOf } from './migrated.ts'

const OPEN = ['--email-domain=*', '--client-id=shop', '--redirect-url=https://shop.example.com/cb']

const deployment = (container: Readonly<Record<string, unknown>>, name = 'sso') => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'shop' },
  spec: {
    template: { spec: { containers: [{ name: 'oauth2-proxy', args: OPEN, ...container }] } },
  },
})

const configMap = (name: string, data: Readonly<Record<string, string>>) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'shop' },
  data,
})

const stream = (documents: readonly unknown[]): string =>
  documents.map((one) => JSON.stringify(one)).join('\n---\n')

const migrated = (...documents: readonly unknown[]): Promise<Migrated> =>
  migratedFrom('oauth2-proxy', stream(documents))

const isRouteClosed = async (...documents: readonly unknown[]): Promise<boolean> =>
  isClosed(specOf(await migrated(...documents), 'ProtectedRoute'))

const authorizeOf = async (...documents: readonly unknown[]) =>
  specOf(await migrated(...documents), 'ProtectedRoute').authorize

const STAFF = { claim: 'groups', anyOf: ['staff'] }
const CFG = 'allowed_groups = ["staff"]\n'

describe('a pod of oauth2-proxy', () => {
  it('is open where all that it is started with is read', async () => {
    expect(await isRouteClosed(deployment({}))).toBe(false)
  })

  test.each([
    ['a configuration file', { args: [...OPEN, '--config=/etc/sso/sso.cfg'] }],
    ['a structured configuration', { args: [...OPEN, '--alpha-config', '/etc/alpha.yaml'] }],
    ['variables of a ConfigMap', { envFrom: [{ configMapRef: { name: 'sso' } }] }],
    ['variables of a Secret', { envFrom: [{ secretRef: { name: 'sso' } }] }],
    ['variables of an object that nobody knows', { envFrom: [{ otherRef: { name: 'sso' } }] }],
    ['a script', { command: ['/bin/start.sh'], env: [{ name: 'OAUTH2_PROXY_SCOPE', value: 'a' }] }],
    ['the text of a shell', { command: ['sh', '-c', 'oauth2-proxy --allowed-group=staff'] }],
  ])('that reads %s, which is not there, is closed', async (_, container) => {
    expect(await isRouteClosed(deployment(container))).toBe(true)
  })

  test.each([
    [
      'a file of a ConfigMap',
      { args: [...OPEN, '--config=/etc/sso/sso.cfg'] },
      configMap('sso', { 'sso.cfg': CFG }),
    ],
    [
      'a file of a ConfigMap without an ending',
      { args: [...OPEN, '--config=/etc/sso/settings'] },
      configMap('sso', { settings: CFG }),
    ],
    [
      'a file of a Secret',
      { args: [...OPEN, '--config=/etc/sso/sso.cfg'] },
      { ...configMap('sso', { 'sso.cfg': Buffer.from(CFG).toString('base64') }), kind: 'Secret' },
    ],
    [
      'variables of a ConfigMap',
      { envFrom: [{ configMapRef: { name: 'sso' } }] },
      configMap('sso', { OAUTH2_PROXY_ALLOWED_GROUPS: 'staff' }),
    ],
    [
      'variables of a Secret',
      { envFrom: [{ secretRef: { name: 'sso' } }] },
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'sso' },
        stringData: { OAUTH2_PROXY_ALLOWED_GROUPS: 'staff' },
      },
    ],
  ])('that reads %s, which is there, is as that says', async (_, container, object) => {
    expect(await authorizeOf(deployment(container), object)).toContainEqual(STAFF)
    expect(await isRouteClosed(deployment(container), object)).toBe(false)
  })

  test.each([
    ['a file', { 'other.cfg': 'skip_auth_regex = [".*"]\nprovider = "oidc"\n' }],
    ['variables', { OAUTH2_PROXY_SKIP_AUTH_REGEX: '.*' }],
  ])('takes nothing of %s that it does not name, and is closed', async (_, data) => {
    const one = await migrated(deployment({}), configMap('other', data))
    const route = specOf(one, 'ProtectedRoute')
    expect(route.rules).toBe(undefined)
    expect(isClosed(route)).toBe(true)
    expect(one.settings.map(({ setting }) => setting)).toContain('ConfigMap other')
  })

  it('leaves alone what other programs read', async () => {
    const data = { 'nginx.conf': 'server { listen 80; }', 'app.yaml': 'a: [' }
    expect(await isRouteClosed(deployment({}), configMap('other', data))).toBe(false)
  })

  it('has no public paths where what is not there may say others', async () => {
    const args = [...OPEN, '--skip-auth-regex=^/public', '--skip-auth-preflight', '--api-route=^/a']
    const envFrom = [{ secretRef: { name: 'sso' } }]
    const isPublic = async (container: Readonly<Record<string, unknown>>) => {
      const { rules = [] } = specOf(await migrated(deployment(container)), 'ProtectedRoute')
      return rules.map((rule) => rule.public === true)
    }
    expect(await isPublic({ args })).toEqual([true, true, false])
    expect(await isPublic({ args, envFrom })).toEqual([false])
    expect(await isPublic({ args, command: ['/bin/start.sh'] })).toEqual([false])
    const { settings } = await migrated(deployment({ args, envFrom }))
    expect(settings.find(({ setting }) => setting === '--skip-auth-regex')?.goes).toBe('none')
  })

  it('is closed where a prefix gives variables other names', async () => {
    const envFrom = [{ prefix: 'OAUTH2_PROXY_', configMapRef: { name: 'sso' } }]
    const object = configMap('sso', { ALLOWED_GROUPS: 'staff' })
    expect(await isRouteClosed(deployment({ envFrom }), object)).toBe(true)
  })

  it('is closed beside an object that may restrict, and of which nothing is read', async () => {
    const middleware = {
      apiVersion: 'traefik.io/v1alpha1',
      kind: 'Middleware',
      metadata: { name: 'sso' },
      spec: { forwardAuth: { address: 'http://sso/oauth2/auth?allowed_groups=staff' } },
    }
    expect(await isRouteClosed(deployment({}), middleware)).toBe(true)
    expect(await isRouteClosed(deployment({}), { later: 1 })).toBe(true)
  })
})

describe('the values of the chart', () => {
  const values = (more: object) => ({
    config: { clientID: 'shop' },
    extraArgs: { 'email-domain': '*' },
    ingress: { hosts: ['shop.example.com'] },
    replicaCount: 2,
    ...more,
  })

  it('are open where all of them is read', async () => {
    expect(await isRouteClosed(values({}))).toBe(false)
  })

  test.each([
    ['config.existingConfig', { config: { existingConfig: 'sso' } }],
    ['alphaConfig.existingConfig', { alphaConfig: { existingConfig: 'sso' } }],
    ['alphaConfig.existingSecret', { alphaConfig: { existingSecret: 'sso' } }],
    ['config.google.groups', { config: { google: { groups: ['staff@example.com'] } } }],
    ['config.later', { config: { clientID: 'shop', later: true } }],
    ['later', { later: ['x'] }],
    ['envFrom', { envFrom: [{ secretRef: { name: 'sso' } }] }],
  ])('are closed by %s', async (name, more) => {
    const one = await migrated(values(more))
    expect(isClosed(specOf(one, 'ProtectedRoute'))).toBe(true)
    expect(one.settings).toContainEqual(expect.objectContaining({ setting: name, closes: true }))
  })

  it('tell of passwords and of a list of addresses that are elsewhere', async () => {
    const one = await migrated({
      ...values({ htpasswdFile: { enabled: true } }),
      extraArgs: {},
      authenticatedEmailsFile: { enabled: true, template: 'people' },
    })
    const lost = one.settings.filter(({ goes }) => goes === 'none').map(({ setting }) => setting)
    expect(lost).toEqual(['authenticatedEmailsFile.template', 'htpasswdFile'])
    expect(isClosed(specOf(one, 'ProtectedRoute'))).toBe(true)
  })

  it('may hold the structured configuration as a text', async () => {
    const configFile = 'providers:\n  - { id: a, provider: oidc, allowedGroups: [staff] }\n'
    expect(await authorizeOf(values({ alphaConfig: { configFile } }))).toContainEqual(STAFF)
  })
})

describe('several oauth2-proxies', () => {
  test.each([
    ['pods', [deployment({}), deployment({ args: [...OPEN, '--allowed-group=a'] }, 'other')]],
    [
      'charts below another',
      [
        {
          'oauth2-proxy': { extraArgs: { scope: 'a' } },
          oauth2Proxy: { extraArgs: { scope: 'a' } },
        },
      ],
    ],
  ])('as %s are not read as one', async (_, documents) => {
    const stdin = stream(documents)
    const { code, out, err } = await sallyportIn({ stdin }, 'migrate', 'oauth2-proxy', '-')
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toContain('several oauth2-proxies are here')
    expect(err).toContain('Give one at a time')
  })

  it('are one where the others are pods of it', async () => {
    const pod = {
      ...deployment({}, 'sso-1'),
      kind: 'ReplicaSet',
      metadata: { name: 'sso-1', ownerReferences: [{ kind: 'Deployment', name: 'sso' }] },
    }
    expect(await isRouteClosed(deployment({}), pod)).toBe(false)
  })
})

describe('the namespace of what is written', () => {
  const deployment = (metadata: object): string =>
    JSON.stringify({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'o2p', ...metadata },
      spec: {
        template: {
          spec: {
            containers: [
              {
                name: 'oauth2-proxy',
                image: 'quay.io/oauth2-proxy/oauth2-proxy:v7.15.0',
                args: ['--oidc-issuer-url=https://sso.example.com', '--email-domain=example.com'],
              },
            ],
          },
        },
      },
    })
  const namespacesOf = async (metadata: object, ...more: readonly string[]) => {
    const { manifests } = await migratedFrom('oauth2-proxy', deployment(metadata), ...more)
    return new Set(manifests.map(({ object }) => object.metadata.namespace))
  }

  it('is that of the pods, whose Secret is read there', async () => {
    expect(await namespacesOf({ namespace: 'auth' }, '-n', 'shop')).toEqual(new Set(['auth']))
  })

  it('is the one that is told where they name none', async () => {
    expect(await namespacesOf({}, '-n', 'shop')).toEqual(new Set(['shop']))
  })
})
