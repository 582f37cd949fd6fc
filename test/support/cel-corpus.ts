import type { ExpressionValue } from '../../src/core/policy/expression.ts'
import { type Dice, dice } from './dice.ts'

/** Claims as providers send them, with what is awkward among them. */
export const CORPUS_CLAIMS: { readonly [name: string]: ExpressionValue } = {
  sub: 'f3a1',
  email: 'Ann.Müller@example.com',
  email_verified: true,
  groups: ['buyers', 'admins', 'Night Shift'],
  roles: [],
  level: 3,
  rate: 0.5,
  big: 9007199254740991,
  tiny: 1e-7,
  huge: 1e21,
  iat: 1767225600,
  nothing: null,
  mixed: [1, 'a', null, true, 2.5, ['x']],
  realm: { roles: ['reader', 'writer'], depth: { more: 1 } },
  empty: {},
  text: 'a\u{1f600}b',
  words: 'one,two,,three',
  digits: '42',
  when: '2026-01-01T00:00:00.5Z',
  span: '1h30m',
}

/** Written by hand: one aspect of the language each. */
const WRITTEN = `
true && false || true
claims.email == "Ann.Müller@example.com"
claims.email.endsWith("@example.com")
claims.email.startsWith("ann") || claims.email.contains(".M")
"admins" in claims.groups
"nobody" in claims.groups || "groups" in claims
has(claims.email)
has(claims.gone)
has(claims.nothing)
"nothing" in claims
claims.nothing == null
claims.gone == null
has(claims.realm.depth.more)
has(claims.realm.gone.more)
has(claims.empty.x)
claims.gone || true
true || claims.gone
claims.gone && false
false && claims.gone
claims.gone || false
claims.gone && true
claims.level || true
claims.email && false
claims.gone ? 1 : 2
claims.email_verified ? claims.level : 0
claims.email ? 1 : 2
claims.level + 1
claims.level - 5
claims.level * 2 % 4
7 / 2
-7 / 2
-7 % 3
7 % -3
7.0 / 2.0
1 / 0
1 % 0
1.0 / 0.0 > 1.0
claims.level / (claims.level - 3)
9223372036854775807 + claims.level
-9223372036854775807 - claims.level
9223372036854775807 * claims.level
0 - (-9223372036854775807 - 1)
-claims.level
-claims.rate
-claims.email
!claims.email_verified
!claims.level
1u + 2u
1u - 2u
uint(claims.level) * 3u
3u / 2u
3u % 2u
claims.rate + 0.25
claims.level + claims.rate
claims.level == 3.0
claims.level == 3u
claims.level < 3.5
claims.level >= 3u
claims.rate < 1
claims.rate > 1u
claims.big == 9007199254740991
claims.big + 1
claims.big < 9007199254740992.0
claims.huge > 1.0
claims.huge == 1e21
claims.tiny
string(claims.tiny)
string(claims.huge)
string(claims.rate)
string(1234567.5)
string(100000.0)
string(1000000.0)
string(0.0001)
string(0.00001)
string(-0.0)
string(claims.level)
string(3u)
string(true)
string(b"abc")
string(b"\\xff")
string(claims.nothing)
string(now)
string(duration("90.5s"))
string(duration("-1.5s"))
int("42")
int("-42")
int("4 2")
int("")
int(claims.digits) + 1
int(claims.email)
int(claims.rate)
int(-1.9)
int(1e19)
int(claims.huge)
int(now)
int(5u)
int("9223372036854775808")
uint("5")
uint("-5")
uint(-1)
uint(1.9)
uint(claims.digits)
double("0.5")
double("1e3")
double("x")
double(claims.level)
double(claims.digits)
bool("true")
bool("T")
bool("yes")
bool(claims.email)
bytes("aé")
bytes(claims.text).size()
size(bytes("aé"))
b"a" + b"b" == b"ab"
b"a" < b"b"
type(claims.level) == int
type(claims.rate) == double
type(claims.groups) == list
type(claims.realm) == map
type(claims.nothing) == null_type
type(claims.email) == string
type(now) == google.protobuf.Timestamp
type(type(1)) == type
type(1u) == uint
type(b"") == bytes
type(true) == bool
type(duration("1s")) == google.protobuf.Duration
"a" + "b" == "ab"
claims.email + claims.level
claims.email < "B"
"a" < "B"
"\u{1f600}" < "\uffee"
claims.email < claims.level
true < false
false < true
null == null
claims.level == "3"
claims.groups == ["buyers", "admins", "Night Shift"]
claims.groups != ["buyers"]
[1, 2] == [1.0, 2u]
[1, [2, 3]] == [1, [2, 3]]
{"a": [1, {"b": 2}]} == {"a": [1, {"b": 2u}]}
{true: 1}[true]
{1: 1, 1u: 2}
{claims.email: 1}[claims.email]
{"a": 1}.a
{"a": 1}.b
{"a": 1}["b"]
{claims.rate: 1}
{null: 1}
claims.groups[0]
claims.groups[3]
claims.groups[-1]
claims.groups[1.0]
claims.groups[1.5]
claims.groups[1u]
claims.groups["a"]
claims.mixed[4]
claims.mixed[5][0]
claims.realm["roles"][1]
claims.realm.roles + ["x"]
claims.roles + []
claims.email[0]
claims.level.x
claims.groups.x
has(claims.groups.x)
2 in claims.mixed
2.5 in claims.mixed
null in claims.mixed
1u in claims.mixed
"roles" in claims.realm
1 in claims.realm
"a" in claims.email
1 in {1: 2}
size(claims.groups)
claims.groups.size()
size(claims.text)
claims.text.size()
size(claims.realm)
size(claims.level)
size(claims.nothing)
claims.groups.all(g, g.size() > 5)
claims.groups.exists(g, g == "admins")
claims.groups.exists_one(g, g.contains("a"))
claims.groups.exists_one(g, g == "admins")
claims.roles.all(r, false)
claims.roles.exists(r, true)
claims.mixed.exists(m, m == "a")
claims.mixed.all(m, m > 0)
claims.mixed.exists(m, m > 2)
claims.mixed.filter(m, type(m) == int)
claims.mixed.map(m, type(m) == string)
claims.mixed.exists_one(m, m > 2)
claims.groups.map(g, g.size())
claims.groups.map(g, g.contains("m"), g + "!")
claims.groups.filter(g, g.startsWith("a"))
claims.realm.all(k, k.size() > 3)
claims.realm.exists(k, k == "roles")
claims.level.all(x, true)
claims.email.exists(x, true)
[1, 2, 3].map(x, x * 2).filter(x, x > 2)
[1, 2].all(x, [3, 4].exists(y, y > x))
[[1, 2], [3]].map(l, l.size())
[1, 0, 2].exists(x, 4 / x == 2)
[1, 0, 2].all(x, 4 / x == 9)
[0].all(x, 1 / x == 1)
[1, 2].exists_one(x, x / 0 == 1)
[1, 2].map(x, x / 0)
[true, false].exists(b, b)
claims.email.matches("^Ann")
claims.email.matches("(?i)^ANN")
claims.email.matches("^ANN")
claims.email.matches("ü")
claims.email.matches("\\\\d+")
claims.digits.matches("^[0-9]{2}$")
claims.text.matches("^a.b$")
matches(claims.email, "@")
claims.level.matches("3")
claims.email.matches("a{2,1}")
claims.email.lowerAscii()
claims.email.upperAscii()
claims.words.split(",")
claims.words.split(",", 2)
claims.words.split(",", 0)
claims.words.split(",", 1)
claims.words.split(",", -1)
claims.words.split("")
claims.text.split("")
claims.text.split("", 2)
"".split("")
"".split(",")
claims.words.replace(",", ";")
claims.words.replace(",", ";", 1)
claims.words.replace(",", ";", 0)
claims.words.replace(",", ";", -1)
claims.words.replace("", "-")
claims.text.replace("", "-")
claims.text.replace("", "-", 2)
claims.words.indexOf("two")
claims.words.indexOf("t", 5)
claims.words.indexOf("")
claims.words.indexOf("", 3)
claims.words.indexOf("zzz")
claims.words.indexOf("t", 99)
claims.words.indexOf("t", -1)
claims.text.indexOf("b")
claims.text.lastIndexOf("b")
claims.words.lastIndexOf("t")
claims.words.lastIndexOf("t", 5)
claims.words.lastIndexOf("")
claims.words.lastIndexOf("t", 99)
claims.words.lastIndexOf("t", -1)
claims.words.substring(4)
claims.words.substring(4, 7)
claims.text.substring(1, 2)
claims.words.substring(7, 4)
claims.words.substring(0, 99)
claims.words.substring(14)
claims.words.charAt(0)
claims.words.charAt(14)
claims.words.charAt(15)
claims.words.charAt(-1)
claims.text.charAt(1)
"  a b\\t\\n".trim()
"\\u00a0a\\u200b".trim()
claims.groups.join()
claims.groups.join("-")
claims.mixed.join(",")
claims.roles.join(",")
sets.contains(claims.groups, ["admins"])
sets.contains(claims.groups, [])
sets.contains([], claims.groups)
sets.intersects(claims.groups, ["x", "buyers"])
sets.intersects(claims.groups, [])
sets.equivalent([1, 2, 2], [2u, 1.0])
sets.equivalent(claims.groups, ["admins"])
timestamp("2026-01-01T00:00:00Z") == now
timestamp(claims.iat) == now
timestamp(claims.when) > now
timestamp(claims.rate)
timestamp(claims.email)
timestamp(1)
now - timestamp("2025-12-31T00:00:00Z") == duration("24h")
now + duration("1h") > now
duration("1h") + now > now
now - duration("1h") < now
duration("1h") + duration("30m") == duration(claims.span)
duration("1h") - duration("90m")
duration("1h") < duration("61m")
duration(claims.email)
duration("1.5h")
duration("-1h30m")
duration(".5s")
duration("1us") + duration("1ns")
duration("9223372036s")
duration("9300000000s")
timestamp("9999-12-31T23:59:59Z") + duration("1s")
timestamp("0001-01-01T00:00:00Z") - duration("1ns")
timestamp("2026-02-28T23:59:59.123456789Z")
timestamp("2026-01-01T02:00:00+02:00")
now.getFullYear()
now.getMonth()
now.getDate()
now.getDayOfMonth()
now.getDayOfWeek()
now.getDayOfYear()
now.getHours()
now.getMinutes()
now.getSeconds()
now.getMilliseconds()
timestamp(claims.when).getMilliseconds()
now.getHours("Europe/Berlin")
now.getHours("+05:30")
now.getMinutes("+05:30")
now.getHours("-03:00")
now.getDate("America/New_York")
now.getFullYear("America/New_York")
now.getDayOfYear("America/New_York")
timestamp("1969-12-31T23:59:59.5Z").getMilliseconds()
timestamp("1969-12-31T23:59:59.5Z").getSeconds()
timestamp("1582-10-01T00:00:00Z").getDayOfWeek()
duration("90m").getHours()
duration("90m").getMinutes()
duration("90s").getSeconds()
duration("1.5s").getMilliseconds()
duration("-90s").getMinutes()
dyn(1) == 1.0
dyn("a") == 1
identity.subject == "subject-1"
"openid" in identity.scopes
identity.scopes.exists(s, s.startsWith("orders:"))
has(identity.client)
request.method in ["GET", "HEAD"]
request.path.startsWith("/orders/")
request.headers["x-kind"] == "machine"
"x-none" in request.headers
request.query["a"] == ["1", "2"]
request.query.b[0]
size(request.query)
source.address == "192.0.2.7"
now > timestamp("2025-01-01T00:00:00Z") && request.method == "GET"
1 == 1 ? "a" : "b"
1 < 2 == true
[1, 2, 3][claims.level - 1]
"""a "quoted" text""".size()
r"a\\b" == "a\\\\b"
'single' == "single"
"\\x41\\u0042\\U00000043\\103" == "ABCC"
0x10 + 0x0F
0x10u
1e3
.5 + 1.
// a comment\\n1 + 1
1 + 1 // a comment
(((((1)))))
1 + 2 * 3 - 4 / 2
!true || !false && true
!(claims.level > 2) == false
"a" in {"a": 1} && 1 in [1]
true ? false ? 1 : 2 : 3
claims.realm.roles.map(r, claims.groups.exists(g, g.size() > r.size()))
`

