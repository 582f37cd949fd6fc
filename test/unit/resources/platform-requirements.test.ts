import { expect, test } from 'vitest'
import { platformOf, readPlatform } from '../../../src/resources/platform-requirements.ts'

test('requirements are read by the schema and the readers of the resources', () => {
  const written = [
    {
      name: 'office',
      namespaces: { selector: { matchLabels: { tier: 'internal' } } },
      authorize: [
        { sourceAddresses: ['10.0.0.0/8'] },
        { claim: 'groups', anyOf: ['staff'] },
        { any: [{ scopes: ['a'] }, { emailDomains: ['example.com'] }] },
      ],
    },
    { name: 'no-debug', namespaces: { names: ['shop'] }, removeHeaders: ['x-debug-user'] },
  ]
  expect(readPlatform(written)).toMatchObject({
    kind: 'read',
    terms: [
      {
        name: 'office',
        namespaces: { selector: { matchLabels: { tier: 'internal' } } },
        authorize: [{ kind: 'source_addresses' }, { kind: 'claim' }, { kind: 'any' }],
        removeHeaders: [],
      },
      { name: 'no-debug', authorize: [], removeHeaders: ['x-debug-user'] },
    ],
  })
})

test('every problem is a sentence with its place, all at once', () => {
  const written = [
    { name: 'a', authorize: [{ claim: 'groups' }, { scopes: ['a'], claim: 'b', exists: true }] },
    {
      name: 'b',
      namespaces: { selector: { matchExpressions: [{ key: 'tier', operator: 'Is' }] } },
      authorize: [{ sourceAddresses: ['10.0.0.1/8'] }],
    },
  ]
  const read = readPlatform(written)
  expect(read).toMatchObject({
    kind: 'problems',
    problems: [
      expect.stringMatching(/^requirements\[0\]\.authorize\[0\]: /),
      expect.stringMatching(/^requirements\[0\]\.authorize\[1\]: /),
      expect.stringMatching(/^requirements\[1\]\.namespaces\.selector\.matchExpressions\[0\]/),
      expect.stringMatching(
        /^requirements\[1\]\.authorize\[0\]\.sourceAddresses\[0\]: .*10\.0\.0\.1\/8/,
      ),
    ],
  })
  expect(() => platformOf(written)).toThrow('requirements[0].authorize[0]')
})

test('an expression is for routes alone, within alternatives as well', () => {
  const authorize = [{ cel: 'true' }, { any: [{ cel: 'true' }, { scopes: ['a'] }] }]
  expect(readPlatform([{ name: 'a', authorize }])).toMatchObject({
    problems: [
      expect.stringMatching(/^requirements\[0\]\.authorize\[0\]\.cel: .*for routes alone/),
      expect.stringMatching(
        /^requirements\[0\]\.authorize\[1\]\.any\[0\]\.cel: .*for routes alone/,
      ),
    ],
  })
})

test('a decision point is asked for routes alone', () => {
  const external = { authzen: { url: 'https://pdp.example.com/access/v1/evaluation' } }
  expect(readPlatform([{ name: 'a', authorize: [{ external }] }])).toMatchObject({
    problems: [expect.stringMatching(/^requirements\[0\]\.authorize\[0\]\.external/)],
  })
})
