import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ResourceFolder, resourceFolder, SHOP } from '../../../support/resource-folder.ts'
import { sallyport } from '../run.ts'

let folder: ResourceFolder
beforeAll(() => {
  folder = resourceFolder({ 'shop.yaml': SHOP, 'buyer.txt': 'sub: alice\ngroups: [buyers]\n' })
})
afterAll(() => folder.remove())

const ask = async (cases: string, ...options: readonly string[]) => {
  const file = folder.write('cases.txt', `resources: [shop.yaml]\ncases:\n${cases}`)
  const ran = await sallyport('test', file, ...options)
  return { ...ran, out: ran.out.replaceAll(`${folder.path}/`, '') }
}

const API = '  url: https://shop.example.com/api/orders\n'

const GOOD = `- name: a page without a session is sent to the provider
  url: https://shop.example.com/
  headers: { Sec-Fetch-Mode: navigate }
  expect: { verdict: login, status: 302, reason: login_required, route: shop/shop, rule: (route),
            response: { headers: { Location: { present: true }, x-sallyport-reason: login_required, www-authenticate: null } } }
- name: buyers may order, and the upstream hears of it
${API}  claimsFile: buyer.txt
  headers: { x-auth-subject: mallory, cookie: theme=dark }
  expect:
    verdict: allow
    rule: api
    upstream:
      headers:
        X-Auth-Subject: alice
        x-user-groups: '["buyers"]'
        x-auth-email: null
        cookie: theme=dark
        authorization: { present: true }
        ':path': /api/orders
- name: a robot needs the scope
${API}  as: bearer
  claims: { groups: [buyers] }
  expect: { verdict: forbid, status: 403, reason: insufficient_scope }
- name: with it, a robot passes
${API}  as: bearer
  claims: { groups: [buyers] }
  scopes: [orders:read]
  expect: { verdict: allow, status: 200, reason: allowed }
- name: a token for somebody else does not pass
${API}  as: bearer
  claims: { groups: [buyers], aud: https://other.example.com }
  expect: { status: 401, reason: token_audience_mismatch }
- name: nobody is challenged
${API}  as: nobody
  expect: { verdict: challenge }
- name: a path with two readings is refused
  url: https://shop.example.com/assets%2f..%2fapi
  expect: { verdict: reject, status: 400, reason: malformed_path }
- name: a host of nobody is not there
  url: https://other.example.com/
  expect: { status: 404, reason: no_policy }
`

test('all as expected ends with 0, and says so of each', async () => {
  const { code, out, err } = await ask(GOOD)
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out).toBe(`cases.txt
  ok     a page without a session is sent to the provider
  ok     buyers may order, and the upstream hears of it
  ok     a robot needs the scope
  ok     with it, a robot passes
  ok     a token for somebody else does not pass
  ok     nobody is challenged
  ok     a path with two readings is refused
  ok     a host of nobody is not there
8 cases: 8 as expected, 0 not
`)
})

test('what is otherwise is said with both, and the answer, and it ends with 1', async () => {
  const { code, out } = await ask(`- name: guests may order
${API}  claims: { groups: [guests] }
  expect: { verdict: allow, status: 200, upstream: { headers: { x-user-groups: null } } }
- name: groups are heard
${API}  claims: { groups: [buyers] }
  expect: { upstream: { headers: { x-user-groups: buyers, x-auth-email: { present: true } } } }
- name: a login without a browser
  url: https://shop.example.com/
  expect: { verdict: login }
`)
  expect(code).toBe(1)
  expect(out).toBe(`cases.txt
  FAILED guests may order (cases.txt:3)
         verdict: expected allow, but it is forbid
         status: expected 200, but it is 403
         upstream: expected a request, but it is nothing, as it is not let through
         answered 403 claim_mismatch: You are signed in, but not permitted to use this. The claim groups does not satisfy the rule.
  FAILED groups are heard (cases.txt:7)
         upstream.headers.x-user-groups: expected "buyers", but it is "[\\"buyers\\"]"
         upstream.headers.x-auth-email: expected any value, but it is nothing
         answered 200 allowed: The request was let through.
  FAILED a login without a browser (cases.txt:11)
         verdict: expected login, but it is challenge
         answered 401 login_required: You need to sign in first.
         A login is for pages: a browser says that it wants one by the header \`sec-fetch-mode: navigate\`.
3 cases: 0 as expected, 3 not
`)
})

