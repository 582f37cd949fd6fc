import { execFile } from 'node:child_process'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { type ChildProcess, startChildProcess, waitUntilReady } from './child-process.ts'
import { freePorts } from './free-port.ts'
import { installed } from './installed.ts'
import { createKubernetesClient, type KubernetesClient } from './kubernetes-client.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { createCertificates } from './tls.ts'

/**
 * A real kube-apiserver on a real etcd, with nothing in it. No controller runs: nobody makes the
 * default ServiceAccounts, collects garbage or finishes the deletion of a namespace.
 */
export interface RunningKubeApiserver {
  /** Such as `https://127.0.0.1:6443`. */
  readonly server: string
  readonly port: number
  readonly caPem: string
  readonly adminToken: string
  /** May do everything. */
  readonly admin: KubernetesClient
  /** A client of its own for a token; the test closes it. */
  readonly clientFor: (token: string) => KubernetesClient
  /**
   * What kubectl and client libraries read, for the admin or for another token, straight or by
   * another way.
   */
  readonly kubeconfig: (
    token?: string,
    by?: { readonly server: string; readonly caPem: string },
  ) => string
  /**
   * Runs kubectl as the admin and gives what it prints. @throws Error with what it said if it fails
   */
  readonly kubectl: (...args: readonly string[]) => Promise<string>
  /** The API server goes away, etcd stays. */
  readonly takeDown: () => Promise<void>
  /** Serves again on the same port, with everything that was stored. */
  readonly bringUp: () => Promise<void>
  readonly restart: () => Promise<void>
  readonly output: () => string
  readonly stop: () => Promise<void>
}

const PART = 'kube-apiserver'
const START_TIMEOUT_MS = 60_000

const startEtcd = async (folder: string, port: number, peerPort: number): Promise<ChildProcess> => {
  const url = `http://127.0.0.1:${port}`
  const peerUrl = `http://127.0.0.1:${peerPort}`
  const etcd = await startChildProcess({
    name: 'etcd',
    command: installed('kube-apiserver/etcd', PART),
    args: [
      `--data-dir=${folder}/etcd`,
      `--listen-client-urls=${url}`,
      `--advertise-client-urls=${url}`,
      `--listen-peer-urls=${peerUrl}`,
      `--initial-advertise-peer-urls=${peerUrl}`,
      `--initial-cluster=default=${peerUrl}`,
      '--unsafe-no-fsync',
      '--log-level=warn',
    ],
  })
  const isReady = async () => (await fetch(`${url}/health`)).status === 200
  await waitUntilReady('etcd', etcd, isReady)
  return etcd
}

interface ApiserverFiles {
  readonly folder: string
  readonly certFile: string
  readonly keyFile: string
}

const apiserverArgs = (
  { folder, certFile, keyFile }: ApiserverFiles,
  port: number,
  etcdPort: number,
): readonly string[] => [
  `--etcd-servers=http://127.0.0.1:${etcdPort}`,
  '--bind-address=127.0.0.1',
  '--advertise-address=127.0.0.1',
  `--secure-port=${port}`,
  `--cert-dir=${folder}`,
  `--tls-cert-file=${certFile}`,
  `--tls-private-key-file=${keyFile}`,
  `--token-auth-file=${folder}/tokens.csv`,
  '--authorization-mode=RBAC',
  '--anonymous-auth=false',
  '--service-cluster-ip-range=10.0.0.0/24',
  '--endpoint-reconciler-type=none',
  '--service-account-issuer=https://kubernetes.default.svc',
  '--api-audiences=https://kubernetes.default.svc,https://tokens.example.com',
  `--service-account-key-file=${folder}/service-accounts.pem`,
  `--service-account-signing-key-file=${folder}/service-accounts.pem`,
  // No controller makes the ServiceAccount that this plugin asks for.
  '--disable-admission-plugins=ServiceAccount',
  // At its end it would otherwise wait for watches that tests keep open.
  '--shutdown-watch-termination-grace-period=1s',
]

