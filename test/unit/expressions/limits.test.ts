import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import type { ExpressionValue } from '../../../src/core/policy/expression.ts'
import { compileExpression } from '../../support/compiled.ts'
import { asked, outcome, problems, someone } from '../../support/expressions.ts'

const COSTLY = 'it costs more than 20000 units here: let it look at less'

/** The most that an evaluation may read of a list that it was given. */
const MOST_READS = 20_000

/** A list that counts how often a member of it is read. */
const countedList = (members: readonly ExpressionValue[]) => {
  let reads = 0
  const list = new Proxy(members, {
    get: (target, name, receiver) => {
      if (typeof name === 'string' && /^\d+$/.test(name)) reads += 1
      return Reflect.get(target, name, receiver)
    },
  })
  return { list, reads: () => reads }
}

const many = (count: number): readonly ExpressionValue[] =>
  Array.from({ length: count }, (_, at) => `member-${at}`)

describe('what an expression may be', () => {
  test.each([
    ['x'.repeat(2_049), 'has 2049 characters, and at most 2048 are taken'],
    [`${'('.repeat(33)}1${')'.repeat(33)}`, 'has brackets within one another 33 deep'],
    [`1${' + 1'.repeat(32)}`, 'has parts within one another 33 deep'],
    [`[${'1,'.repeat(512)}]`, 'has 513 parts, and at most 512 are taken'],
    [
      '[1].all(a, [1].all(b, [1].all(c, true)))',
      'walks over lists within one another 3 deep, and at most 2 are taken',
    ],
  ])('%s is too much', (written, message) => {
    expect(problems(written).join()).toContain(message)
  })

  it('brackets in texts and comments count for nothing', () => {
    const brackets = '('.repeat(40)
    const written = `"${brackets}\\"${brackets}" != '''${brackets}''' // ${brackets}`
    expect(problems(written)).toEqual([])
    expect(problems(`r"${brackets}\\" != ""`)).toEqual([])
  })

  it('a walk over what a walk gives is not deeper', () => {
    expect(problems('[1].filter(a, a > 0).map(b, b).all(c, [1].all(d, d == c))')).toEqual([])
  })
})

describe('what an expression may cost', () => {
  it('R6: a walk over a long list ends, however it is asked', () => {
    for (const written of [
      'claims.list.all(a, claims.list.all(b, a + b != ""))',
      'claims.list.map(a, claims.list.filter(b, a == b)).size() > 0',
      'claims.list.exists(a, claims.list.exists_one(b, b == "none"))',
      'sets.equivalent(claims.list, claims.list)',
      'claims.list.all(a, a in claims.list)',
      'claims.list + claims.list + claims.list == claims.list',
    ]) {
      const { list, reads } = countedList(many(50_000))
      expect(outcome(written, someone({ list }))).toEqual({ kind: 'failed', detail: COSTLY })
      expect(reads()).toBeLessThanOrEqual(MOST_READS)
    }
  })

  it('nothing makes light of a limit that is passed', () => {
    const { list } = countedList(many(50_000))
    for (const written of [
      'claims.list.all(a, a != "") || true',
      'true || claims.list.all(a, a != "")',
      '!claims.list.exists(a, a == "none") || !false',
      '[1].exists(n, claims.list.all(a, a != "")) || true',
      '[1, 2].all(n, claims.list.all(a, a == "none" || true)) ? true : true',
    ]) {
      const { kind } = outcome(written, someone({ list }))
      const isDecidedBefore = written.startsWith('true')
      expect(kind).toBe(isDecidedBefore ? 'value' : 'failed')
    }
  })

  it.each([
    'claims.text.contains(claims.word)',
    'claims.text.replace(claims.word, "") == ""',
    'claims.text.split("").size() > 0',
    'claims.text.lowerAscii() == ""',
    'claims.text.matches("(a+)+$")',
    'claims.text + claims.text + claims.text == ""',
    'size(claims.text) > 0',
    'claims.text.indexOf(claims.word) > 0',
  ])('%s costs what the text is long', (written) => {
    const text = 'a'.repeat(1_500_000)
    const word = `${'a'.repeat(700_000)}b`
    expect(outcome(written, someone({ text, word }))).toEqual({ kind: 'failed', detail: COSTLY })
  })

  it('texts that repeat are searched in linear time', () => {
    const text = 'a'.repeat(40_000)
    const word = `${'a'.repeat(20_000)}b`
    expect(outcome('claims.text.contains(claims.word)', someone({ text, word }))).toEqual({
      kind: 'value',
      value: false,
    })
    const found = `${text}b`
    const written = 'claims.text.contains(claims.word)'
    expect(outcome(written, someone({ text: found, word }))).toEqual({ kind: 'value', value: true })
  })

  it('a header is read when it is named, and not before', () => {
    const read: string[] = []
    const about = asked({
      header: (name) => {
        read.push(name)
        return 'x'.repeat(60_000)
      },
      headerNames: () => {
        read.push('names')
        return []
      },
    })
    expect(outcome('request.method == "GET" || request.headers.a == ""', someone(), about)).toEqual(
      { kind: 'value', value: true },
    )
    expect(read).toEqual([])
    expect(outcome('request.headers.a == ""', someone(), about)).toEqual({
      kind: 'failed',
      detail: COSTLY,
    })
    expect(read).toEqual(['a'])
  })

  it('a header over 8 KiB costs its length', () => {
    const about = (length: number) => asked({ header: () => 'x'.repeat(length) })
    const written = 'request.headers.a != "" && request.headers.b != "" && request.headers.c != ""'
    expect(outcome(written, someone(), about(8 * 1024)).kind).toBe('value')
    expect(outcome(written, someone(), about(8 * 1024 + 1)).kind).toBe('failed')
  })

  it('a query is read once', () => {
    const query = Array.from({ length: 500 }, (_, at) => `name${at}=value`).join('&')
    const about = asked({ path: { canonical: '/', unambiguous: true, query } })
    const written = 'request.query.all(name, request.query[name] == ["value"])'
    expect(outcome(written, someone(), about)).toEqual({ kind: 'value', value: true })
  })
})

