import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type ResourceFolder, resourceFolder, SHOP } from '../../../support/resource-folder.ts'
import { type Ran, sallyport } from '../run.ts'

let folder: ResourceFolder
beforeAll(() => {
  folder = resourceFolder({ 'shop.yaml': SHOP })
})
afterAll(() => folder.remove())

const explain = (url: string, ...options: readonly string[]): Promise<Ran> =>
  sallyport('explain', '--resources', folder.path, '--url', url, ...options)

const explained = async (url: string, ...options: readonly string[]) =>
  JSON.parse((await explain(url, '--output', 'json', ...options)).out)

const bearer = (claims: object): readonly string[] => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const token = `${part({ alg: 'RS256', typ: 'at+jwt' })}.${part(claims)}.c2ln`
  return ['--header', `Authorization: Bearer ${token}`]
}

const GOOD = {
  iss: 'https://sso.example.com/realms/shop',
  sub: 'alice',
  aud: 'https://api.example.com',
  exp: 4_000_000_000,
  scope: 'orders:read',
  groups: ['buyers'],
}

test('E3: the text says who owns the host, what to register, which rule applies, what it asks for and what the answer is', async () => {
  const { code, out } = await explain('https://shop.example.com/api/orders?id=7')
  expect(code).toBe(0)
  expect(out).toBe(`Request             GET /api/orders of shop.example.com
Policy              ProtectedRoute shop/shop
Client              OIDCClient shop/shop at https://sso.example.com/realms/shop
Login               the client shows nothing: it is a public one, or its Secret is not among the files (none)
                    the request is announced to the provider where the metadata of the provider say require_pushed_authorization_requests, and the browser then carries client_id and request_uri alone
                    the request is signed, for which there is no key, where the metadata of the provider say require_signed_request_object
                    the answer comes by query
Redirect URI        https://shop.example.com/oauth2/callback
Post-logout URI     https://shop.example.com/oauth2/logout
Road                protected: needs an identity
Rule                api: a path of /api and below
                    not assets, which wants a path of /assets and below
Accepts             a bearer token of https://sso.example.com/realms/shop for https://api.example.com
                    a session of OIDCClient shop/shop
Requires            every scope of: orders:read
                    claim groups has one of: buyers, admins
Upstream gets       x-auth-subject
                    x-auth-issuer
                    x-auth-email
                    x-auth-scopes
                    x-user-groups (claim groups)
                    authorization (the access token)
Answer              401 login_required: You need to sign in first.
Note                Secret shop/shop-oidc is not among the files; explained as if it were.
`)
})

test('what a client proves itself with is named, where it is a key', async () => {
  const signing = async (authentication: string) => {
    const manifests = SHOP.replace(/authentication: .*/, `authentication: ${authentication}`)
    const pem = '-----BEGIN PRIVATE KEY-----\\nAAAA\\n-----END PRIVATE KEY-----'
    const key = `kind: Secret
apiVersion: v1
metadata: { name: shop-key, namespace: shop }
stringData: { tls.key: "${pem}" }
`
    const { path, remove } = resourceFolder({ 'shop.yaml': manifests, 'key.yaml': key })
    onTestFinished(remove)
    const url = 'https://shop.example.com/api/orders'
    const { out } = await sallyport('explain', '--resources', path, '--url', url)
    return out
  }
  expect(await signing('{ method: private_key_jwt, managedKey: {} }')).toContain(
    'signs with a key that the service makes, the first at /.well-known/clients/shop/shop/jwks.json of http.listen',
  )
  const own = '{ method: private_key_jwt, keyId: shop-2026, privateKeyRef: { name: shop-key } }'
  expect(await signing(own)).toContain('signs with its own key shop-2026')
})

test('who says claims that the provider leaves to others is named', async () => {
  const jwksURL = 'https://claims.example.com/jwks'
  const sources = `claimSources: [{ issuer: https://claims.example.com, jwksURL: ${jwksURL} }]`
  const shop = SHOP.replace(
    /(issuer: https:\/\/sso\.example\.com\/realms\/shop)/,
    `$1\n  ${sources}`,
  )
  const other = resourceFolder({ 'shop.yaml': shop })
  onTestFinished(() => other.remove())
  const options = ['--resources', other.path, '--url', 'https://shop.example.com/api/orders']
  const { out } = await sallyport('explain', ...options)
  expect(out).toContain(', further claims from https://claims.example.com\n')
  const said = { _claim_names: { groups: 'a' }, _claim_sources: { a: { JWT: 'x' } } }
  const { out: elsewhere } = await sallyport(
    'explain',
    ...options,
    ...bearer({ ...GOOD, ...said, groups: undefined }),
  )
  expect(elsewhere).toContain(
    'The provider left the claim groups out and says that it is elsewhere',
  )
})