const kubeconfigOf = (server: string, caPem: string, token: string): string => `apiVersion: v1
kind: Config
clusters:
  - name: tests
    cluster: { server: "${server}", certificate-authority-data: ${Buffer.from(caPem).toString('base64')} }
users: [{ name: user, user: { token: ${token} } }]
contexts: [{ name: tests, context: { cluster: tests, user: user } }]
current-context: tests
`

const writeKeysAndTokens = async (folder: string, adminToken: string): Promise<void> => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const pem = privateKey.export({ type: 'sec1', format: 'pem' })
  await writeFile(`${folder}/service-accounts.pem`, pem, { mode: 0o600 })
  await writeFile(`${folder}/tokens.csv`, `${adminToken},admin,admin,system:masters\n`)
}

/** Runs kubectl with the kubeconfig of a folder. */
const runKubectl = async (folder: string, words: readonly string[]): Promise<string> => {
  // Below HOME kubectl keeps what it discovered.
  const env = { ...process.env, HOME: folder, KUBECONFIG: `${folder}/kubeconfig` }
  const command = installed('kube-apiserver/kubectl', PART)
  return (await promisify(execFile)(command, words, { env })).stdout
}

/**
 * Starts etcd and kube-apiserver on free ports of 127.0.0.1, with RBAC and without anonymous
 * access.
 * @throws Error if they are not installed or do not start within a minute
 */
export const startKubeApiserver = async (): Promise<RunningKubeApiserver> => {
  const command = installed('kube-apiserver/kube-apiserver', PART)
  const [port = 0, etcdPort = 0, peerPort = 0] = await freePorts(3)
  const folder = await temporaryFolder('kube-apiserver')
  const certificates = await createCertificates(['127.0.0.1', 'localhost'])
  const { caPem } = certificates
  const server = `https://127.0.0.1:${port}`
  const adminToken = randomBytes(24).toString('hex')
  const kubeconfig: RunningKubeApiserver['kubeconfig'] = (token = adminToken, by) =>
    kubeconfigOf(by?.server ?? server, by?.caPem ?? caPem, token)
  await writeKeysAndTokens(folder.path, adminToken)
  await writeFile(`${folder.path}/kubeconfig`, kubeconfig(), { mode: 0o600 })

  const etcd = await startEtcd(folder.path, etcdPort, peerPort)
  const admin = createKubernetesClient({ server, caPem, token: adminToken })
  const args = apiserverArgs({ ...certificates, folder: folder.path }, port, etcdPort)
  const start = async (): Promise<ChildProcess> => {
    const child = await startChildProcess({ name: PART, command, args, cwd: folder.path })
    const isReady = async () => (await admin.call('GET', '/readyz')).statusCode === 200
    await waitUntilReady(PART, child, isReady, START_TIMEOUT_MS)
    return child
  }
  const stopEtcd = async (): Promise<void> => {
    await admin.close()
    await etcd.stop()
    await certificates.remove()
    await folder.remove()
  }
  let apiserver = await start().catch(async (error: unknown) => {
    await stopEtcd()
    throw error
  })

  const takeDown = async (): Promise<void> => {
    await apiserver.stop(15_000)
  }
  const bringUp = async (): Promise<void> => {
    apiserver = await start()
  }
  return {
    server,
    port,
    caPem,
    adminToken,
    admin,
    clientFor: (token) => createKubernetesClient({ server, caPem, token }),
    kubeconfig,
    kubectl: (...words) => runKubectl(folder.path, words),
    takeDown,
    bringUp,
    restart: async () => {
      await takeDown()
      await bringUp()
    },
    output: () => `${apiserver.output()}\n${etcd.output()}`,
    // An API server without its etcd does not end: it goes first.
    stop: async () => {
      await takeDown()
      await stopEtcd()
    },
  }
}
