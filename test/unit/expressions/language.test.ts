import { describe, expect, it, test } from 'vitest'
import { compileExpression } from '../../support/compiled.ts'
import { asked, evaluated, outcome, someone } from '../../support/expressions.ts'

const CLAIMS = {
  email: 'Ann@example.com',
  groups: ['buyers', 'admins'],
  level: 3,
  rate: 0.5,
  nothing: null,
  verified: true,
  realm: { roles: ['reader'], 'odd name': 1 },
  big: '9007199254740993',
}

/** An expression and what it comes to over these claims. */
const VALUES: readonly (readonly [string, unknown])[] = [
  ['claims.level + 1 == 4 && claims.level >= 2.5', true],
  ['[1, 2] + [3u] == [1.0, 2.0, 3.0]', true],
  ['{"a": [1]} == {"a": [1.0]} && {1: "x"}[1u] == "x"', true],
  ['7 / 2 == 3 && -7 % 3 == -1 && 7.0 / 2.0 == 3.5', true],
  ['claims.level == "3" || claims.level != "3"', true],
  ['null == claims.nothing && has(claims.nothing) && "nothing" in claims', true],
  ['has(claims.gone) || "gone" in claims', false],
  ['claims.gone == 1 || claims.verified', true],
  ['claims.verified && (claims.gone == 1 || true)', true],
  ['claims.gone == 1 && false', false],
  ['claims.verified ? "a" : claims.gone', 'a'],
  ['[1, 0].exists(n, 1 / n == 1) && ![0, 1].all(n, 1 / n == 2)', true],
  ['claims.groups.exists_one(g, g.startsWith("adm"))', true],
  ['claims.groups.filter(g, g != "admins").map(g, g.upperAscii())', ['BUYERS']],
  ['claims.groups.map(g, g.size() > 6, g + "!")', []],
  ['claims.realm.all(name, name != "x")', true],
  ['claims.realm["odd name"] == 1 && claims.realm.roles[0] == "reader"', true],
  ['size(claims.groups) == 2 && claims.email.size() == 15', true],
  ['claims.email.lowerAscii().endsWith("@example.com")', true],
  ['claims.email.matches("(?i)^ann@") && claims.email.matches("ample")', true],
  ['"a,b,c".split(",", 2)', ['a', 'b,c']],
  ['"a-b".replace("-", "+") + ["x", "y"].join("/")', 'a+bx/y'],
  ['"x\u{1f600}y".indexOf("y")', 2],
  ['"x\u{1f600}y".substring(1, 2)', '\u{1f600}'],
  ['"abcabc".lastIndexOf("bc", 3)', 1],
  ['"  a\t".trim().charAt(0)', 'a'],
  ['int("42") + int(3.9) + int(2u)', 47],
  ['string(1) + string(true) + string(1.5) + string(b"x")', '1true1.5x'],
  ['double("1.5") * 2.0', 3],
  ['uint(3) == 3u && bool("true")', true],
  ['type(claims.level) == int && type(claims.rate) == double', true],
  ['type(now) == google.protobuf.Timestamp', true],
  ['bytes("ä").size()', 2],
  ['timestamp("2026-01-01T01:00:00+01:00") == now', true],
  ['now - duration("36h") < timestamp("2025-12-31T00:00:00Z")', true],
  ['now.getFullYear() == 2026 && now.getMonth() == 0 && now.getDayOfWeek() == 4', true],
  ['now.getHours("Europe/Berlin") == 1 && now.getHours("-03:30") == 20', true],
  ['duration("90m").getHours()', 1],
  ['string(duration("90.5s"))', '90.5s'],
  ['now', '2026-01-01T00:00:00Z'],
  ['sets.contains(claims.groups, ["admins"]) && !sets.intersects([1], [2])', true],
  ['sets.equivalent([1, 2, 2], [2.0, 1u])', true],
  ['9007199254740993', '9007199254740993'],
  ['claims.big == "9007199254740993"', true],
  ['b"\\x01"', 'AQ=='],
]

