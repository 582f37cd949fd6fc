import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { parseAllDocuments } from 'yaml'
import type { Resources } from '../../../src/app/resources.ts'
import type { Snapshot } from '../../../src/policy/applying/snapshot.ts'
import {
  type FakeKubeApi,
  startFakeKubeApi,
  type WrittenObject,
} from '../../support/fake-kube-api.ts'
import { type HandSetClock, handSetClock } from '../../support/hand-set-clock.ts'
import { type HandSetTimers, handSetTimers } from '../../support/hand-set-timers.ts'
import { type OpenedResources, openResources } from '../../support/opened-resources.ts'
import { SHOP, SHOP_SECRET } from '../../support/resource-folder.ts'
import { seededRandom } from '../../support/seeded-random.ts'

let api: FakeKubeApi
let clock: HandSetClock
let timers: HandSetTimers
let snapshot: Snapshot
let resources: Resources
let opened: OpenedResources

const open = (namespaces: readonly string[] = []): void => {
  const { kubeconfigFile } = api
  const leaderElection = { namespace: 'sallyport', leaseName: 'sallyport' }
  opened = openResources(
    { source: 'kubernetes', namespaces, kubeconfigFile, leaderElection },
    { clock, timers, random: seededRandom('cluster') },
  )
  resources = opened.resources
  snapshot = opened.snapshot
}

const swaps = (): number => opened.swaps()

beforeEach(async () => {
  api = await startFakeKubeApi()
  clock = handSetClock()
  timers = handSetTimers(clock)
  for (const object of parse(`${SHOP}---\n${SHOP_SECRET}`)) api.put(object)
  open()
})

afterEach(async () => {
  await resources.close()
  await api.stop()
})

const parse = (text: string): readonly WrittenObject[] =>
  parseAllDocuments(text).map((document) => document.toJS())

const putYaml = (text: string): void => {
  for (const object of parse(text)) api.put(object)
}

const hostState = (host = 'shop.example.com'): string =>
  snapshot.find({ host, contextExtensions: {} }).kind

const ownerOf = (host: string): string => {
  const lookup = snapshot.find({ host, contextExtensions: {} })
  return lookup.kind === 'found' ? lookup.policy.name : lookup.kind
}

/** Lets time pass until something is so. */
const until = (condition: () => boolean): Promise<void> =>
  vi.waitFor(
    () => {
      timers.pass(100)
      if (!condition()) throw new Error('not yet')
    },
    { timeout: 5_000, interval: 5 },
  )

const started = async (): Promise<void> => {
  void resources.start()
  await until(() => api.watching().length === 4 && snapshot.synced())
}

const logged = (text: string): boolean => opened.log.some((line) => line.includes(text))

const namesRead = (): readonly string[] => [
  ...new Set(
    api.requests
      .filter(({ plural }) => plural === 'secrets' || plural === 'configmaps')
      .map(({ plural, path, name }) => `${plural} ${path.split('/')[4]}/${name}`),
  ),
]

const secretNamed = (name: string): string => SHOP_SECRET.replace('shop-oidc', name)

const clientWith = (secret: string, extra = ''): string => `apiVersion: sallyport.dev/v1alpha1
kind: OIDCClient
metadata: { name: shop, namespace: shop }
spec:
  providerRef: { name: keycloak }
  clientId: shop
  authentication: { secretRef: { name: ${secret} } }
  ${extra}
`

/** A route that needs no Secret, with the provider that it needs. */
const apiRoute = (path: string, host: string, created = '2026-01-01T00:00:00Z'): string => {
  const [namespace, name] = path.split('/')
  return `apiVersion: sallyport.dev/v1alpha1
kind: IdentityProvider
metadata: { name: of-${name}, namespace: ${namespace} }
spec: { issuer: https://${name}.example.com }
---
apiVersion: sallyport.dev/v1alpha1
kind: ProtectedRoute
metadata: { name: ${name}, namespace: ${namespace}, creationTimestamp: "${created}" }
spec:
  hosts: [${host}]
  authenticate: [{ bearer: { providerRef: { name: of-${name} }, audiences: [blog] } }]
`
}

