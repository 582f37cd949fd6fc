import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, onTestFinished, vi } from 'vitest'
import { parseAllDocuments, stringify } from 'yaml'
import { aCheckRequest, createCheckClient } from './check-client.ts'
import { type RunningKubeApiserver, startKubeApiserver } from './parts/kube-apiserver.ts'
import { type RunningSallyport, type SallyportOptions, startSallyport } from './parts/sallyport.ts'
import type { PolicyRule } from './parts/service-account.ts'
import { type TemporaryFolder, temporaryFolder } from './parts/temporary-folder.ts'

/** How long a test waits for what becomes so. */
export const PATIENCE = { timeout: 20_000, interval: 50 }

/** A Role or ClusterRole, as far as rights are concerned. */
export interface Role {
  readonly kind: string
  readonly rules: readonly PolicyRule[]
}

/**
 * How a replica differs from the usual one, which reads every namespace with the rights of
 * deploy/rbac/cluster.yaml.
 */
export interface ReplicaOptions {
  readonly rbac?: 'cluster.yaml' | 'namespaced.yaml'
  readonly namespaces?: readonly string[]
  /** Changes the rights before they are granted. */
  readonly rights?: (role: Role) => Role
  readonly mayBeUnready?: boolean
  /** Another way to the API server than straight. */
  readonly by?: { readonly server: string; readonly caPem: string }
  readonly configuration?: SallyportOptions['configuration']
}

/** One condition of an object. */
export interface Condition {
  readonly type: string
  readonly status: string
  readonly reason: string
  readonly message: string
  readonly observedGeneration: number
  readonly lastTransitionTime: string
}

/**
 * A real API server with the definitions of deploy/crds, and replicas of Sallyport that read from
 * it.
 */
export interface Cluster {
  readonly apiserver: () => RunningKubeApiserver
  /** Writes a kubeconfig again, as whoever renews credentials does. */
  readonly rewrite: (kubeconfigFile: string, by?: ReplicaOptions['by']) => Promise<void>
  /** `kubectl apply` of a text. */
  readonly apply: (text: string) => Promise<void>
  /** The `resources` of a configuration that reads from here, with rights granted for it. */
  readonly resources: (options?: ReplicaOptions) => Promise<Readonly<Record<string, unknown>>>
  /** Starts a process of its own; it ends with the test, and its rights with it. */
  readonly startReplica: (options?: ReplicaOptions) => Promise<RunningSallyport>
  /** An object as kubectl prints it. */
  readonly get: (kind: string, path: string) => Promise<Readonly<Record<string, unknown>>>
  readonly condition: (kind: string, path: string, type: string) => Promise<Condition | undefined>
  /** Waits until a condition of an object has this status and reason; gives it. */
  readonly told: (
    kind: string,
    path: string,
    type: string,
    expected: Partial<Condition>,
  ) => Promise<Condition>
}

const deployed = (name: string): string =>
  fileURLToPath(new URL(`../../deploy/${name}`, import.meta.url))

const documentsOf = (text: string): readonly Readonly<Record<string, unknown>>[] =>
  parseAllDocuments(text).map((document) => document.toJS())

const isRole = ({ kind }: Readonly<Record<string, unknown>>): boolean =>
  kind === 'Role' || kind === 'ClusterRole'

const grantsOf = ({ rbac = 'cluster.yaml', rights = (role) => role }: ReplicaOptions): string =>
  documentsOf(readFileSync(deployed(`rbac/${rbac}`), 'utf8'))
    .map((document) =>
      isRole(document) ? { ...document, ...rights(document as never) } : document,
    )
    .map((document) => stringify(document))
    .join('---\n')