test('a session counts at its own client and host alone', async () => {
  const [provider = '', client = '', route = ''] = SHOP.split('---\n')
  const other = client.replace('name: shop,', 'name: other,')
  folder.write(
    'two.txt',
    [
      provider,
      client,
      other,
      route,
      route
        .replaceAll(/shop\.example/g, 'pay.example')
        .replace('name: shop,', 'name: pay,')
        .replace('clientRef: { name: shop }', 'clientRef: { name: other }'),
    ].join('---\n'),
  )
  const file = folder.write(
    'of.txt',
    `resources: [two.txt]
cases:
- name: the client of the host
  url: https://pay.example.com/
  client: shop/other
  expect: { verdict: allow }
- name: the client of another host
  url: https://pay.example.com/
  client: shop
  expect: { verdict: allow }
`,
  )
  const { code, out } = await sallyport('test', file)
  expect(code).toBe(1)
  expect(out).toContain('ok     the client of the host')
  expect(out).toContain(
    '"shop" is no OIDCClient of ProtectedRoute shop/pay; these are: shop/other.',
  )
})

describe('time', () => {
  const expiring = (now: string) => `- name: a token and a time
${API}  as: bearer
  claims: { groups: [buyers], scope: orders:read, exp: 1800000000 }
  ${now}
  expect: { verdict: allow }
`

  test('is what the case says, else the file, else the same on every day', async () => {
    expect((await ask(expiring('now: 2027-01-15T07:59:00Z'))).code).toBe(0)
    expect((await ask(expiring('now: 2027-01-15T08:02:00Z'))).out).toContain('token_expired')
    expect((await ask(expiring(''))).code).toBe(0)
    const file = folder.write(
      'at.txt',
      `resources: [shop.yaml]\nnow: 2028-01-01T00:00:00Z\ncases:\n${expiring('')}`,
    )
    expect((await sallyport('test', file)).out).toContain('token_expired')
  })
})

describe('resources', () => {
  const CASE = `cases:\n- name: one\n  url: https://shop.example.com/\n  expect: { status: 401 }\n`

  test('of the command line go before those of the file', async () => {
    const bare = folder.write('bare.txt', CASE)
    const { code, out } = await sallyport('test', bare)
    expect(code).toBe(1)
    expect(out).toContain('resources: is required but not set')
    expect((await sallyport('test', bare, '-r', `${folder.path}/shop.yaml`)).code).toBe(0)
    const wrong = folder.write('wrong.txt', `resources: [nowhere]\n${CASE}`)
    expect((await sallyport('test', wrong, '-r', `${folder.path}/shop.yaml`)).code).toBe(0)
  })

  test('with problems fail the file, whatever its cases come to', async () => {
    folder.write(
      'broken.txt',
      SHOP.replace('clientRef: { name: shop }', 'clientRef: { name: shpo }'),
    )
    const file = folder.write(
      'on-broken.txt',
      `resources: [broken.txt]\n${CASE.replace('401', '503')}`,
    )
    const { code, out } = await sallyport('test', file)
    expect(code).toBe(1)
    expect(out).toMatch(/PROBLEM .*broken\.txt:\d+:\d+: ProtectedRoute shop\/shop spec\.clientRef/)
    expect(out).toContain('ok     one')
    expect(out).toContain('1 case: 1 as expected, 0 not; 1 problem')
  })

  test('that are not there, or none, are problems', async () => {
    const gone = folder.write('gone.txt', `resources: [nowhere]\n${CASE}`)
    expect((await sallyport('test', gone)).out).toMatch(/PROBLEM .*nowhere:1:1: is not there/)
    const empty = resourceFolder({ 'cases.txt': `resources: [.]\n${CASE}` })
    const { code, out } = await sallyport('test', `${empty.path}/cases.txt`)
    empty.remove()
    expect(code).toBe(1)
    expect(out).toContain('no resources were found')
  })
})

