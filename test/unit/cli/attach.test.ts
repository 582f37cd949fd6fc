import { afterEach, describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { gateways } from '../../../src/attach/gateways.ts'
import { type ResourceFolder, resourceFolder, SHOP } from '../../support/resource-folder.ts'
import { sallyport } from './run.ts'

let folder: ResourceFolder | undefined
afterEach(() => folder?.remove())

const withFiles = (files: Readonly<Record<string, string>>): string => {
  folder = resourceFolder(files)
  return folder.path
}

const NAMES = [...gateways.keys()]

const ROUTE = ['--host', 'shop.example.com', '--upstream', 'web.shop:8080']

/** What every gateway that prints a route needs. */
const enough = (name: string): readonly string[] =>
  gateways.get(name)?.route === 'none' ? [] : ROUTE

const objects = (text: string) => parseAllDocuments(text).map((document) => document.toJS())

describe('attach', () => {
  test.each(NAMES)('%s: prints YAML that names the Service, and ends with 0', async (name) => {
    const argv = ['attach', name, '--service', 'auth.iam:9443', ...enough(name)]
    const { code, out, err } = await sallyport(...argv)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(parseAllDocuments(out).flatMap(({ errors }) => errors)).toEqual([])
    expect(JSON.stringify(objects(out))).toMatch(/auth.*9443/)
  })

  test('the help says what each gateway takes by default', async () => {
    const text = (await sallyport('attach', '--help')).out.replaceAll(/\s+/g, ' ')
    for (const [name, { gateway, namespace }] of gateways) {
      if (gateway !== undefined) {
        expect(text).toContain(`${gateway.name}.${gateway.namespace} for ${name}`)
      }
      if (namespace !== undefined) expect(text).toContain(`${namespace} for ${name}`)
    }
  })

  test.each(NAMES)('%s: the help lists it', async (name) => {
    expect((await sallyport('attach', '--help')).out).toContain(name)
  })

  test('takes the hosts of the ProtectedRoutes, once each and beside those that are named', async () => {
    const path = withFiles({ 'shop.yaml': SHOP })
    const argv = ['--routes', path, '--host', 'App.Example.com', '--host', 'shop.example.com']
    const { code, out } = await sallyport('attach', 'envoy-gateway', ...argv, '-u', 'web.shop:80')
    expect(code).toBe(0)
    const route = objects(out).find(({ kind }) => kind === 'HTTPRoute')
    expect(route.spec.hostnames).toEqual(['app.example.com', 'shop.example.com'])
  })

  test('and the callback hosts of the clients beside them, as browsers are sent there', async () => {
    const central = SHOP.replace(
      'clientId: shop\n',
      'clientId: shop\n  callback: { host: login.test }\n',
    )
    const path = withFiles({ 'shop.yaml': central })
    const { out } = await sallyport(
      'attach',
      'envoy-gateway',
      '--routes',
      path,
      '-u',
      'web.shop:80',
    )
    const route = objects(out).find(({ kind }) => kind === 'HTTPRoute')
    expect(route.spec.hostnames).toEqual(['shop.example.com', 'login.test'])
  })

  test('the files are told apart by their names, and one may be asked for', async () => {
    const all = await sallyport('attach', 'istio')
    expect(all.out).toMatch(/^# ---- mesh-config\.yaml\n[\s\S]*\n---\n# ---- authorization-policy/)
    const one = await sallyport('attach', 'istio', '--only', 'authorization-policy.yaml')
    expect(objects(one.out).map(({ kind }) => kind)).toEqual(['AuthorizationPolicy'])
    expect(one.out).not.toContain('# ----')
  })

  test('JSON has the same objects, by file', async () => {
    const argv = ['attach', 'contour', ...ROUTE]
    const { files } = JSON.parse((await sallyport(...argv, '--output', 'json')).out)
    expect(files.map(({ name }: { name: string }) => name)).toEqual([
      'extension-service.yaml',
      'route.yaml',
    ])
    const documents = files.flatMap((file: { documents: unknown[] }) => file.documents)
    expect(documents).toEqual(objects((await sallyport(...argv)).out))
  })
})

describe('attach refuses to print', () => {
  const lines = (err: string): readonly string[] =>
    err
      .trimEnd()
      .split('\n')
      .map((line) => line.replace(/^sallyport: /, ''))

  test('for a gateway that there is not', async () => {
    const { code, out, err } = await sallyport('attach', 'isto')
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(lines(err)).toEqual([
      `There is no gateway "isto". Did you mean istio? Known are ${NAMES.join(', ')}.`,
      'See `sallyport attach --help`.',
    ])
  })

  test('with every problem at once', async () => {
    const argv = ['-s', 'sallyport', '-g', 'public', '--host', 'a b', '--host', '*x', '-u', 'web:1']
    const { code, out, err } = await sallyport('attach', 'envoy-gateway', ...argv)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(lines(err)).toEqual([
      '--service: "sallyport" is no Service: write NAME.NAMESPACE:PORT, as in sallyport.sallyport:9001',
      '--upstream: "web:1" is no Service: write NAME.NAMESPACE:PORT, as in sallyport.sallyport:9001',
      '--gateway: "public" is no object of a namespace: write NAME.NAMESPACE, as in public.gateways',
      '--host: "a b" is no host name: write A-labels, as in `shop.example.com`',
      '--host: "*x" holds a `*` elsewhere than as its whole first label',
      'See `sallyport attach --help`.',
    ])
  })

  test.each([
    ['istio', ['-n', 'Edge!'], '--namespace: "Edge!" is no namespace'],
    ['istio', ['--selector', 'istio'], '--selector: "istio" is no label: write KEY=VALUE'],
    ['istio', ['--cluster-domain', 'a_b'], '--cluster-domain: "a_b" is no domain'],
    ['istio', ['-g', 'a.b', '-n', 'c'], '--gateway: names a Gateway with its namespace'],
    ['contour', [...ROUTE, '--tls-secret', 'A'], '--tls-secret: "A" is no name of a Secret'],
    ['istio', ['-s', 'a.b:0'], '--service: "a.b:0" is no Service'],
    ['istio', ['-s', 'a.b:65536'], '--service: "a.b:65536" is no Service'],
    ['istio', ['--host', 'shop.example.com:443'], 'names a port: a host holds for every port'],
  ])('%s %j', async (name, argv, message) => {
    const { code, out, err } = await sallyport('attach', name, ...argv)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(lines(err)).toEqual([expect.stringContaining(message), expect.any(String)])
  })

  test.each([
    ['kgateway', ['--host', 'a.example'], '--upstream: the route of kgateway needs the Service'],
    ['kgateway', ['-u', 'web.shop:80'], '--host: the route of kgateway needs its hosts'],
    ['contour', ['--host', 'a.example'], '--upstream: the route of contour needs the Service'],
    ['gateway-api', ['-u', 'web.shop:80'], '--host: the route of gateway-api needs its hosts'],
  ])('half a route: %s %j', async (name, argv, message) => {
    const { code, err } = await sallyport('attach', name, ...argv)
    expect(code).toBe(2)
    expect(lines(err)).toEqual([expect.stringContaining(message), expect.any(String)])
  })

  test.each(NAMES.filter((name) => !gateways.get(name)?.takes.includes('tlsSecret')))(
    '%s: an option that it has no use for',
    async (name) => {
      const { code, err } = await sallyport('attach', name, ...enough(name), '--tls-secret', 'a')
      expect(code).toBe(2)
      expect(lines(err)[0]).toBe(
        `--tls-secret: nothing of ${name} is filled in with it; leave it out`,
      )
    },
  )

  test('a file that the gateway does not have', async () => {
    const { code, err } = await sallyport('attach', 'istio', '--only', 'policy.yaml')
    expect(code).toBe(2)
    expect(lines(err)[0]).toBe(
      '--only: istio has no policy.yaml; it has mesh-config.yaml, authorization-policy.yaml',
    )
  })

  test('routes of which one cannot be read: its host might be left open', async () => {
    const path = withFiles({ 'shop.yaml': SHOP, 'app.yaml': SHOP.replace('hosts:', 'host:') })
    const { code, out, err } = await sallyport('attach', 'istio', '--routes', path)
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toMatch(/app\.yaml:\d+:\d+: ProtectedRoute shop\/shop spec\.host: /)
  })

  test('routes that are nowhere, or hold no ProtectedRoute', async () => {
    const nowhere = await sallyport('attach', 'istio', '--routes', '/nowhere')
    expect({ ...nowhere, err: '' }).toEqual({ code: 1, out: '', err: '' })
    expect(nowhere.err).toContain('/nowhere')
    const empty = await sallyport('attach', 'istio', '--routes', withFiles({ 'a.yaml': '' }))
    expect(empty.code).toBe(2)
    expect(lines(empty.err)[0]).toBe(
      '--routes: there is no ProtectedRoute: name the files or folders that hold them',
    )
  })
})

describe('E2: a plain Envoy lives beside plain addresses', () => {
  const addressesIn = (text: string) =>
    [...text.matchAll(/address: "?([^"\n]+)"?\n\s+port_value: (\S+)/g)].map(([, host, port]) => [
      host,
      port,
    ])

  test('an address, a name and a Service are told apart', async () => {
    const { out } = await sallyport('attach', 'envoy', '-s', '127.0.0.1:9001', '-u', 'web.shop:80')
    expect(addressesIn(out).slice(-2)).toEqual([
      ['127.0.0.1', '9001'],
      ['web.shop.svc.cluster.local', '80'],
    ])
    const named = await sallyport('attach', 'envoy', '-s', 'auth.internal.:9001', '-u', '[::1]:80')
    expect(addressesIn(named.out).slice(-2)).toEqual([
      ['auth.internal', '9001'],
      ['::1', '80'],
    ])
  })

  test('nothing else does', async () => {
    const { code, err } = await sallyport('attach', 'istio', '--service', '127.0.0.1:9001')
    expect(code).toBe(2)
    expect(err).toContain('--service: "127.0.0.1:9001" is no Service: write NAME.NAMESPACE:PORT')
  })

  test('what is neither is told how to write both', async () => {
    const { code, err } = await sallyport('attach', 'envoy', '-s', 'https://auth:9001', '-u', ':80')
    expect(code).toBe(2)
    expect(err).toContain('--service: "https://auth:9001" is no address: write HOST:PORT')
    expect(err).toContain('--upstream: ":80" is no address')
  })
})

