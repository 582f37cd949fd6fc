import { globSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { gateways } from '../../src/attach/gateways.ts'
import { readInputs } from '../../src/attach/inputs.ts'
import type { AttachOptions } from '../../src/attach/options.ts'
import { gatewayCrds } from '../support/parts/gateway-crds.ts'
import { helm } from '../support/parts/helm.ts'
import { type RunningKubeApiserver, startKubeApiserver } from '../support/parts/kube-apiserver.ts'
import type { KubernetesObject } from '../support/parts/kubernetes-client.ts'
import { sallyportCrds } from '../support/parts/sallyport-crds.ts'
import { type TemporaryFolder, temporaryFolder } from '../support/parts/temporary-folder.ts'
import { sallyport } from '../unit/cli/run.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const NAMESPACES = ['emissary', 'gateways', 'iam', 'istio-system', 'kgateway-system', 'shop']

let cluster: RunningKubeApiserver
let folder: TemporaryFolder
let files = 0

beforeAll(async () => {
  cluster = await startKubeApiserver()
  folder = await temporaryFolder('attach')
  for (const crd of [...gatewayCrds(), ...sallyportCrds()]) {
    const { statusCode, body } = await cluster.admin.apply(crd)
    if (statusCode >= 300) throw new Error(`${crd.metadata.name} is refused: ${body.message}`)
  }
  for (const name of ['sallyport', ...NAMESPACES]) {
    await cluster.kubectl('create', 'namespace', name)
  }
  await cluster.kubectl('wait', '--for=condition=Established', 'crd', '--all')
})

afterAll(async () => {
  await cluster.stop()
  await folder.remove()
})

const objectsOf = (text: string): readonly KubernetesObject[] =>
  parseAllDocuments(text).map((document) => document.toJS())

/** Neither is an object of the Kubernetes API. */
const NO_MANIFESTS = ['deploy/examples/envoy/envoy.yaml', 'deploy/examples/istio/mesh-config.yaml']

/** No registry has the definitions of these. */
const WITHOUT_DEFINITION = 'gateway.kgateway.dev/v1alpha1'

const isDefined = ({ apiVersion }: KubernetesObject): boolean => apiVersion !== WITHOUT_DEFINITION

/**
 * Creates objects as they are written, without storing them. @throws Error with what the API server
 * says
 */
const dryRun = async (objects: readonly unknown[]): Promise<void> => {
  files += 1
  const file = `${folder.path}/${files}.json`
  await writeFile(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }))
  await cluster.kubectl('create', '--dry-run=server', '--validate=strict', '-f', file)
}

const examples = globSync('deploy/examples/*/*.yaml', { cwd: ROOT })
  .sort()
  .filter((path) => !NO_MANIFESTS.includes(path))

const example = (path: string): readonly KubernetesObject[] =>
  objectsOf(readFileSync(ROOT + path, 'utf8'))

describe('the examples', () => {
  it('are all there', () => {
    expect(new Set(examples.map((path) => path.split('/')[2]))).toEqual(
      new Set([
        'console',
        'contour',
        'emissary',
        'envoy-gateway',
        'gateway-api',
        'istio',
        'kgateway',
        'mcp',
      ]),
    )
    const unknown = examples.flatMap(example).filter((object) => !isDefined(object))
    expect(unknown.map(({ kind }) => kind)).toEqual(['GatewayExtension', 'TrafficPolicy'])
  })

  it.each(examples)('%s is accepted by its own project', async (path) => {
    await expect(dryRun(example(path).filter(isDefined))).resolves.toBeUndefined()
  })
})

const ROUTE = { host: ['shop.example.com', '*.shop.example.com'], upstream: 'web.shop:8080' }
const RELEASE = { service: 'auth-sallyport.iam:9443' }

const variants: readonly (readonly [string, AttachOptions])[] = [
  ['istio', { ...RELEASE, gateway: 'public.gateways', host: ['shop.example.com'] }],
  ['istio', { ...RELEASE, selector: 'app.kubernetes.io/name=edge', namespace: 'gateways' }],
  ['istio', { host: ROUTE.host }],
  ['envoy-gateway', { ...RELEASE, ...ROUTE, gateway: 'public.gateways' }],
  ['envoy-gateway', { gateway: 'public.sallyport' }],
  ['kgateway', { ...RELEASE, ...ROUTE, gateway: 'public.gateways' }],
  ['contour', { ...RELEASE, ...ROUTE, tlsSecret: 'wildcard.shop' }],
  ['emissary', { ...RELEASE, ...ROUTE, namespace: 'gateways', tlsSecret: 'wildcard' }],
  ['gateway-api', { ...RELEASE, ...ROUTE, gateway: 'public.gateways' }],
  ...['envoy-gateway', 'kgateway', 'gateway-api'].map((name): [string, AttachOptions] => [
    name,
    { ...RELEASE, ...ROUTE, callbackBody: true, callbackPath: ['/login/done', "/a~$&'(b)*+,=:@c"] },
  ]),
  ['contour', { ...ROUTE, callbackBody: true }],
  ['emissary', { callbackBody: true }],
  ...(['serviceTls', 'serviceCa'] as const).flatMap((by): [string, AttachOptions][] => [
    ['istio', { ...RELEASE, [by]: 'sallyport-client' }],
    ['istio', { ...RELEASE, [by]: 'sallyport-client', gateway: 'public.gateways' }],
    ['envoy-gateway', { ...RELEASE, [by]: 'sallyport-client', serviceName: 'auth.example.com' }],
    ['contour', { ...RELEASE, ...ROUTE, [by]: 'sallyport-client' }],
    ['emissary', { ...RELEASE, [by]: 'sallyport-client' }],
    ['gateway-api', { ...RELEASE, ...ROUTE, [by]: 'sallyport-client' }],
  ]),
]

