import { describe, expect, it, test } from 'vitest'
import { compileExpression } from '../../support/compiled.ts'
import { problems } from '../../support/expressions.ts'

const looksAt = (written: string): string => {
  const compiled = compileExpression(written, 'value')
  return compiled.ok ? compiled.expression.looksAt : compiled.messages.join()
}

const claims = (written: string): readonly (readonly string[])[] => {
  const compiled = compileExpression(written, 'value')
  return compiled.ok ? compiled.expression.claims : []
}

describe('what is found before anything is evaluated', () => {
  test.each([
    ['clams.email', 'at character 1 names `clams`, which is unknown: perhaps `claims` is meant'],
    ['identity.issuers', 'at character 9 asks for the field `issuers`, which is unknown: perhaps'],
    ['request.headers.a.b', 'at character 18 asks for `b` of a text, which has no fields'],
    ['claims.a.startWith("x")', 'perhaps `startsWith` is meant'],
    ['toJson(claims)', 'is unknown: docs/authorization.md lists what there is'],
    ['size()', 'gives `size` 0 values, and it takes 1'],
    ['"a".contains()', 'gives `contains` 0 values, and it takes 1'],
    ['"a".substring()', 'gives `substring` 0 values, and it takes 1 or 2'],
    ['"a".int()', 'calls `int` after a dot, and it is written `int(…)`'],
    ['contains("a", "b")', 'calls `contains` by itself, and it is written behind a value'],
    ['1 - "a"', 'uses `-` with an integer and a text, which it is not for'],
    ['request.method == 1', 'uses `==` with a text and an integer'],
    ['identity.scopes.all(s, s == 1)', 'uses `==` with a text and an integer'],
    ['[[1], ["a"]][0][0] == true', ''],
    ['request.query.a[0] == 1', 'uses `==` with a text and an integer'],
    ['"a".split(",")[0] == 1', 'uses `==` with a text and an integer'],
    ['now == 1', 'uses `==` with a timestamp and an integer'],
    ['!request.method', 'uses `!` with a text'],
    ['request.method && true', 'has a text where only true or false makes sense'],
    ['1 ? 2 : 3', 'has an integer where only true or false makes sense'],
    ['request.method.all(x, true)', 'walks over a text, which is neither a list nor a map'],
    ['[1].map(x, "a", x)', 'has a text where only true or false makes sense'],
    ['source.address.all', 'asks for `all` of a text'],
    ['request == claims', 'name one of its fields (method, path, host, headers, query)'],
    ['{[1]: 2}', 'has a list as a key'],
    ['timestamp("soon")', 'cannot come to anything: the text is no timestamp'],
    ['duration("1d")', 'cannot come to anything: the text is no duration'],
    ['int("x")', 'cannot come to anything: the text is no integer'],
    ['claims.a.matches("[")', 'at character 18 has a pattern that is no RE2 pattern'],
    ['claims.a.matches("a{500}b{500}")', 'too large once its repetitions are written out'],
    ['1.matches("a")', 'asks for `matches` of an integer'],
    ['matches(1, "a")', 'asks for `matches` of an integer'],
    ['matches("a")', 'uses `matches` otherwise than with one text and one pattern'],
    ['claims.a.exists(b.c, true)', 'uses `exists` without a new name in front'],
    ['has(now)', 'asks with `has` for something else than a field'],
    ['now.getHours("Mars")', 'cannot come to anything: there is no such time zone'],
    ['now.getHours(claims.zone)', 'uses `getHours` with a time zone that is made'],
    ['18446744073709551616u', 'holds an integer beyond 64 bits'],
    ['1e999', 'holds a number beyond all doubles'],
    ['a.B{c: 1}', 'holds the message `a.B`'],
    ['"\\ud800"', 'is no CEL (surrogate code points are not allowed)'],
    ['', 'is no CEL'],
    ['true &', 'is no CEL at character 6'],
  ])('%s: %s', (written, message) => {
    const found = problems(written).join('; ')
    if (message === '') expect(found).toBe('')
    else expect(found).toContain(message)
  })

  it('all at once', () => {
    expect(problems('clams.a && now.getHour() > "a".size()')).toHaveLength(2)
  })

  test.each(['claims.email', 'true', 'claims.a ? claims.b : true', 'dyn(1)'])(
    '%s may be a condition',
    (written) => expect(problems(written, 'condition')).toEqual([]),
  )

  test.each(['request.path', '1 + 1', 'claims.a.map(x, x)', 'now', 'size(claims)'])(
    '%s is none',
    (written) => expect(problems(written, 'condition').join()).toContain('and a clause is true'),
  )
})

describe('what is known of an expression', () => {
  it('is whether it looks at the identity alone', () => {
    expect(looksAt('claims.email == identity.subject')).toBe('identity')
    expect(looksAt('"a" == "b"')).toBe('identity')
    expect(looksAt('request.method == "GET"')).toBe('request')
    expect(looksAt('has(source.address)')).toBe('request')
    expect(looksAt('claims.until.all(u, timestamp(u) > now)')).toBe('request')
  })

  it('is which claims it cannot do without', () => {
    expect(claims('claims.email == "a" && claims.realm.roles[0] == claims.email')).toEqual([
      ['email'],
      ['realm', 'roles'],
    ])
    expect(claims('has(claims.team) && claims.team == "a" || claims.realm.roles == []')).toEqual([
      ['realm', 'roles'],
    ])
    expect(claims('"team" in claims && claims.team == "a"')).toEqual([])
    expect(claims('claims["team"] == "a"')).toEqual([])
  })

  it('two of the same text are one', () => {
    const [one, other] = ['claims.a == 1', 'claims.a == 1'].map((text) =>
      compileExpression(text, 'condition'),
    )
    expect(one).toBe(other)
  })
})
