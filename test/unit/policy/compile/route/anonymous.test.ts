import { describe, expect, test } from 'vitest'
import type { ProtectedRoute } from '../../../../../src/policy/resource/resource.ts'
import { formatField } from '../../../../../src/resources/schema/field-path.ts'
import { compiled, policyOf } from '../../../../support/compiled.ts'
import { aProtectedRoute, aShop } from '../../../../support/resources.ts'

type Spec = Partial<ProtectedRoute['spec']>

type Rule = ProtectedRoute['spec']['rules'][number]

const { provider, client, secret } = aShop()

const withRoute = (spec: Spec) =>
  compiled([provider, client, secret, aProtectedRoute('shop/shop', spec)])

const problemsOf = (spec: Spec): readonly string[] =>
  withRoute(spec).problems.map(({ field, message }) => `${formatField(field)}: ${message}`)

const aRuleOf = (rule: Partial<Rule>): Rule => ({
  name: 'hello',
  match: [{ path: { prefix: '/hello' } }],
  public: false,
  ...rule,
})

const GREETING = [{ session: {} }, { anonymous: {} }]
const SCOPES = [{ scopes: ['orders:read'] }]

describe('C12: `anonymous` in `authenticate`', () => {
  test('arrives as the last method', () => {
    const { fallback } = policyOf(withRoute({ authenticate: GREETING }))
    expect(fallback.authenticate).toEqual([{ kind: 'session' }, { kind: 'anonymous' }])
  })

  test('anywhere but last, or beside another in one member, is refused', () => {
    expect(problemsOf({ authenticate: [{ anonymous: {} }, { session: {} }] })).toEqual([
      expect.stringMatching(/^spec\.authenticate\[0\]: .*write it last/),
    ])
    expect(problemsOf({ authenticate: [{ session: {}, anonymous: {} }] })).toEqual([
      expect.stringMatching(/^spec\.authenticate\[0\]: .*exactly one of .*`anonymous`/),
    ])
  })

  test('beside `Login` is refused where it is written, and not where it is inherited', () => {
    const login = /nothing starts a login/
    expect(problemsOf({ authenticate: GREETING, onUnauthenticated: 'Login' })).toEqual([
      expect.stringMatching(/^spec\.onUnauthenticated: .*nothing starts a login/),
    ])
    const own = aRuleOf({ authenticate: [{ anonymous: {} }], onUnauthenticated: 'Login' })
    expect(problemsOf({ rules: [own] })).toEqual([expect.stringMatching(login)])
    const inheriting = aRuleOf({ authenticate: GREETING })
    expect(problemsOf({ onUnauthenticated: 'Login', rules: [inheriting] })).toEqual([])
  })

  test('beside a clause that asks something of an identity is refused, inherited ones too', () => {
    const escapes = /spec\.(rules\[0\]\.)?authorize: .*would escape.*write `authorize: \[\]`/
    expect(problemsOf({ authenticate: GREETING, authorize: SCOPES })).toEqual([
      expect.stringMatching(escapes),
    ])
    const greeting = aRuleOf({ authenticate: GREETING })
    expect(problemsOf({ authorize: SCOPES, rules: [greeting] })).toEqual([
      expect.stringMatching(escapes),
    ])
    const open = { ...greeting, authorize: [] }
    expect(problemsOf({ authorize: SCOPES, rules: [open] })).toEqual([])
    const inheriting = aRuleOf({ authorize: SCOPES })
    expect(problemsOf({ authenticate: GREETING, rules: [inheriting] })).toEqual([
      expect.stringMatching(escapes),
    ])
  })

  test('keeps no form, as nothing starts a login that it would wait for', () => {
    const rule = aRuleOf({ authenticate: GREETING, keepForms: { maxBytes: 1_000 } })
    expect(problemsOf({ rules: [rule] })).toEqual([expect.stringMatching(/keepForms/)])
  })
})