const printed = (name: string, options: AttachOptions): readonly KubernetesObject[] => {
  const gateway = gateways.get(name)
  if (gateway === undefined) throw new Error(`There is no gateway ${name}`)
  const read = readInputs({ name, gateway, options })
  if (!read.ok) throw new Error(read.problems.join('\n'))
  return gateway.files(read.inputs).flatMap(({ text }) => objectsOf(text))
}

describe('what is printed for other releases, namespaces and hosts', () => {
  it.each(variants)('%s %j is accepted', async (name, options) => {
    const objects = printed(name, options).filter(
      (object) => object.kind !== undefined && isDefined(object),
    )
    expect(objects.length).toBeGreaterThan(0)
    await expect(dryRun(objects)).resolves.toBeUndefined()
  })
})

/** Breaks one word of an example. */
const broken = (path: string, from: string, to: string): readonly unknown[] =>
  objectsOf(readFileSync(ROOT + path, 'utf8').replace(from, to)).filter(isDefined)

describe('what is not as its project has it is refused', () => {
  it.each([
    ['istio/authorization-policy.yaml', '  provider:', '  providers:', 'unknown field'],
    ['istio/authorization-policy.yaml', 'action: CUSTOM', 'action: ASK', 'Unsupported value'],
    ['envoy-gateway/policies.yaml', 'failOpen', 'failureModeAllow', 'unknown field'],
    ['envoy-gateway/policies.yaml', 'statusOnError: 503', 'statusOnError: 200', 'Unsupported'],
    ['envoy-gateway/policies.yaml', 'kind: Gateway', 'kind: Service', 'can only have'],
    ['contour/extension-service.yaml', 'h2c', 'http2', 'Unsupported value'],
    ['contour/route.yaml', 'responseTimeout: 5s', 'responseTimeout: soon', 'should match'],
    ['emissary/auth-service.yaml', 'proto: grpc', 'proto: grpcs', 'Unsupported value'],
    ['emissary/route.yaml', 'bypass_auth', 'skip_auth', 'unknown field'],
    ['gateway-api/route.yaml', 'protocol: GRPC', 'protocol: grpc', 'Unsupported value'],
    ['gateway-api/route.yaml', 'grpc: {}', 'http: {}', 'grpc must be specified'],
    ['gateway-api/route.yaml', 'port: 9001', 'ports: 9001', 'unknown field'],
    ['kgateway/route.yaml', 'PathPrefix', 'Prefix', 'Unsupported value'],
    ['mcp/resource.yaml', 'protectedResource:', 'protectedResources:', 'unknown field'],
    ['mcp/resource.yaml', 'authorization: Remove', 'authorization: Strip', 'Unsupported value'],
    ['mcp/server.yaml', 'emptyDir: {}', 'emptyDirectory: {}', 'unknown field'],
  ])('%s: %s as %s', async (file, from, to, says) => {
    const path = `deploy/examples/${file}`
    expect(readFileSync(ROOT + path, 'utf8')).toContain(from)
    await expect(dryRun(broken(path, from, to))).rejects.toThrow(says)
  })
})

describe('the notes of the chart', () => {
  it('have the command that attaches the Service of the release', async () => {
    const words = ['install', 'sally', `${ROOT}charts/sallyport`, '--namespace', 'auth']
    const notes = await helm(...words, '--dry-run=client', '--set', 'grpc.port=9443')
    const command = /kubectl -n auth exec deploy\/sally-sallyport -- node dist\/main\.js (.*)/
    const [, argv = ''] = command.exec(notes) ?? []
    const { code, out } = await sallyport(...argv.replace('GATEWAY', 'envoy-gateway').split(' '))
    expect(code).toBe(0)
    expect(objectsOf(out)[0]?.spec).toMatchObject({
      extAuth: {
        grpc: { backendRefs: [{ name: 'sally-sallyport', namespace: 'auth', port: 9443 }] },
      },
    })
    for (const name of gateways.keys()) expect(notes).toContain(name)
  })
})

describe('the Service that is attached by default', () => {
  it('is the one that the chart makes as the release sallyport in the namespace sallyport', async () => {
    const chart = `${ROOT}charts/sallyport`
    const text = await helm('template', 'sallyport', chart, '--namespace', 'sallyport')
    const services = parseAllDocuments(text)
      .map((document) => document.toJS())
      .filter((object) => object?.kind === 'Service' && object.spec.ports[0].name === 'grpc')
    expect(services).toHaveLength(1)
    const { metadata, spec } = services[0]
    const [{ backendRefs }] = printed('envoy-gateway', {}).flatMap(
      (object) => Object(object.spec).extAuth?.grpc ?? [],
    )
    expect(backendRefs).toEqual([
      { name: metadata.name, namespace: metadata.namespace, port: spec.ports[0].port },
    ])
  })
})