const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string(),
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string({ maxLength: 4 }), tie('value'), { maxKeys: 4 }),
  ),
})).value as fc.Arbitrary<ExpressionValue>

/** Pieces of which some make an expression, and most make none. */
const pieces = fc
  .array(
    fc.constantFrom(
      ...'claims identity.subject request.headers request.query now source.address .a .b [0] ["a"]'.split(
        ' ',
      ),
      ...'( ) [ ] { } , : ? ! - + * / % == != < >= && || in'.split(' '),
      ...'1 2u 0.5 "a" b"c" null true x .size() .contains("a") .split("a") has('.split(' '),
      ...'.all(x, .exists(x, .map(x, .filter(x, int( string( timestamp( duration( .matches("a*")'.split(
        ' ',
      ),
    ),
    { maxLength: 14 },
  )
  .map((all) => all.join(' '))

describe('whatever is written and whatever is known', () => {
  it('nothing is thrown: there is an outcome, or there are problems in words', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 80 }), pieces), json, json, (written, a, b) => {
        const compiled = compileExpression(written, 'value')
        if (!compiled.ok) {
          expect(compiled.messages.length).toBeGreaterThan(0)
          return
        }
        const { kind } = compiled.expression.evaluate(someone({ a, b }), asked())
        expect(['value', 'failed']).toContain(kind)
      }),
      { numRuns: 3_000 },
    )
  })

  it('R6: values within one another, however deep, come to a failure and never to an exception', () => {
    const deep = (levels: number): ExpressionValue => {
      let value: ExpressionValue = 1
      for (let level = 0; level < levels; level += 1) value = level % 2 ? [value] : { a: value }
      return value
    }
    const claims = { a: deep(9_000), b: deep(9_000), shallow: deep(20) }
    for (const written of ['claims.a == claims.b', 'claims.a', 'claims.a in [claims.b]']) {
      expect(outcome(written, someone(claims))).toMatchObject({
        kind: 'failed',
        detail: 'values lie too deep within one another here',
      })
    }
    expect(outcome('claims.shallow == claims.shallow', someone(claims))).toEqual({
      kind: 'value',
      value: true,
    })
  })

  it('a text of any letters is the text that it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        expect(outcome('claims.text', someone({ text }))).toEqual({ kind: 'value', value: text })
        expect(outcome('claims.text == claims.text', someone({ text }))).toEqual({
          kind: 'value',
          value: true,
        })
        const written = 'claims.text.split("").join() == claims.text'
        expect(outcome(written, someone({ text }))).toEqual({ kind: 'value', value: true })
      }),
    )
  })

  it('a search finds what the search of the machine finds', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 60 })
    fc.assert(
      fc.property(letters, letters, fc.integer({ min: 1, max: 400 }), (text, word, times) => {
        const [long, longWord] = [text.repeat(times), word.repeat(times)]
        const claims = { long, longWord }
        expect(outcome('claims.long.contains(claims.longWord)', someone(claims))).toEqual({
          kind: 'value',
          value: long.includes(longWord),
        })
        const limit = outcome('claims.long.indexOf(claims.longWord)', someone(claims))
        if (limit.kind === 'value') expect(limit.value).toBe(long.indexOf(longWord))
      }),
      { numRuns: 300 },
    )
  })
})
