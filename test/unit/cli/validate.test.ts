import { afterEach, expect, test } from 'vitest'
import { createSelfSigned } from '../../support/parts/tls.ts'
import {
  type ResourceFolder,
  resourceFolder,
  SHOP,
  SHOP_SECRET,
} from '../../support/resource-folder.ts'
import { sallyport } from './run.ts'

let folder: ResourceFolder | undefined
afterEach(() => folder?.remove())

const withFiles = (files: Readonly<Record<string, string>>): string => {
  folder = resourceFolder(files)
  return folder.path
}

test('good files end with 0 and one line that counts them', async () => {
  const path = withFiles({ 'shop.yaml': SHOP, 'secret.yaml': SHOP_SECRET })
  expect(await sallyport('validate', path)).toEqual({
    code: 0,
    out: '4 objects, 1 route, 1 host: no problems\n',
    err: '',
  })
})

test.each([{}, { 'notes.txt': 'nothing' }, { 'empty.yaml': '' }])(
  'D6: a folder without a resource is a problem: %j',
  async (files) => {
    const path = withFiles(files)
    expect(await sallyport('validate', path)).toEqual({
      code: 1,
      out: `${path}: no resources were found: name files or folders with manifests (.yaml, .yml, .json)\n0 objects, 0 routes, 0 hosts: 1 problem\n`,
      err: '',
    })
  },
)

test('every problem is printed with file, line, column, object, field and fix', async () => {
  const broken = SHOP.replace('clientRef: { name: shop }', 'clientRef: { name: shpo }').replace(
    'issuer: https',
    'issure: https',
  )
  const path = withFiles({ 'shop.yaml': broken })
  const { code, out } = await sallyport('validate', path)
  expect(code).toBe(1)
  const lines = out.replaceAll(`${path}/`, '').trimEnd().split('\n')
  expect(lines.at(-1)).toBe(`3 objects, 1 route, 1 host: ${lines.length - 1} problems`)
  expect(lines).toContainEqual(
    expect.stringMatching(
      /^shop\.yaml:5:11: IdentityProvider shop\/keycloak spec\.issure: .*issuer/,
    ),
  )
  expect(lines).toContainEqual(
    expect.stringMatching(/^shop\.yaml:\d+:\d+: ProtectedRoute shop\/shop spec\.clientRef/),
  )
})

test('a Secret that is not among the files is a problem, unless references are skipped', async () => {
  const path = withFiles({ 'shop.yaml': SHOP })
  const strict = await sallyport('validate', path)
  expect(strict.code).toBe(1)
  expect(strict.out).toContain('Secret shop/shop-oidc was not found')
  const lax = await sallyport('validate', '--skip-references', path)
  expect(lax).toEqual({ code: 0, out: '3 objects, 1 route, 1 host: no problems\n', err: '' })
})

test('skipping references does not skip references between the three kinds', async () => {
  const path = withFiles({
    'shop.yaml': SHOP.replace('name: keycloak, namespace', 'name: other, namespace'),
  })
  const { code, out } = await sallyport('validate', '--skip-references', path)
  expect(code).toBe(1)
  expect(out).toContain('IdentityProvider shop/keycloak')
})

test('skipping references does not skip that two clients of a host cannot be told apart', async () => {
  const client = {
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'OIDCClient',
    metadata: { name: 'other', namespace: 'shop' },
    spec: {
      providerRef: { name: 'keycloak' },
      clientId: 'other',
      authentication: { secretRef: { name: 'not-there' } },
    },
  }
  const route = {
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'ProtectedRoute',
    metadata: { name: 'two', namespace: 'shop' },
    spec: { hosts: ['two.example.com'], clientRefs: [{ name: 'shop' }, { name: 'other' }] },
  }
  const path = withFiles({
    'shop.yaml': SHOP,
    'two.yaml': [client, route].map((one) => JSON.stringify(one)).join('\n---\n'),
  })
  const { code, out } = await sallyport('validate', '--skip-references', path)
  expect(code).toBe(1)
  expect(out).toContain('OIDCClient shop/shop and OIDCClient shop/other cannot be told apart')
  expect(out).not.toContain('was not found')
})

test('an http issuer needs its flag', async () => {
  const path = withFiles({
    'shop.yaml': SHOP.replace('https://sso', 'http://sso'),
    'secret.yaml': SHOP_SECRET,
  })
  expect((await sallyport('validate', path)).code).toBe(1)
  expect((await sallyport('validate', '--allow-insecure-issuers', path)).code).toBe(0)
})

test('a program gets the same as JSON', async () => {
  const path = withFiles({ 'shop.yaml': SHOP })
  const { code, out } = await sallyport('validate', '-o', 'json', path)
  expect(code).toBe(1)
  expect(JSON.parse(out)).toMatchObject({
    ok: false,
    summary: '3 objects, 1 route, 1 host: 1 problem',
    problems: [
      {
        file: `${path}/shop.yaml`,
        line: 13,
        object: { kind: 'OIDCClient', namespace: 'shop', name: 'shop' },
        field: 'spec.authentication.secretRef',
      },
    ],
  })
})