/** What cel-go is known to see otherwise, each kind once; docs/authorization.md says why. */
const OTHERWISE = `
request.method == 1
claims.level == 3 ? "a" : 1
true ? true : int("x") == 1
claims.email.matches(claims.digits)
identity == identity
[1].all(a, [1].all(b, [1].all(c, true)))
{"a": 1} == {"a": 1.0}
{1: "a"}[1u]
1u in {1: 2}
{"a": 1, "a": 2}
has(claims.level.x)
true ? 1 : now.getHours(claims.email)
`

const lines = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replace(/^(\/\/ a comment)\\n/, '$1\n'))

/** Expressions that both are to see alike. */
export const WRITTEN_EXPRESSIONS = lines(WRITTEN)

/** Expressions that the two see otherwise. */
export const OTHER_EXPRESSIONS = lines(OTHERWISE)

type Rule = (random: Dice, depth: number) => string

const names = Object.keys(CORPUS_CLAIMS)

const claim: Rule = (random) => `claims.${names[random.below(names.length)] ?? 'sub'}`

const literal: Rule = (random) =>
  random.of(['0', '1', '3', '-2', '2u', '0.5', '"a"', '"admins"', '""', 'true', 'false', 'null'])

const leaf: Rule = (random, depth) =>
  random.once(2) ? claim(random, depth) : literal(random, depth)

