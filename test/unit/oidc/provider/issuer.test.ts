import { describe, expect, it } from 'vitest'
import {
  issuerDifference,
  issuerDifferenceAmong,
  shown,
} from '../../../../src/oidc/provider/issuer.ts'

describe('the difference between two issuers', () => {
  it.each([
    ['https://sso.example.com/', 'only the slash at the end differs'],
    ['https://SSO.example.com', 'only upper and lower case differ'],
    ['http://sso.example.com', 'only the scheme differs'],
  ])('B7: %s', (came, part) => {
    const told = issuerDifference('https://sso.example.com', came)
    expect(told).toBe(`is "${came}", and not "https://sso.example.com": ${part}`)
  })

  it('B7: another one altogether is shown as it came, bounded and printable', () => {
    expect(issuerDifference('https://a.example', 'https://b.example')).toBe(
      'is "https://b.example", and not "https://a.example"',
    )
    expect(issuerDifference('https://a.example', undefined)).toBe(
      'is absent, and not "https://a.example"',
    )
    expect(issuerDifference('https://a.example', ['x'])).toContain('is ["x"], and not')
    expect(shown('https://user:word@sso.example.com')).toBe('"https://sso.example.com"')
    expect(shown('ü\u202e')).toMatch(/^"[?]+"$/)
    expect(shown('x'.repeat(5_000)).length).toBeLessThan(300)
  })

  it('B7: among several, the one that came closest is named; another one only where that is wanted', () => {
    const expected = ['https://a.example', 'https://b.example/']
    expect(issuerDifferenceAmong(expected, 'https://b.example', false)).toContain(
      'and not "https://b.example/": only the slash',
    )
    expect(issuerDifferenceAmong(expected, 'https://c.example', false)).not.toContain('c.example')
    expect(issuerDifferenceAmong(expected, 'https://c.example', true)).toBe(
      'is "https://c.example", and none of those that are accepted here: "https://a.example", "https://b.example/"',
    )
  })
})