/** Starts an API server for the tests of a file, with these namespaces, and stops it after them. */
export const useCluster = (namespaces: readonly string[]): Cluster => {
  let apiserver: RunningKubeApiserver
  let folder: TemporaryFolder
  let files = 0

  const write = async (text: string): Promise<string> => {
    files += 1
    const file = `${folder.path}/${files}.yaml`
    await writeFile(file, text)
    return file
  }
  const apply = async (text: string): Promise<void> => {
    await apiserver.kubectl('apply', '-f', await write(text))
  }

  beforeAll(async () => {
    apiserver = await startKubeApiserver()
    folder = await temporaryFolder('cluster')
    const { kubectl } = apiserver
    await kubectl('apply', '-f', deployed('crds'))
    for (const name of ['sallyport', ...namespaces]) await kubectl('create', 'namespace', name)
    await kubectl('wait', '--for=condition=Established', 'crd', '--all')
  })

  afterAll(async () => {
    await apiserver.stop()
    await folder.remove()
  })

  const newToken = async (): Promise<string> =>
    (await apiserver.kubectl('create', 'token', 'sallyport', '-n', 'sallyport')).trim()

  const rewrite: Cluster['rewrite'] = async (kubeconfigFile, by) => {
    await writeFile(kubeconfigFile, apiserver.kubeconfig(await newToken(), by))
  }

  const resources: Cluster['resources'] = async (options = {}) => {
    await apply(grantsOf(options))
    const kubeconfigFile = await write('')
    await rewrite(kubeconfigFile, options.by)
    const leaderElection = { namespace: 'sallyport' }
    const kubernetes = { namespaces: options.namespaces ?? [], kubeconfigFile, leaderElection }
    return { source: 'kubernetes', kubernetes }
  }

  const startReplica = async (options: ReplicaOptions = {}): Promise<RunningSallyport> => {
    const sallyport = await startSallyport({
      ...(options.mayBeUnready === undefined ? {} : { mayBeUnready: options.mayBeUnready }),
      configuration: { ...options.configuration, resources: await resources(options) },
    })
    onTestFinished(async () => {
      await sallyport.stop()
      await apiserver.kubectl('delete', '--ignore-not-found', '-f', await write(grantsOf(options)))
    })
    return sallyport
  }

  const get: Cluster['get'] = async (kind, path) => {
    const [namespace = '', name = ''] = path.split('/')
    return JSON.parse(await apiserver.kubectl('get', kind, name, '-n', namespace, '-o', 'json'))
  }
  const condition: Cluster['condition'] = async (kind, path, type) => {
    const { status } = await get(kind, path)
    const conditions: readonly Condition[] = Object(status).conditions ?? []
    return conditions.find((one) => one.type === type)
  }
  const told: Cluster['told'] = async (kind, path, type, expected) => {
    let found: Condition | undefined
    await vi.waitFor(async () => {
      found = await condition(kind, path, type)
      expect(found).toBeDefined()
      expect(found).toMatchObject(expected)
    }, PATIENCE)
    if (found === undefined) throw new Error(`${kind} ${path} has no condition ${type}`)
    return found
  }
  return {
    apiserver: () => apiserver,
    rewrite,
    apply,
    resources,
    startReplica,
    get,
    condition,
    told,
  }
}

/** What a replica answers to a GET, as an HTTP status; 200: let through. */
export const answerOf = async (
  { grpcPort }: RunningSallyport,
  host: string,
  path = '/',
): Promise<number> => {
  const client = createCheckClient(`127.0.0.1:${grpcPort}`)
  const response = await client.check(aCheckRequest({ path, host }))
  return 'deniedResponse' in response ? response.deniedResponse.status.code : 200
}

/** Waits until a replica answers so. */
export const answers = (
  sallyport: RunningSallyport,
  host: string,
  status: number,
  path = '/',
): Promise<void> =>
  vi.waitFor(async () => {
    expect(await answerOf(sallyport, host, path)).toBe(status)
  }, PATIENCE)

/** Every sentence that a replica logged. */
export const sentencesOf = (sallyport: RunningSallyport): readonly string[] =>
  sallyport.log().map(({ message }) => String(message))
