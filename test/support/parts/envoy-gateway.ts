import { execFile } from 'node:child_process'
import { glob, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { parse, stringify } from 'yaml'
import { type ChildProcess, startChildProcess, waitUntilReady } from './child-process.ts'
import { type RunningEnvoy, readStat } from './envoy.ts'
import { freePort, isFree } from './free-port.ts'
import { installed } from './installed.ts'
import type { KubernetesObject } from './kubernetes-client.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** What Envoy Gateway reads, and where it is to listen for it. */
export interface EnvoyGatewayOptions {
  /** Of the GatewayClass `eg`. */
  readonly objects: readonly KubernetesObject[]
  /** Of the listener that the objects ask for. */
  readonly port: number
}

/** Envoy Gateway without Kubernetes: it reads files, and runs an Envoy of its own. */
export interface RunningEnvoyGateway extends RunningEnvoy {
  /** Replaces the objects. What becomes of that shows a moment later. */
  readonly write: (objects: readonly KubernetesObject[]) => Promise<void>
  /** The last status of an object by its kind and `namespace/name`; undefined while it has none. */
  readonly status: (kind: string, path: string) => unknown
}

/**
 * Its health, xDS, extensions, and the health of its Envoy: Envoy Gateway takes these on all
 * addresses, and cannot be told others.
 */
const FIXED_PORTS = [8081, 18_000, 18_002, 19_003] as const

const START_TIMEOUT_MS = 60_000

const CONTROLLER = 'gateway.envoyproxy.io/gatewayclass-controller'

/** How Envoy Gateway is to run its Envoy: the installed one, with one worker. */
const gatewayClass = (envoyVersion: string): readonly KubernetesObject[] => [
  {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'GatewayClass',
    metadata: { name: 'eg' },
    spec: {
      controllerName: CONTROLLER,
      parametersRef: {
        group: 'gateway.envoyproxy.io',
        kind: 'EnvoyProxy',
        name: 'eg',
        namespace: 'envoy-gateway-system',
      },
    },
  },
  {
    apiVersion: 'gateway.envoyproxy.io/v1alpha1',
    kind: 'EnvoyProxy',
    metadata: { name: 'eg', namespace: 'envoy-gateway-system' },
    spec: {
      provider: { type: 'Host', host: { envoyVersion } },
      concurrency: 1,
      shutdown: { drainTimeout: '1s', minDrainDuration: '0s' },
    },
  },
]

const configuration = (folder: string, adminPort: number) => ({
  apiVersion: 'gateway.envoyproxy.io/v1alpha1',
  kind: 'EnvoyGateway',
  gateway: { controllerName: CONTROLLER },
  provider: {
    type: 'Custom',
    custom: {
      resource: { type: 'File', file: { paths: [`${folder}/resources`] } },
      infrastructure: {
        type: 'Host',
        host: {
          configHome: `${folder}/config`,
          dataHome: `${folder}/data`,
          stateHome: `${folder}/state`,
          runtimeDir: `${folder}/run`,
        },
      },
    },
  },
  admin: { address: { host: '127.0.0.1', port: adminPort } },
  telemetry: { metrics: { prometheus: { disable: true } } },
  logging: { level: { default: 'info' } },
  extensionApis: { enableBackend: true, enableEnvoyPatchPolicy: true },
})

const requireFixedPorts = async (): Promise<void> => {
  for (const port of FIXED_PORTS) {
    if (await isFree(port)) continue
    throw new Error(`Envoy Gateway needs port ${port} of this machine, and something listens there`)
  }
}

/** Lays the installed Envoy where Envoy Gateway would download it to. Gives its version. */
const layDownEnvoy = async (folder: string): Promise<string> => {
  const envoy = installed('envoy/envoy', 'envoy')
  const { stdout } = await promisify(execFile)(envoy, ['--version'])
  const version = stdout.match(/\/(\d+\.\d+\.\d+)\//)?.[1]
  if (version === undefined) throw new Error(`Envoy does not say its version: ${stdout}`)
  const bin = `${folder}/data/envoy-versions/${version}/bin`
  await mkdir(bin, { recursive: true })
  await symlink(envoy, `${bin}/envoy`)
  return version
}

/** Where the admin interface of the Envoy is, which takes a free port. */
const findAdminUrl = async (folder: string): Promise<string> => {
  for await (const file of glob(`${folder}/run/**/admin-address.txt`)) {
    return `http://${(await readFile(file, 'utf8')).trim()}`
  }
  throw new Error('Envoy does not run yet')
}

/**
 * It has nowhere to write a status to but its log: YAML between a line that says so and the
 * object's key.
 */
const lastStatus = (log: string, kind: string, path: string): unknown => {
  const written = new RegExp(
    `Got new status for ${kind}\\n((?:[^\\t].*\\n)*)\\t\\{.*"key": "${path}"\\}`,
    'g',
  )
  const text = [...log.matchAll(written)].at(-1)?.[1]
  return text === undefined ? undefined : parse(text)
}

const startProcess = async (folder: string): Promise<ChildProcess> => {
  const command = installed('gateways/envoy-gateway', 'gateways')
  const certificates = ['certgen', '--local', '--config-home', `${folder}/config`]
  const env = { ...process.env, HOME: folder }
  await promisify(execFile)(command, certificates, { env })
  const args = ['server', '--config-path', `${folder}/envoy-gateway.yaml`]
  return startChildProcess({ name: 'Envoy Gateway', command, args, env, cwd: folder })
}

/**
 * Starts Envoy Gateway, and waits until its Envoy listens where the objects tell it to.
 * @throws Error with what it said if it does not, or if another process has a port that it needs
 */
export const startEnvoyGateway = async (
  options: EnvoyGatewayOptions,
): Promise<RunningEnvoyGateway> => {
  await requireFixedPorts()
  const folder = await temporaryFolder('envoy-gateway')
  const envoyVersion = await layDownEnvoy(folder.path)
  const write: RunningEnvoyGateway['write'] = async (objects) => {
    const all = [...gatewayClass(envoyVersion), ...objects]
    const text = all.map((object) => stringify(object)).join('---\n')
    await writeFile(`${folder.path}/resources/all.yaml`, text)
  }
  await mkdir(`${folder.path}/resources`)
  await write(options.objects)
  const settings = stringify(configuration(folder.path, await freePort()))
  await writeFile(`${folder.path}/envoy-gateway.yaml`, settings)

  const child = await startProcess(folder.path)
  const listens = async (): Promise<boolean> => {
    const listeners = await fetch(`${await findAdminUrl(folder.path)}/listeners`)
    return (await listeners.text()).includes(`127.0.0.1:${options.port}`)
  }
  await waitUntilReady('Envoy Gateway', child, listens, START_TIMEOUT_MS)
  const adminUrl = await findAdminUrl(folder.path)
  return {
    port: options.port,
    adminUrl,
    stat: (name) => readStat(adminUrl, name),
    output: () => child.output(),
    write,
    status: (kind, path) => lastStatus(child.output(), kind, path),
    stop: async () => {
      await child.stop(15_000)
      await folder.remove()
    },
  }
}
