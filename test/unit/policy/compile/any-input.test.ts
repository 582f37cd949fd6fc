import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CompileInput } from '../../../../src/policy/compile.ts'
import type { OIDCClient, Resource } from '../../../../src/policy/resource/resource.ts'
import { compiled, find, recompiled } from '../../../support/compiled.ts'
import {
  anIdentityProvider,
  anOidcClient,
  aProtectedRoute,
  aSecret,
} from '../../../support/resources.ts'

const SECRET = 'hunter2'

const optional = <T>(key: string, value: fc.Arbitrary<T>) =>
  fc.option(value, { nil: undefined }).map((v) => (v === undefined ? {} : { [key]: v }))

/** Mostly right, so that whole configurations often are, and sometimes anything. */
const usually = <T>(good: readonly T[], bad: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 19, arbitrary: fc.constantFrom(...good) }, { weight: 1, arbitrary: bad })

const namespace = fc.constantFrom('a', 'b')
const name = fc.constantFrom('x', 'y')
const objectName = fc.tuple(namespace, name).map((parts) => parts.join('/'))
const age = fc.option(fc.nat(3), { nil: undefined })
const ref = fc
  .tuple(fc.record({ name }), optional('namespace', namespace))
  .map(([named, placed]) => ({ ...named, ...placed }))
const text = fc.oneof(
  fc.constantFrom('', '/', '/a', 'a', '/a/', '/a%', '30s', '1h', 'https://a.example', '(a+)+'),
  fc.string({ unit: 'binary', maxLength: 12 }),
)
const host = usually(['a.example', 'b.example', '*.example', '*.b.example', 'c.b.example'], text)
const claimValue = fc.oneof(text, fc.boolean(), fc.double())
const claim = usually(['email', '/a~1b'], text)
const allowedNamespaces = fc.oneof(
  fc.constantFrom({ from: 'Same' as const }, { from: 'All' as const }),
  fc.record({
    from: fc.constant('Selector' as const),
    selector: fc.record({ matchLabels: fc.dictionary(text, namespace, { maxKeys: 2 }) }),
  }),
)

const provider = fc
  .tuple(
    objectName,
    fc.record({
      issuer: usually(['https://a.example'], text),
      clockSkew: usually(['30s'], text),
      allowedNamespaces,
    }),
    optional('tls', fc.record({ caRef: fc.constant({ kind: 'Secret', name: 'x', key: 'k' }) })),
    optional('endpoints', fc.record({ jwks: usually(['https://a.example/jwks'], text) })),
    age,
  )
  .map(([path, spec, tls, endpoints, created]) =>
    anIdentityProvider(path, { ...spec, ...tls, ...endpoints }, created),
  )

const authentication = fc
  .tuple(
    fc.constantFrom<OIDCClient['spec']['authentication']['method']>(
      'client_secret_basic',
      'client_secret_jwt',
      'private_key_jwt',
      'none',
      'none',
      'none',
    ),
    optional('secretRef', fc.record({ name, key: usually(['k'], fc.constant('l')) })),
    optional('privateKeyRef', fc.record({ name, key: usually(['k'], fc.constant('l')) })),
  )
  .map(([chosen, secretRef, privateKeyRef]) => ({
    method: chosen,
    ...secretRef,
    ...privateKeyRef,
  }))

const callback = fc
  .tuple(
    fc.record({ path: usually(['/callback', '/other'], text) }),
    optional('host', usually(['a.example', 'c.b.example', 'login.example'], text)),
  )
  .map(([base, placed]) => ({ ...base, ...placed }))

const cookie = fc
  .tuple(
    fc.constant({ sameSite: 'Lax' as const, partitioned: false }),
    optional('name', usually(['__Host-a', '__Secure-sallyport'], text)),
    optional('domain', usually(['b.example', 'example'], text)),
  )
  .map(([base, named, shared]) => ({ ...base, ...named, ...shared }))

const client = fc
  .tuple(
    objectName,
    fc.record({
      providerRef: ref,
      clientId: text,
      authentication,
      callback,
      session: cookie.map((one) => ({ ...anOidcClient().spec.session, cookie: one })),
      allowedNamespaces,
    }),
    age,
  )
  .map(([path, spec, created]) => anOidcClient(path, spec, created))