it('an edit is timed from the word of a watch to its effect, the settling included', async () => {
  await started()
  expect(opened.edits()).toEqual([])
  putYaml(SHOP.replace('hosts: [shop.example.com]', 'hosts: [moved.example.com]'))
  await until(() => hostState('moved.example.com') === 'found')
  expect(opened.edits()).toHaveLength(1)
  expect(opened.edits()[0]).toBeGreaterThanOrEqual(200)
})

describe('the first snapshot from the API server', () => {
  it('R30: comes when every kind was listed, and the log says which one is missing', async () => {
    api.refuse(({ plural }) =>
      plural === 'identityproviders' ? { status: 403, message: 'no right to list' } : undefined,
    )
    void resources.start()
    await until(() => logged('no right to list'))
    await until(() => api.watching().length === 2)
    expect(hostState()).toBe('not_synced')
    expect(opened.log).toContain(
      'IdentityProvider objects of every namespace cannot be read: the API server answered 403: no right to list; ' +
        'grant list and watch on identityproviders.sallyport.dev in every namespace.',
    )
    api.refuse(undefined)
    await until(() => hostState() === 'found')
    expect(logged('Resolved: IdentityProvider objects of every namespace')).toBe(true)
  })

  it('R30: has looked up every Secret before it is in force', async () => {
    await started()
    expect(hostState()).toBe('found')
    expect(swaps()).toBe(1)
    expect(resources.problems()).toBe(0)
  })

  it('reads the Secrets that are named, and no other', async () => {
    putYaml(secretNamed('of-somebody-else'))
    await started()
    expect(namesRead()).toEqual(['secrets shop/shop-oidc'])
  })

  it('looks into the named namespaces only', async () => {
    putYaml(apiRoute('blog/blog', 'blog.example.com'))
    open(['shop'])
    await started()
    expect(hostState('blog.example.com')).toBe('none')
    const read = api.requests.filter(({ path }) => !path.includes('/leases'))
    expect(read.every(({ path }) => path.includes('/namespaces/shop/'))).toBe(true)
  })

  const granting = (selector: string): string => `apiVersion: sallyport.dev/v1alpha1
kind: OIDCClient
metadata: { name: shop, namespace: shop }
spec:
  providerRef: { name: keycloak }
  clientId: shop
  authentication: { secretRef: { name: shop-oidc } }
  allowedNamespaces: { from: Selector, selector: ${selector} }
---
apiVersion: sallyport.dev/v1alpha1
kind: ProtectedRoute
metadata: { name: guest, namespace: guest, creationTimestamp: 2026-05-01T00:00:00Z }
spec: { hosts: [guest.example.com], clientRef: { name: shop, namespace: shop } }
`
  const namespace = (labels: Readonly<Record<string, string>>): void =>
    api.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'guest', labels } })

  it('R28: knows the labels of namespaces where a grant asks for them, and follows them', async () => {
    namespace({ team: 'web' })
    putYaml(granting('{ matchLabels: { team: web } }'))
    void resources.start()
    await until(() => snapshot.synced() && api.watching().includes('namespaces'))
    expect(hostState('guest.example.com')).toBe('found')
    namespace({ team: 'ops' })
    await until(() => hostState('guest.example.com') === 'broken')
    putYaml(granting('{ matchLabels: { kubernetes.io/metadata.name: guest } }'))
    await until(() => hostState('guest.example.com') === 'found')
    await until(() => !api.watching().includes('namespaces'))
  })

  it('R28: grants nothing by labels that it may not read, and says which right is missing', async () => {
    namespace({})
    putYaml(granting('{ matchExpressions: [{ key: team, operator: DoesNotExist }] }'))
    api.refuse(({ plural }) =>
      plural === 'namespaces' ? { status: 403, message: 'namespaces is forbidden' } : undefined,
    )
    void resources.start()
    await until(() => snapshot.synced())
    expect(hostState('guest.example.com')).toBe('broken')
    expect(hostState()).toBe('found')
    expect(opened.log).toContain(
      'The labels of namespaces cannot be read: the API server answered 403: namespaces is forbidden; ' +
        'grant list and watch on namespaces in the whole cluster.',
    )
    api.refuse(undefined)
    await until(() => hostState('guest.example.com') === 'found')
  })

  it('R28: reads no namespaces where only some are looked into', async () => {
    namespace({ team: 'web' })
    putYaml(granting('{ matchLabels: { team: web } }'))
    open(['shop', 'guest'])
    void resources.start()
    await until(() => snapshot.synced())
    expect(hostState('guest.example.com')).toBe('broken')
    expect(api.requests.some(({ plural }) => plural === 'namespaces')).toBe(false)
  })

  it('gives a host to the route that the API server created first', async () => {
    putYaml(apiRoute('a/late', 'www.example.com', '2026-02-01T00:00:00Z'))
    putYaml(apiRoute('b/early', 'www.example.com'))
    await started()
    expect(ownerOf('www.example.com')).toBe('b/early')
  })
})

