import { describe, expect, it } from 'vitest'
import { createLanguage } from '../../../../src/http/language/language.ts'
import type { Texts } from '../../../../src/http/language/texts.ts'

const EMPTY: Texts = { headings: {}, kinds: {}, reasons: {}, phrases: {} }

describe('a language', () => {
  it('takes each text of its first layer that has one, and English last', () => {
    const first = { ...EMPTY, phrases: { sign_in: 'Einloggen' } }
    const second = { ...EMPTY, phrases: { sign_in: 'Anmelden', sign_out: 'Abmelden' } }
    const { say } = createLanguage('de', [first, second])
    expect([say('sign_in'), say('sign_out'), say('continue')]).toEqual([
      'Einloggen',
      'Abmelden',
      'Continue',
    ])
  })

  it('says of a reason without a text what is said of its kind, and English last', () => {
    const { message } = createLanguage('de', [{ ...EMPTY, kinds: { challenge: 'Anmelden!' } }])
    expect(message('token_expired')).toBe('Anmelden!')
    expect(message('claim_mismatch')).toMatch(/^You are signed in/)
  })

  it('puts text in as it is, whatever it looks like, and times as its readers write them', () => {
    const { say } = createLanguage('de', [{ ...EMPTY, phrases: { came_from: 'vor {time}' } }])
    expect(say({ key: 'sign_in_with', values: { name: '{name} $& $1 {time}' } })).toBe(
      '{name} $& $1 {time}',
    )
    expect(say({ key: 'came_from', values: { time: { seconds: 3_600 } } })).toBe('vor 3.600 Sek.')
    expect(say({ key: 'sign_in_with', values: {} })).toBe('{name}')
    expect(say({ messageOf: 'signed_out' })).toBe('You are signed out.')
  })

  it.each([
    ['ar', 'rtl'],
    ['he', 'rtl'],
    ['fa-IR', 'rtl'],
    ['ur', 'rtl'],
    ['az-Arab', 'rtl'],
    ['az', 'ltr'],
    ['ar-Latn', 'ltr'],
    ['ja', 'ltr'],
  ])('%s is read %s', (tag, direction) => {
    expect(createLanguage(tag, []).direction).toBe(direction)
  })

  it('keeps names apart from the text around them where that is read from right to left', () => {
    const values = { name: 'ACME (EU)' }
    expect(createLanguage('ar', []).say({ key: 'sign_in_with', values })).toBe(
      '\u2068ACME (EU)\u2069',
    )
  })
})
