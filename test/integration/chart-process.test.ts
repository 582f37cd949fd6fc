import { mkdir, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { parse } from 'yaml'
import { objectsOf, renderChart } from '../support/parts/helm.ts'
import { type RunningKubeApiserver, startKubeApiserver } from '../support/parts/kube-apiserver.ts'
import { type RunningRedis, startRedis } from '../support/parts/redis.ts'
import { type RunningSallyport, startSallyport } from '../support/parts/sallyport.ts'
import { conditionsOf, sallyportCrds } from '../support/parts/sallyport-crds.ts'
import { type TemporaryFolder, temporaryFolder } from '../support/parts/temporary-folder.ts'
import { SHOP, SHOP_SECRET } from '../support/resource-folder.ts'
import { answerOf, PATIENCE, sentencesOf } from '../support/use-cluster.ts'
import { sallyport as runCommand } from '../unit/cli/run.ts'

const PASSWORD = 'made-up-by-the-chart'

let cluster: RunningKubeApiserver
let folder: TemporaryFolder
let redis: RunningRedis

beforeAll(async () => {
  cluster = await startKubeApiserver()
  folder = await temporaryFolder('chart-process')
  redis = await startRedis({ password: PASSWORD })
  for (const name of ['auth', 'shop']) await cluster.kubectl('create', 'namespace', name)
})

afterAll(async () => {
  await redis.stop()
  await cluster.stop()
  await folder.remove()
})

const apply = async (name: string, text: string): Promise<string> => {
  const path = `${folder.path}/${name}.yaml`
  await writeFile(path, text)
  return cluster.kubectl('apply', '--server-side', '--force-conflicts', '-f', path)
}

/** The folder that stands for /etc/sallyport of the pod: every file that its volumes have. */
const mount = async (name: string, key: string): Promise<string> => {
  const path = `${folder.path}/${name}`
  for (const volume of ['keys', 'redis']) await mkdir(`${path}/${volume}`, { recursive: true })
  await writeFile(`${path}/keys/key`, Buffer.from(key, 'base64').toString())
  await writeFile(`${path}/redis/password`, PASSWORD)
  return path
}

/**
 * Applies what the chart renders, in the order of Helm and in one go, and starts a process with the
 * configuration and a token of the service account in it. Addresses and files are those of here.
 */
const install = async (name: string, ...words: readonly string[]): Promise<RunningSallyport> => {
  const text = await renderChart(['--no-hooks', ...words])
  const objects = objectsOf(text)
  expect((await apply(name, text)).trim().split('\n')).toHaveLength(objects.length)
  const find = (kind: string, end: string) =>
    Object(objects.find((one) => one.kind === kind && one.metadata.name.endsWith(end)))
  const etc = await mount(name, find('Secret', '-keys').data.key)
  const { spec } = find('Deployment', 'sallyport').spec.template
  const token = await cluster.kubectl('create', 'token', spec.serviceAccountName, '-n', 'auth')
  await writeFile(`${etc}/kubeconfig`, cluster.kubeconfig(token.trim()))

  const here = find('ConfigMap', 'sallyport').data['sallyport.yaml'].replaceAll(
    '/etc/sallyport',
    etc,
  )
  const { resources, sessions, keys } = parse(here)
  const configuration = { resources, sessions, keys }
  expect(configuration.sessions.redis.url).toBe('redis://sally-sallyport-valkey:6379')
  configuration.sessions.redis.url = redis.url
  configuration.resources.kubernetes.kubeconfigFile = `${etc}/kubeconfig`
  // What the replica of the test before may have left.
  await cluster.kubectl('delete', 'lease', '-n', 'auth', '--all')
  const sallyport = await startSallyport({ configuration, mayBeUnready: true })
  onTestFinished(async () => {
    await sallyport.stop()
    await cluster.kubectl('delete', '-f', `${folder.path}/${name}.yaml`)
  })
  return sallyport
}

const readiness = async ({ adminUrl }: RunningSallyport) => {
  const response = await fetch(`${adminUrl}/readyz?verbose`)
  return { status: response.status, text: await response.text() }
}

const becomesReady = (sallyport: RunningSallyport): Promise<void> =>
  vi.waitFor(async () => expect((await readiness(sallyport)).status).toBe(200), {
    ...PATIENCE,
    timeout: 60_000,
  })

/** The statuses of the three kinds, each with the reason of one condition. */
const told = async (): Promise<readonly string[]> => {
  const kinds = ['identityprovider/keycloak', 'oidcclient/shop', 'protectedroute/shop']
  return Promise.all(
    kinds.map(async (one) => {
      const object = JSON.parse(await cluster.kubectl('get', one, '-n', 'shop', '-o', 'json'))
      const accepted = conditionsOf(object.status).find(({ type }) => type === 'Accepted')
      return `${object.kind} ${accepted?.status}`
    }),
  )
}

const ACCEPTED = ['IdentityProvider True', 'OIDCClient True', 'ProtectedRoute True']

/** Of rights; a definition that was just applied is away for a moment, which heals by itself. */
const complaintsOf = (sallyport: RunningSallyport): readonly string[] =>
  sentencesOf(sallyport)
    .filter((text) => /cannot be (read|written|created|updated)/.test(text))
    .filter((text) => !text.includes('storage is (re)initializing'))

const works = async (sallyport: RunningSallyport): Promise<void> => {
  await becomesReady(sallyport)
  await apply('shop', `${SHOP}---\n${SHOP_SECRET}`)
  await vi.waitFor(async () => expect(await told()).toEqual(ACCEPTED), PATIENCE)
  await vi.waitFor(
    async () => expect(await answerOf(sallyport, 'shop.example.com', '/assets/app.js')).toBe(200),
    PATIENCE,
  )
  await vi.waitFor(async () => {
    const events = await cluster.kubectl('get', 'events', '-n', 'shop', '-o', 'name')
    expect(events).toMatch(/shop/)
  }, PATIENCE)
  expect(sentencesOf(sallyport)).toContain('This replica writes status now.')
  expect(sentencesOf(sallyport)).toContain('The session store is connected.')
}

/** What the pod of `helm test` runs, with the addresses of here in the place of the Services. */
const testPod = async ({ adminUrl, grpcPort }: RunningSallyport) => {
  const objects = objectsOf(await renderChart(['--show-only', 'templates/tests/checks.yaml']))
  const [{ args }] = Object(objects[0]?.spec).containers
  const here: Readonly<Record<string, string>> = {
    'http://sally-sallyport-admin.auth.svc:9090': adminUrl,
    'sally-sallyport.auth.svc:9001': `127.0.0.1:${grpcPort}`,
  }
  expect(args).toEqual(expect.arrayContaining(Object.keys(here)))
  return runCommand(...args.map((word: string) => here[word] ?? word))
}

test('without the definitions no replica becomes ready; log and readiness say so, and it heals', async () => {
  const sallyport = await install('bare', '--set', 'crds.install=false')
  const missing =
    /OIDCClient objects of every namespace cannot be read: .*404.*; the custom resource definition of OIDCClient is not installed: apply deploy\/crds\./
  await vi.waitFor(async () => {
    const { status, text } = await readiness(sallyport)
    expect(status).toBe(503)
    expect(text).toMatch(missing)
  }, PATIENCE)
  await vi.waitFor(() => {
    expect(sentencesOf(sallyport)).toContainEqual(expect.stringMatching(missing))
  }, PATIENCE)
  expect(await testPod(sallyport)).toMatchObject({ code: 1 })
  for (const crd of sallyportCrds()) await cluster.admin.apply(crd)
  await becomesReady(sallyport)
})

test('everything in every namespace works with the rendered rights and configuration', async () => {
  const sallyport = await install('everywhere')
  await works(sallyport)
  expect(complaintsOf(sallyport)).toEqual([])
  expect(await testPod(sallyport)).toMatchObject({ code: 0, err: '' })
})

test('the same for listed namespaces, with rights in these alone', async () => {
  const sallyport = await install('listed', '--set', 'watchNamespaces={shop}')
  const rules = await cluster.kubectl('get', 'clusterroles', '-o', 'name')
  expect(rules).not.toContain('auth-sally-sallyport')
  await works(sallyport)
  expect(complaintsOf(sallyport)).toEqual([])
})