test('what access tokens are bound to is said, and a route that forwards them is refused', async () => {
  const bound = SHOP.replace('  clientId: shop\n', '  clientId: shop\n  senderConstrained: DPoP\n')
  const url = ['--url', 'https://shop.example.com/api/orders']
  const asked = async (files: Readonly<Record<string, string>>) => {
    const other = resourceFolder(files)
    onTestFinished(() => other.remove())
    return (await sallyport('explain', '--resources', other.path, ...url)).out
  }
  const hosts = '  hosts: [shop.example.com]\n'
  const kept = bound.replace(hosts, `${hosts}  upstream: { authorization: Remove }\n`)
  expect(await asked({ 'shop.yaml': kept })).toContain(
    ', access tokens bound to a key of each session (`dpop_jkt` of the login, a `DPoP` header with the token request)',
  )
  expect(await asked({ 'shop.yaml': bound })).toContain(
    '`senderConstrained` of OIDCClient shop/shop',
  )
})

test('a path is shown as it was written, and as rules see it', async () => {
  const url = 'https://shop.example.com/assets%2f%61pp.js?v=1'
  const { request } = await explained(url)
  expect(request).toMatchObject({ path: '/assets%2f%61pp.js', canonicalPath: '/assets/app.js' })
  expect((await explain(url)).out).toContain(
    'Request             GET /assets%2f%61pp.js of shop.example.com\n' +
      '                    matched as /assets/app.js\n',
  )
})

test('a navigation is sent to the provider, a script is challenged', async () => {
  const url = 'https://shop.example.com/orders'
  const page = await explained(url, '-H', 'Sec-Fetch-Mode: navigate')
  expect(page.answer).toMatchObject({ decision: 'login', status: 302 })
  const script = await explained(url, '-H', 'Sec-Fetch-Mode: cors')
  expect(script.answer).toMatchObject({ decision: 'challenge', status: 401 })
  const post = await explained(url, '-X', 'post', '-H', 'Sec-Fetch-Mode: navigate')
  expect(post.answer).toMatchObject({ decision: 'challenge', status: 401 })
})

test.each([
  ['/assets/app.js', 'public', { status: 200, reason: 'public' }],
  ['/oauth2/callback', 'callback', undefined],
  ['/oauth2/logout', 'logout', undefined],
  ['/assets%2fapp.js', 'ambiguous', { status: 400, reason: 'malformed_path' }],
])('%s takes the road %s', async (path, road, answer) => {
  const explanation = await explained(`https://shop.example.com${path}`)
  expect(explanation.road).toBe(road)
  if (answer === undefined) expect(explanation).not.toHaveProperty('answer')
  else expect(explanation.answer).toMatchObject(answer)
})

describe('a token in the request', () => {
  const url = 'https://shop.example.com/api/orders'

  test('is read, and said not to be verified', async () => {
    const { out } = await explain(url, ...bearer(GOOD))
    expect(out).toContain('Token, not verified iss https://sso.example.com/realms/shop')
    expect(out).toContain('The token is read, not verified')
    expect(out).toContain('Answer              200 allowed')
    expect(out).toContain('Without credential  401 login_required')
  })

  test.each([
    [{ scope: 'orders:write' }, 403, 'insufficient_scope'],
    [{ groups: ['guests'] }, 403, 'claim_mismatch'],
    [{ aud: 'https://other.example.com' }, 401, 'token_audience_mismatch'],
    [{ iss: 'https://evil.example.com' }, 401, 'token_issuer_mismatch'],
    [{ exp: 1_000 }, 401, 'token_expired'],
    [{ exp: undefined }, 401, 'token_claims_invalid'],
  ])('with %j is answered %i %s', async (changes, status, reason) => {
    const { answer } = await explained(url, ...bearer({ ...GOOD, ...changes }))
    expect(answer).toMatchObject({ status, reason })
  })

  test('B7: whose issuer differs by a slash is told so, with both', async () => {
    const iss = 'https://sso.example.com/realms/shop/'
    const { answer } = await explained(url, ...bearer({ ...GOOD, iss }))
    expect(answer.detail).toBe(
      `Its iss claim is "${iss}", and not "https://sso.example.com/realms/shop": only the slash at the end differs.`,
    )
  })

  test('that is none is answered as such', async () => {
    const { answer } = await explained(url, '-H', 'Authorization: Bearer opaque')
    expect(answer).toMatchObject({ status: 401, reason: 'token_malformed' })
  })

  test('R31: is not printed', async () => {
    const [, header = ''] = bearer(GOOD)
    const { out, err } = await explain(url, ...bearer(GOOD))
    expect(out + err).not.toContain(header.split('.')[1])
  })
})