const method = fc.oneof(
  { weight: 9, arbitrary: fc.constant({ session: {} }) },
  fc.record({
    bearer: fc.record({
      providerRef: ref,
      audiences: fc.array(text, { minLength: 1, maxLength: 2 }),
      maxBytes: fc.constant(65_536),
    }),
  }),
  fc.constant({}),
)
const path = fc.oneof(
  { weight: 9, arbitrary: fc.record({ exact: usually(['/a'], text) }) },
  { weight: 9, arbitrary: fc.record({ prefix: usually(['/b'], text) }) },
  { weight: 9, arbitrary: fc.record({ pattern: usually(['/c/.*'], text) }) },
  { weight: 1, arbitrary: fc.constant({}) },
)
const values = fc.array(claimValue, { minLength: 1, maxLength: 2 })
const networks = fc.array(
  usually(
    ['10.0.0.0/8', '::/0'],
    fc.oneof(text, fc.constantFrom('10.1.0.0/8', '::1/0', '1.2.3.4')),
  ),
  { maxLength: 2 },
)
const matched = fc
  .tuple(fc.array(usually(['a.*'], text), { maxLength: 2 }), optional('ignoreCase', fc.boolean()))
  .map(([matches, cased]) => ({ matches, ...cased }))
const domains = fc.array(usually(['a.example', '*.a.example'], text), { maxLength: 2 })
const alternative = fc.oneof(
  { weight: 9, arbitrary: fc.record({ scopes: fc.array(text, { maxLength: 2 }) }) },
  { weight: 9, arbitrary: fc.record({ claim, anyOf: values }) },
  { weight: 9, arbitrary: fc.record({ claim, exists: fc.boolean() }) },
  { weight: 3, arbitrary: fc.tuple(claim, matched).map(([at, all]) => ({ claim: at, ...all })) },
  { weight: 3, arbitrary: fc.record({ emailDomains: domains, allowUnverified: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ sourceAddresses: networks }) },
  { weight: 1, arbitrary: fc.constant({}) },
)
const clause = fc.oneof(
  { weight: 9, arbitrary: alternative },
  { weight: 2, arbitrary: fc.record({ any: fc.array(alternative, { maxLength: 2 }) }) },
)
const headers = fc.array(fc.record({ name: usually(['x-user', 'x-role'], text), claim }), {
  maxLength: 2,
})
const condition = fc.oneof(
  fc.record({ name: usually(['x-kind'], text), value: text }),
  fc.record({ name: usually(['x-kind', 'x-user'], text), pattern: usually(['a.*'], text) }),
)
const match = fc
  .tuple(
    optional('path', path),
    optional('methods', fc.array(text, { maxLength: 2 })),
    optional('headers', fc.array(condition, { maxLength: 2 })),
    optional('sourceAddresses', networks),
  )
  .map(([onPath, ...others]) => ({ ...onPath, ...others[0], ...others[1], ...others[2] }))
const rule = fc
  .tuple(
    fc.record({
      name,
      match: fc.array(match, { minLength: 1, maxLength: 2 }),
      public: usually([false], fc.constant(true)),
    }),
    optional('authenticate', fc.array(method, { maxLength: 2 })),
    optional('authorize', fc.array(clause, { maxLength: 2 })),
    optional('upstream', fc.record({ headers })),
  )
  .map(([base, ...parts]) => ({ ...base, ...parts[0], ...parts[1], ...parts[2] }))

const route = fc
  .tuple(
    objectName,
    fc.record({
      hosts: fc.uniqueArray(host, { maxLength: 3 }),
      authenticate: fc.array(method, { maxLength: 2 }),
      onUnauthenticated: fc.constantFrom('Auto' as const, 'Login' as const),
      authorize: fc.array(clause, { maxLength: 2 }),
      rules: fc.array(rule, { maxLength: 2 }),
    }),
    optional('clientRefs', fc.uniqueArray(ref, { selector: (one) => one.name, maxLength: 2 })),
    age,
  )
  .chain(([routeName, spec, several, created]) =>
    fc.tuple(fc.boolean(), ref).map(([isOne, clientRef]) => {
      const { clientRef: _, ...others } = aProtectedRoute(routeName, spec, created).spec
      const refs = isOne || !('clientRefs' in several) ? { clientRef } : several
      const made = aProtectedRoute(routeName, {}, created)
      return { ...made, spec: { ...others, ...refs } }
    }),
  )

