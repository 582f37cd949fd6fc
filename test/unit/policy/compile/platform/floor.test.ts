import { describe, expect, test } from 'vitest'
import type { PlatformTerms } from '../../../../../src/policy/compile/platform/floor.ts'
import type { Compilation } from '../../../../../src/policy/compile.ts'
import type { ProtectedRoute, Resource } from '../../../../../src/policy/resource/resource.ts'
import { formatField } from '../../../../../src/resources/schema/field-path.ts'
import { compiled, find, policyOf } from '../../../../support/compiled.ts'
import { aNamespace, aProtectedRoute, aShop } from '../../../../support/resources.ts'

type Spec = Partial<ProtectedRoute['spec']>

const { provider, client, secret } = aShop()

const GROUPS = { kind: 'claim', path: ['groups'], written: 'groups', anyOf: ['staff'] } as const

const OFFICE = {
  kind: 'source_addresses',
  ranges: [{ written: '10.0.0.0/8', groups: [2560, 0], bits: 8 }],
} as const

const terms = (more: Partial<PlatformTerms> = {}): PlatformTerms => ({
  name: 'staff-only',
  authorize: [GROUPS],
  removeHeaders: [],
  ...more,
})

const withPlatform = (
  platform: readonly PlatformTerms[],
  spec: Spec = {},
  more: readonly Resource[] = [],
  previous?: Compilation,
): Compilation =>
  compiled([provider, client, secret, ...more, aProtectedRoute('shop/shop', spec)], {
    options: { allowInsecureIssuers: false, platform },
    ...(previous === undefined ? {} : { previous: previous.lastGood }),
  })

const REQUIRED = { kind: 'platform', by: 'staff-only', clause: GROUPS }

const A_RULE = { name: 'a', match: [{ path: { prefix: '/a' } }], public: false }

const problemsOf = ({ problems }: Compilation): readonly string[] =>
  problems.map(({ field, message }) => `${formatField(field)}: ${message}`)

describe('what the platform requires', () => {
  test('R1: goes before what the owner wrote, on the route and on rules with clauses of their own', () => {
    const rules = [
      { ...A_RULE, authorize: [] },
      { ...A_RULE, name: 'b' },
    ]
    const policy = policyOf(withPlatform([terms()], { authorize: [{ scopes: ['x'] }], rules }))
    const scopes = { kind: 'scopes', scopes: ['x'] }
    expect(policy.fallback.authorize).toEqual([REQUIRED, scopes])
    expect(policy.rules.map(({ authorize }) => authorize)).toEqual([[REQUIRED], [REQUIRED, scopes]])
    expect(policy.platform).toEqual(['staff-only'])
  })

  test('is nothing where nothing is required, and changes nothing then', () => {
    const { platform, fallback } = policyOf(withPlatform([]))
    expect([platform, fallback.authorize]).toEqual([undefined, []])
  })

  test('is told of the route in its summary', () => {
    const { objects } = withPlatform([terms(), terms({ name: 'office', authorize: [OFFICE] })])
    const route = objects.find(({ ref }) => ref.kind === 'ProtectedRoute')
    expect(route?.platform).toEqual(['staff-only', 'office'])
  })

  test('are claims that are wanted of the sessions of the client', () => {
    const { wantedClaims } = withPlatform([terms()])
    expect(wantedClaims.get('shop/shop')).toContainEqual({ name: 'groups', path: ['groups'] })
  })

  test('R8: headers that it has taken off are taken off every request of the route', () => {
    const platform = [terms({ authorize: [], removeHeaders: ['x-debug-user'] })]
    const policy = policyOf(withPlatform(platform))
    expect([...policy.siblingHeaders]).toEqual(['x-debug-user'])
    expect(policy.fallback.authorize).toEqual([])
  })
})

