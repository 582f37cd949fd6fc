import fc from 'fast-check'
import { expect, test } from 'vitest'
import { finish } from '../../../../src/core/time/steps.ts'
import type { InvalidObject } from '../../../../src/policy/compile/object/invalid-object.ts'
import {
  type Compilation,
  type CompilerInput,
  createCompiler,
} from '../../../../src/policy/compile.ts'
import type { Resource } from '../../../../src/policy/resource/resource.ts'
import { compiled, find, sha256 } from '../../../support/compiled.ts'
import {
  aConfigMap,
  aNamespace,
  anIdentityProvider,
  anOidcClient,
  aProtectedRoute,
  aSecret,
} from '../../../support/resources.ts'

const NAMESPACES = ['a', 'b'] as const
const NAMES = ['x', 'y'] as const
const HOSTS = ['one.example.com', 'two.example.com', '*.example.com', 'a.two.example.com']
const ASKED = [...HOSTS, 'three.example.com', 'elsewhere.example.net']

/** One object as an edit leaves it. */
type State = Resource | InvalidObject | undefined

const isResource = (state: Resource | InvalidObject): state is Resource => 'metadata' in state

const pathOf = fc
  .tuple(fc.constantFrom(...NAMESPACES), fc.constantFrom(...NAMES))
  .map((parts) => parts.join('/'))
const nameIn = fc.record({ name: fc.constantFrom(...NAMES) })
const refTo = fc
  .tuple(nameIn, fc.option(fc.constantFrom(...NAMESPACES), { nil: undefined }))
  .map(([ref, namespace]) => (namespace === undefined ? ref : { ...ref, namespace }))
const age = fc.option(fc.nat(2), { nil: undefined })
const allowedNamespaces = fc.constantFrom(
  { from: 'Same' as const },
  { from: 'All' as const },
  { from: 'Selector' as const, selector: { matchLabels: { team: 'web' } } },
)

const provider = fc
  .tuple(
    pathOf,
    fc.record({
      issuer: fc.constantFrom('https://a.example', 'https://b.example', 'no issuer'),
      allowedNamespaces,
    }),
    fc.constantFrom({}, { tls: { caRef: { kind: 'ConfigMap' as const, name: 'x', key: 'ca' } } }),
    age,
  )
  .map(([path, spec, more, created]) => anIdentityProvider(path, { ...spec, ...more }, created))

const client = fc
  .tuple(
    pathOf,
    fc.record({
      providerRef: refTo,
      clientId: fc.constantFrom('shop', 'blog'),
      authentication: nameIn.map((secretRef) => ({
        method: 'client_secret_basic' as const,
        secretRef: { ...secretRef, key: 'client-secret' },
      })),
      allowedNamespaces,
      scopes: fc.constantFrom(['openid'], ['openid', 'email', 'orders']),
    }),
    fc.constantFrom(
      {},
      { callback: { path: '/callback', host: 'one.example.com' } },
      { callback: { path: 'no path' } },
    ),
    age,
  )
  .map(([path, spec, more, created]) => anOidcClient(path, { ...spec, ...more }, created))

const requirement = fc.constantFrom(
  { claim: 'groups', anyOf: ['admins'] },
  { scopes: ['orders'] },
  { claim: 'no/path' },
)

const route = fc
  .tuple(
    pathOf,
    fc.record({
      hosts: fc.uniqueArray(fc.constantFrom(...HOSTS, 'no host'), { minLength: 1, maxLength: 2 }),
      clientRef: refTo,
      authorize: fc.array(requirement, { maxLength: 1 }),
      upstream: fc.record({
        accessToken: fc.constant('None' as const),
        headers: fc.constantFrom([], [{ name: 'x-roles', claim: 'roles' }]),
      }),
    }),
    fc.constantFrom(
      {},
      { rules: [{ name: 'all', match: [{ path: { prefix: '/all' } }], public: true }] },
    ),
    age,
  )
  .map(([path, spec, more, created]) => aProtectedRoute(path, { ...spec, ...more }, created))

const secret = fc
  .tuple(pathOf, fc.constantFrom({ 'client-secret': 'one' }, { 'client-secret': 'two' }, {}))
  .map(([path, data]) => aSecret(path, data))
const configMap = fc
  .tuple(pathOf, fc.constantFrom({ ca: 'no certificate' }, {}))
  .map(([path, data]) => aConfigMap(path, data as Readonly<Record<string, string>>))
const namespaceObject = fc
  .tuple(fc.constantFrom(...NAMESPACES), fc.constantFrom({ team: 'web' }, {}))
  .map(([name, labels]) => aNamespace(name, labels as Readonly<Record<string, string>>))

const put = fc.oneof(
  { weight: 3, arbitrary: route },
  { weight: 3, arbitrary: client },
  { weight: 2, arbitrary: provider },
  { weight: 2, arbitrary: secret },
  { weight: 1, arbitrary: configMap },
  { weight: 1, arbitrary: namespaceObject },
)

