import { describe, expect, test } from 'vitest'
import { compiled, policyOf } from '../../../../support/compiled.ts'
import {
  anIdentityProvider,
  anOidcClient,
  aProtectedRoute,
  aSecret,
} from '../../../../support/resources.ts'

interface Entry {
  readonly key: string
  readonly claim?: string
  readonly value?: string
}

const withMetadata = (metadata: readonly Entry[] | undefined, own?: readonly Entry[]) =>
  compiled([
    anIdentityProvider(),
    anOidcClient(),
    aSecret(),
    aProtectedRoute('shop/shop', {
      ...(metadata === undefined ? {} : { metadata }),
      rules: [
        {
          name: 'a',
          match: [{ path: { prefix: '/a' } }],
          public: false,
          ...(own === undefined ? {} : { metadata: own }),
        },
      ],
    }),
  ])

const plan = { key: 'plan', told: { kind: 'claim', path: ['plan'] } }

describe('metadata', () => {
  test('is absent where nothing is written, and is inherited, replaced or emptied by rules', () => {
    const nothing = policyOf(withMetadata(undefined))
    expect('metadata' in nothing.fallback).toBe(false)
    const written = [{ key: 'plan', claim: 'plan' }]
    expect(policyOf(withMetadata(written)).rules[0]?.metadata).toEqual([plan])
    expect(policyOf(withMetadata(written)).fallback.metadata).toEqual([plan])
    const other = policyOf(withMetadata(written, [{ key: 'kind', value: 'api' }]))
    expect(other.rules[0]?.metadata).toEqual([{ key: 'kind', told: { kind: 'text', text: 'api' } }])
    expect('metadata' in (policyOf(withMetadata(written, [])).rules[0] ?? {})).toBe(false)
  })

  test('has every mistake told at once', () => {
    const { problems } = withMetadata([
      { key: 'reason', value: 'a' },
      { key: 'A b', value: 'a' },
      { key: 'a', value: 'a', claim: 'a' },
      { key: 'b' },
      { key: 'c', claim: 'a..b' },
      { key: 'c', value: 'a' },
    ])
    expect(problems.map(({ field, message }) => [field?.slice(1).join('.'), message])).toEqual([
      ['metadata.0.key', expect.stringMatching(/is set by this service or by Envoy/)],
      ['metadata.1.key', expect.stringMatching(/is not made of 1 to 63 lower-case letters/)],
      ['metadata.2', expect.stringMatching(/not exactly one of `claim`, `value` and `cel`/)],
      ['metadata.3', expect.stringMatching(/not exactly one of `claim`, `value` and `cel`/)],
      ['metadata.4.claim', expect.stringMatching(/has an empty level/)],
      ['metadata.5.key', expect.stringMatching(/is listed twice: remove one/)],
    ])
  })
})
