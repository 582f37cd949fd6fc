import { describe, expect, it } from 'vitest'
import { deny } from '../../../../src/core/decision/deny.ts'
import { type Reason, reasonEntry, reasons } from '../../../../src/core/reason/reason.ts'
import { type PhraseKey, phrases } from '../../../../src/core/wording/phrases.ts'
import { headings } from '../../../../src/http/language/heading.ts'
import { kindTexts } from '../../../../src/http/language/kinds.ts'
import type { Texts } from '../../../../src/http/language/texts.ts'
import {
  createLanguages,
  LANGUAGES_ALONG,
  TRANSLATIONS,
} from '../../../../src/http/translations/languages.ts'
import { present } from '../../../support/present.ts'

const SHOWN = (Object.keys(reasons) as readonly Reason[]).filter(
  (reason) => reasonEntry(reason).kind !== 'allow',
)

const placeholdersIn = (text: string): readonly string[] =>
  [...text.matchAll(/\{[^}]*\}/g)].map(([found]) => found).toSorted()

const EMPTY: Texts = { headings: {}, kinds: {}, reasons: {}, phrases: {} }

/** What a language may say as English does. */
const ALIKE: ReadonlySet<string> = new Set(['{name}'])

describe('the languages that come along', () => {
  it('are these', () => {
    expect(LANGUAGES_ALONG).toEqual([
      'en',
      'de',
      'es',
      'fr',
      'it',
      'ja',
      'nl',
      'pl',
      'pt',
      'zh-Hans',
    ])
  })

  it.each([...TRANSLATIONS])('%s: says everything, and all in its own words', (_tag, texts) => {
    const english = { headings, kinds: kindTexts, phrases }
    for (const group of ['headings', 'kinds', 'phrases'] as const) {
      const own: Readonly<Record<string, string>> = texts[group]
      expect(Object.keys(own).toSorted()).toEqual(Object.keys(english[group]).toSorted())
      const same = Object.entries<string>(english[group]).filter(
        ([key, text]) => own[key] === text && !ALIKE.has(text),
      )
      expect(same).toEqual([])
    }
  })

  it.each([...TRANSLATIONS])('%s: has a text for every reason that people meet', (_tag, texts) => {
    const german = TRANSLATIONS.get('de')?.reasons ?? {}
    expect(Object.keys(texts.reasons)).toEqual(Object.keys(german))
    for (const [reason, text] of Object.entries(texts.reasons)) {
      expect(text).not.toBe(reasonEntry(reason as Reason).message)
    }
  })

  it.each([...TRANSLATIONS])('%s: puts in what English puts in', (_tag, texts) => {
    for (const key of Object.keys(phrases) as readonly PhraseKey[]) {
      expect([key, placeholdersIn(texts.phrases[key])]).toEqual([key, placeholdersIn(phrases[key])])
    }
    const others = [texts.headings, texts.kinds, texts.reasons].flatMap((group) =>
      Object.values(group).flatMap(placeholdersIn),
    )
    expect(others).toEqual([])
  })

  it.each([...TRANSLATIONS])(
    '%s: ends sentences with a stop, and headings with none',
    (_tag, texts) => {
      for (const text of Object.values(texts.reasons)) expect(text).toMatch(/[.。]$/)
      for (const text of Object.values(texts.headings)) expect(text).not.toMatch(/[.。]$/)
      for (const group of Object.values(texts)) expect(JSON.stringify(group)).not.toMatch(/ {2}|'/)
    },
  )
})

const pageIn = (tag: string, reason: Reason): string =>
  present(deny(reason, { status: 200 }), {
    requestId: 'r-1',
    header: (name) =>
      ({ accept: 'text/html', 'accept-language': tag, 'sec-fetch-mode': 'navigate' })[name],
  }).body

const ENGLISH_WORDS = /\b(?:the|you|your|not|please|signed?|with|this|could)\b/i

describe.each(LANGUAGES_ALONG)('every page in %s', (tag) => {
  it.each(SHOWN)('%s says everything in it', (reason) => {
    const page = pageIn(tag, reason)
    const words = page
      .replace(/<style>.*<\/style>/s, '')
      .replaceAll(`<dd>${reason}</dd>`, '')
      .replaceAll(/<[^>]*>/g, ' ')
    expect(page).toContain(`<html lang="${tag}" dir="ltr">`)
    expect(words).not.toMatch(/undefined|\{|\}/)
    if (tag !== 'en') expect(words).not.toMatch(ENGLISH_WORDS)
  })
})

describe('texts of an operator', () => {
  const written = new Map([
    ['de', { ...EMPTY, phrases: { sign_in: 'Einloggen' } }],
    ['de-AT', { ...EMPTY, phrases: { sign_out: 'Servus' } }],
    ['en', { ...EMPTY, reasons: { signed_out: 'Goodbye.' } }],
    ['ar', { ...EMPTY, kinds: { forbid: 'غير مسموح' } }],
  ])
  const languages = createLanguages(written)

  it('go before those that come along, text by text', () => {
    expect(languages('de').say('sign_in')).toBe('Einloggen')
    expect(languages('de').say('sign_out')).toBe('Abmelden')
    expect(languages('en').message('signed_out')).toBe('Goodbye.')
    expect(languages('en').message('claim_mismatch')).toBe(reasonEntry('claim_mismatch').message)
  })

  it('of a region lie above those of the language', () => {
    const { say, tag } = languages('de-AT')
    expect([tag, say('sign_out'), say('sign_in'), say('continue')]).toEqual([
      'de-AT',
      'Servus',
      'Einloggen',
      'Weiter',
    ])
  })

  it('of a region lie above those of the script that is written there', () => {
    const signIn = (text: string): Texts => ({ ...EMPTY, phrases: { sign_in: text } })
    const own = createLanguages(
      new Map([
        ['zh-CN', signIn('登入')],
        ['zh-TW', signIn('登 入')],
      ]),
    )
    const along = TRANSLATIONS.get('zh-Hans') ?? expect.fail()
    const { tag, say } = own('zh-CN')
    expect([tag, say('sign_in'), say('sign_out')]).toEqual([
      'zh-CN',
      '登入',
      along.phrases.sign_out,
    ])
    expect(own('zh-Hant-TW').say('sign_out')).toBe('Sign out')
    const whole = createLanguages(new Map([['zh', signIn('登入')]]))
    expect(whole('zh').say('sign_out')).toBe(along.phrases.sign_out)
    expect(['zh-CN', 'zh-Hans'].map((one) => whole(one).say('sign_in'))).toEqual(['登入', '登入'])
  })

  it('of kinds in English say nothing of reasons, each of which has a text', () => {
    const kinds = new Map([['en', { ...EMPTY, kinds: { forbid: 'No.' } }]])
    const { message } = reasonEntry('claim_mismatch')
    expect(createLanguages(kinds)('en').message('claim_mismatch')).toBe(message)
    expect(createLanguages(kinds)('en-GB').message('claim_mismatch')).toBe(message)
  })

  it('may be of a language that does not come along', () => {
    const arabic = languages('ar-EG, de;q=0.5')
    expect([arabic.tag, arabic.direction, arabic.message('claim_mismatch')]).toEqual([
      'ar',
      'rtl',
      'غير مسموح',
    ])
    expect(arabic.say('sign_in')).toBe('Sign in')
  })
})

describe('any number of readers', () => {
  it('is understood one by one, be they there once or again', () => {
    const languages = createLanguages(new Map(), 'fr')
    for (const nth of [...Array(600).keys(), ...Array(600).keys()]) {
      expect(languages(`de, x-${nth}`).tag).toBe('de')
    }
    expect(languages(`${'nb,'.repeat(300)}de`).tag).toBe('fr')
    expect(createLanguages(new Map(), 'xx')('nb').tag).toBe('en')
  })
})
