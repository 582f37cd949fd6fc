import { describe, expect, it } from 'vitest'
import type { Policy } from '../../../../src/core/policy/policy.ts'
import { finish } from '../../../../src/core/time/steps.ts'
import { type Compilation, type Compiler, createCompiler } from '../../../../src/policy/compile.ts'
import type { ProtectedRoute, Resource } from '../../../../src/policy/resource/resource.ts'
import { policyOf, sha256 } from '../../../support/compiled.ts'
import {
  anIdentityProvider,
  anOidcClient,
  aProtectedRoute,
  aSecret,
} from '../../../support/resources.ts'

const MANY = 20_000

const hostOf = (at: number): string => `r${at}.example.com`

/** Routes, and how often any of them was looked into. */
const countedRoutes = (count: number) => {
  let looks = 0
  const { spec } = aProtectedRoute('shop/shop', { clientRef: { name: 'shop', namespace: 'shop' } })
  const counted = (at: number, changes: Partial<ProtectedRoute['spec']> = {}): ProtectedRoute => {
    const own = { ...spec, hosts: [hostOf(at)], ...changes }
    return {
      kind: 'ProtectedRoute',
      metadata: { namespace: `ns${at % 100}`, name: `r${at}`, labels: {}, annotations: {} },
      get spec() {
        looks += 1
        return own
      },
    }
  }
  return {
    counted,
    routes: Array.from({ length: count }, (_, at) => counted(at)),
    looks: () => looks,
  }
}

const ALL = { from: 'All' } as const

const BASE = [
  anIdentityProvider(),
  anOidcClient('shop/shop', { allowedNamespaces: ALL }),
  aSecret(),
]

const compiling = () => {
  let hashed = 0
  const compiler = createCompiler({
    hash: (text) => {
      hashed += 1
      return sha256(text)
    },
    options: { allowInsecureIssuers: false },
  })
  return { compiler, hashed: () => hashed }
}

const next = (
  compiler: Compiler,
  resources: readonly Resource[],
  before?: Compilation,
): Compilation =>
  finish(
    compiler.steps({
      resources,
      invalid: [],
      ...(before === undefined ? {} : { previous: before.lastGood }),
    }),
  )

const policiesOf = (compilation: Compilation, count: number): readonly Policy[] =>
  Array.from({ length: count }, (_, at) => policyOf(compilation, hostOf(at)))

const differing = (a: readonly unknown[], b: readonly unknown[]): readonly number[] =>
  a.flatMap((one, at) => (one === b[at] ? [] : [at]))

describe('one edit among 20,000 routes', () => {
  it('has that one read, and gives that one alone a new policy', () => {
    const { counted, routes, looks } = countedRoutes(MANY)
    const { compiler, hashed } = compiling()
    const first = next(compiler, [...BASE, ...routes])
    const perRoute = looks() / MANY
    const [looked, made] = [looks(), hashed()]
    const again = next(compiler, [...BASE, ...routes], first)
    expect(looks()).toBe(looked)
    const edited = routes.with(7, counted(7, { authorize: [{ claim: 'groups', anyOf: ['a'] }] }))
    const second = next(compiler, [...BASE, ...edited], again)
    expect(looks() - looked).toBeLessThanOrEqual(perRoute)
    expect(hashed()).toBe(made)
    expect(differing(policiesOf(first, MANY), policiesOf(second, MANY))).toEqual([7])
  })

  it('never looks into more than some of them in one step, at the first compilation either', () => {
    const { routes, looks } = countedRoutes(2_000)
    const { compiler } = compiling()
    const steps = compiler.steps({ resources: [...BASE, ...routes], invalid: [] })
    let most = 0
    for (let before = 0; ; before = looks()) {
      const { done } = steps.next()
      most = Math.max(most, looks() - before)
      if (done === true) break
    }
    expect(most).toBeLessThanOrEqual((16 * looks()) / 2_000)
  })
})

describe('what an edit does not change', () => {
  const shop = anOidcClient('shop/shop', { allowedNamespaces: ALL })
  const blog = anOidcClient('blog/blog', {
    providerRef: { name: 'keycloak', namespace: 'shop' },
    displayName: 'blog',
  })
  const provider = anIdentityProvider('shop/keycloak', { allowedNamespaces: ALL })
  const secrets = [aSecret(), aSecret('blog/shop-oidc')]
  const route = (name: string, spec: Partial<ProtectedRoute['spec']> = {}): ProtectedRoute =>
    aProtectedRoute(name, {
      hosts: [`${name.replace('/', '.')}.example.com`],
      rules: [
        {
          name: 'all',
          match: [{ path: { prefix: '/all' } }],
          public: false,
          authorize: [{ claim: 'groups', exists: true }],
        },
      ],
      ...spec,
    })
  const ofShop = route('shop/a')
  const alsoOfShop = route('shop/b')
  const ofBlog = route('blog/a', { clientRef: { name: 'blog' } })
  const all = [provider, shop, blog, ...secrets, ofShop, alsoOfShop, ofBlog]
  const hosts = ['shop.a.example.com', 'shop.b.example.com', 'blog.a.example.com']
  const put = (one: Resource): readonly Resource[] =>
    all.map((each) =>
      each.kind === one.kind &&
      each.metadata.name === one.metadata.name &&
      each.metadata.namespace === one.metadata.namespace
        ? one
        : each,
    )

  /** The hosts whose policy, and every rule of it, is another object after the edit. */
  const changedBy = (one: Resource): readonly string[] => {
    const { compiler } = compiling()
    const first = next(compiler, all)
    const second = next(compiler, put(one), first)
    const rulesOf = ({ rules, fallback }: Policy): readonly unknown[] => [...rules, fallback]
    return hosts.filter((host) => {
      const [before, now] = [policyOf(first, host), policyOf(second, host)]
      const isOther = before !== now
      const others = differing(rulesOf(before), rulesOf(now)).length
      expect(others).toBe(isOther ? rulesOf(before).length : 0)
      return isOther
    })
  }

  it('keeps its policy with every rule as the same object, and what it does change does not', () => {
    expect(changedBy(route('shop/a', { onUnauthenticated: 'Challenge' }))).toEqual([hosts[0]])
  })

  it('is nothing that stands on an edited client, its secret or its provider', () => {
    const scopes = ['openid', 'email']
    expect(changedBy(anOidcClient('shop/shop', { allowedNamespaces: ALL, scopes }))).toEqual(
      hosts.slice(0, 2),
    )
    expect(changedBy(aSecret('blog/shop-oidc', { 'client-secret': 'another' }))).toEqual([hosts[2]])
    const issuer = 'https://other.example.com'
    const moved = anIdentityProvider('shop/keycloak', { allowedNamespaces: ALL, issuer })
    expect(changedBy(moved)).toEqual(hosts)
  })

  it('is nothing whose namespace sets other headers now', () => {
    const upstream = {
      accessToken: 'None',
      headers: [{ name: 'x-roles', claim: 'roles' }],
    } as const
    expect(changedBy(route('shop/a', { upstream }))).toEqual(hosts.slice(0, 2))
  })

  it('is all there is where the same was read anew', () => {
    expect(changedBy(ofShop)).toEqual([])
  })
})