test('JSON has all of it', async () => {
  const { code, out } = await ask(
    `- name: guests
${API}  claims: { groups: [guests] }
  expect: { status: 200 }
`,
    '-o',
    'json',
  )
  expect(code).toBe(1)
  expect(JSON.parse(out)).toEqual({
    ok: false,
    summary: '1 case: 0 as expected, 1 not',
    files: [
      {
        file: 'cases.txt',
        problems: [],
        cases: [
          {
            name: 'guests',
            line: 3,
            ok: false,
            answer: expect.stringContaining('403 claim_mismatch'),
            differences: [{ field: 'status', expected: '200', actual: '403' }],
            notes: [],
          },
        ],
      },
    ],
  })
})

test('several files are asked, and one that is not there fails', async () => {
  await ask(GOOD)
  const { code, out } = await sallyport('test', `${folder.path}/cases.txt`, `${folder.path}/no.txt`)
  expect(code).toBe(1)
  expect(out).toContain('no.txt: is not there')
  expect(out).toContain('8 cases: 8 as expected, 0 not; 1 problem')
})

test('no file is a wrong command line', async () => {
  expect((await sallyport('test')).code).toBe(2)
  expect((await sallyport('test', 'x', '-o', 'xml')).code).toBe(2)
})

test('parts of a host are asked with sessions of their own, and those of the other part do not count', async () => {
  const [provider = '', client = '', route = ''] = SHOP.split('---\n')
  const staff = client
    .replace('name: shop,', 'name: staff,')
    .concat('  callback: { path: /staff/callback }\n  logout: { path: /staff/logout }\n')
    .concat('  displayName: Staff\n  session: { cookie: { name: __Host-staff } }\n')
  const part =
    '  - name: admin\n    match: [{ path: { prefix: /admin } }]\n    clientRef: { name: staff }\n'
  folder.write('parts.txt', [provider, client, staff, `${route}${part}`].join('---\n'))
  const file = folder.write(
    'of-parts.txt',
    `resources: [parts.txt]
cases:
- { name: staff, url: "https://shop.example.com/admin", as: session, expect: { verdict: allow, rule: admin } }
- { name: a customer, url: "https://shop.example.com/admin", client: shop, expect: { status: 401, reason: login_required } }
- { name: staff elsewhere, url: "https://shop.example.com/", client: shop/staff, expect: { status: 401 } }
- { name: a customer elsewhere, url: "https://shop.example.com/", as: session, expect: { verdict: allow } }
`,
  )
  const { code, out } = await sallyport('test', file)
  expect({ code, out: out.split('\n').at(-2) }).toEqual({
    code: 0,
    out: '4 cases: 4 as expected, 0 not',
  })
})

test('somebody whom no method knows is anonymous where the rule says so', async () => {
  folder.write(
    'anonymous.txt',
    SHOP.replace(
      '  rules:\n',
      '  rules:\n  - name: hello\n    match: [{ path: { prefix: /hello } }]\n    authenticate: [{ session: {} }, { anonymous: {} }]\n',
    ),
  )
  const file = folder.write(
    'of-anonymous.txt',
    `resources: [anonymous.txt]
cases:
- name: nobody is greeted
  url: https://shop.example.com/hello
  headers: { x-auth-subject: mallory }
  expect: { verdict: allow, reason: anonymous, upstream: { headers: { x-auth-subject: null } } }
- name: alice is greeted by name
  url: https://shop.example.com/hello
  claims: { sub: alice }
  expect: { reason: allowed, upstream: { headers: { x-auth-subject: alice } } }
`,
  )
  const { code, out } = await sallyport('test', file)
  expect(out).toContain('2 cases: 2 as expected, 0 not')
  expect(code).toBe(0)
})

