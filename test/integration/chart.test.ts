import { globSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { objectsOf, renderChart } from '../support/parts/helm.ts'
import { type RunningKubeApiserver, startKubeApiserver } from '../support/parts/kube-apiserver.ts'
import type { KubernetesObject } from '../support/parts/kubernetes-client.ts'
import { prometheusOperatorCrds } from '../support/parts/prometheus-operator.ts'
import { installCrds, sallyportCrds } from '../support/parts/sallyport-crds.ts'
import { type TemporaryFolder, temporaryFolder } from '../support/parts/temporary-folder.ts'

const GOLDEN = new URL('../golden/chart/', import.meta.url).pathname
const ROOT = new URL('../../', import.meta.url).pathname
const SETS = globSync(`${GOLDEN}values/*.yaml`)
  .sort()
  .map((file) => [basename(file, '.yaml'), file] as const)

const NAMESPACES = ['auth', 'shop', 'blog', 'restricted']

let cluster: RunningKubeApiserver
let folder: TemporaryFolder

beforeAll(async () => {
  cluster = await startKubeApiserver()
  folder = await temporaryFolder('chart')
  await installCrds(cluster.admin, [...sallyportCrds(), ...prometheusOperatorCrds()])
  for (const name of NAMESPACES) await cluster.kubectl('create', 'namespace', name)
  const restricted = 'pod-security.kubernetes.io/enforce=restricted'
  await cluster.kubectl('label', 'namespace', 'restricted', restricted)
  await cluster.kubectl('create', '-f', await write(RUNTIME_CLASS))
})

afterAll(async () => {
  await cluster.stop()
  await folder.remove()
})

const RUNTIME_CLASS = {
  apiVersion: 'node.k8s.io/v1',
  kind: 'RuntimeClass',
  metadata: { name: 'gvisor' },
  handler: 'runsc',
}

const write = async (...items: readonly unknown[]): Promise<string> => {
  const path = `${folder.path}/${crypto.randomUUID()}.json`
  await writeFile(path, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }))
  return path
}

/**
 * The pods of Deployments, and those that are pods themselves, in a namespace that restricts them.
 */
const podsOf = (objects: readonly KubernetesObject[]): readonly KubernetesObject[] =>
  objects.flatMap(({ kind, metadata, spec }) => {
    if (kind !== 'Deployment' && kind !== 'Pod') return []
    const pod = kind === 'Pod' ? spec : Object(spec).template.spec
    const placed = { name: metadata.name, namespace: 'restricted' }
    return [{ apiVersion: 'v1', kind: 'Pod', metadata: placed, spec: pod }]
  })

describe('a real API server', () => {
  it.each(SETS)('%s: accepts every object', async (_, file) => {
    const objects = objectsOf(await renderChart(['--values', file]))
    const words = ['--server-side', '--dry-run=server', '--force-conflicts', '--validate=strict']
    const text = await cluster.kubectl('apply', ...words, '-f', await write(...objects))
    expect(text.trim().split('\n')).toHaveLength(objects.length)
  })

  it.each(SETS.filter(([name]) => name !== 'everything'))(
    '%s: the pods pass where the restricted Pod Security Standard is enforced',
    async (_, file) => {
      const pods = podsOf(objectsOf(await renderChart(['--values', file])))
      const kinds = pods.map(({ metadata }) => metadata.name)
      expect(kinds).toEqual(expect.arrayContaining([expect.stringMatching(/-test$/)]))
      const text = await cluster.kubectl('create', '--dry-run=server', '-f', await write(...pods))
      expect(text.trim().split('\n')).toHaveLength(pods.length)
    },
  )

  it('refuses such a pod there once it asks for more', async () => {
    const more = ['--set', 'securityContext.allowPrivilegeEscalation=true']
    const pods = podsOf(objectsOf(await renderChart(more)))
    const attempt = cluster.kubectl('create', '--dry-run=server', '-f', await write(...pods))
    await expect(attempt).rejects.toThrow('violates PodSecurity "restricted:latest"')
  })

  it('takes deploy/install.yaml as it is, in one go', async () => {
    const file = `${ROOT}deploy/install.yaml`
    const objects = objectsOf(readFileSync(file, 'utf8'))
    const text = await cluster.kubectl('apply', '--server-side', '-f', file)
    expect(text.trim().split('\n')).toHaveLength(objects.length)
    await cluster.kubectl('delete', '-f', file, '--wait=false')
  })
})

const rightsOf = (objects: readonly KubernetesObject[]): readonly string[] =>
  objects
    .flatMap(({ rules }) => (Array.isArray(rules) ? rules : []))
    .flatMap(({ resources, verbs, resourceNames = [] }) =>
      resources.flatMap((resource: string) =>
        verbs.map((verb: string) => [verb, resource, ...resourceNames].join(' ')),
      ),
    )
    .map((right) => right.replace('sally-sallyport', 'sallyport'))
    .toSorted()

it('the chart grants the rights of deploy/rbac, and no others', async () => {
  const deployed = readFileSync(`${ROOT}deploy/rbac/cluster.yaml`, 'utf8')
  const chart = objectsOf(await renderChart(['--values', `${GOLDEN}values/embedded.yaml`]))
  expect(rightsOf(chart)).toEqual(rightsOf(objectsOf(deployed)))
})

describe('deploy/install.yaml', () => {
  const text = readFileSync(`${ROOT}deploy/install.yaml`, 'utf8')
  const objects = objectsOf(text)

  it('holds no secret, and no word of Helm', () => {
    expect(objects.filter(({ kind }) => kind === 'Secret')).toEqual([])
    expect(text.replace(/^#.*$/gm, '')).not.toMatch(/helm/i)
  })

  it('its head makes exactly the Secrets that its pods mount', () => {
    const mounted = podsOf(objects)
      .flatMap(({ spec }) => Object(spec).volumes)
      .flatMap(({ secret }) => (secret === undefined ? [] : [secret.secretName]))
    const made = [...text.matchAll(/^#.*create secret generic (\S+)/gm)].map(([, name]) => name)
    expect([...new Set(mounted)].toSorted()).toEqual(made.toSorted())
  })

  it('its head makes them with the entries that are asked for', () => {
    const { data } = Object(objects.find(({ kind }) => kind === 'ConfigMap'))
    const { keys, sessions } = parse(data['sallyport.yaml'])
    expect(keys.files).toEqual(['/etc/sallyport/keys/key'])
    expect(sessions.redis.passwordFile).toBe('/etc/sallyport/redis/password')
    expect(text).toMatch(/^#.* sallyport-keys --from-literal=key=/m)
    expect(text).toMatch(/^#.* sallyport-valkey --from-literal=password=/m)
  })
})
