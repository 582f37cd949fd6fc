import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import {
  type ResourceFolder,
  resourceFolder,
  SHOP,
  SHOP_SECRET,
} from '../../../support/resource-folder.ts'
import { sallyport, sallyportIn, sallyportWith } from '../run.ts'

const OTHER = `apiVersion: sallyport.dev/v1alpha1
kind: ProtectedRoute
metadata: { name: wiki, namespace: wiki }
spec:
  hosts: [wiki.example.com, shop.example.com]
  clientRef: { name: shop, namespace: shop }
  hostz: 1
`

const CONFLICT = SHOP.slice(SHOP.lastIndexOf('apiVersion')).replace(
  'name: shop, namespace: shop',
  'name: second, namespace: shop',
)

let folder: ResourceFolder
let shop: string
beforeAll(() => {
  folder = resourceFolder({ 'other.yaml': OTHER, 'conflict.yaml': CONFLICT })
  shop = folder.write('shop.yaml', `${SHOP}---\n${SHOP_SECRET}`)
})
afterAll(() => folder.remove())

const columns = (line = ''): readonly string[] => line.split(/ {2,}/)

describe('from files', () => {
  test('a table: hosts, clients, and how it stands, as far as files tell', async () => {
    const { code, out, err } = await sallyport('get', 'routes', '-r', shop)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out.split('\n').map(columns)).toEqual([
      ['NAMESPACE', 'NAME', 'HOSTS', 'CLIENTS', 'ACCEPTED', 'READY', 'REASON'],
      ['shop', 'shop', 'shop.example.com', 'shop', 'True', 'Unknown', 'NotAsked'],
      [''],
    ])
  })

  test('every kind has its own columns, and names that kubectl takes where there are several', async () => {
    const { out } = await sallyport('get', 'all', '-r', shop, '-n', 'shop')
    const [routes, providers, clients] = out.split('\n\n')
    expect(columns(routes?.split('\n')[1])[0]).toBe('protectedroute.sallyport.dev/shop')
    expect(columns(providers?.split('\n')[0])).toEqual([
      'NAME',
      'ISSUER',
      'ACCEPTED',
      'READY',
      'REASON',
    ])
    expect(columns(clients?.split('\n')[1])).toEqual([
      'oidcclient.sallyport.dev/shop',
      'shop',
      'keycloak',
      'True',
      'Unknown',
      'NotAsked',
    ])
  })

  test('what is wrong stands below, with what to do, and ends with 0 all the same', async () => {
    const { code, out } = await sallyport('get', 'routes', '-r', folder.path)
    expect(code).toBe(0)
    expect(out).toMatch(/^wiki +wiki .* False +False +Invalid$/m)
    expect(out).toContain('\nProtectedRoute wiki/wiki:\n  Accepted Invalid: spec.hostz: ')
    expect(out).toMatch(/^shop +(?:shop|second) .*\(of shop\/(?:shop|second)\)/m)
    expect(out).toContain('Accepted HostConflict: spec.hosts[0]: ')
  })

  test('as JSON and as YAML: the owner of each host, conditions, problems', async () => {
    const asked = ['get', 'routes,clients', 'shop', '-r', folder.path]
    const json = JSON.parse((await sallyport(...asked, '-o', 'json')).out)
    expect(parse((await sallyport(...asked, '-o', 'yaml')).out)).toEqual(json)
    const [route, client, ...more] = json.items
    expect(more).toEqual([])
    const [host] = route.hosts
    expect(route).toMatchObject({ kind: 'ProtectedRoute', namespace: 'shop', name: 'shop' })
    expect(['shop/shop', 'shop/second']).toContain(host.owner)
    expect(host.state).toBe(host.owner === 'shop/shop' ? 'Programmed' : 'Conflicted')
    expect(route.clients).toEqual(['shop/shop'])
    expect(client).toMatchObject({
      kind: 'OIDCClient',
      clientId: 'shop',
      provider: 'shop/keycloak',
      redirectURIs: ['https://shop.example.com/oauth2/callback'],
      problems: [],
    })
    expect(
      client.conditions.map(({ type, status }: Record<string, string>) => [type, status]),
    ).toEqual([
      ['Accepted', 'True'],
      ['ResolvedRefs', 'True'],
      ['Ready', 'Unknown'],
    ])
  })

  test('names alone, and wide', async () => {
    const names = await sallyport('get', 'all', '-r', shop, '-o', 'name')
    expect(names.out).toBe(
      'protectedroute.sallyport.dev/shop\nidentityprovider.sallyport.dev/keycloak\noidcclient.sallyport.dev/shop\n',
    )
    const wide = await sallyport('get', 'route', '-r', shop, '-o', 'wide')
    expect(columns(wide.out.split('\n')[0])).toContain('PROGRAMMED')
  })

  test('a Secret that is not among the files is a problem, unless references are skipped', async () => {
    const asked = ['get', 'clients', '-r', '-']
    const missing = await sallyportIn({ stdin: SHOP }, ...asked)
    expect(missing.out).toContain('ResolvedRefs SecretNotFound: spec.authentication.secretRef: ')
    const skipped = await sallyportIn({ stdin: SHOP }, ...asked, '--skip-references')
    expect(skipped.out).toMatch(/ True +Unknown +NotAsked\n$/)
  })

  test('hosts beyond three are counted, and listed when it is wide', async () => {
    const many = SHOP.replace(
      '[shop.example.com]',
      '[a.example.com, b.example.com, c.example.com, d.example.com]',
    )
    const asked = ['get', 'routes', '-r', '-', '--skip-references']
    const short = await sallyportIn({ stdin: many }, ...asked)
    expect(short.out).toContain('a.example.com, b.example.com, c.example.com, and 1 more')
    const wide = await sallyportIn({ stdin: many }, ...asked, '-o', 'wide')
    expect(wide.out).toContain('c.example.com, d.example.com')
  })

  test('a terminal shows states in colour, and nothing that a manifest has made up', async () => {
    const odd = SHOP.replace('clientId: shop', 'clientId: "a\\e[31mb"')
    const { out } = await sallyportIn(
      { stdin: odd, onTerminal: true },
      ...['get', 'clients', '-r', '-', '--skip-references'],
    )
    expect(out).toContain('\u001b[31mFalse\u001b[39m')
    expect(out).toContain('a\\u001b[31mb')
    const hidden = SHOP.replace('clientId: shop', 'clientId: "a\\u009b31m\\u202eb"')
    for (const format of ['json', 'yaml']) {
      const asked = ['get', 'clients', '-r', '-', '--skip-references', '-o', format]
      const data = await sallyportIn({ stdin: hidden }, ...asked)
      expect(data.out).toContain('a\\u009b31m\\u202eb')
      expect(parse(data.out).items[0].clientId).toBe('a\u009b31m\u202eb')
    }
  })
})

