import { describe, expect, it } from 'vitest'
import type { Consent } from '../../../src/core/decision/decision.ts'
import { deny } from '../../../src/core/decision/deny.ts'
import { present } from '../../support/present.ts'

const UNVERIFIED = 'Nobody has verified'

const rowsOf = (changes: Partial<Consent>): ReadonlyMap<string, string> => {
  const consent = { resource: 'Orders', scopes: ['mcp'], allow: '/a', deny: '/d', ...changes }
  const body = present(deny('authorization_consent_asked', { consent }), {
    requestId: 'one',
    header: () => undefined,
  }).body
  const [, asked = ''] = /<dl class="asked">(.*?)<\/dl>/s.exec(body) ?? []
  const rows = asked.matchAll(/<dt>(.*?)<\/dt><dd>(.*?)<\/dd>/gs)
  return new Map([...rows].map(([, title = '', text = '']) => [title, text]))
}

describe('the page that asks whether a program may act', () => {
  it('vouches for nothing that a program on this computer says of itself', () => {
    const rows = rowsOf({ name: 'Desk', claimedHost: 'client.example.org' })
    expect(rows.get('Who asks')).toMatch(/&#8220;Desk&#8221;.*Nobody has verified/)
    expect(rows.get('It says that it is of')).toBe('client.example.org')
    expect(rows.get('The answer goes to')).toBe('a program on this computer')
    expect(rowsOf({ claimedHost: 'client.example.org' }).get('Who asks')).toContain(UNVERIFIED)
  })

  it('nor for what one says that registered', () => {
    const rows = rowsOf({ name: 'Desk', goesTo: 'https://app.example.com' })
    expect(rows.get('Who asks')).toMatch(/&#8220;Desk&#8221;.*Nobody has verified/)
    expect(rowsOf({}).get('Who asks')).toContain(UNVERIFIED)
  })

  it('has a host that gets the code alone in its row, and the name in another', () => {
    const goesTo = 'https://client.example.org'
    const rows = rowsOf({ name: '<Desk>', documentHost: 'client.example.org', goesTo })
    expect(rows.get('Who asks')).toBe('client.example.org')
    expect(rows.get('It calls itself')).toBe('&lt;Desk&gt;')
    expect(rows.get('The answer goes to')).toBe(goesTo)
  })
})