describe('a change in the cluster', () => {
  it('is one swap, however many objects it touches', async () => {
    await started()
    for (const name of ['a', 'b', 'c', 'd']) {
      putYaml(apiRoute(`blog/${name}`, `${name}.example.com`))
    }
    await until(() => hostState('d.example.com') === 'found')
    expect(hostState('a.example.com')).toBe('found')
    expect(swaps()).toBe(2)
  })

  it('that changes nothing of the content swaps nothing', async () => {
    await started()
    putYaml(SHOP)
    putYaml(apiRoute('blog/blog', 'blog.example.com'))
    await until(() => hostState('blog.example.com') === 'found')
    expect(swaps()).toBe(2)
    putYaml(SHOP)
    const asked = clock.nowMs()
    await until(() => clock.nowMs() > asked + 3_000)
    expect(swaps()).toBe(2)
  })

  it('R29: an invalid edit leaves the last good version in force, with the Secret that it needs', async () => {
    await started()
    putYaml(clientWith('another', 'scopes: 5'))
    await until(() => resources.problems() > 0)
    expect(hostState()).toBe('found')
    expect(namesRead()).toEqual(['secrets shop/shop-oidc'])
    expect(logged('OIDCClient shop/shop spec.scopes: ')).toBe(true)
  })

  it('R29: a Secret that is deleted breaks the hosts that need it, and only those', async () => {
    putYaml(apiRoute('blog/blog', 'blog.example.com'))
    await started()
    api.remove('Secret', 'shop/shop-oidc')
    await until(() => hostState() === 'broken')
    expect(hostState('blog.example.com')).toBe('found')
  })

  it('R29: a Secret that may not be read breaks the hosts that need it, and the problem says why', async () => {
    putYaml(apiRoute('blog/blog', 'blog.example.com'))
    api.refuse(({ plural }) =>
      plural === 'secrets'
        ? { status: 403, message: 'secrets "shop-oidc" is forbidden' }
        : undefined,
    )
    void resources.start()
    await until(() => snapshot.synced())
    expect(hostState()).toBe('broken')
    expect(hostState('blog.example.com')).toBe('found')
    const why =
      'Secret shop/shop-oidc cannot be read: the API server answered 403: secrets "shop-oidc" is forbidden; ' +
      'grant list and watch on secrets in the namespace shop'
    expect(opened.log).toContain(`${why}.`)
    expect(opened.log).toContain(
      `OIDCClient shop/shop spec.authentication.secretRef: ${why}; the hosts that need it answer 503 until it is mended.`,
    )
  })

  it('the annotation that ends older sessions is read, and a bad one is told and changes nothing', async () => {
    await started()
    const revokedOf = () => {
      const lookup = snapshot.find({ host: 'shop.example.com', contextExtensions: {} })
      return lookup.kind === 'found' ? lookup.policy.clients[0]?.session.revokeBeforeMs : undefined
    }
    const annotated = (time: string): string =>
      SHOP.replace(
        'kind: OIDCClient\nmetadata: { name: shop, namespace: shop }',
        `kind: OIDCClient\nmetadata: { name: shop, namespace: shop, annotations: { sallyport.dev/revoke-before: "${time}" } }`,
      )
    putYaml(annotated('2026-11-24T18:00:00Z'))
    await until(() => revokedOf() === Date.UTC(2026, 10, 24, 18))
    putYaml(annotated('yesterday'))
    await until(() => resources.problems() > 0)
    expect(revokedOf()).toBe(Date.UTC(2026, 10, 24, 18))
    const place = 'OIDCClient shop/shop metadata.annotations["sallyport.dev/revoke-before"]: '
    expect(logged(`${place}The time "yesterday" is not one of RFC 3339`)).toBe(true)
  })

  it('R29: a reference to another Secret takes effect when that Secret is there, without a gap', async () => {
    await started()
    const states = new Set<string>()
    putYaml(secretNamed('another'))
    putYaml(clientWith('another'))
    await until(() => {
      states.add(hostState())
      return swaps() === 2
    })
    states.add(hostState())
    expect([...states]).toEqual(['found'])
    await until(() => api.watching().length === 4)
    expect(namesRead()).toEqual(['secrets shop/shop-oidc', 'secrets shop/another'])
  })

  it('R29: a route that is deleted protects nothing any more', async () => {
    await started()
    api.remove('ProtectedRoute', 'shop/shop')
    await until(() => hostState() === 'none')
  })
})