describe('E8: TLS to Sallyport', () => {
  test.each(NAMES)(
    '%s: asks by TLS, for the name of the Service, and shows the certificate',
    async (name) => {
      const secret = name === 'envoy' ? '/etc/envoy/check-tls' : 'check-tls'
      const argv = ['attach', name, '-s', 'auth.iam:9443', '--service-tls', secret, ...enough(name)]
      const { code, out, err } = await sallyport(...argv)
      expect({ code, err }).toEqual({ code: 0, err: '' })
      expect(out).toContain('auth.iam.svc')
      expect(out).toContain('check-tls')
      const withCa = await sallyport(
        ...argv.map((one) => (one === '--service-tls' ? '--service-ca' : one)),
      )
      expect(withCa.code).toBe(0)
      expect(withCa.out).not.toBe(out)
    },
  )

  test.each([
    [['--service-tls', 'a', '--service-ca', 'b'], '--service-tls: has the authority in it'],
    [['--service-name', 'auth.example.com'], '--service-name: nobody looks at it without'],
    [['--service-tls', 'A_B'], '--service-tls: "A_B" is no name of a Secret'],
    [['--service-ca', 'a', '--service-name', '*.x'], '--service-name: "*.x" is no name of a cert'],
  ])('%j is refused', async (options, says) => {
    const { code, err } = await sallyport('attach', 'istio', ...options)
    expect(code).toBe(2)
    expect(err).toContain(says)
  })

  test('a plain Envoy reads files', async () => {
    const { code, err } = await sallyport('attach', 'envoy', '--service-tls', 'secret')
    expect(code).toBe(2)
    expect(err).toContain('--service-tls: "secret" is no folder: write an absolute path')
  })
})
