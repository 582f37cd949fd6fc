import { describe, expect, it } from 'vitest'
import {
  type Configuration,
  filterNames,
  OPENING_FIELDS,
  toldTo,
} from '../../support/e2e/config-dump.ts'
import {
  envoyGatewayAttachment,
  envoyGatewayBed,
  envoyGatewayCallback,
  withBackends,
} from '../../support/e2e/envoy-gateway-bed.ts'
import { handedOn } from '../../support/e2e/handed-on.ts'
import {
  API,
  APP,
  BROKEN,
  type Manifest,
  OPS,
  ours,
  shop,
  UNKNOWN,
} from '../../support/e2e/manifests.ts'
import { seenDuring } from '../../support/e2e/seen.ts'
import { newHttpBrowser } from '../../support/e2e/sign-in.ts'
import { useStack } from '../../support/e2e/use-stack.ts'
import { type RunningEnvoyGateway, startEnvoyGateway } from '../../support/parts/envoy-gateway.ts'
import type { KubernetesObject } from '../../support/parts/kubernetes-client.ts'
import { attachedGatewayContract } from '../attached-gateway.contract.ts'

const BY_FORM = 'form.localhost'
const HOSTS = [APP, API, OPS, BROKEN, UNKNOWN, BY_FORM]
const CALLBACK = '/login/done'

const byForm: readonly Manifest[] = [
  ours('OIDCClient', 'by-form', {
    providerRef: { name: 'idp' },
    clientId: 'by-form',
    authentication: { method: 'none' },
    callback: { path: CALLBACK },
    authorizationRequest: { responseMode: 'form_post' },
  }),
  ours('ProtectedRoute', 'by-form', { hosts: [BY_FORM], clientRef: { name: 'by-form' } }),
]

const PATIENCE = { timeout: 20_000 }

const isSallyport = (kind: string, name: string): boolean =>
  kind === 'Backend' && name === 'sallyport'

const ACCEPTED = { type: 'Accepted', status: 'True' }
const RESOLVED = { type: 'ResolvedRefs', status: 'True' }

describe('Envoy Gateway, with what `sallyport attach envoy-gateway` prints', () => {
  let gateway: RunningEnvoyGateway
  let objects: readonly KubernetesObject[]
  const stack = useStack({
    hosts: [BY_FORM],
    resources: shop({ more: [handedOn, ...byForm] }),
    gateway: async (options) => {
      objects = [...envoyGatewayBed(options), ...withBackends(await envoyGatewayAttachment(HOSTS))]
      gateway = await startEnvoyGateway({ objects, port: options.port ?? 0 })
      return gateway
    },
  })

  attachedGatewayContract(stack)

  const connectionManager = async (): Promise<Configuration> => {
    const all = await toldTo(gateway, 'HttpConnectionManager')
    const found = all.find(({ rds }) => Object(rds).route_config_name === 'gateways/eg/https')
    if (found === undefined) throw new Error('The Gateway has no connection manager.')
    return found
  }

  it.each([
    ['SecurityPolicy', 'ancestors', [ACCEPTED]],
    ['ClientTrafficPolicy', 'ancestors', [ACCEPTED]],
    ['HTTPRoute', 'parents', [ACCEPTED, RESOLVED]],
  ])('says in the status of the %s that it is accepted', async (kind, of, conditions) => {
    const { metadata } = objects.find((object) => object.kind === kind) ?? { metadata: undefined }
    const status = () => gateway.status(kind, `${metadata?.namespace}/${metadata?.name}`)
    await expect.poll(status, PATIENCE).toMatchObject({ [of]: [{ conditions }] })
  })

  it('asks before every other filter, on every route', async () => {
    const [first, ...others] = filterNames(await connectionManager())
    expect(first).toBe('envoy.filters.http.ext_authz//gateways/sallyport')
    expect(others).toEqual(['envoy.filters.http.router'])
    const perRoute = await toldTo(gateway, 'ExtAuthzPerRoute')
    expect(perRoute).toHaveLength(HOSTS.length)
    for (const each of perRoute) expect(each).not.toHaveProperty('disabled')
  })

  it('waits for a check as long as it takes, and is closed when there is no answer', async () => {
    const checks = await toldTo(gateway, 'ExtAuthz')
    expect(checks).toHaveLength(1)
    expect(checks[0]).toMatchObject({
      grpc_service: {
        timeout: '5s',
        retry_policy: { num_retries: 1, retry_on: 'connect-failure,refused-stream' },
      },
      status_on_error: { code: 'ServiceUnavailable' },
      transport_api_version: 'V3',
    })
    for (const field of OPENING_FIELDS) expect(checks[0]).not.toHaveProperty(field)
  })

  it('tidies up a path before it asks about it, and refuses odd headers', async () => {
    expect(await connectionManager()).toMatchObject({
      normalize_path: true,
      merge_slashes: true,
      path_with_escaped_slashes_action: 'KEEP_UNCHANGED',
      strip_trailing_host_dot: true,
      use_remote_address: true,
      common_http_protocol_options: { headers_with_underscores_action: 'REJECT_REQUEST' },
    })
  })

  it('R16: sends a form along by which a provider answers, where its callback is attached', async () => {
    const status = async (path: string, length = 0): Promise<number> => {
      const body = new URLSearchParams({ code: 'abc', state: 'a'.repeat(length) })
      const options = { method: 'POST', body }
      return (await newHttpBrowser(stack()).send(stack().url(BY_FORM, path), options)).status
    }
    expect(await status(CALLBACK)).toBe(400)
    await gateway.write([
      ...objects,
      ...withBackends(await envoyGatewayCallback(BY_FORM, CALLBACK)),
    ])
    await expect.poll(() => status(CALLBACK), PATIENCE).toBe(303)
    expect(await status(CALLBACK, 20_000)).toBe(413)
    expect(await status('/orders', 20_000)).toBe(401)
    const name = 'shop/sallyport-web-callback'
    for (const [kind, of] of [
      ['SecurityPolicy', 'ancestors'],
      ['HTTPRoute', 'parents'],
    ] as const) {
      const found = gateway.status(kind, name)
      expect(found).toMatchObject({
        [of]: [{ conditions: expect.arrayContaining([expect.objectContaining(ACCEPTED)]) }],
      })
    }
    await gateway.write(objects)
    await expect.poll(() => status(CALLBACK), PATIENCE).toBe(400)
  })

  it('R1: is closed while the address of Sallyport is not known', async () => {
    const browser = newHttpBrowser(stack())
    const status = async (): Promise<number> =>
      (await browser.send(stack().url(APP, '/assets/logo.svg'))).status
    expect(await status()).toBe(200)
    await gateway.write(objects.filter(({ kind, metadata }) => !isSallyport(kind, metadata.name)))
    await expect.poll(status, PATIENCE).toBe(500)
    const seen = await seenDuring(stack(), status)
    expect(seen).toEqual([])
    expect(gateway.status('SecurityPolicy', 'gateways/sallyport')).toMatchObject({
      ancestors: [{ conditions: [{ type: 'Accepted', status: 'False' }] }],
    })
    await gateway.write(objects)
    await expect.poll(status, PATIENCE).toBe(200)
  })
})