describe('an API server that is away', () => {
  it('R30: takes nothing away, is told once, and shows in how old the news is', async () => {
    await started()
    await api.takeDown()
    await until(() => logged('The API server cannot be followed: '))
    clock.advance(70_000)
    expect(hostState()).toBe('found')
    expect(resources.troubles()).toEqual([
      expect.stringMatching(
        /^The resources may be out of date: .* last heard [0-9]+ seconds ago\.$/,
      ),
      expect.stringMatching(/^The API server cannot be followed: /),
    ])
    expect(opened.log.filter((line) => line.startsWith('The API server cannot'))).toHaveLength(1)
    putYaml(apiRoute('blog/blog', 'blog.example.com'))
    await api.bringUp()
    await until(() => hostState('blog.example.com') === 'found')
    await until(() => resources.troubles().length === 0)
    expect(resources.stalenessMs()).toBeLessThan(60_000)
  })

  it('keeps nobody from closing', async () => {
    await api.takeDown()
    const starting = resources.start()
    await until(() => logged('The API server cannot be followed: '))
    await resources.close()
    await starting
    expect(timers.waiting()).toEqual([])
    await api.bringUp()
  })
})

it('B12: the status of a client follows what its last login lacked', async () => {
  const statusOf = (): string => JSON.stringify(api.get('OIDCClient', 'shop/shop')?.status ?? {})
  await started()
  expect(opened.wanted()).toEqual([['shop/shop', ['email', 'groups']]])
  await until(() => statusOf().includes('Logins work.'))
  opened.setAbsent({ names: ['email'], fields: ['claims.userinfo'] })
  await until(() => statusOf().includes('"absentClaims":["email"]'))
  expect(statusOf()).toContain(
    'Logins work. Note: at the last login there was no claim email, which headers or rules name; claims.userinfo would have more looked at.',
  )
  opened.setAbsent(undefined)
  await until(() => !statusOf().includes('email'))
})
