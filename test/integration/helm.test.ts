import { cp, readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { parse, stringify } from 'yaml'
import { CHART, type Helm, helmsAt } from '../support/parts/helm.ts'
import { type RunningKubeApiserver, startKubeApiserver } from '../support/parts/kube-apiserver.ts'
import { type TemporaryFolder, temporaryFolder } from '../support/parts/temporary-folder.ts'
import { SHOP } from '../support/resource-folder.ts'

type Tree = Readonly<Record<string, unknown>>

const CRD = 'identityproviders.sallyport.dev'

const PATIENCE = { timeout: 20_000, interval: 50 }

let cluster: RunningKubeApiserver
let folder: TemporaryFolder
let helms: Readonly<Record<string, Helm>>

beforeAll(async () => {
  cluster = await startKubeApiserver()
  folder = await temporaryFolder('helm')
  const kubeconfigFile = `${folder.path}/kubeconfig`
  await writeFile(kubeconfigFile, cluster.kubeconfig(), { mode: 0o600 })
  helms = helmsAt(kubeconfigFile, folder.path)
  await cluster.kubectl('create', 'namespace', 'shop')
})

afterAll(async () => {
  await cluster.stop()
  await folder.remove()
})

const helmNamed = (name: string): Helm => {
  const found = helms[name]
  if (found === undefined) throw new Error(`There is no ${name}.`)
  return found
}

/** The chart as it was once: a definition says something else. */
const olderChart = async (name: string): Promise<string> => {
  const path = `${folder.path}/${name}`
  await cp(CHART, path, { recursive: true })
  const file = `${path}/files/crds/identityproviders.yaml`
  const definition = parse(await readFile(file, 'utf8'))
  definition.spec.versions[0].schema.openAPIV3Schema.description = 'As it was once.'
  await writeFile(file, stringify(definition))
  return path
}

/** A namespace with a release `sally` in it, by one of the Helms. */
const installation = (by: Helm, namespace: string) => {
  const kubectl = (...words: readonly string[]) => cluster.kubectl('-n', namespace, ...words)
  const get = async (kind: string, name: string): Promise<Tree> =>
    JSON.parse(await kubectl('get', kind, name, '-o', 'json'))
  const isThere = async (kind: string, name: string): Promise<boolean> =>
    (await kubectl('get', kind, name, '--ignore-not-found', '-o', 'name')) !== ''
  return {
    kubectl,
    get,
    isThere,
    install: (...words: readonly string[]) =>
      by('install', 'sally', CHART, '-n', namespace, ...words),
    installFrom: (chart: string) => by('install', 'sally', chart, '-n', namespace),
    upgrade: (...words: readonly string[]) =>
      by('upgrade', 'sally', CHART, '-n', namespace, ...words),
    uninstall: () => by('uninstall', 'sally', '-n', namespace),
    secret: async (name: string): Promise<Tree> => Object((await get('secret', name)).data),
    /** What decides whether pods are replaced. */
    template: async (name = 'sally-sallyport') =>
      Object((await get('deployment', name)).spec).template,
  }
}

const checksums = (template: { readonly metadata: { readonly annotations: Tree } }): Tree =>
  Object.fromEntries(
    Object.entries(template.metadata.annotations).filter(([key]) => key.startsWith('checksum/')),
  )

const descriptionOf = async (): Promise<string> => {
  const definition = JSON.parse(await cluster.kubectl('get', 'crd', CRD, '-o', 'json'))
  return definition.spec.versions[0].schema.openAPIV3Schema.description
}

const REDIS = 'sessions.store=redis,sessions.redis.url=rediss://redis.example.com:6379'

describe.each(['Helm 4', 'Helm 3.14'])('a release of %s', (name) => {
  const prefix = name === 'Helm 4' ? 'four' : 'three'
  let spaces = 0

  const prepare = async () => {
    spaces += 1
    const namespace = `${prefix}-${spaces}`
    await cluster.kubectl('create', 'namespace', namespace)
    return installation(helmNamed(name), namespace)
  }
  const removeDefinitions = async (): Promise<void> => {
    await cluster.kubectl('delete', 'crd', '-l', 'app.kubernetes.io/part-of=sallyport')
  }

  it('keeps keys, passwords and definitions through its life, and upgrades what is older', async () => {
    const { kubectl, get, isThere, secret, template, ...release } = await prepare()
    const notes = await release.installFrom(await olderChart(prefix))
    expect(notes).toMatch(/^Sallyport \S+ is installed as sally in /m)
    expect(notes).not.toContain('was not found')
    expect(notes).toContain(
      'Sessions are in one embedded Valkey pod, without persistence or a replica: for trials.',
    )
    expect(notes).toContain(`helm test sally -n ${prefix}-`)
    expect(await descriptionOf()).toBe('As it was once.')
    const keys = await secret('sally-sallyport-keys')
    const password = await secret('sally-sallyport-valkey')
    const pods = await template()
    await cluster.kubectl('apply', '-f', await resourceFile())

    await release.upgrade('--set', 'replicas=3')
    expect(await descriptionOf()).not.toBe('As it was once.')
    expect(await secret('sally-sallyport-keys')).toEqual(keys)
    expect(await secret('sally-sallyport-valkey')).toEqual(password)
    expect(Object((await get('deployment', 'sally-sallyport')).spec).replicas).toBe(3)
    expect(await template()).toEqual(pods)

    await release.upgrade('--set', 'keys.files={key,next}')
    const more = await secret('sally-sallyport-keys')
    expect(more).toMatchObject(keys)
    expect(Buffer.from(String(more.next), 'base64').toString()).toMatch(/^[\w+/]{43}=$/)
    expect(await template()).not.toEqual(pods)

    await release.uninstall()
    expect(await isThere('deployment', 'sally-sallyport')).toBe(false)
    expect(await isThere('secret', 'sally-sallyport-valkey')).toBe(false)
    expect(await secret('sally-sallyport-keys')).toEqual(more)
    expect(await cluster.kubectl('get', 'sallyport', '-A', '-o', 'name')).toContain('/shop')

    await release.install('--set', 'keys.files={key,next}')
    expect(await secret('sally-sallyport-keys')).toEqual(more)
    await release.uninstall()
    await cluster.kubectl('delete', '-f', await resourceFile())
    await removeDefinitions()
  })

  it('replaces the pods when a password is another', async () => {
    const { kubectl, secret, template, ...release } = await prepare()
    await release.install('--set', 'crds.install=false')
    const before = [await template(), await template('sally-sallyport-valkey')]
    const patch = JSON.stringify({ stringData: { password: 'another' } })
    await kubectl('patch', 'secret', 'sally-sallyport-valkey', '-p', patch)
    await release.upgrade('--set', 'crds.install=false')
    expect(
      Buffer.from(String((await secret('sally-sallyport-valkey')).password), 'base64'),
    ).toEqual(Buffer.from('another'))
    for (const [index, pods] of [
      await template(),
      await template('sally-sallyport-valkey'),
    ].entries()) {
      expect(checksums(pods)['checksum/redis']).not.toBe(checksums(before[index])['checksum/redis'])
    }
    await release.uninstall()
  })

  it('says which Secrets of others are missing, and replaces the pods when they come or change', async () => {
    const { kubectl, template, ...release } = await prepare()
    const secrets =
      'keys.existingSecret=k,sessions.redis.existingSecret=r,grpc.tls.existingSecret=t'
    const values = ['--set', `crds.install=false,${REDIS},${secrets}`]
    const notes = await release.install(...values)
    for (const [one, value] of [
      ['k', 'keys.existingSecret'],
      ['r', 'sessions.redis.existingSecret'],
      ['t', 'grpc.tls.existingSecret'],
    ]) {
      expect(notes).toContain(`The Secret ${one} (${value}) was not found in ${prefix}-`)
    }
    const without = checksums(await template())
    expect(Object.keys(without)).toEqual(['checksum/configuration'])

    await kubectl('create', 'secret', 'generic', 'k', '--from-literal=key=a')
    await kubectl('create', 'secret', 'generic', 'r', '--from-literal=pass=a')
    await kubectl(
      'create',
      'secret',
      'generic',
      't',
      '--from-literal=tls.crt=a',
      '--from-literal=tls.key=a',
    )
    const later = await release.upgrade(...values)
    expect(later).not.toContain('was not found')
    expect(later).toContain('The Secret r (sessions.redis.existingSecret) has no entry password')
    const present = checksums(await template())
    expect(Object.keys(present).toSorted()).toEqual(
      ['configuration', 'grpc-tls', 'keys', 'redis'].map((what) => `checksum/${what}`),
    )

    await release.upgrade(...values)
    expect(checksums(await template())).toEqual(present)
    await kubectl('patch', 'secret', 'r', '-p', JSON.stringify({ stringData: { password: 'b' } }))
    expect(await release.upgrade(...values)).not.toContain('has no entry')
    const { 'checksum/redis': redis, ...others } = checksums(await template())
    expect(present).toMatchObject(others)
    expect(redis).not.toBe(present['checksum/redis'])
    await release.uninstall()
  })

  it('installs no definition where it shall not, says that they are missing, and removes only its own', async () => {
    const { isThere, ...release } = await prepare()
    const none = await release.install('--set', 'crds.install=false')
    expect(none).toContain('The custom resource definitions are not in the cluster')
    expect(await isThere('crd', CRD)).toBe(false)
    const some = await release.upgrade('--set', 'crds.keep=false')
    expect(some).not.toContain('custom resource definitions are not')
    expect(await isThere('crd', CRD)).toBe(true)
    await release.uninstall()
    // The API server removes its resources first.
    await vi.waitFor(async () => expect(await isThere('crd', CRD)).toBe(false), PATIENCE)
  })

  it('is not installed with a wrong value: the value is named, and nothing is left', async () => {
    const { kubectl, ...release } = await prepare()
    const attempt = release.install('--set', 'sessions.store=redis')
    await expect(attempt).rejects.toThrow('sessions.redis.url: needed with sessions.store=redis')
    const typo = release.install('--set', 'replica=3')
    await expect(typo).rejects.toThrow(/replica\b/)
    const left = await kubectl('get', 'secret,configmap,deployment,service', '-o', 'name')
    expect(left).toBe('')
  })
})

it('a release of Helm 3.14 is upgraded by Helm 4, and its key stays', async () => {
  await cluster.kubectl('create', 'namespace', 'moved')
  const before = installation(helmNamed('Helm 3.14'), 'moved')
  const after = installation(helmNamed('Helm 4'), 'moved')
  await before.install()
  const keys = await before.secret('sally-sallyport-keys')
  await after.upgrade('--set', 'replicas=4')
  expect(await after.secret('sally-sallyport-keys')).toEqual(keys)
  expect(Object((await after.get('deployment', 'sally-sallyport')).spec).replicas).toBe(4)
  await after.uninstall()
})

/** An IdentityProvider and what belongs to it. */
const resourceFile = async (): Promise<string> => {
  const path = `${folder.path}/shop.yaml`
  await writeFile(path, SHOP)
  return path
}