describe('what is not there or not understood', () => {
  test('a name that is missing ends with 1, with the one that was meant; the others are shown', async () => {
    const { code, out, err } = await sallyport(
      'get',
      'routes',
      'shop',
      'shpo/shop',
      'secnd',
      '-r',
      folder.path,
    )
    expect(code).toBe(1)
    expect(out).toMatch(/^shop +shop /m)
    expect(err).toBe(
      'sallyport: There is no ProtectedRoute shop in namespace shpo. Did you mean shop?\n' +
        'sallyport: There is no ProtectedRoute secnd. Did you mean second?\n',
    )
  })

  test('kinds that are not known end with 2, each with what was probably meant', async () => {
    const { code, out, err } = await sallyport('get', 'rotes,idp,clints', '-r', shop)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toBe(
      'sallyport: There is no kind "rotes". Did you mean routes? Known are routes, providers, clients, all.\n' +
        'sallyport: There is no kind "clints". Did you mean clients? Known are routes, providers, clients, all.\n' +
        'See `sallyport get --help`.\n',
    )
  })

  test('a name of too many parts ends with 2', async () => {
    const { code, err } = await sallyport('get', 'routes', 'a/b/c', 'd\u001b[2J', '/e', '-r', shop)
    expect(code).toBe(2)
    expect(err).toMatch(
      /^sallyport: 'a\/b\/c' is no name: write NAME, or NAMESPACE\/NAME\.\n.*'\/e'/,
    )
    const odd = await sallyport('get', 'routes', 'd\u001b[2J', '-r', shop)
    expect(odd.err).toContain('There is no ProtectedRoute d\\u001b[2J.')
  })

  test('none of a kind is no problem', async () => {
    const { code, out, err } = await sallyport('get', 'routes', '-r', shop, '-n', 'elsewhere')
    expect({ code, out }).toEqual({ code: 0, out: '' })
    expect(err).toBe('There is no ProtectedRoute in namespace elsewhere.\n')
  })

  test('files that cannot be read end with 1, and what could be read is shown', async () => {
    const { code, out, err } = await sallyport('get', 'routes', '-r', shop, '-r', '/nowhere/at-all')
    expect(code).toBe(1)
    expect(out).toMatch(/^shop +shop /m)
    expect(err).toMatch(/^sallyport: .*\/nowhere\/at-all.* is not there/)
  })

  test('files and a cluster exclude each other', async () => {
    const { code, err } = await sallyport(
      'get',
      'routes',
      '-r',
      shop,
      '--context',
      'x',
      '--kubeconfig',
      'y',
    )
    expect(code).toBe(2)
    expect(err).toContain(
      "option '--context <name>' cannot be used with option '-r, --resources <path>'",
    )
    expect(err).toContain("option '--kubeconfig <file>' cannot be used with")
  })
})