const refused = fc
  .tuple(
    fc.constantFrom('IdentityProvider', 'OIDCClient', 'ProtectedRoute', 'Secret'),
    pathOf,
    age,
    fc.uniqueArray(fc.constantFrom(...HOSTS), { maxLength: 2 }),
  )
  .map(([kind, path, created, hosts]): InvalidObject => {
    const [namespace = '', name = ''] = path.split('/')
    const known = kind === 'ProtectedRoute' ? { hosts } : {}
    const since = created === undefined ? {} : { creationTimestampMs: created }
    return { kind: kind as InvalidObject['kind'], namespace, name, ...known, ...since }
  })

type Edit =
  | { readonly kind: 'put'; readonly state: Resource | InvalidObject }
  | { readonly kind: 'remove' | 'put back'; readonly at: number }
  /** Everything is read anew: equal, but other objects. */
  | { readonly kind: 'read anew' }
  /** A compilation is begun, and given up after so many steps. */
  | { readonly kind: 'give up'; readonly steps: number }

const edit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 12, arbitrary: put.map((state) => ({ kind: 'put' as const, state })) },
  { weight: 2, arbitrary: refused.map((state) => ({ kind: 'put' as const, state })) },
  { weight: 4, arbitrary: fc.nat().map((at) => ({ kind: 'remove' as const, at })) },
  { weight: 3, arbitrary: fc.nat().map((at) => ({ kind: 'put back' as const, at })) },
  { weight: 1, arbitrary: fc.constant({ kind: 'read anew' as const }) },
  { weight: 1, arbitrary: fc.nat(60).map((steps) => ({ kind: 'give up' as const, steps })) },
)

const keyOf = (state: Resource | InvalidObject): string => {
  const { namespace, name } = isResource(state) ? state.metadata : state
  return `${state.kind} ${namespace}/${name}`
}

/** What there is, by key, and what there ever was. */
const createWorld = () => {
  const now = new Map<string, Exclude<State, undefined>>()
  const ever: (Resource | InvalidObject)[] = []
  const apply = (one: Edit): void => {
    if (one.kind === 'put') {
      now.set(keyOf(one.state), one.state)
      ever.push(one.state)
    }
    if (one.kind === 'remove') now.delete([...now.keys()][one.at % Math.max(1, now.size)] ?? '')
    if (one.kind === 'put back') {
      const former = ever[one.at % Math.max(1, ever.length)]
      if (former !== undefined) now.set(keyOf(former), former)
    }
    if (one.kind === 'read anew') {
      for (const [key, state] of now) now.set(key, structuredClone(state))
    }
  }
  const content = (): Pick<CompilerInput, 'resources' | 'invalid'> => ({
    resources: [...now.values()].filter(isResource),
    invalid: [...now.values()].filter((state): state is InvalidObject => !isResource(state)),
  })
  return { apply, content }
}

/** Everything that a compilation says. */
const saidBy = ({ table, lastGood, ...said }: Compilation) => ({
  ...said,
  hosts: ASKED.map((host) => table.find({ host, contextExtensions: {} })),
  known: [lastGood.providers, lastGood.clients, lastGood.routes].map((good) => [...good.keys()]),
})

test('R29, R30: after any edits a compilation says what one from nothing says', () => {
  let compared = 0
  fc.assert(
    fc.property(fc.array(edit, { minLength: 6, maxLength: 16 }), (edits) => {
      const world = createWorld()
      const options = { allowInsecureIssuers: false }
      const compiler = createCompiler({ hash: sha256, options })
      let last: Compilation | undefined
      let fromNothing: Compilation | undefined
      for (const one of edits) {
        world.apply(one)
        const content = world.content()
        const before = last === undefined ? {} : { previous: last.lastGood }
        if (one.kind === 'give up') {
          const steps = compiler.steps({ ...content, ...before })
          for (let taken = 0; taken < one.steps; taken += 1) steps.next()
        }
        last = finish(compiler.steps({ ...content, ...before }))
        fromNothing = compiled(content.resources, {
          invalid: content.invalid,
          ...(fromNothing === undefined ? {} : { previous: fromNothing.lastGood }),
        })
        expect(saidBy(last)).toEqual(saidBy(fromNothing))
        compared += 1
      }
    }),
    { numRuns: 400 },
  )
  expect(compared).toBeGreaterThan(2_400)
})

test('R30: what a compilation came to is not touched by the next one', () => {
  const compiler = createCompiler({ hash: sha256, options: { allowInsecureIssuers: false } })
  const shop = [anIdentityProvider(), anOidcClient(), aProtectedRoute(), aSecret()]
  const first = finish(compiler.steps({ resources: shop, invalid: [] }))
  const before = find(first)
  const moved = aProtectedRoute('shop/shop', { hosts: ['moved.example.com'] })
  const rest = shop.filter(({ kind }) => kind !== 'ProtectedRoute')
  const steps = compiler.steps({
    resources: [...rest, moved],
    invalid: [],
    previous: first.lastGood,
  })
  let step = steps.next()
  for (; step.done !== true; step = steps.next()) expect(find(first)).toBe(before)
  expect(find(first)).toBe(before)
  expect(find(step.value)).toEqual({ kind: 'none' })
  expect(find(step.value, 'moved.example.com').kind).toBe('found')
})
