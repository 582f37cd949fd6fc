import { describe, expect, test } from 'vitest'
import type { Compilation } from '../../../../../src/policy/compile.ts'
import { compiled, find, policyOf, recompiled } from '../../../../support/compiled.ts'
import {
  aNamespace,
  anIdentityProvider,
  anOidcClient,
  aProtectedRoute,
  aSecret,
} from '../../../../support/resources.ts'

const provider = anIdentityProvider()
const client = anOidcClient()
const route = aProtectedRoute()
const secret = aSecret()

describe('R28: grants across namespaces', () => {
  const guest = aProtectedRoute('guest/web', { clientRef: { namespace: 'shop', name: 'shop' } })
  const granting = (allowedNamespaces: typeof client.spec.allowedNamespaces): Compilation =>
    compiled([provider, anOidcClient('shop/shop', { allowedNamespaces }), secret, guest])
  const label = 'kubernetes.io/metadata.name'
  const expressed = (
    operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist',
    key: string,
    values?: readonly string[],
  ) =>
    ({
      from: 'Selector',
      selector: {
        matchExpressions: [{ key, operator, ...(values === undefined ? {} : { values }) }],
      },
    }) as const

  test.each([
    ['All', { from: 'All' }],
    ['a label', { from: 'Selector', selector: { matchLabels: { [label]: 'guest' } } }],
    ['In', expressed('In', label, ['x', 'guest'])],
    ['NotIn', expressed('NotIn', label, ['x'])],
    ['Exists', expressed('Exists', label)],
    ['an empty selector', { from: 'Selector', selector: {} }],
  ] as const)('R28: %s lets the other namespace in', (_, allowed) => {
    const compilation = granting(allowed)
    expect(compilation.problems).toEqual([])
    expect(policyOf(compilation).name).toBe('guest/web')
  })

  test.each([
    ['Same', { from: 'Same' }],
    ['another label', { from: 'Selector', selector: { matchLabels: { [label]: 'x' } } }],
    ['a label that nobody knows', { from: 'Selector', selector: { matchLabels: { a: 'b' } } }],
    ['NotIn of a label that nobody knows', expressed('NotIn', 'other', ['x'])],
    ['DoesNotExist of a label that nobody knows', expressed('DoesNotExist', 'other')],
    ['In', expressed('In', label, ['x'])],
    ['NotIn', expressed('NotIn', label, ['guest'])],
    ['Exists', expressed('Exists', 'other')],
    ['DoesNotExist', expressed('DoesNotExist', label)],
    ['a selector that is not there', { from: 'Selector' }],
  ] as const)('R28: %s does not let it in, and the host answers 503', (_, allowed) => {
    const compilation = granting(allowed)
    expect(compilation.problems).toMatchObject([
      { reason: 'RefNotPermitted', field: ['spec', 'clientRef'], object: { namespace: 'guest' } },
    ])
    expect(find(compilation).kind).toBe('broken')
  })

  const withLabels = (
    allowedNamespaces: typeof client.spec.allowedNamespaces,
    labels: Readonly<Record<string, string>>,
  ): Compilation =>
    compiled([
      provider,
      anOidcClient('shop/shop', { allowedNamespaces }),
      secret,
      guest,
      aNamespace('guest', labels),
    ])

  test.each([
    ['a label', { from: 'Selector', selector: { matchLabels: { team: 'web' } } }, { team: 'web' }],
    ['In', expressed('In', 'team', ['web']), { team: 'web' }],
    ['NotIn of a label that it does not have', expressed('NotIn', 'team', ['x']), {}],
    ['NotIn of another value', expressed('NotIn', 'team', ['x']), { team: 'web' }],
    ['Exists', expressed('Exists', 'team'), { team: '' }],
    ['DoesNotExist', expressed('DoesNotExist', 'team'), {}],
  ] as const)('R28: %s lets a namespace in whose labels are known', (_, allowed, labels) => {
    expect(withLabels(allowed, labels).problems).toEqual([])
  })

  test.each([
    ['a label', { from: 'Selector', selector: { matchLabels: { team: 'web' } } }, { team: 'ops' }],
    ['a name on every object', expressed('Exists', 'constructor'), {}],
    ['NotIn', expressed('NotIn', 'team', ['web']), { team: 'web' }],
    ['DoesNotExist', expressed('DoesNotExist', 'team'), { team: 'web' }],
  ] as const)('R28: %s keeps a namespace out whose labels are known', (_, allowed, labels) => {
    expect(withLabels(allowed, labels).problems).toMatchObject([{ reason: 'RefNotPermitted' }])
  })

  test('R28: nobody names itself otherwise by a label', () => {
    const allowed = { from: 'Selector', selector: { matchLabels: { [label]: 'ops' } } } as const
    const compilation = withLabels(allowed, { [label]: 'ops' })
    expect(compilation.problems).toMatchObject([{ reason: 'RefNotPermitted' }])
  })

  test('R28: where labels are not known, the problem says what it takes', () => {
    const allowed = { from: 'Selector', selector: { matchLabels: { team: 'web' } } } as const
    const [problem] = granting(allowed).problems
    expect(problem?.message).toBe(
      'OIDCClient shop/shop may not be used from here: its `allowedNamespaces` asks for labels, and those of the namespace ' +
        '"guest" are not known; in a cluster that takes the right to list and watch namespaces, and resources of every ' +
        'namespace being read; its hosts answer 503 until it is mended.',
    )
  })

  test('R28: the own namespace needs no grant, whatever the selector says', () => {
    const allowedNamespaces = { from: 'Selector', selector: { matchLabels: { a: 'b' } } } as const
    const compilation = compiled([
      provider,
      anOidcClient('shop/shop', { allowedNamespaces }),
      secret,
      route,
    ])
    expect(compilation.problems).toEqual([])
  })

  test('R28: a bearer method needs the grant of its provider', () => {
    const api = aProtectedRoute('guest/api', {
      clientRef: { namespace: 'shop', name: 'shop' },
      authenticate: [
        {
          bearer: {
            providerRef: { namespace: 'shop', name: 'keycloak' },
            audiences: ['a'],
            maxBytes: 65_536,
          },
        },
      ],
    })
    const shared = anOidcClient('shop/shop', { allowedNamespaces: { from: 'All' } })
    const compilation = compiled([provider, shared, secret, api])
    expect(compilation.problems).toMatchObject([
      { reason: 'RefNotPermitted', field: ['spec', 'authenticate', 0, 'bearer', 'providerRef'] },
    ])
  })

  test('R28: a grant that is taken back closes the host at once', () => {
    const open = granting({ from: 'All' })
    const compilation = recompiled(open, [provider, client, secret, guest])
    expect(find(compilation).kind).toBe('broken')
  })

  test('R28: a client of one namespace needs the grant of a provider of another', () => {
    const away = anOidcClient('guest/web', {
      providerRef: { namespace: 'shop', name: 'keycloak' },
      authentication: { method: 'none' },
    })
    expect(compiled([provider, away]).problems).toMatchObject([
      { reason: 'RefNotPermitted', field: ['spec', 'providerRef'] },
    ])
    const shared = anIdentityProvider('shop/keycloak', { allowedNamespaces: { from: 'All' } })
    expect(compiled([shared, away]).problems).toEqual([])
  })
})