const KUBECONFIG = `apiVersion: v1
kind: Config
clusters: [{ name: c, cluster: { server: "https://127.0.0.1:1" } }]
users: [{ name: u, user: { token: t } }]
contexts:
- { name: production, context: { cluster: c, user: u } }
- { name: odd, context: { cluster: gone, user: u } }
current-context: production
`

describe('a kubeconfig', () => {
  test('a context that is not there ends with 1, with the ones that are', async () => {
    const file = folder.write('config', KUBECONFIG)
    const { code, err } = await sallyport(
      'get',
      'all',
      '--kubeconfig',
      file,
      '--context',
      'prodution',
    )
    expect(code).toBe(1)
    expect(err).toBe(
      'sallyport: There is no context prodution in the kubeconfig. Did you mean production? There are production, odd.\n',
    )
  })

  test('one whose cluster is not there, one that is none, and one that does not exist are named', async () => {
    const file = folder.write('config', KUBECONFIG)
    const odd = await sallyport('get', 'all', '--kubeconfig', file, '--context', 'odd')
    expect(odd.err).toContain('names the cluster gone, which the kubeconfig does not have')
    const none = await sallyport('get', 'all', '--kubeconfig', '/nowhere/config')
    expect(none).toEqual({
      code: 1,
      out: '',
      err: 'sallyport: The kubeconfig /nowhere/config does not exist.\n',
    })
    const broken = folder.write('broken', 'clusters: [')
    expect((await sallyport('get', 'all', '--kubeconfig', broken)).err).toMatch(
      /^sallyport: The kubeconfig .*broken cannot be read: /,
    )
  })

  const TOKEN = 'hunter2-of-the-admin'
  test.each([
    [
      `current-context: a\n  token: ${TOKEN}\n`,
      'line 2, column 8: bad indentation of a mapping entry',
    ],
    [`users: [{ user: { token: "${TOKEN}\\q" } }]\n`, 'unknown escape sequence'],
    [`token: *${TOKEN}\n`, 'unidentified alias'],
    [`token: !${TOKEN} x\n`, 'unknown'],
    [`token: !${TOKEN}!x x\n`, ''],
  ])(
    'of one that is no YAML the place is told, and nothing that stands there: %j',
    async (text, why) => {
      const file = folder.write('slip', text)
      const read = await sallyport('get', 'all', '--kubeconfig', file)
      const given = await sallyportIn({ stdin: text }, 'get', 'all', '--kubeconfig', '-')
      const usual = await sallyportWith({ KUBECONFIG: file }, 'get', 'all')
      for (const { code, err } of [read, given, usual]) {
        expect(code).toBe(1)
        expect(err).toMatch(/ cannot be read: line \d+, column \d+: [a-z]/)
        expect(err).toContain(why)
        expect(err).not.toContain('hunter2')
      }
    },
  )

  test('of several in KUBECONFIG the first says which context is current, and who is missing is passed over', async () => {
    const first = folder.write('first', KUBECONFIG.replace('current-context: production\n', ''))
    const second = folder.write(
      'second',
      KUBECONFIG.replaceAll('production', 'later').replace(':1"', ':2"'),
    )
    const { code, err } = await sallyportWith(
      { KUBECONFIG: `/nowhere/config:${first}:${second}` },
      'get',
      'routes',
    )
    expect(code).toBe(1)
    // The context is that of the second file, the cluster of its name that of the first.
    expect(err).toMatch(
      /^sallyport: ProtectedRoute objects of the namespace default cannot be read from https:\/\/127\.0\.0\.1:1: /,
    )
  })

  test('it may come by standard input, and a server that does not answer ends with 1', async () => {
    const { code, out, err } = await sallyportIn(
      { stdin: KUBECONFIG },
      ...['get', 'routes', '-A', '--kubeconfig', '-'],
    )
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toMatch(
      /^sallyport: ProtectedRoute objects of every namespace cannot be read from https:\/\/127\.0\.0\.1:1: .*kubeconfig names the right server\.\n$/,
    )
  })
})