describe('a name and a secret in the request', () => {
  const SAID = 'A name and a secret are shown to nobody here: they count as refused.'
  const url = 'https://shop.example.com/api/orders'
  const basic = (value: string): readonly string[] => ['-H', `Authorization: ${value}`]
  const secret = Buffer.from('batch:s3cret').toString('base64')

  const explainedWith = async (value: string) => {
    const way = '- clientCredentials: { providerRef: { name: keycloak }, audiences: [api] }'
    const taking = resourceFolder({
      'shop.yaml': SHOP.replace('- session: {}\n    authorize', `${way}\n    authorize`),
    })
    try {
      const options = ['--resources', taking.path, '--url', url, '--output', 'json']
      return JSON.parse((await sallyport('explain', ...options, ...basic(value))).out)
    } finally {
      taking.remove()
    }
  }

  test.each([`Basic ${secret}`, `basic ${secret}`])(
    'count as refused where a way in takes them, and that is said: %s',
    async (value) => {
      const { accepts, answer, notes } = await explainedWith(value)
      expect(accepts).toContainEqual(expect.stringContaining('the id and secret of a client'))
      expect(answer).toMatchObject({ status: 401, reason: 'credential_refused' })
      expect(notes).toContain(SAID)
      expect(notes.join(' ')).not.toContain('The token is read')
    },
  )

  test('are told about where no way in takes them as well, and where nothing follows the scheme', async () => {
    expect((await explained(url, ...basic(`Basic ${secret}`))).notes).toContain(SAID)
    expect((await explained(url, ...basic('Basic'))).notes).toContain(SAID)
  })

  test('are not what another scheme shows', async () => {
    for (const value of [`Basics ${secret}`, 'Bearer opaque']) {
      expect((await explained(url, ...basic(value))).notes).not.toContain(SAID)
    }
  })

  test('R31: are not printed', async () => {
    const { out, err } = await explain(url, ...basic(`Basic ${secret}`))
    expect(out + err).not.toContain(secret)
    expect(out + err).not.toContain('s3cret')
  })
})

test('a session cookie cannot be opened offline, and that is said', async () => {
  const cookie = 'Cookie: __Host-sallyport=s1.aaaa.bbbb'
  const { notes } = await explained('https://shop.example.com/', '-H', cookie)
  expect(notes.join(' ')).toContain('Sessions cannot be opened offline')
})

test('B12: what was absent at the last login is told from the status that a manifest carries', async () => {
  const spec = '  scopes: [openid, profile, email, orders:read]\n'
  const status = 'status: { absentClaims: [email, groups] }\n'
  const own = resourceFolder({ 'shop.yaml': SHOP.replace(spec, `${spec}${status}`) })
  const url = 'https://shop.example.com/'
  const { out } = await sallyport('explain', '--resources', own.path, '--url', url)
  own.remove()
  expect(out).toContain(
    'At the last login of OIDCClient shop/shop there was no claim email, groups, which headers or rules name; claims.accessToken and claims.userinfo would have more looked at.\n',
  )
  expect((await explain(url)).out).not.toContain('At the last login')
})

test('E5: for a host that was misspelt, the nearest one is proposed', async () => {
  expect((await explain('https://shpo.example.com/')).out).toContain(
    '                    the nearest one is shop.example.com\n',
  )
  const { host } = await explained('https://shop.exmaple.com/')
  expect(host).toEqual({ state: 'none', nearest: 'shop.example.com' })
  expect((await explained('https://other.example.com/')).host).toEqual({ state: 'none' })
})

test('a host that nobody owns ends with 1', async () => {
  const { code, out } = await explain('https://other.example.com/')
  expect(code).toBe(1)
  expect(out).toContain('none: no ProtectedRoute names this host')
  expect(out).toContain('404 no_policy')
})

test.each([
  ['https://sh%op/', 'malformed_host'],
  ['https://shop.example.com/a/../b', 'malformed_path'],
])('%s is answered %s, whoever owns the host', async (url, reason) => {
  const { code, err } = await explain(url)
  expect(code).toBe(1)
  expect(err).toContain(`400 ${reason}`)
})

test('a policy that is broken says why', async () => {
  const broken = resourceFolder({
    'shop.yaml': SHOP.replace('name: keycloak, namespace', 'name: other, namespace'),
  })
  const { code, out } = await sallyport(
    'explain',
    '-r',
    broken.path,
    '-u',
    'https://shop.example.com/',
  )
  broken.remove()
  expect(code).toBe(1)
  expect(out).toContain('which cannot be used')
  expect(out).toContain('IdentityProvider shop/keycloak')
  expect(out).toContain('503 policy_broken')
})