test('R31: no problem repeats the value of a Secret', async () => {
  const secret = SHOP_SECRET.replace('{ client-secret: correct horse }', '[correct horse]')
  const path = withFiles({ 'shop.yaml': SHOP, 'secret.yaml': secret })
  const { code, out } = await sallyport('validate', path)
  expect(code).toBe(1)
  expect(out).not.toContain('correct horse')
})

test('a path that is not there is a problem', async () => {
  const { code, out } = await sallyport('validate', '/nowhere/at/all')
  expect(code).toBe(1)
  expect(out).toContain('/nowhere/at/all')
})

const withAuthorities = (...certificates: readonly string[]): string => {
  const issuer = 'issuer: https://sso.example.com/realms/shop'
  const shop = SHOP.replace(issuer, `${issuer}\n  tls: { caRef: { name: ca } }`)
  const data = { 'ca.crt': certificates.join('') }
  const map = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'ca', namespace: 'shop' },
    data,
  }
  return withFiles({ 'a.yaml': shop, 'b.yaml': SHOP_SECRET, 'c.json': JSON.stringify(map) })
}

test('E6: an authority that has expired is a problem where there is no other, else a warning', async () => {
  const expired = (await createSelfSigned('Old authority', -1)).cert
  const good = (await createSelfSigned('Authority', 30)).cert
  const alone = await sallyport('validate', withAuthorities(expired))
  expect(alone.code).toBe(1)
  expect(alone.out).toMatch(
    /a\.yaml:\d+:\d+: IdentityProvider shop\/keycloak spec\.tls\.caRef: the certificate of "CN=Old authority" expired on \d/,
  )
  folder?.remove()
  const beside = await sallyport('validate', withAuthorities(expired, good))
  expect(beside.code).toBe(0)
  expect(beside.out).toMatch(/^Warning: .*"CN=Old authority" expired on/)
  expect(beside.out).toContain('no problems, 1 warning')
  folder?.remove()
  const well = await sallyport('validate', '--output', 'json', withAuthorities(good))
  expect(JSON.parse(well.out)).toMatchObject({ ok: true, problems: [], warnings: [] })
})

const withCertificate = (own: { readonly cert: string; readonly key: string }): string => {
  const shop = SHOP.replace(
    /authentication: .*/,
    'authentication: { method: tls_client_auth, certificateRef: { name: shop-tls } }',
  )
  expect(shop).not.toBe(SHOP)
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'shop-tls', namespace: 'shop' },
    type: 'kubernetes.io/tls',
    stringData: { 'tls.crt': own.cert, 'tls.key': own.key },
  }
  return withFiles({ 'a.yaml': shop, 'b.json': JSON.stringify(secret) })
}

test('a certificate of a client is a problem once it has expired, and a warning before', async () => {
  const said =
    'OIDCClient shop/shop spec.authentication.certificateRef: the certificate of "CN=shop"'
  const expired = await sallyport('validate', withCertificate(await createSelfSigned('shop', -1)))
  expect(expired.code).toBe(1)
  expect(expired.out).toContain(`${said} expired on`)
  folder?.remove()
  const soon = await sallyport('validate', withCertificate(await createSelfSigned('shop', 7)))
  expect(soon.code).toBe(0)
  expect(soon.out).toContain(`${said} expires on`)
  expect(soon.out).toContain('no problems, 1 warning')
  folder?.remove()
  const well = await sallyport('validate', withCertificate(await createSelfSigned('shop', 30)))
  expect(well.out).toContain('no problems\n')
})

test('a certificate with the key of another one is a problem, and the key is not shown', async () => {
  const { cert } = await createSelfSigned('shop', 30)
  const { key } = await createSelfSigned('other', 30)
  const { code, out } = await sallyport('validate', withCertificate({ cert, key }))
  expect(code).toBe(1)
  expect(out).toContain(
    'spec.authentication.certificateRef: The key "tls.key" of Secret shop/shop-tls',
  )
  expect(out).not.toContain('PRIVATE')
})

test.each(['passHeaders: [x-forwarded-user]', 'compatibility: OAuth2Proxy'])(
  'a route that says what becomes of identity headers of other products is not named: %s',
  async (upstream) => {
    const route = SHOP.replace('spec:\n  hosts:', `spec:\n  upstream: { ${upstream} }\n  hosts:`)
    expect(route).not.toBe(SHOP)
    const path = withFiles({ 'shop.yaml': route, 'secret.yaml': SHOP_SECRET })
    const { code, out } = await sallyport('validate', '-v', path)
    expect(code).toBe(0)
    expect(out).not.toContain('Identity headers')
    const told = await sallyport('validate', '-v', '-o', 'json', path)
    expect(JSON.parse(told.out).notes).toEqual([])
  },
)

