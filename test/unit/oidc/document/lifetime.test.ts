import { expect, it } from 'vitest'
import { lifetimeOf } from '../../../../src/oidc/document/lifetime.ts'

it.each([
  [undefined, 300],
  ['', 300],
  ['public', 300],
  ['max-age=600', 600],
  ['public, Max-Age="600", immutable', 600],
  ['max-age=0', 60],
  ['max-age=60', 60],
  ['max-age=86401', 86_400],
  ['max-age=9999999999', 86_400],
  ['max-age=99999999999999999999', 300],
  ['max-age=-1', 300],
  ['max-age=a', 300],
  ['x-max-age=600', 300],
  ['no-store', 60],
  ['no-cache="set-cookie", max-age=600', 60],
  ['no-cachet, max-age=600', 600],
])('Cache-Control %j keeps a document for %i s', (header, seconds) => {
  expect(lifetimeOf(header)).toBe(seconds * 1_000)
})
