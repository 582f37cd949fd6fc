import { writeFile } from 'node:fs/promises'
import { startChildProcess, waitUntilReady } from './child-process.ts'
import { freePorts } from './free-port.ts'
import { installed } from './installed.ts'
import type { KubernetesObject } from './kubernetes-client.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** What Istio's control plane is started with. */
export interface IstiodOptions {
  /** Of an API server that serves Istio's definitions. */
  readonly kubeconfig: string
  /** `MeshConfig` as YAML. */
  readonly meshConfig: string
}

/** Whether an object is allowed, and what is wrong with it. */
export interface Verdict {
  readonly allowed: boolean
  readonly message: string
}

/** Istio's control plane, which proxies ask for their configuration. */
export interface RunningIstiod {
  /** Where it serves xDS, without TLS. */
  readonly xdsPort: number
  /** What it answers to an API server that asks whether an object may be created. */
  readonly validate: (object: KubernetesObject) => Promise<Verdict>
  readonly output: () => string
  readonly stop: () => Promise<void>
}

const START_TIMEOUT_MS = 60_000

/**
 * What a released Envoy, which has none of Istio's own filters, must not be sent; and no webhooks.
 */
const ENVIRONMENT = {
  PILOT_ENABLE_METADATA_EXCHANGE: 'false',
  PILOT_ENABLE_ALPN_FILTER: 'false',
  POD_NAMESPACE: 'istio-system',
  POD_NAME: 'istiod-0',
  CLUSTER_ID: 'Kubernetes',
  ENABLE_CA_SERVER: 'false',
  PILOT_CERT_PROVIDER: 'none',
  INJECTION_WEBHOOK_CONFIG_NAME: '',
  VALIDATION_WEBHOOK_CONFIG_NAME: '',
  // The proxy proves by a token who it is; only then is it told the keys of its certificates.
  XDS_AUTH_PLAINTEXT: 'true',
} as const

/** Asks as an API server does, by an AdmissionReview. */
const askToValidate = async (url: string, object: KubernetesObject): Promise<Verdict> => {
  const [group = '', version = ''] = object.apiVersion.split('/')
  const { kind } = object
  const request = { uid: 'test', operation: 'CREATE', kind: { group, version, kind }, object }
  const review = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request }
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(review),
  })
  const { allowed, status } = Object(await answer.json()).response
  return { allowed, message: status?.message ?? '' }
}

/**
 * Starts istiod on free ports of 127.0.0.1. @throws Error if it is not installed or does not start
 */
export const startIstiod = async (options: IstiodOptions): Promise<RunningIstiod> => {
  const command = installed('gateways/pilot-discovery', 'gateways')
  const [httpPort, xdsPort = 0, monitoringPort] = await freePorts(3)
  const folder = await temporaryFolder('istiod')
  await writeFile(`${folder.path}/kubeconfig`, options.kubeconfig, { mode: 0o600 })
  await writeFile(`${folder.path}/mesh.yaml`, options.meshConfig)
  const istiod = await startChildProcess({
    name: 'istiod',
    command,
    args: [
      'discovery',
      `--kubeconfig=${folder.path}/kubeconfig`,
      `--meshConfig=${folder.path}/mesh.yaml`,
      `--httpAddr=127.0.0.1:${httpPort}`,
      `--grpcAddr=127.0.0.1:${xdsPort}`,
      `--monitoringAddr=127.0.0.1:${monitoringPort}`,
      '--httpsAddr=',
      '--secureGRPCAddr=',
      '--ctrlz_port=0',
      '--shutdownDuration=1s',
    ],
    env: { ...process.env, ...ENVIRONMENT },
    cwd: folder.path,
  })
  const url = `http://127.0.0.1:${httpPort}`
  const isReady = async () => (await fetch(`${url}/ready`)).status === 200
  await waitUntilReady('istiod', istiod, isReady, START_TIMEOUT_MS)
  return {
    xdsPort,
    validate: (object) => askToValidate(`${url}/validate`, object),
    output: () => istiod.output(),
    stop: async () => {
      await istiod.stop()
      await folder.remove()
    },
  }
}