const binary: Rule = (random, depth) => {
  const sign = random.of(['==', '!=', '<', '<=', '>', '>=', '+', '-', '*', '/', '%', 'in'])
  return `(dyn(${any(random, depth)}) ${sign} dyn(${any(random, depth)}))`
}

const logic: Rule = (random, depth) =>
  `(dyn(${any(random, depth)}) ${random.of(['&&', '||'])} dyn(${any(random, depth)}))`

const choice: Rule = (random, depth) =>
  `(dyn(${any(random, depth)}) ? dyn(${any(random, depth)}) : dyn(${any(random, depth)}))`

const call: Rule = (random, depth) => {
  const one = `dyn(${any(random, depth)})`
  const other = `dyn(${any(random, depth)})`
  return random.of([
    `size(${one})`,
    `string(${one})`,
    `int(${one})`,
    `double(${one})`,
    `type(${one}) == type(${other})`,
    `${one}.contains(${other})`,
    `${one}.startsWith(${other})`,
    `${one}.lowerAscii()`,
    `${one}.split(${other})`,
    `${one}.indexOf(${other})`,
    `!${one}`,
    `-${one}`,
    `${one}[${other}]`,
    `has(${random.of(['claims.realm', 'claims.empty', 'claims.realm.depth'])}.roles)`,
  ])
}

const walk: Rule = (random, depth) => {
  const macro = random.of(['all', 'exists', 'exists_one', 'filter', 'map'])
  const body = random.once(2)
    ? `v == dyn(${leaf(random, depth)})`
    : `v > dyn(${leaf(random, depth)})`
  return `dyn(${any(random, depth)}).${macro}(v, ${body})`
}

const list: Rule = (random, depth) =>
  `[${[any(random, depth), any(random, depth)].map((one) => `dyn(${one})`).join(', ')}]`

const any: Rule = (random, depth) =>
  depth <= 0
    ? leaf(random, depth)
    : random.of([leaf, binary, logic, choice, call, walk, list])(random, depth - 1)

/** So many expressions of a grammar; the same for the same seed. */
export const randomExpressions = (seed: number, count: number): readonly string[] => {
  const random = dice(seed)
  return Array.from({ length: count }, () => any(random, 1 + random.below(3)))
}
