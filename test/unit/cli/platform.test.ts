import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  type ResourceFolder,
  resourceFolder,
  SHOP,
  SHOP_SECRET,
} from '../../support/resource-folder.ts'
import { sallyport, sallyportWith } from './run.ts'

const CONFIG = `
# Of the rest of the configuration nothing is looked at, be it as wrong as this:
keys: { files: [/not/there] }
requirements:
  - name: staff-only
    authorize: [{ claim: hd, anyOf: [example.com] }]
`

const EXPECTATIONS = `
resources: [closed.yaml]
cases:
  - name: somebody of another company
    url: https://shop.example.com/api/orders
    claims: { sub: alice, groups: [buyers], hd: example.org }
    scopes: [orders:read]
    expect: { verdict: forbid, reason: claim_mismatch }
`

const PUBLIC_RULE = / {2}- name: assets\n.*\n.*public: true\n/

let folder: ResourceFolder
beforeEach(() => {
  folder = resourceFolder({
    'shop.yaml': SHOP,
    'closed.yaml': SHOP.replace(PUBLIC_RULE, ''),
    'secret.yaml': SHOP_SECRET,
    'cases.yaml': EXPECTATIONS,
    'config.yaml': CONFIG,
    'wrong.yaml': 'requirements: [{ name: a, authorize: [{ claim: hd }] }]',
    'unread.yaml': 'requirements: [{ name: a }]',
  })
})
afterEach(() => folder.remove())

const at = (name: string): string => `${folder.path}/${name}`

describe('`--config` says what the platform requires', () => {
  const explain = () => [
    ...['explain', '--resources', at('closed.yaml')],
    ...['--url', 'https://shop.example.com/api/orders'],
  ]

  test('explain names each requirement, and who requires it', async () => {
    const { out } = await sallyport(...explain(), '--config', at('config.yaml'))
    expect(out).toMatch(
      /Requires +claim hd has one of: example\.com; required by the platform \(staff-only\)/,
    )
    const named = { SALLYPORT_CONFIG: at('config.yaml') }
    expect((await sallyportWith(named, ...explain())).out).toContain('required by the platform')
    expect((await sallyport(...explain())).out).not.toContain('required by the platform')
  })

  test('explain says what is asked of a public request as well', async () => {
    const requirement = '{ name: office, authorize: [{ sourceAddresses: [10.0.0.0/8] }] }'
    folder.write('config.yaml', `requirements: [${requirement}]`)
    const about = ['--url', 'https://shop.example.com/assets/a', '--config', at('config.yaml')]
    const args = ['explain', '--resources', at('shop.yaml'), ...about]
    const { out } = await sallyport(...args, '--source-address', '192.0.2.1')
    expect(out).toMatch(
      /Requires +a connection from: 10\.0\.0\.0\/8; required by the platform \(office\)/,
    )
    expect(out).toMatch(/403 source_address_refused[\s\S]*Required by the platform \(office\)/)
    expect((await sallyport(...args, '--source-address', '10.0.0.1')).out).toContain('200 public')
  })

  test('validate refuses a public rule', async () => {
    const args = ['validate', at('shop.yaml'), at('secret.yaml')]
    expect((await sallyport(...args)).code).toBe(0)
    const { code, out } = await sallyport(...args, '--config', at('config.yaml'))
    expect(code).toBe(1)
    expect(out).toMatch(
      /ProtectedRoute shop\/shop spec\.rules\[0\]\.public: .*required by the platform \(staff-only\)/,
    )
  })

  test('test asks by it', async () => {
    const { code, out } = await sallyport('test', at('cases.yaml'), '--config', at('config.yaml'))
    expect([code, out]).toEqual([0, expect.any(String)])
    expect((await sallyport('test', at('cases.yaml'))).code).toBe(1)
  })

  test.each([
    ['validate', () => ['validate', at('shop.yaml')]],
    ['explain', explain],
    ['test', () => ['test', at('cases.yaml')]],
  ])('%s ends with 1 where the requirements are wrong', async (_name, args) => {
    const { code, err } = await sallyport(...args(), '--config', at('wrong.yaml'))
    expect(code).toBe(1)
    expect(err).toContain('requirements[0].authorize[0]')
    const unread = await sallyport(...args(), '--config', at('unread.yaml'))
    expect([unread.code, unread.err]).toEqual([1, expect.stringContaining('requires nothing')])
  })
})

describe('`--config` says who administers', () => {
  const ASSERTION = 'audience: console, route: sallyport/console, claim: groups, view: [support]'
  const CONSOLE = `
assertions: { issuer: https://sallyport.example.com }
adminApi: { listen: ":9443", tokenFile: /not/here, assertion: { ${ASSERTION} } }
`
  const withAudience = (audience: string) =>
    SHOP.replace(
      /kind: ProtectedRoute\nmetadata: (.*)\nspec:\n/,
      `kind: ProtectedRoute\nmetadata: $1\nspec:\n  upstream: { assertion: { audience: ${audience} } }\n`,
    )
  const validated = async (route: string, config: string) => {
    folder.write('config.yaml', config)
    folder.write('route.yaml', route)
    return sallyport('validate', '--config', at('config.yaml'), at('route.yaml'), at('secret.yaml'))
  }

  test('R23: validate refuses a route of another name that asks for the audience of the console', async () => {
    const { code, out } = await validated(withAudience('console'), CONSOLE)
    expect(code).toBe(1)
    expect(out).toContain('spec.upstream.assertion.audience')
    expect(out).toContain('only the ProtectedRoute sallyport/console may have it')
    expect((await validated(withAudience('orders'), CONSOLE)).code).toBe(0)
    const named = CONSOLE.replace('route: sallyport/console', 'route: shop/shop')
    expect((await validated(withAudience('console'), named)).code).toBe(0)
  })

  test('validate names what is wrong with roles and ways in, and reads no file for it', async () => {
    const wrong = 'adminApi: { listen: ":9443", assertion: { audience: console, view: [] } }'
    const { code, err } = await validated(withAudience('orders'), wrong)
    expect(code).toBe(1)
    for (const said of [
      'adminApi.assertion.view must name at least one value',
      'adminApi.assertion.audience needs adminApi.assertion.route beside it',
      'adminApi.assertion.audience needs assertions.issuer beside it',
    ]) {
      expect(err).toContain(said)
    }
  })
})

describe('validate without a path', () => {
  const configured = `resources: { source: files, files: { paths: [closed.yaml, secret.yaml] } }${CONFIG}`

  test('looks at the manifests that the configuration names, beside its file', async () => {
    folder.write('files.yaml', configured)
    const { code, out } = await sallyport('validate', '--config', at('files.yaml'))
    expect(out).toMatch(/^4 objects, 1 route, 1 host: no problems/m)
    expect(code).toBe(0)
    const named = { SALLYPORT_CONFIG: at('files.yaml') }
    expect((await sallyportWith(named, 'validate')).out).toBe(out)
  })

  test('says what to name where the configuration reads from a cluster', async () => {
    folder.write('cluster.yaml', 'resources: { source: kubernetes }')
    const { code, err } = await sallyport('validate', '--config', at('cluster.yaml'))
    expect(code).toBe(2)
    expect(err).toBe(
      'sallyport: The configuration reads the resources of a cluster: name files or folders with manifests as well, as in `sallyport validate --config sallyport.yaml ./resources`.\n',
    )
  })

  test('looks beside where it is run if nothing is said', async () => {
    const { code, out } = await sallyport('validate', '--config', at('config.yaml'))
    expect(code).toBe(1)
    expect(out).toContain(`${at('resources')}:1:1: is not there: make it, or correct the name`)
  })
})
