import { writeFile } from 'node:fs/promises'
import { stringify } from 'yaml'
import { type AdsEnvoyOptions, startAdsEnvoy } from '../parts/ads-envoy.ts'
import type { EnvoyOptions, RunningEnvoy } from '../parts/envoy.ts'
import { installed } from '../parts/installed.ts'
import { type RunningIstiod, startIstiod } from '../parts/istiod.ts'
import { type RunningKubeApiserver, startKubeApiserver } from '../parts/kube-apiserver.ts'
import type { KubernetesObject } from '../parts/kubernetes-client.ts'
import { createPartList } from '../parts/part-list.ts'
import { temporaryFolder } from '../parts/temporary-folder.ts'
import { attach } from './attach.ts'
import {
  GATEWAY_ADDRESS,
  GATEWAY_LABELS,
  GATEWAY_NAME,
  GATEWAY_NAMESPACE,
  istioBed,
} from './istio-bed.ts'

/** What attaches Sallyport to a gateway of Istio. */
export interface IstioAttachment {
  /**
   * What the annotation `proxy.istio.io/config` of the gateway's pods says: Istio's agent hands it
   * on as it is.
   */
  readonly proxyConfig?: Readonly<Record<string, unknown>>
  /** Fields of the `MeshConfig`. */
  readonly meshConfig: Readonly<Record<string, unknown>>
  readonly objects: readonly KubernetesObject[]
}

/** What `sallyport attach istio` prints for the release `sally` in the namespace `auth`. */
export const istioAttachment = async (...words: readonly string[]): Promise<IstioAttachment> => {
  const files = await attach('istio', '--service', 'sally-sallyport.auth:9001', ...words)
  const mesh = files.get('mesh-config.yaml')?.[0]?.meshConfig
  return { meshConfig: Object(mesh), objects: files.get('authorization-policy.yaml') ?? [] }
}

/** A real Envoy that istiod tells everything, from a real API server. */
export interface IstioGateway extends RunningEnvoy {
  /** `kubectl apply` of more objects. */
  readonly apply: (objects: readonly KubernetesObject[]) => Promise<void>
  readonly validate: RunningIstiod['validate']
}

/**
 * Not of Istio's own certificates: without its agent there is nobody to hand them to this Envoy.
 */
const BED_MESH_CONFIG = { enableAutoMtls: false } as const

const node = {
  id: `router~${GATEWAY_ADDRESS}~gateway.${GATEWAY_NAMESPACE}~${GATEWAY_NAMESPACE}.svc.cluster.local`,
  cluster: `${GATEWAY_NAME}.${GATEWAY_NAMESPACE}`,
  metadata: {
    NAMESPACE: GATEWAY_NAMESPACE,
    SERVICE_ACCOUNT: GATEWAY_NAME,
    LABELS: GATEWAY_LABELS,
    CLUSTER_ID: 'Kubernetes',
    ISTIO_VERSION: '1.31.0',
    INSTANCE_IPS: GATEWAY_ADDRESS,
  },
} as const satisfies AdsEnvoyOptions['node']

/** `kubectl apply` of objects, unknown fields refused. @throws Error with what kubectl says */
const applier = async ({ kubectl }: RunningKubeApiserver, folder: string) => {
  let files = 0
  return async (objects: readonly KubernetesObject[]): Promise<void> => {
    files += 1
    const file = `${folder}/${files}.yaml`
    await writeFile(file, objects.map((object) => stringify(object)).join('---\n'))
    await kubectl('apply', '--server-side', '--validate=strict', '-f', file)
  }
}

const installDefinitions = async ({ kubectl }: RunningKubeApiserver): Promise<void> => {
  await kubectl(
    'apply',
    '--server-side',
    '-f',
    installed('gateway-schemas/istio.yaml', 'gateway-schemas'),
  )
  await kubectl('wait', '--for=condition=Established', 'crd', '--all')
}

const tokenOfGateway = async ({ kubectl }: RunningKubeApiserver): Promise<string> => {
  const account = ['create', 'token', GATEWAY_NAME, '-n', GATEWAY_NAMESPACE]
  return (await kubectl(...account, '--audience', 'istio-ca')).trim()
}

/**
 * Starts an API server, istiod and its Envoy, with Sallyport attached. @throws Error if a part does
 * not start
 */
export const startIstioGateway = async (
  options: EnvoyOptions,
  attachment: IstioAttachment,
): Promise<IstioGateway> => {
  const parts = createPartList()
  try {
    const folder = await temporaryFolder('istio')
    await parts.add(Promise.resolve({ stop: folder.remove }))
    const apiserver = await parts.add(startKubeApiserver())
    const apply = await applier(apiserver, folder.path)
    await installDefinitions(apiserver)
    await apply(await istioBed(options))
    await apply(attachment.objects)
    const istiod = await parts.add(
      startIstiod({
        kubeconfig: apiserver.kubeconfig(),
        meshConfig: stringify({ ...attachment.meshConfig, ...BED_MESH_CONFIG }),
      }),
    )
    const token = await tokenOfGateway(apiserver)
    const { xdsPort } = istiod
    const { proxyConfig } = attachment
    const said = proxyConfig === undefined ? {} : { PROXY_CONFIG: proxyConfig }
    const known = { ...node, metadata: { ...node.metadata, ...said } }
    const envoy = await parts.add(
      startAdsEnvoy({ xdsPort, token, node: known, port: options.port ?? 0 }),
    )
    return { ...envoy, apply, validate: istiod.validate, stop: parts.stopAll }
  } catch (error) {
    await parts.stopAll()
    throw error
  }
}
