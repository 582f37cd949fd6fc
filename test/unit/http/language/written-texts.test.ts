import { describe, expect, it } from 'vitest'
import { nearest } from '../../../../src/core/wording/nearest.ts'
import { readTexts } from '../../../../src/http/language/written-texts.ts'

const problemsOf = (written: unknown): readonly string[] =>
  readTexts(written, nearest).problems.map(({ path, message }) => `${path.join('.')} ${message}`)

describe('texts as an operator writes them', () => {
  it('may be any of the groups, and any of their keys', () => {
    const written = {
      headings: { signed_out: 'Tschüss' },
      phrases: { sign_in_with: 'Mit {name} anmelden' },
    }
    expect(readTexts(written, nearest)).toEqual({
      texts: { kinds: {}, reasons: {}, ...written },
      problems: [],
    })
    expect(problemsOf({})).toEqual([])
  })

  it.each([
    [{ phrase: {} }, 'phrase is no group of texts: did you mean phrases?'],
    [{ words: {} }, 'words is no group of texts: write one of headings, kinds, phrases, reasons'],
    [[], ' must be groups of texts: headings, kinds, phrases, reasons'],
    [{ phrases: [] }, 'phrases must be a group of texts by key'],
    [{ phrases: { sing_in: 'x' } }, 'phrases.sing_in is no text of pages: did you mean sign_in?'],
    [
      { phrases: { zzz: 'x' } },
      'phrases.zzz is no text of pages: docs/reference/pages.md lists them',
    ],
    [
      { reasons: { public: 'x' } },
      'reasons.public is no text of pages: docs/reference/pages.md lists them',
    ],
    [
      { phrases: { sign_in: 1 } },
      'phrases.sign_in must be text, but is a number: write it in quotes',
    ],
    [
      { phrases: { sign_in: null } },
      'phrases.sign_in must be text, but is empty: write it in quotes',
    ],
    [
      { phrases: { sign_in: ' ' } },
      'phrases.sign_in must be text, but is empty: leave the key out instead',
    ],
    [
      { phrases: { sign_in: 'x'.repeat(501) } },
      'phrases.sign_in has 501 characters: write at most 500',
    ],
    [
      { phrases: { sign_in: 'a\nb' } },
      'phrases.sign_in holds a line end or another control character: write it as one line of plain text',
    ],
    [
      { phrases: { sign_in: 'a\u202eb' } },
      'phrases.sign_in holds a line end or another control character: write it as one line of plain text',
    ],
    [
      { phrases: { sign_in_with: 'Mit {nam}' } },
      'phrases.sign_in_with has {nam}, but only {name} is put in here: did you mean {name}?',
    ],
    [
      { phrases: { sign_in_with: 'Anmelden' } },
      'phrases.sign_in_with lacks {name}: put it where it belongs in the sentence',
    ],
    [
      { headings: { signed_out: 'Bye {name}' } },
      'headings.signed_out has {name}, but nothing is put in here: leave it out',
    ],
  ])('%j: named, with what to do', (written, sentence) => {
    expect(problemsOf(written)).toContain(sentence)
  })

  it('have all their problems named at once, and the rest read', () => {
    const written = { phrases: { sing_in: 'x', sign_out: 'Tschüss' }, reason: {} }
    const { texts, problems } = readTexts(written, nearest)
    expect(problems).toHaveLength(2)
    expect(texts.phrases).toEqual({ sign_out: 'Tschüss' })
  })

  it('are never taken from what every object has', () => {
    expect(problemsOf(JSON.parse('{"__proto__": {}, "constructor": {}}'))).toHaveLength(2)
    expect(problemsOf({ phrases: JSON.parse('{"toString": "x"}') })).toHaveLength(1)
  })
})