test('what Envoy is told is held against what is expected, of denials too', async () => {
  folder.write(
    'told.txt',
    SHOP.replace(
      '    upstream:\n',
      '    metadata: [{ key: groups, claim: groups }, { key: mail, claim: email }]\n    upstream:\n',
    ),
  )
  const file = folder.write(
    'of-told.txt',
    `resources: [told.txt]
cases:
- name: buyers
${API}  claims: { groups: [buyers] }
  expect: { metadata: { groups: [buyers], mail: null, reason: allowed, rule: api, route: { present: true } } }
- name: guests
${API}  claims: { groups: [guests], email: a@example.com }
  expect: { verdict: forbid, metadata: { groups: [guests], mail: { present: true } } }
- name: otherwise
${API}  claims: { groups: [guests] }
  expect: { metadata: { groups: guests, mail: { present: true }, reason: null } }
`,
  )
  const { code, out } = await sallyport('test', file)
  expect(code).toBe(1)
  expect(out).toContain('  ok     buyers\n  ok     guests\n  FAILED otherwise')
  expect(out).toContain(`         metadata.groups: expected "guests", but it is ["guests"]
         metadata.mail: expected any value, but it is nothing
         metadata.reason: expected nothing, but it is "claim_mismatch"
`)
  const claims = folder.write('told-claims.txt', 'groups: [buyers]\n')
  const { out: explained } = await sallyport(
    ...['explain', '-r', `${folder.path}/told.txt`, '-u', 'https://shop.example.com/api/orders'],
    ...['--claims', claims],
  )
  expect(explained).toContain('Envoy is told       groups: ["buyers"]\n')
})

test('what a case says of a decision point that its rule does not have is no answer', async () => {
  const { code, out } = await ask(`- name: the rule asks nobody
${API}  claims: { groups: [buyers] }
  decisionPoint: denies
  expect: { verdict: allow }
- name: nobody owns the host
  url: https://other.example.com/
  decisionPoint: permits
  expect: { status: 404 }
`)
  expect(code).toBe(1)
  expect(out).toContain('2 cases: 0 as expected, 2 not')
  expect(out).toContain(
    'It says `decisionPoint: denies`, and the rule api has none: remove it, or add `external` to `authorize` there.',
  )
  expect(out).toContain(
    '`decisionPoint: permits`, and no rule leads this request, so that there is',
  )
})

test('a case that comes to a decision point says what it answers', async () => {
  const clause = '    - external: { opa: { url: "https://opa.example.com/v1/data/shop/allow" } }\n'
  folder.write('asking.txt', SHOP.replace('    authorize:\n', `    authorize:\n${clause}`))
  const buyer = `${API}  claims: { groups: [buyers] }\n`
  const file = folder.write(
    'of-asking.txt',
    `resources: [asking.txt]
cases:
- name: it permits
${buyer}  decisionPoint: permits
  expect: { verdict: allow }
- name: it denies
${buyer}  decisionPoint: denies
  expect: { status: 403, reason: decision_denied }
- name: it is away
${buyer}  decisionPoint: fails
  expect: { status: 503, reason: decision_point_unavailable }
- name: guests never come to it
${API}  claims: { groups: [guests] }
  expect: { reason: claim_mismatch }
- name: nobody said
${buyer}  expect: { verdict: allow }
- name: nobody said that it fails
${buyer}  expect: { status: 503 }
`,
  )
  const { code, out } = await sallyport('test', file)
  expect(code).toBe(1)
  expect(out).toContain('6 cases: 4 as expected, 2 not')
  const sentence =
    'The rule asks https://opa.example.com/v1/data/shop/allow, and nobody is asked here: say what it answers with `decisionPoint: permits`, `denies` or `fails`.'
  expect(out.split(sentence)).toHaveLength(3)
  const claims = folder.write('asking-claims.txt', 'groups: [buyers]\n')
  const { out: explained } = await sallyport(
    ...['explain', '-r', `${folder.path}/asking.txt`, '-u', 'https://shop.example.com/api/orders'],
    ...['--claims', claims],
  )
  expect(explained).toMatch(
    /^Asks last {11}OPA at https:\/\/opa\.example\.com\/.*not asked here, and taken to permit/m,
  )
})
