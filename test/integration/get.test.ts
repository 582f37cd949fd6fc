import { writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse, parseAllDocuments, stringify } from 'yaml'
import { type RunningKubeApiserver, startKubeApiserver } from '../support/parts/kube-apiserver.ts'
import type { KubernetesObject } from '../support/parts/kubernetes-client.ts'
import { installSallyportCrds } from '../support/parts/sallyport-crds.ts'
import { type TemporaryFolder, temporaryFolder } from '../support/parts/temporary-folder.ts'
import { SHOP } from '../support/resource-folder.ts'
import { sallyport, sallyportIn, sallyportWith } from '../unit/cli/run.ts'

let cluster: RunningKubeApiserver
let bare: RunningKubeApiserver
let folder: TemporaryFolder
let kubeconfig: string

const NOW = '2026-11-01T00:00:00Z'

const condition = (type: string, status: string, reason: string, message: string) => ({
  type,
  status,
  reason,
  message,
  lastTransitionTime: NOW,
})

const CONFLICT =
  'spec.hosts[0]: shop.example.com belongs to ProtectedRoute shop/shop: remove it here or there.'

const statusOfShop = (generation: number) => ({
  observedGeneration: generation,
  conditions: [
    condition('Accepted', 'True', 'Accepted', 'The object is right as it is written.'),
    condition('ResolvedRefs', 'True', 'ResolvedRefs', 'Everything it refers to is there.'),
    condition('Programmed', 'True', 'Programmed', 'In force.'),
    condition('Ready', 'True', 'Ready', 'In force.'),
  ],
  hosts: [{ host: 'shop.example.com', state: 'Programmed', lastCheckTime: NOW }],
  lastCheckTime: NOW,
})

const statusOfWiki = {
  observedGeneration: 1,
  conditions: [
    condition('Accepted', 'False', 'HostConflict', CONFLICT),
    condition('ResolvedRefs', 'True', 'ResolvedRefs', 'Everything it refers to is there.'),
    condition(
      'Programmed',
      'False',
      'HostConflict',
      'Every host of this route belongs to another route.',
    ),
    condition(
      'Ready',
      'False',
      'HostConflict',
      'Every host of this route belongs to another route.',
    ),
  ],
  hosts: [{ host: 'shop.example.com', state: 'Conflicted', conflictingWith: 'shop/shop' }],
}

/** The same server by two contexts: one whose namespace is shop, and one that names none. */
const contexts = (server: RunningKubeApiserver, other: RunningKubeApiserver): string => {
  const config = parse(server.kubeconfig())
  const another = parse(other.kubeconfig())
  const [{ cluster: there }] = another.clusters
  const [{ user }] = another.users
  return stringify({
    ...config,
    clusters: [...config.clusters, { name: 'bare', cluster: there }],
    users: [...config.users, { name: 'bare', user }],
    contexts: [
      ...config.contexts,
      { name: 'shop', context: { cluster: 'tests', user: 'user', namespace: 'shop' } },
      { name: 'bare', context: { cluster: 'bare', user: 'bare' } },
    ],
  })
}

const writeStatus = (object: KubernetesObject, status: object) =>
  cluster.admin.apply({ ...object, spec: undefined, status }, { subresource: 'status' })

beforeAll(async () => {
  ;[cluster, bare] = await Promise.all([startKubeApiserver(), startKubeApiserver()])
  await installSallyportCrds(cluster.admin)
  for (const name of ['shop', 'wiki']) {
    await cluster.admin.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  }
  const objects = parseAllDocuments(SHOP).map((one) => one.toJS() as KubernetesObject)
  for (const object of objects) await cluster.admin.apply(object)
  const [, , route] = objects
  if (route === undefined) throw new Error('The shop has no route')
  const metadata = { name: 'wiki', namespace: 'wiki' }
  const wiki = {
    ...route,
    metadata,
    spec: { hosts: ['shop.example.com'], clientRef: { name: 'x' } },
  }
  await cluster.admin.apply(wiki)
  await writeStatus(route, statusOfShop(1))
  await writeStatus(wiki, statusOfWiki)
  folder = await temporaryFolder('get')
  kubeconfig = `${folder.path}/config`
  await writeFile(kubeconfig, contexts(cluster, bare), { mode: 0o600 })
})

