import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ResourceFolder, resourceFolder, SHOP } from '../../../support/resource-folder.ts'
import { type Ran, sallyport } from '../run.ts'

const URL = 'https://shop.example.com/api/orders'

let folder: ResourceFolder
beforeAll(() => {
  folder = resourceFolder({
    'shop.yaml': SHOP,
    'buyer.txt': 'sub: alice\nemail: alice@example.com\ngroups: [buyers]\n',
    'guest.txt': '{"sub":"bob","groups":["guests"]}',
  })
})
afterAll(() => folder.remove())

const explain = (...options: readonly string[]): Promise<Ran> =>
  sallyport('explain', '-r', folder.path, '-u', URL, ...options)

const as = (claims: string, ...options: readonly string[]): Promise<Ran> =>
  explain('--claims', `${folder.path}/${claims}`, ...options)

const answered = async (...options: readonly string[]) =>
  JSON.parse((await explain('-o', 'json', ...options)).out)

test('somebody with claims: each clause with what it saw, and what the upstream hears', async () => {
  const { code, out } = await as('buyer.txt', '-H', 'X_Auth_Email: mallory@example.com')
  expect(code).toBe(0)
  expect(out).toContain(`Asked as            a session of OIDCClient shop/shop
                    iss https://sso.example.com/realms/shop
                    sub alice
                    scopes openid profile email orders:read
                    not among the claims, filled in: iss, aud, iat, exp
Requires            holds  every scope of: orders:read; scopes: ["openid","profile","email","orders:read"]
                    holds  claim groups has one of: buyers, admins; groups: ["buyers"]
Upstream gets       x-auth-subject: alice
                    x-auth-issuer: https://sso.example.com/realms/shop
                    x-auth-email: alice@example.com
                    x-auth-scopes: openid profile email orders:read
                    x-user-groups: ["buyers"]
                    authorization: Bearer the-access-token-of-the-session
Upstream does not   x_auth_email
                    cookie
Without credential  401 login_required: You need to sign in first.
Answer              200 allowed: The request was let through.
`)
})

test('the clause that decides is named, and those after it are judged as well', async () => {
  const { out } = await as('guest.txt', '--scopes', 'openid,email')
  expect(out).toContain(
    `Requires            FAILS  every scope of: orders:read; scopes: ["openid","email"]; this decides
                    FAILS  claim groups has one of: buyers, admins; groups: ["guests"]
`,
  )
  expect(out).toContain('Answer              403 insufficient_scope')
})

test('JSON has the same', async () => {
  const { identity, answer } = JSON.parse((await as('guest.txt', '-o', 'json')).out)
  expect(identity).toMatchObject({ via: 'session', client: 'shop/shop' })
  expect(identity.known).toMatchObject({
    subject: 'bob',
    clauses: [
      { holds: true },
      { holds: false, saw: ['groups: ["guests"]'], decides: true, clause: expect.any(String) },
    ],
  })
  expect(answer).toMatchObject({ status: 403, reason: 'claim_mismatch' })
})

test('a bearer is checked as every token, but for its signature', async () => {
  const bearer = ['--via', 'bearer', '-o', 'json', '--claims', `${folder.path}/bearer.txt`]
  const asked = async (claims: object, ...options: readonly string[]) => {
    folder.write('bearer.txt', JSON.stringify(claims))
    return JSON.parse((await explain(...bearer, ...options)).out).answer
  }
  const good = { groups: ['buyers'], scope: 'orders:read' }
  expect(await asked(good)).toMatchObject({ status: 200 })
  expect(await asked({ groups: ['buyers'] }, '--scopes', 'orders:read')).toMatchObject({
    status: 200,
  })
  expect(await asked({ groups: ['buyers'] })).toMatchObject({ reason: 'insufficient_scope' })
  expect(await asked({ ...good, aud: 'x' })).toMatchObject({ reason: 'token_audience_mismatch' })
  expect(await asked({ ...good, iss: 'https://evil.example.com' })).toMatchObject({
    reason: 'token_issuer_mismatch',
  })
  expect(await asked({ ...good, exp: 1 })).toMatchObject({ reason: 'token_expired' })
  expect(await asked({ ...good, sub: null })).toMatchObject({ reason: 'token_claims_invalid' })
  const thumbprint = 'a'.repeat(43)
  for (const cnf of [{ jkt: thumbprint }, { 'x5t#S256': thumbprint }]) {
    expect(await asked({ ...good, cnf })).toMatchObject({ status: 200 })
  }
  expect(await asked({ ...good, cnf: {} })).toMatchObject({ reason: 'token_binding_unknown' })
})

test.each([
  ['bearer', 'DPoP'],
  ['bearer', 'MutualTLS'],
  ['introspection', 'DPoP'],
  ['introspection', 'MutualTLS'],
])('a bearer at `%s` has what `proof: %s` asks for', async (member, proof) => {
  const bearer = 'bearer: { providerRef: { name: keycloak }, '
  const asks = `proof: ${proof}, dpop: { nonce: Require }, `
  const other = `introspection: { clientRef: { name: shop }, ${asks}`
  const bound = resourceFolder({
    'shop.yaml': SHOP.replaceAll(bearer, member === 'bearer' ? `${bearer}${asks}` : other),
    'robot.txt': '{"groups":["buyers"],"scope":"orders:read"}',
  })
  const options = ['--via', 'bearer', '--claims', `${bound.path}/robot.txt`, '-o', 'json']
  const { out } = await sallyport('explain', '-r', bound.path, '-u', URL, ...options)
  expect(JSON.parse(out).answer).toMatchObject({ status: 200 })
  expect(out).toContain(
    proof === 'DPoP' ? 'bound to a key (DPoP)' : 'bound to a client certificate',
  )
  bound.remove()
})