const secret = fc
  .tuple(objectName, usually([SECRET], fc.constantFrom(`${SECRET}\n${SECRET}`, '')))
  .map(([secretName, value]) => aSecret(secretName, { k: value }))

const keyOf = ({ kind, metadata }: Resource): string =>
  `${kind} ${metadata.namespace}/${metadata.name}`

/** What there is unless the random resources have another of the same name. */
const shared: readonly Resource[] = ['a/x', 'b/x', 'b/y'].flatMap((path, index) => [
  anIdentityProvider(path, { allowedNamespaces: { from: 'All' } }),
  anOidcClient(
    path,
    {
      providerRef: { name: 'x' },
      displayName: path,
      authentication: { method: 'none' },
      callback: {
        path: `/${path}/callback`,
        ...[{ host: 'login.example' }, { host: 'a.example' }, {}][index],
      },
      logout: { ...anOidcClient().spec.logout, path: `/${path}/logout` },
      session: {
        ...anOidcClient().spec.session,
        cookie: { name: `__Host-${path.replace('/', '-')}`, sameSite: 'Lax', partitioned: false },
      },
      allowedNamespaces: { from: 'All' },
    },
    index,
  ),
])

const resources: fc.Arbitrary<readonly Resource[]> = fc
  .uniqueArray<Resource, string>(fc.oneof(provider, client, route, route, secret), {
    selector: keyOf,
    maxLength: 20,
  })
  .map((random) => {
    const taken = new Set(random.map(keyOf))
    return [...random, ...shared.filter((resource) => !taken.has(keyOf(resource)))]
  })

const invalid: fc.Arbitrary<CompileInput['invalid']> = fc.uniqueArray(
  fc.record({
    kind: fc.constantFrom('IdentityProvider', 'OIDCClient', 'ProtectedRoute', 'Secret'),
    namespace: fc.constant('refused'),
    name,
    hosts: fc.array(host, { maxLength: 2 }),
  }),
  { selector: ({ kind, name: refusedName }) => `${kind} ${refusedName}`, maxLength: 2 },
)

interface Marks {
  readonly callback: string
  readonly logout: string
  readonly cookie: string
  readonly displayName: string
}

const exactHosts = ['a.example', 'b.example', 'c.b.example']