test('of several clients each is named, and a page asks which', async () => {
  const [provider = '', client = '', route = ''] = SHOP.split('---\n')
  const partners = client
    .replace('name: shop,', 'name: partners,')
    .concat('  callback: { path: /partners/callback }\n  logout: { path: /partners/logout }\n')
    .concat('  displayName: Partners\n  session: { cookie: { name: __Host-partners } }\n')
  const both = route.replace(
    'clientRef: { name: shop }',
    'clientRefs: [{ name: shop }, { name: partners }]',
  )
  const several = resourceFolder({ 'shop.yaml': [provider, client, partners, both].join('---\n') })
  const at = (path: string) =>
    sallyport(
      'explain',
      '-r',
      several.path,
      '-u',
      `https://shop.example.com${path}`,
      '-H',
      'Accept: text/html',
    )
  const { code, out } = await at('/')
  expect(code).toBe(0)
  expect(
    out,
  ).toContain(`Clients             OIDCClient shop/shop at https://sso.example.com/realms/shop
                    OIDCClient shop/partners at https://sso.example.com/realms/shop
`)
  expect(out).toContain('a session of OIDCClient shop/shop or OIDCClient shop/partners')
  expect(out).toContain('401 provider_choice_required')
  expect((await at('/?sallyport_provider=partners')).out).toContain('302 login_required')
  expect((await at('/partners/callback')).out).toContain('the callback')
  several.remove()
})

test('a callback host says which clients are called back there, and serves nothing else', async () => {
  const central = SHOP.replace(
    'clientId: shop\n',
    'clientId: shop\n  callback: { host: login.test }\n  session: { cookie: { domain: example.com } }\n',
  )
  const hosts = resourceFolder({ 'shop.yaml': central })
  const at = (path: string) =>
    sallyport('explain', '-r', hosts.path, '-u', `https://login.test${path}`)
  const { code, out } = await at('/oauth2/callback')
  expect(code).toBe(0)
  expect(out).toContain(`Policy              none: a callback host, which serves nothing else
                    OIDCClient shop/shop is called back at /oauth2/callback
`)
  expect(out).toContain('the callback')
  expect((await at('/orders')).out).toContain('404 no_policy')
  const own = await sallyport('explain', '-r', hosts.path, '-u', 'https://shop.example.com/')
  expect(own.out).toContain(
    'Client              OIDCClient shop/shop at https://sso.example.com/realms/shop, called back at login.test, sessions shared over example.com\n',
  )
  hosts.remove()
})

const ASKING = `---
apiVersion: sallyport.dev/v1alpha1
kind: ProtectedRoute
metadata: { name: asking, namespace: shop }
spec:
  hosts: [asking.example.com]
  authenticate:
  - bearer: { providerRef: { name: keycloak }, audiences: [https://api.example.com] }
  authorize:
  - external:
      opa: { url: "https://opa.example.com/v1/data/shop/allow" }
      send: { claims: [email], headers: [x-tenant] }
      credentialsRef: { name: pdp }
      tls: { caRef: { name: pdp-ca } }
`

test('a decision point is listed with what it is told; offline it is not asked, which is said', async () => {
  const asking = resourceFolder({ 'shop.yaml': SHOP, 'asking.yaml': ASKING })
  try {
    const options = [
      '--resources',
      asking.path,
      '--url',
      'https://asking.example.com/',
      ...bearer(GOOD),
    ]
    const { out } = await sallyport('explain', '--output', 'json', ...options)
    const { asks: asked, answer, notes } = JSON.parse(out)
    expect(asked).toEqual([
      'OPA at https://opa.example.com/v1/data/shop/allow permits it (told sub, iss, email, header x-tenant, method, host and path; asked about every request; not asked here, and taken to permit: `explain --live` asks it)',
    ])
    expect(answer).toMatchObject({ status: 200, reason: 'allowed' })
    for (const name of ['Secret shop/pdp ', 'ConfigMap shop/pdp-ca ']) {
      expect(notes).toContainEqual(expect.stringContaining(`${name}is not among the files`))
    }
  } finally {
    asking.remove()
  }
})

test('identity headers of other products that the request shows are named as removed, on public rules too', async () => {
  for (const path of ['assets/a.svg', 'api/orders']) {
    const { out } = await explain(`https://shop.example.com/${path}`, '-H', 'X-Forwarded-User: a')
    expect(out).toMatch(/^Note +x-forwarded-user is an identity header of other products/m)
  }
  expect(
    (await explain('https://shop.example.com/', '-H', 'x-forwarded-for: a')).out,
  ).not.toContain('identity header of other products')
})