test('without a file somebody has what every token has', async () => {
  const { identity, answer } = await answered('--via', 'session')
  expect(identity).toMatchObject({ filledIn: ['iss', 'sub', 'aud', 'iat', 'exp'] })
  expect(answer.reason).toBe('claim_mismatch')
})

describe('who can be nobody', () => {
  test.each([
    [
      ['--client', 'other'],
      '"other" is no OIDCClient of ProtectedRoute shop/shop; these are: shop/shop.',
    ],
    [['--via', 'bearer', '--client', 'shop'], 'A client is named, and bearer tokens are of none'],
    [['--via', 'bearer', '-H', 'Authorization: x'], 'The headers hold `authorization` already'],
  ])('%j', async (options, sentence) => {
    const { code, out, err } = await explain(...options)
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toContain(sentence)
  })

  test.each([
    ['iss: https://evil.example.com\n', 'OIDCClient shop/shop takes no such login: Its iss claim'],
    ['aud: another\n', 'takes no such login: Its aud claim does not name the client.'],
    ['aud: [shop, another]\n', 'It has several audiences and no azp claim.'],
    ['azp: another\n', 'takes no such login: Its azp claim names another client.'],
    ['sub: 7\n', 'takes no such login: Its sub claim is absent or malformed.'],
    ['groups: [\n', 'claims.txt:2:1: is not YAML'],
    ['', 'claims.txt: is empty'],
    ['- a\n', 'claims.txt:1:1: must be a group of claims'],
    ['a: 1\n---\nb: 2\n', 'claims.txt: holds several documents'],
    [
      'org: { id: 12345678901234567890 }\n',
      'claims.txt:1:12: org.id has more digits than a number',
    ],
    ['a: .inf\n', 'claims.txt:1:4: a is a number that no token holds'],
  ])('claims %j', async (text, sentence) => {
    folder.write('claims.txt', text)
    const { code, out, err } = await as('claims.txt')
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toContain(sentence)
  })

  test('a file that is not there', async () => {
    const { code, err } = await as('nowhere.txt')
    expect(code).toBe(1)
    expect(err).toContain('nowhere.txt: is not there: make it, or correct the name')
  })

  test('whoever asks the providers is not asked as somebody', async () => {
    const { code, err } = await explain('--live', '--via', 'session')
    expect(code).toBe(2)
    expect(err).toContain("cannot be used with option '--live'")
  })
})

test('an integer of many digits in JSON is what a token would have it be', async () => {
  folder.write('digits.txt', '{"groups":["buyers"],"sub":"a","email":12345678901234567890}')
  const { out } = await as('digits.txt')
  expect(out).toContain('x-auth-email: 12345678901234567890\n')
})

test('a public path tells nobody who was asked as', async () => {
  const { answer, identity } = JSON.parse(
    (
      await sallyport(
        ...['explain', '-r', folder.path, '-u', 'https://shop.example.com/assets/a.js'],
        ...['--via', 'session', '-o', 'json'],
      )
    ).out,
  )
  expect(answer.forwarded.set).toEqual([])
  expect(identity.known).toBeUndefined()
})

test('what a terminal would obey is shown, and not obeyed', async () => {
  folder.write('odd.txt', '{"sub":"\\u001b[2J\\u202ealice","groups":["buyers"],"email":"a"}')
  const { out } = await as('odd.txt')
  expect(out).toContain('sub \\u001b[2J\\u202ealice\n')
  expect(out).not.toContain('\u001b')
})

test('R31: a token that is forwarded is not printed', async () => {
  const { out } = await as('buyer.txt', '--via', 'bearer', '--scopes', 'orders:read')
  expect(out).toContain('Answer              200')
  expect(out).not.toMatch(/eyJ[A-Za-z0-9]/)
})

test('an expression says what it looked at and what it came to, on one line', async () => {
  const clause =
    '    - cel: |\n        claims.groups.exists(g, g == "buyers")\n        && request.method == "GET"\n'
  const own = resourceFolder({
    'shop.yaml': SHOP.replace('    - scopes: [orders:read]\n', clause),
    'buyer.txt': 'groups: [buyers]\n',
  })
  const asked = (...options: readonly string[]) =>
    sallyport('explain', '-r', own.path, '-u', URL, '--claims', `${own.path}/buyer.txt`, ...options)
  const { out } = await asked()
  expect(out).toContain(
    `holds  true of: claims.groups.exists(g, g == "buyers")\\u000a&& request.method == "GET"`,
  )
  expect(out).toContain('groups: ["buyers"], the expression: true\n')
  const { out: refused } = await asked('-X', 'POST')
  own.remove()
  expect(refused).toContain('groups: ["buyers"], the expression: false; this decides\n')
  expect(refused).toContain('403 expression_refused')
})