describe('whatever the resources are', () => {
  test('compiling never throws, and every problem is a sentence about an object that is there', () => {
    fc.assert(
      fc.property(resources, invalid, (objects, refused) => {
        const { problems } = compiled(objects, { invalid: refused })
        const known = new Set([
          ...objects.map(keyOf),
          ...refused.map((r) => `${r.kind} ${r.namespace}/${r.name}`),
        ])
        for (const { object, message } of problems) {
          expect(known).toContain(`${object.kind} ${object.namespace}/${object.name}`)
          expect(message).toMatch(/^[A-Z`].*\.$/s)
        }
      }),
      { numRuns: 300 },
    )
  })

  test('R29: a host that any route names is answered by a policy or by 503, never by nothing', () => {
    fc.assert(
      fc.property(resources, (objects) => {
        const compilation = compiled(objects)
        const named = objects.flatMap((o) => (o.kind === 'ProtectedRoute' ? o.spec.hosts : []))
        for (const asked of exactHosts.filter((h) => named.includes(h))) {
          expect(find(compilation, asked).kind).not.toBe('none')
        }
      }),
      { numRuns: 300 },
    )
  })

  test('R28: a client that can be used is called back where its host answers for it, or not at all', () => {
    fc.assert(
      fc.property(resources, (objects) => {
        const compilation = compiled(objects)
        for (const { name: used, callbackHost } of compilation.clients) {
          if (callbackHost === undefined) continue
          const found = find(compilation, callbackHost)
          const answering =
            found.kind === 'callbacks'
              ? found.clients
              : found.kind === 'found'
                ? found.policy.clients
                : undefined
          if (answering === undefined) expect(found.kind).toBe('broken')
          else expect(answering.map((one) => one.name)).toContain(used)
        }
      }),
      { numRuns: 300 },
    )
  })

  test('R17: clients of one route are refused if, and only if, two share a path, a cookie or a name', () => {
    const mark = (prefix: string) => fc.constantFrom('a', 'b', 'c', 'd').map((one) => prefix + one)
    const marks = fc.record({
      callback: mark('/'),
      logout: mark('/'),
      cookie: mark('__Host-'),
      displayName: mark(''),
    })
    const clientWith = (one: Marks, at: number) =>
      anOidcClient(`a/c${at}`, {
        providerRef: { name: 'x' },
        displayName: one.displayName,
        authentication: { method: 'none' },
        callback: { path: one.callback },
        logout: { ...anOidcClient().spec.logout, path: one.logout },
        session: {
          ...anOidcClient().spec.session,
          cookie: { name: one.cookie, sameSite: 'Lax', partitioned: false },
        },
      })
    const isApart = (values: readonly string[]) => new Set(values).size === values.length
    let seen = 0
    fc.assert(
      fc.property(fc.array(marks, { minLength: 2, maxLength: 2 }), (all) => {
        const clientRefs = all.map((_, at) => ({ name: `c${at}` }))
        const { clientRef: _, ...spec } = aProtectedRoute('a/x', { hosts: ['a.example'] }).spec
        const route = { ...aProtectedRoute('a/x'), spec: { ...spec, clientRefs } }
        const objects = [anIdentityProvider('a/x'), ...all.map(clientWith), route]
        const areApart =
          isApart(all.flatMap(({ callback, logout }) => [callback, logout])) &&
          isApart(all.map((one) => one.cookie)) &&
          isApart(all.map(({ displayName }) => displayName))
        if (areApart) seen += 1
        expect(find(compiled(objects), 'a.example').kind).toBe(areApart ? 'found' : 'broken')
      }),
      { numRuns: 300 },
    )
    expect(seen).toBeGreaterThan(0)
  })

  test('R31: no secret is in a problem, a summary or an answer that is not a policy', () => {
    fc.assert(
      fc.property(resources, (objects) => {
        const compilation = compiled(objects)
        const broken = exactHosts
          .map((asked) => find(compilation, asked))
          .filter(({ kind }) => kind !== 'found' && kind !== 'callbacks')
        const told = JSON.stringify([compilation.problems, compilation.routes, broken])
        expect(told).not.toContain(SECRET)
      }),
    )
  })

  test('R29: once every object was good, no set of edits to routes takes a policy from their hosts', () => {
    const others = [
      anIdentityProvider('a/x'),
      anOidcClient('a/x', {
        providerRef: { name: 'x' },
        authentication: { method: 'none' },
      }),
    ]
    const good = aProtectedRoute('a/x', { hosts: ['a.example'], clientRef: { name: 'x' } })
    const before = compiled([...others, good])
    const edited = route.map(({ spec }) => ({
      ...good,
      spec: {
        ...spec,
        hosts: ['a.example'],
        clientRef: { name: 'x' },
        authenticate: [{ session: {} }],
      },
    }))
    fc.assert(
      fc.property(edited, (edit) => {
        fc.pre(edit.spec.rules.every((r) => r.authenticate === undefined))
        expect(find(recompiled(before, [...others, edit]), 'a.example').kind).toBe('found')
      }),
    )
  })

  test('compiling the same resources in another order gives the same compilation', () => {
    fc.assert(
      fc.property(resources, (objects) => {
        const forwards = compiled(objects)
        const backwards = compiled([...objects].reverse())
        expect(backwards.problems).toEqual(forwards.problems)
        expect(backwards.routes).toEqual(forwards.routes)
        expect(backwards.clients).toEqual(forwards.clients)
        for (const asked of [...exactHosts, 'login.example']) {
          const [former, later] = [forwards, backwards].map((one) => find(one, asked))
          expect(JSON.stringify(later)).toBe(JSON.stringify(former))
        }
        expect(backwards.providers).toEqual(forwards.providers)
      }),
    )
  })
})