describe('the language', () => {
  test.each(VALUES)('%s', (written, value) => {
    expect(evaluated(written, someone(CLAIMS))).toEqual(value)
  })

  it('knows who is calling', () => {
    const written =
      'identity.subject + " " + identity.issuer + " " + identity.via + " " + identity.client'
    expect(evaluated(written)).toBe('subject-1 https://sso.example.com session shop/shop')
    expect(evaluated('"orders:read" in identity.scopes')).toBe(true)
    const { client: _, ...token } = someone()
    expect(evaluated('has(identity.client)', token)).toBe(false)
    expect(outcome('identity.client', token)).toMatchObject({ kind: 'failed' })
  })

  it('knows what is asked for, by whom, and when', () => {
    expect(evaluated('request.method + request.host + request.path')).toBe(
      'GETshop.example.com/orders/7',
    )
    expect(evaluated('request.query')).toEqual({ a: ['1', '2'], b: ['ä c'] })
    expect(evaluated('request.headers["x-kind"]')).toBe('machine')
    expect(evaluated('request.headers["x-bytes"]')).toBe('Müller')
    expect(evaluated('request.headers.map(name, name)')).toEqual(['x-kind', 'x-bytes'])
    expect(evaluated('"x-none" in request.headers || has(request.headers.none)')).toBe(false)
    expect(evaluated('source.address')).toBe('192.0.2.7')
    const { address: _, ...request } = asked().request
    const nowhere = { ...asked(), request }
    expect(evaluated('has(source.address)', someone(), nowhere)).toBe(false)
  })

  it('says where it fails and why, and no value', () => {
    expect(outcome('claims.email + 1', someone(CLAIMS))).toEqual({
      kind: 'failed',
      detail: '`+` is not for string and int (at character 14)',
    })
    expect(outcome('1 == 1 && claims.gone', someone(CLAIMS))).toEqual({
      kind: 'failed',
      detail: 'there is no claim `gone` (at character 17)',
    })
    expect(outcome('[1][claims.level]', someone(CLAIMS))).toMatchObject({ kind: 'failed' })
    expect(outcome('int(claims.email)', someone(CLAIMS))).toEqual({
      kind: 'failed',
      detail: 'the text is no integer (at character 1)',
    })
  })

  it.each([
    '9223372036854775807 + claims.level',
    '-9223372036854775807 - claims.level',
    'claims.level / (claims.level - 3)',
    'uint(1) - uint(claims.level)',
    'timestamp("9999-12-31T23:59:59Z") + duration("1h")',
    'claims.email < claims.level',
    '!claims.email',
    'claims.email ? 1 : 2',
    'claims.level.all(x, x)',
    'claims.email.charAt(99)',
    'claims.groups.map(g, g > 1)',
    '{claims.rate: 1}',
    '{"a": 1, "a": 2}',
    'claims.nothing.x',
    'has(claims.level.x)',
    '"x" in claims.level',
    'identity.scopes.exists_one(s, claims.gone)',
    'type(1)',
  ])('%s comes to nothing', (written) => {
    expect(outcome(written, someone(CLAIMS)).kind).toBe('failed')
  })

  it('R5: a path that may be read in two ways decides nothing', () => {
    const ambiguous = asked({
      path: { canonical: '//admin', unambiguous: false, query: '' },
    })
    expect(outcome('!request.path.startsWith("/admin")', someone(), ambiguous)).toEqual({
      kind: 'failed',
      detail: 'the path may be read in two ways (at character 9)',
    })
    const written = 'request.path == "/a" || "openid" in identity.scopes'
    expect(evaluated(written, someone(), ambiguous)).toBe(true)
  })

  it('without a request nothing of it is known', () => {
    const compiled = compileExpression('request.method == "GET"', 'condition')
    if (!compiled.ok) throw new Error(compiled.messages.join())
    expect(compiled.expression.evaluate(someone()).kind).toBe('failed')
  })

  it('reads no prototype', () => {
    expect(evaluated('has(claims.constructor) || "toString" in claims', someone({}))).toBe(false)
    expect(outcome('claims.__proto__', someone({})).kind).toBe('failed')
  })

  it('a header that is no UTF-8 has no value', () => {
    const about = asked({ header: () => '\u00ff' })
    expect(outcome('request.headers.a == "x"', someone(), about).kind).toBe('failed')
    const text = asked({ header: () => 'ü', encoding: 'text' })
    expect(evaluated('request.headers.a', someone(), text)).toBe('ü')
  })
})

describe('R1: a claim that the token says is elsewhere', () => {
  const overage = someone({ _claim_names: { groups: 'src1' }, roles: ['a'] })

  it.each([
    'has(claims.groups)',
    '!has(claims.groups)',
    '"groups" in claims',
    '!("groups" in claims)',
    'claims.groups == null',
    'claims["groups"] == null',
    '!("blocked" in claims.groups)',
    'has(claims.groups) ? "blocked" in claims.groups : true',
    '!claims.exists(name, name == "groups")',
    'claims.all(name, name != "groups")',
    'claims.filter(name, name == "groups").size() == 0',
    'claims.map(name, name)',
    'size(claims) < 9',
    'claims != {"roles": ["a"]}',
    '{"roles": ["a"]} != claims',
    '!(claims in [{}])',
    '[claims] != [{}]',
    'claims',
  ])('comes to nothing, not even that it is absent: %s', (written) => {
    expect(outcome(written, overage)).toMatchObject({
      kind: 'failed',
      detail: expect.stringContaining('elsewhere'),
    })
    const withNull = { groups: null, _claim_names: { groups: 'src1' } }
    expect(outcome(written, someone(withNull))).toMatchObject({ kind: 'failed' })
    expect(outcome(written, someone({ hasgroups: true }))).toMatchObject({ kind: 'failed' })
  })

  it('counts as it is where it is here after all, and others do beside it', () => {
    const here = someone({ _claim_names: { groups: 'src1' }, groups: ['buyers'] })
    expect(evaluated('has(claims.groups) && "buyers" in claims.groups', here)).toBe(true)
    expect(evaluated('"groups" in claims', here)).toBe(true)
    expect(evaluated('claims.exists(name, name == "groups") && size(claims) == 2', here)).toBe(true)
    expect(evaluated('claims == claims && claims != {}', here)).toBe(true)
    expect(evaluated('"a" in claims.roles || has(claims.groups)', overage)).toBe(true)
    expect(evaluated('has(claims.gone) || "gone" in claims', overage)).toBe(false)
  })
})
