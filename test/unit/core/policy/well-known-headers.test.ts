import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  isWellKnownHeader,
  WELL_KNOWN_HEADERS,
} from '../../../../src/core/policy/well-known-headers.ts'
import { normalizeHeaderName } from '../../../../src/core/request/request.ts'

const NAMES = WELL_KNOWN_HEADERS.flatMap(({ names }) => names)
const PREFIXES = WELL_KNOWN_HEADERS.flatMap(({ prefixes }) => prefixes)

const definition = readFileSync(
  new URL('../../../../deploy/crds/protectedroutes.yaml', import.meta.url),
  'utf8',
)

const found = (pattern: RegExp, text: string): readonly string[] =>
  [...text.matchAll(pattern)].map(([, name = '']) => name).toSorted()

describe('identity headers of other products', () => {
  it('are spelled in the form that all spellings have in common, each once', () => {
    const all = [...NAMES, ...PREFIXES]
    expect(all.map(normalizeHeaderName)).toEqual(all)
    expect(new Set(all).size).toBe(all.length)
  })

  it('are those by which no other header is hit', () => {
    const others = [
      ...['accept', 'authorization', 'cookie', 'host', 'origin', 'referer', 'user-agent'],
      ...['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-forwarded-port'],
      ...['x-forwarded-client-cert', 'x-forwarded-prefix', 'x-request-id', 'x-envoy-peer-metadata'],
      ...['x-auth-token', 'x-api-key', 'x-csrf-token', 'x-user-agent', 'x-amzn-trace-id'],
      ...['x-auth-subject', 'x-auth-issuer', 'x-auth-email', 'x-auth-scopes', 'cf-connecting-ip'],
    ]
    expect(others.filter(isWellKnownHeader)).toEqual([])
  })

  it('are those that the definition lets `passHeaders` name, on the route and on a rule', () => {
    const rules = definition.split('self in [').filter((part) => part.includes("'oam-remote-user'"))
    expect(rules).toHaveLength(2)
    for (const rule of rules) {
      const [list = '', rest = ''] = rule.split(']')
      const starts = rest.split('message:')[0] ?? ''
      expect(found(/'([^']+)'/g, list)).toEqual(NAMES.toSorted())
      expect(found(/startsWith\('([^']+)'\)/g, starts)).toEqual([...PREFIXES, 'oidc_'].toSorted())
    }
  })
})