test('E3: --verbose says what to register, and a callback host is the one redirect URI', async () => {
  const shop = SHOP.replace('hosts: [shop.example.com]', 'hosts: [shop.example.com, "*.shop.test"]')
  const path = withFiles({ 'shop.yaml': shop, 'secret.yaml': SHOP_SECRET })
  const { code, out } = await sallyport('validate', '-v', path)
  expect(code).toBe(0)
  expect(
    out,
  ).toBe(`To register for client "shop" of OIDCClient shop/shop at IdentityProvider shop/keycloak:
  Redirect URI                  https://shop.example.com/oauth2/callback
  Redirect URI                  https://*.shop.test/oauth2/callback
  Post-logout redirect URI      https://shop.example.com/oauth2/logout
  Post-logout redirect URI      https://*.shop.test/oauth2/logout
  Back-channel logout URI       https://<where you expose http.listen>/backchannel-logout/shop/shop
  Note                          providers take no \`*\` in a URI: register one for each host, or set \`callback.host\` of the OIDCClient
Note: Identity headers of other products, such as x-forwarded-user and x-auth-request-email, are removed from every request to ProtectedRoute shop/shop: if an upstream relied on them, name them in \`upstream.passHeaders\`, or have them set by \`upstream.compatibility\`.
4 objects, 1 route, 2 hosts: no problems
`)
  folder?.remove()
  const spec = `  callback: { host: shop.example.com }
  logout: { atProvider: false, backChannel: false, frontChannel: true }
  scopes:`
  const other = withFiles({ 'shop.yaml': shop.replace('  scopes:', spec) })
  const told = await sallyport('validate', '-v', '-o', 'json', '--skip-references', other)
  expect(JSON.parse(told.out).registrations).toEqual([
    {
      client: { kind: 'OIDCClient', namespace: 'shop', name: 'shop' },
      provider: 'shop/keycloak',
      clientId: 'shop',
      redirectURIs: ['https://shop.example.com/oauth2/callback'],
      postLogoutRedirectURIs: [],
      frontChannelLogoutURIs: [
        'https://shop.example.com/oauth2/logout/frontchannel',
        'https://*.shop.test/oauth2/logout/frontchannel',
      ],
    },
  ])
})

test('E4: a scope that no client requests is a warning, once, and a problem with --strict', async () => {
  const shop = SHOP.replace(', orders:read]', ']')
  const path = withFiles({ 'shop.yaml': shop, 'secret.yaml': SHOP_SECRET })
  const { code, out } = await sallyport('validate', path)
  expect(code).toBe(0)
  expect(out).toMatch(
    /^Warning: .*spec\.rules\[1\]\.authorize\[0\]\.scopes: No client .*"orders:read"/,
  )
  expect(out).toContain('no problems, 1 warning')
  const strict = await sallyport('validate', '--strict', '-o', 'json', path)
  expect(strict.code).toBe(1)
  expect(JSON.parse(strict.out)).toMatchObject({ ok: false, problems: [], warnings: [{}] })
})

test('what does not go with the process that serves is a warning, by its configuration if it is given', async () => {
  const clause =
    '    - external: { opa: { url: "https://opa.example.com/v1/data/a/allow" }, timeout: 5s }\n'
  const shop = SHOP.replace('    authorize:\n', `    authorize:\n${clause}`).replace(
    '    upstream:\n',
    '    upstream:\n      assertion: { audience: orders }\n',
  )
  const path = withFiles({
    'shop.yaml': shop,
    'secret.yaml': SHOP_SECRET,
    'good.txt': 'check: { budget: 5s }\nassertions: { issuer: "https://sallyport.example.com" }\n',
    'bad.txt': 'check: { budget: 3s }\n',
  })
  const told = async (...more: readonly string[]) => {
    const { code, out } = await sallyport('validate', path, ...more)
    expect(code).toBe(0)
    return out
  }
  const guessed = await told()
  expect(guessed).toMatch(
    /spec\.rules\[1\]\.authorize\[0\]\.external\.timeout: The decision point may take 5000 ms, and a whole check 4000 ms \(check\.budget, unless/,
  )
  expect(guessed).toMatch(
    /spec\.rules\[1\]\.upstream\.assertion: .* unless `assertions\.issuer` of its configuration is set/,
  )
  expect(guessed).toContain('no problems, 2 warnings')
  const bad = await told('--config', `${path}/bad.txt`)
  expect(bad).toContain('a whole check 3000 ms (check.budget), so that')
  expect(bad).toContain(
    'the configuration has no name for that, so that `serve` refuses this route',
  )
  expect(await told('--config', `${path}/good.txt`)).not.toContain('Warning')
})
