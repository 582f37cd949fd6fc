import { execFile } from 'node:child_process'
import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { parse, stringify } from 'yaml'
import { createResourceSchema } from '../../src/resources/schema/schema.ts'
import type { StructuralSchema } from '../../src/resources/schema/structural-schema.ts'
import { readDefinitions } from '../support/definitions.ts'
import { startHostileProvider } from '../support/hostile-provider.ts'
import { argoHealthCheck, type Health, healthOf } from '../support/parts/gitops.ts'
import { objectsOf } from '../support/parts/helm.ts'
import { installed } from '../support/parts/installed.ts'
import type { KubernetesObject } from '../support/parts/kubernetes-client.ts'
import { temporaryFolder } from '../support/parts/temporary-folder.ts'
import { PATIENCE, useCluster } from '../support/use-cluster.ts'

const KUSTOMIZE_CONFIG = fileURLToPath(
  new URL('../../deploy/gitops/kustomizeconfig.yaml', import.meta.url),
)

const object = (kind: string, spec: object, namespace?: string, name = 'shop'): object => ({
  apiVersion: 'sallyport.dev/v1alpha1',
  kind,
  metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
  spec,
})

const yamlOf = (objects: readonly object[]): string =>
  objects.map((one) => `---\n${stringify(one)}`).join('')

describe('D1: how Flux and Argo CD judge', () => {
  const cluster = useCluster(['well', 'broken', 'waiting', 'unseen'])

  const shop = (namespace: string, issuer: string, client: object = { name: 'shop' }): string =>
    yamlOf([
      object('IdentityProvider', { issuer }, namespace),
      object(
        'OIDCClient',
        {
          providerRef: { name: 'shop' },
          clientId: 'shop',
          authentication: { method: 'none' },
        },
        namespace,
      ),
      object(
        'ProtectedRoute',
        { hosts: [`${namespace}.example.com`], clientRef: client },
        namespace,
      ),
    ])

  const healthIn = async (namespace: string, kind: string): Promise<Health> =>
    healthOf((await cluster.get(kind, `${namespace}/shop`)) as unknown as KubernetesObject)

  const judged = async (namespace: string, kstatus: string, argo: string): Promise<void> => {
    for (const kind of ['identityprovider', 'oidcclient', 'protectedroute']) {
      await vi.waitFor(async () => {
        const health = await healthIn(namespace, kind)
        expect([kind, health.kstatus, health.argo.status]).toEqual([kind, kstatus, argo])
      }, PATIENCE)
    }
  }

  test('what nobody has looked at is in progress, what is well is well, and what needs a hand has failed', async () => {
    const provider = await startHostileProvider()
    onTestFinished(() => provider.stop())
    await cluster.apply(shop('unseen', 'https://sso.example.com'))
    await judged('unseen', 'InProgress', 'Progressing')
    await cluster.apply(shop('well', provider.issuer) + shop('waiting', 'http://127.0.0.1:1'))
    const outbound = { allowInsecureIssuers: true, allowNetworks: ['127.0.0.0/8'] }
    await cluster.startReplica({ configuration: { outbound } })
    await judged('well', 'Current', 'Healthy')
    await judged('waiting', 'InProgress', 'Degraded')
    const rules = [{ name: 'a', match: [{ path: { pattern: '(' } }], public: true }]
    const broken = { hosts: ['broken.example.com'], clientRef: { name: 'shop' }, rules }
    await cluster.apply(yamlOf([object('ProtectedRoute', broken, 'broken')]))
    await vi.waitFor(async () => {
      const health = await healthIn('broken', 'protectedroute')
      expect(health).toMatchObject({ kstatus: 'Failed', argo: { status: 'Degraded' } })
      expect(health.argo.message).toContain('spec.rules[0].match[0].path.pattern')
    }, PATIENCE)
    await cluster.apply(yamlOf([object('ProtectedRoute', { ...broken, rules: [] }, 'broken')]))
    await vi.waitFor(async () => {
      expect(await healthIn('broken', 'protectedroute')).toMatchObject({ kstatus: 'InProgress' })
    }, PATIENCE)
  })

  test('the three kinds are judged alike', () => {
    const scripts = ['IdentityProvider', 'OIDCClient', 'ProtectedRoute'].map(argoHealthCheck)
    expect(new Set(scripts).size).toBe(1)
  })
})

