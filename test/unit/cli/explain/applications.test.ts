import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ResourceFolder, resourceFolder, SHOP } from '../../../support/resource-folder.ts'
import { sallyport } from '../run.ts'

const PLACES = `    - bearer:
        providerRef: { name: keycloak }
        audiences: [https://api.example.com]
        from: [{ query: access_token }, { header: x-api-token }, { cookie: api }]
    - session: {}
    cors:
      allowOrigins: [https://app.example.com, "https://*.example.org"]
      allowHeaders: [x-request]
      exposeHeaders: [x-total]
      allowCredentials: true
`

let folder: ResourceFolder
beforeAll(() => {
  const old = `    - bearer: { providerRef: { name: keycloak }, audiences: [https://api.example.com] }
    - session: {}
`
  folder = resourceFolder({
    'shop.yaml': SHOP.replace(old, PLACES),
    'buyer.txt': 'sub: robot\ngroups: [buyers]\nscope: orders:read\n',
  })
})
afterAll(() => folder.remove())

const explain = (url: string, ...options: readonly string[]) =>
  sallyport('explain', '-r', folder.path, '-u', `https://shop.example.com${url}`, ...options)

const token = (): string => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = {
    iss: 'https://sso.example.com/realms/shop',
    sub: 'robot',
    aud: 'https://api.example.com',
    exp: 4_000_000_000,
    scope: 'orders:read',
    groups: ['buyers'],
  }
  return `${part({ alg: 'RS256', typ: 'at+jwt' })}.${part(claims)}.c2ln`
}

test('says where a token is taken from, and which origins read the answers', async () => {
  const { out } = await explain('/api/orders')
  expect(out).toContain(
    'for https://api.example.com, in the query parameter access_token or the header x-api-token or the cookie api\n',
  )
  expect(
    out,
  ).toContain(`Other origins       pages of https://app.example.com, https://*.example.org read the answers, with cookies
                    they may send x-request
                    they may see x-total
`)
})

test.each([
  ['the query', `/api/orders?a=1&access_token=${token()}&b=2`, []],
  ['a header', '/api/orders', ['-H', `x-api-token: ${token()}`]],
  ['a cookie', '/api/orders', ['-H', `cookie: api=${token()}`]],
])('R31: a token in %s is read, taken off and not printed', async (_place, url, options) => {
  const { out } = await explain(url, ...options)
  expect(out).toContain('Token, not verified iss https://sso.example.com/realms/shop\n')
  expect(out).toContain('Answer              200 allowed')
  expect(out).toContain('Without credential  401')
  expect(out).not.toMatch(/eyJ[A-Za-z0-9]/)
})

test('who stands in shows a token where the rule takes it, and the rest of the query goes on', async () => {
  const as = ['--via', 'bearer', '--claims', `${folder.path}/buyer.txt`]
  const { out } = await explain('/api/orders?q=%61+b', ...as)
  expect(out).toContain('Answer              200 allowed')
  expect(out).toContain(':path: /api/orders?q=%61+b\n')
  expect(out).not.toMatch(/eyJ[A-Za-z0-9]/)
})

test('a preflight and what pages of other origins are told can be expected', async () => {
  const file = folder.write(
    'cases.txt',
    `resources: [shop.yaml]
cases:
- name: the page may ask
  url: https://shop.example.com/api/orders
  method: OPTIONS
  headers: { origin: "https://app.example.com", access-control-request-method: POST }
  expect: { status: 204, response: { headers: { access-control-allow-origin: "https://app.example.com", access-control-allow-credentials: "true" } } }
- name: another may not
  url: https://shop.example.com/api/orders
  method: OPTIONS
  headers: { origin: "https://evil.example.net", access-control-request-method: POST }
  expect: { response: { headers: { access-control-allow-origin: null } } }
- name: it reads why it is refused
  url: https://shop.example.com/api/orders
  headers: { origin: "https://app.example.com" }
  expect: { status: 401, response: { headers: { access-control-allow-origin: "https://app.example.com" } } }
- name: it reads what it is given
  url: https://shop.example.com/api/orders
  headers: { origin: "https://app.example.com" }
  claims: { groups: [buyers] }
  expect: { verdict: allow, response: { headers: { access-control-allow-origin: "https://app.example.com" } } }
- name: a robot with a token in the query
  url: https://shop.example.com/api/orders?q=1
  as: bearer
  claims: { groups: [buyers], scope: orders:read }
  expect: { verdict: allow, upstream: { headers: { ":path": /api/orders?q=1, authorization: { present: true } } } }
`,
  )
  const { code, out } = await sallyport('test', file)
  expect(out).toContain('5 cases: 5 as expected, 0 not')
  expect(code).toBe(0)
})