afterAll(async () => {
  await Promise.all([cluster.stop(), bare.stop()])
  await folder.remove()
})

const get = (...argv: readonly string[]) => sallyport('get', ...argv, '--kubeconfig', kubeconfig)

describe('which cluster and namespace', () => {
  test('the namespace is that of the context, else default; -n and -A win', async () => {
    expect((await get('routes', '-o', 'name', '--context', 'shop')).out).toBe(
      'protectedroute.sallyport.dev/shop\n',
    )
    expect(await get('routes')).toEqual({
      code: 0,
      out: '',
      err: 'There is no ProtectedRoute in namespace default.\n',
    })
    const wiki = await get('routes', '-n', 'wiki', '-o', 'name')
    expect(wiki.out).toBe('protectedroute.sallyport.dev/wiki\n')
    const all = await get('routes', '-A', '-n', 'wiki')
    expect(all.out).toMatch(/^NAMESPACE .*\nshop +shop .*\nwiki +wiki /)
  })

  test('the kubeconfig is that of KUBECONFIG where none is named, or comes by standard input', async () => {
    const argv = ['get', 'clients', '--context', 'shop', '-o', 'name']
    const expected = { code: 0, out: 'oidcclient.sallyport.dev/shop\n', err: '' }
    expect(await sallyportWith({ KUBECONFIG: kubeconfig }, ...argv)).toEqual(expected)
    const stdin = contexts(cluster, bare)
    expect(await sallyportIn({ stdin }, ...argv, '--kubeconfig', '-')).toEqual(expected)
  })

  test('names may carry their namespace', async () => {
    const { code, out } = await get('routes', 'shop/shop', 'wiki/wiki', '-o', 'name')
    expect(code).toBe(0)
    expect(out).toBe('protectedroute.sallyport.dev/shop\nprotectedroute.sallyport.dev/wiki\n')
    const missing = await get('routes', 'wiki/wikki')
    expect(missing.code).toBe(1)
    expect(missing.err).toBe(
      'sallyport: There is no ProtectedRoute wikki in namespace wiki. Did you mean wiki?\n',
    )
  })

  test('names that kubectl takes are those that it prints', async () => {
    const { out } = await get('all', '-n', 'shop', '-o', 'name')
    for (const name of out.trimEnd().split('\n')) {
      expect(await cluster.kubectl('get', name, '-n', 'shop', '-o', 'name')).toBe(`${name}\n`)
    }
  })
})