describe('where it is required', () => {
  const selector = { matchLabels: { tier: 'internal' } }
  const isRequired = (namespaces: PlatformTerms['namespaces'], more: readonly Resource[] = []) =>
    policyOf(withPlatform([terms(namespaces === undefined ? {} : { namespaces })], {}, more))
      .platform !== undefined

  test('everywhere, or in the namespaces that are named', () => {
    expect(isRequired(undefined)).toBe(true)
    expect(isRequired({ names: ['shop'] })).toBe(true)
    expect(isRequired({ names: ['other'] })).toBe(false)
  })

  test('by labels', () => {
    expect(isRequired({ selector }, [aNamespace('shop', { tier: 'internal' })])).toBe(true)
    expect(isRequired({ selector }, [aNamespace('shop', { tier: 'public' })])).toBe(false)
  })

  test('R1: labels that nobody knows are those that are asked for, absent ones too', () => {
    expect(isRequired({ selector })).toBe(true)
    const absent = { matchExpressions: [{ key: 'open', operator: 'DoesNotExist' as const }] }
    expect(isRequired({ selector: absent })).toBe(true)
    const byName = { matchLabels: { 'kubernetes.io/metadata.name': 'other' } }
    expect(isRequired({ selector: byName })).toBe(false)
  })

  test('a namespace that gets a label is bound by it at the next compilation', () => {
    const platform = [terms({ namespaces: { selector } })]
    const before = withPlatform(platform, {}, [aNamespace('shop')])
    const after = withPlatform(platform, {}, [aNamespace('shop', { tier: 'internal' })], before)
    expect(policyOf(before).fallback.authorize).toEqual([])
    expect(policyOf(after).fallback.authorize).toEqual([REQUIRED])
  })
})

describe('people whom nobody knows', () => {
  const PUBLIC = { ...A_RULE, public: true }
  const GREETING = { ...A_RULE, authenticate: [{ session: {} }, { anonymous: {} }] }

  test('R1: a public rule is refused where something is asked of identities', () => {
    const compilation = withPlatform([terms()], { rules: [PUBLIC] })
    expect(problemsOf(compilation)).toEqual([
      expect.stringMatching(
        /^spec\.rules\[0\]\.public: .*required by the platform \(staff-only\).*by `public`/,
      ),
    ])
    expect(find(compilation)).toMatchObject({ kind: 'broken' })
  })

  test('R1: so is `anonymous`, where it is written', () => {
    expect(problemsOf(withPlatform([terms()], { rules: [GREETING] }))).toEqual([
      expect.stringMatching(/^spec\.rules\[0\]\.authenticate: .*by `anonymous`/),
    ])
    const { authenticate } = GREETING
    expect(problemsOf(withPlatform([terms()], { authenticate, rules: [A_RULE] }))).toEqual([
      expect.stringMatching(/^spec\.authenticate: .*by `anonymous`/),
    ])
  })

  test('pass where only the address is asked for, which is asked of them as well', () => {
    const platform = [terms({ name: 'office', authorize: [OFFICE] })]
    const policy = policyOf(withPlatform(platform, { rules: [PUBLIC, { ...GREETING, name: 'b' }] }))
    const required = [{ kind: 'platform', by: 'office', clause: OFFICE }]
    expect(policy.rules.map(({ authorize }) => authorize)).toEqual([required, required])
  })

  test('R29: an edit that lets them in keeps the last good version', () => {
    const before = withPlatform([terms()])
    const after = withPlatform([terms()], { rules: [PUBLIC] }, [], before)
    expect(policyOf(after).rules).toEqual([])
    expect(policyOf(after).fallback.authorize).toEqual([REQUIRED])
    expect(after.problems).toHaveLength(1)
  })

  test('R1: a last good version that lets them in serves no longer once that is required', () => {
    const platform = [terms({ namespaces: { selector: { matchLabels: { tier: 'internal' } } } })]
    const open = withPlatform(platform, { rules: [PUBLIC] }, [aNamespace('shop')])
    expect(open.problems).toEqual([])
    const edit = { rules: [PUBLIC, { ...A_RULE, match: [] }] }
    const bound = withPlatform(platform, edit, [aNamespace('shop', { tier: 'internal' })], open)
    expect(find(bound)).toMatchObject({ kind: 'broken' })
  })
})

test('R1: bearer tokens, parts of a host and alternatives are bound as well', () => {
  const bearer = { providerRef: { name: 'keycloak' }, audiences: ['api'], maxBytes: 9_000 }
  const rules = [
    { ...A_RULE, authenticate: [{ bearer }] },
    { ...A_RULE, name: 'b', clientRef: { name: 'shop' } },
    {
      ...A_RULE,
      name: 'c',
      authorize: [{ any: [{ scopes: ['x'] }, { claim: 'y', exists: true }] }],
    },
  ]
  const policy = policyOf(withPlatform([terms()], { rules }))
  expect(policy.rules.map(({ authorize }) => authorize[0])).toEqual([REQUIRED, REQUIRED, REQUIRED])
})