/** Where a schema refers to another object: the paths of its fields that end in Ref or Refs. */
const referencesIn = (schema: StructuralSchema, path: string): readonly string[] =>
  Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const here = `${path}/${name}`
    const one = field.items ?? field
    const isReference = /Refs?$/.test(name) && one.properties?.name !== undefined
    return [...(isReference ? [`${here}/name`] : []), ...referencesIn(one, here)]
  })

describe('D3: Kustomize', () => {
  test('is told of every reference that the definitions have', async () => {
    const { nameReference } = parse(await readFile(KUSTOMIZE_CONFIG, 'utf8'))
    const known = new Set<string>(
      nameReference.flatMap(({ fieldSpecs }: { fieldSpecs: { kind: string; path: string }[] }) =>
        fieldSpecs.map(({ kind, path }) => `${kind} ${path}`),
      ),
    )
    const written = [...readDefinitions()].flatMap(([kind, schema]) =>
      referencesIn(schema, 'spec').map((path) => `${kind} ${path}`),
    )
    expect([...known].toSorted()).toEqual([...new Set(written)].toSorted())
  })

  test('renames what is referred to, and generates the Secret and the ConfigMap', async () => {
    const folder = await temporaryFolder('kustomize')
    onTestFinished(folder.remove)
    const caRef = { kind: 'ConfigMap', name: 'ca', key: 'ca.crt' }
    const bearer = { providerRef: { name: 'shop' }, audiences: ['api'] }
    await writeFile(
      `${folder.path}/shop.yaml`,
      yamlOf([
        object('IdentityProvider', { issuer: 'https://sso.example.com', tls: { caRef } }),
        object('OIDCClient', {
          providerRef: { name: 'shop', namespace: 'team' },
          clientId: 'shop',
          authentication: { secretRef: { name: 'shop-oidc' } },
        }),
        object('ProtectedRoute', {
          hosts: ['shop.example.com'],
          clientRefs: [{ name: 'shop' }],
          rules: [
            {
              name: 'api',
              match: [{ path: { prefix: '/api' } }],
              authenticate: [{ bearer }, { session: {} }],
            },
            {
              name: 'asked',
              match: [{ path: { prefix: '/asked' } }],
              clientRef: { name: 'shop' },
              authorize: [
                {
                  external: {
                    authzen: { url: 'https://pdp.example.com/access/v1/evaluation' },
                    credentialsRef: { name: 'shop-oidc', key: 'client-secret' },
                    tls: { caRef },
                  },
                },
              ],
            },
          ],
        }),
      ]),
    )
    await copyFile(KUSTOMIZE_CONFIG, `${folder.path}/kustomizeconfig.yaml`)
    await writeFile(
      `${folder.path}/kustomization.yaml`,
      stringify({
        namePrefix: 'a-',
        namespace: 'team',
        resources: ['shop.yaml'],
        configurations: ['kustomizeconfig.yaml'],
        secretGenerator: [{ name: 'shop-oidc', literals: ['client-secret=correct-horse'] }],
        configMapGenerator: [{ name: 'ca', literals: ['ca.crt=certificates'] }],
      }),
    )
    const kubectl = installed('kube-apiserver/kubectl', 'kube-apiserver')
    const { stdout } = await promisify(execFile)(kubectl, ['kustomize', folder.path])
    const objects = objectsOf(stdout)
    const nameOf = (kind: string): string =>
      objects.find((one) => one.kind === kind)?.metadata.name ?? ''
    const specOf = (kind: string) => Object(objects.find((one) => one.kind === kind)?.spec)
    expect(nameOf('Secret')).toMatch(/^a-shop-oidc-\w+$/)
    expect(specOf('OIDCClient').authentication.secretRef.name).toBe(nameOf('Secret'))
    expect(specOf('OIDCClient').providerRef).toEqual({ name: 'a-shop', namespace: 'team' })
    expect(specOf('IdentityProvider').tls.caRef.name).toBe(nameOf('ConfigMap'))
    const { clientRefs, rules } = specOf('ProtectedRoute')
    expect(clientRefs).toEqual([{ name: 'a-shop' }])
    expect(rules[0].authenticate[0].bearer.providerRef.name).toBe('a-shop')
    expect(rules[1].clientRef.name).toBe('a-shop')
    expect(rules[1].authorize[0].external).toMatchObject({
      credentialsRef: { name: nameOf('Secret') },
      tls: { caRef: { name: nameOf('ConfigMap') } },
    })
    const schema = createResourceSchema()
    const kinds = objects.filter(({ apiVersion }) => apiVersion === 'sallyport.dev/v1alpha1')
    expect(kinds.map((one) => schema.decode(one).kind)).toEqual(kinds.map(() => 'resource'))
  })
})