describe('how objects stand', () => {
  test('a table of what the status says: hosts and owners, last check, and age', async () => {
    const { code, out } = await get('routes', '-A')
    expect(code).toBe(0)
    const [head = '', shop = '', wiki = ''] = out.split('\n')
    expect(head.split(/ {2,}/)).toEqual([
      ...[
        'NAMESPACE',
        'NAME',
        'HOSTS',
        'CLIENTS',
        'LAST CHECK',
        'ACCEPTED',
        'READY',
        'REASON',
        'AGE',
      ],
    ])
    expect(shop).toMatch(
      /^shop +shop +shop\.example\.com +shop +\d+[dhms] +True +True +Ready +\d+[dhms]$/,
    )
    expect(wiki).toMatch(
      / shop\.example\.com \(of shop\/shop\) +x +False +False +HostConflict +\d+[dhms]$/,
    )
    expect(out).toContain(`\nProtectedRoute wiki/wiki:\n  Accepted HostConflict: ${CONFLICT}\n`)
  })

  test('the same for a program', async () => {
    const { items } = JSON.parse((await get('routes', 'wiki', '-n', 'wiki', '-o', 'json')).out)
    expect(items).toEqual([
      {
        kind: 'ProtectedRoute',
        namespace: 'wiki',
        name: 'wiki',
        createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
        hosts: [{ host: 'shop.example.com', state: 'Conflicted', owner: 'shop/shop' }],
        clients: ['wiki/x'],
        conditions: statusOfWiki.conditions,
        problems: [{ condition: 'Accepted', reason: 'HostConflict', message: CONFLICT }],
      },
    ])
    const yaml = await get('routes', 'wiki', '-n', 'wiki', '-o', 'yaml')
    expect(parse(yaml.out)).toEqual({ items })
  })

  test('an object of which nobody has said anything is told as one', async () => {
    const { code, out } = await get('clients', '-n', 'shop')
    expect(code).toBe(0)
    expect(out).toMatch(/^shop +shop +keycloak +Unknown +Unknown +NoStatus +/m)
    expect(out).toContain('Ready NoStatus: Nobody has written its status: ')
  })

  test('a status about an earlier version is told as one', async () => {
    const [, , route] = parseAllDocuments(SHOP).map((one) => one.toJS() as KubernetesObject)
    if (route === undefined) throw new Error('The shop has no route')
    const spec = { ...Object(route.spec), hosts: ['shop.example.com', 'www.example.com'] }
    await cluster.admin.apply({ ...route, spec })
    const { items } = JSON.parse((await get('routes', '-n', 'shop', '-o', 'json')).out)
    expect(items[0].problems).toEqual([expect.objectContaining({ reason: 'Outdated' })])
    expect(items[0].hosts[1]).toEqual({ host: 'www.example.com' })
    await cluster.admin.apply(route)
    await writeStatus(route, statusOfShop(3))
  })
})

describe('what keeps them from being read', () => {
  test('resource types that are not installed', async () => {
    const { code, out, err } = await get('routes', '--context', 'bare')
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toContain('the API server answered 404')
    expect(err).toContain('the resource types are not installed there: apply deploy/crds')
  })

  test('credentials that do not count', async () => {
    const file = `${folder.path}/unknown`
    await writeFile(file, cluster.kubeconfig('nobody'), { mode: 0o600 })
    const { code, err } = await sallyport('get', 'all', '--kubeconfig', file)
    expect(code).toBe(1)
    expect(err).toContain('the API server answered 401')
    expect(err).toContain('the credentials of the kubeconfig do not count there')
  })

  test('rights that are missing, each kind by itself', async () => {
    const account = {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'reader', namespace: 'shop' },
    }
    await cluster.admin.apply(account)
    const { body } = await cluster.admin.call(
      'POST',
      '/api/v1/namespaces/shop/serviceaccounts/reader/token',
      { body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} } },
    )
    const file = `${folder.path}/reader`
    await writeFile(file, cluster.kubeconfig(Object(body.status).token), { mode: 0o600 })
    const { code, err } = await sallyport('get', 'all', '--kubeconfig', file, '-n', 'shop')
    expect(code).toBe(1)
    expect(err.trimEnd().split('\n')).toHaveLength(3)
    expect(err).toContain(
      'reading them takes the right to list on protectedroutes.sallyport.dev in the namespace shop',
    )
  })
})

test('every page of a long list is read', async () => {
  const names = Array.from({ length: 501 }, (_, at) => `p${at}`)
  await cluster.admin.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'many' } })
  for (let at = 0; at < names.length; at += 50) {
    await Promise.all(
      names.slice(at, at + 50).map((name) =>
        cluster.admin.create({
          apiVersion: 'sallyport.dev/v1alpha1',
          kind: 'IdentityProvider',
          metadata: { name, namespace: 'many' },
          spec: { issuer: `https://${name}.example.com` },
        }),
      ),
    )
  }
  const { out } = await get('providers', '-n', 'many', '-o', 'name')
  expect(out.trimEnd().split('\n').toSorted()).toEqual(
    names.map((name) => `identityprovider.sallyport.dev/${name}`).toSorted(),
  )
})
