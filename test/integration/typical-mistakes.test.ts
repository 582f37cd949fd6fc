import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { startConnectProxy } from '../support/parts/connect-proxy.ts'
import {
  MACHINE_CLIENT,
  type RunningOidcProvider,
  startOidcProvider,
  WEB_CLIENT,
} from '../support/parts/oidc-provider.ts'
import { API_AUDIENCE } from '../support/parts/oidc-provider-settings.ts'
import { type Certificates, createCertificates } from '../support/parts/tls.ts'
import { startTlsFront, type TlsFront } from '../support/parts/tls-front.ts'
import { resourceFolder } from '../support/resource-folder.ts'
import { type Ran, sallyport } from '../unit/cli/run.ts'

const CALLBACK = 'https://shop.example.com/oauth2/callback'
const SIGNED_OUT = 'https://shop.example.com/oauth2/logout'

/** A client that may ask for `openid` alone. */
const NARROW_CLIENT = 'narrow'

let certificates: Certificates
let front: TlsFront
let provider: RunningOidcProvider

beforeAll(async () => {
  certificates = await createCertificates(['sso.localhost', 'sso.example.test'])
  const { certPem: cert, keyPem: key } = certificates
  front = await startTlsFront({ cert, key }, () => provider.port)
  provider = await startOidcProvider({
    issuer: `https://sso.localhost:${front.port}`,
    redirectUris: [CALLBACK],
    postLogoutRedirectUris: [SIGNED_OUT],
    extraClients: [
      {
        client_id: NARROW_CLIENT,
        client_secret: WEB_CLIENT.clientSecret,
        redirect_uris: [CALLBACK],
        scope: 'openid',
      },
    ],
  })
})

afterAll(async () => {
  await front.stop()
  await provider.stop()
  await certificates.remove()
})

/** What a test changes in resources that are right. */
interface Written {
  readonly issuer?: string
  readonly secret?: string
  readonly hosts?: string
  readonly scopes?: string
  readonly authorize?: string
  readonly kind?: string
  readonly spec?: string
  readonly withAuthority?: boolean
  readonly clientId?: string
}

const resources = (written: Written): string => `apiVersion: sallyport.dev/v1alpha1
kind: IdentityProvider
metadata: { name: sso, namespace: shop }
spec:
  issuer: ${written.issuer ?? provider.issuer}${
    written.withAuthority === false
      ? ''
      : '\n  tls: { caRef: { kind: ConfigMap, name: authority } }'
  }
---
apiVersion: sallyport.dev/v1alpha1
kind: OIDCClient
metadata: { name: shop, namespace: shop }
spec:
  providerRef: { name: sso }
  clientId: ${written.clientId ?? WEB_CLIENT.clientId}
  authentication: { secretRef: { name: shop-oidc } }
  scopes: ${written.scopes ?? '[openid, email]'}
---
apiVersion: sallyport.dev/v1alpha1
kind: ${written.kind ?? 'ProtectedRoute'}
metadata: { name: shop, namespace: shop }
${written.spec ?? 'spec:'}
  hosts: ${written.hosts ?? '[shop.example.com]'}
  clientRef: { name: shop }
  authorize: ${written.authorize ?? '[]'}
---
apiVersion: v1
kind: Secret
metadata: { name: shop-oidc, namespace: shop }
stringData: { client-secret: ${written.secret ?? WEB_CLIENT.clientSecret} }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: authority, namespace: shop }
data: { ca.crt: ${JSON.stringify(certificates.caPem)} }
`

/** The configuration of a process that may reach this machine. */
const CONFIGURATION = 'outbound: { allowNetworks: [127.0.0.0/8, "::1/128"] }\n'

const folderWith = (written: Written) => {
  const folder = resourceFolder()
  onTestFinished(folder.remove)
  const file = folder.write('shop.yaml', resources(written))
  return { file, config: folder.write('sallyport.yml', CONFIGURATION), folder }
}

const doctor = (written: Written, ...more: readonly string[]): Promise<Ran> => {
  const { file, config } = folderWith(written)
  return sallyport('doctor', '--resources', file, '--config', config, ...more)
}

const validate = (written: Written): Promise<Ran> => sallyport('validate', folderWith(written).file)

const explain = (written: Written, url: string): Promise<Ran> =>
  sallyport('explain', '--resources', folderWith(written).file, '--url', url)

/** The last part of a diagnosis. */
const todoIn = ({ out }: Ran): string => out.slice(out.indexOf('What to do:'))

it('what is right needs nothing done', async () => {
  const ran = await doctor({})
  expect(ran.out).toContain('Nothing to do: all is well.')
  expect(ran.out).toContain(`The redirect URI ${CALLBACK} is registered`)
  expect(ran.out).toContain('The credentials are accepted')
  expect(ran.out).not.toContain(WEB_CLIENT.clientSecret)
  expect(ran.code).toBe(0)
})

describe('ten usual mistakes lead to the sentence that mends them', () => {
  const asked: readonly (readonly [string, () => Promise<Ran>, () => RegExp])[] = [
    [
      'the issuer',
      () => doctor({ issuer: `${provider.issuer}/` }),
      () =>
        /1\. IdentityProvider shop\/sso: .*issuer in its metadata is .*only the slash at the end differs: correct spec\.issuer/,
    ],
    [
      'the secret',
      () => doctor({ secret: 'not-the-secret' }),
      () =>
        /1\. OIDCClient shop\/shop: .*refused the client: invalid_client.*check `clientId` and the Secret that `authentication\.secretRef` names/,
    ],
    [
      'the redirect URI',
      () => doctor({ hosts: '[store.example.com]' }),
      () =>
        /1\. OIDCClient shop\/shop: .*register the redirect URI https:\/\/store\.example\.com\/oauth2\/callback there/,
    ],
    [
      'a scope',
      () => doctor({ clientId: NARROW_CLIENT, scopes: '[openid, orders:read]' }),
      () =>
        /1\. OIDCClient shop\/shop: Logins end with invalid_scope.*correct `scopes` of the OIDCClient/,
    ],
    [
      'a private authority',
      () => doctor({ withAuthority: false }),
      () =>
        /1\. IdentityProvider shop\/sso: .*spec\.tls\.caRef leads, or into outbound\.caFile.*the authority that is missing is "CN=Sallyport test authority"/,
    ],
  ]

  it.each(asked)('doctor: %s', async (_name, run, sentence) => {
    const ran = await run()
    expect(todoIn(ran)).toMatch(sentence())
    expect(ran.code).toBe(1)
    expect(ran.out).not.toContain('not-the-secret')
    expect(ran.out).not.toContain(WEB_CLIENT.clientSecret)
  })

  const read: readonly (readonly [string, Written, RegExp])[] = [
    [
      'indentation',
      { spec: ' spec:' },
      /shop\.yaml:\d+:\d+: is not YAML: is indented by a wrong number of spaces/,
    ],
    [
      'a kind',
      { kind: 'ProtectedRout' },
      /kind: "ProtectedRout" is not a kind that is read here; did you mean `ProtectedRoute`\?/,
    ],
    [
      'a port in a host',
      { hosts: '["shop.example.com:8443"]' },
      /spec\.hosts\[0\]: "shop\.example\.com:8443" .*write "shop\.example\.com"/,
    ],
    [
      'an http issuer',
      { issuer: 'http://sso.example.com' },
      /spec\.issuer: .*"http:\/\/sso\.example\.com" is not an `https` URL/,
    ],
  ]

  it.each(read)('validate: %s', async (_name, written, sentence) => {
    const { code, out } = await validate(written)
    expect(out).toMatch(sentence)
    expect(code).toBe(1)
  })

  it('explain: a host', async () => {
    const { code, out } = await explain({}, 'https://shpo.example.com/')
    expect(out).toMatch(/no ProtectedRoute names this host.*shop\.example\.com/s)
    expect(code).toBe(1)
  })
})

it('docs/troubleshooting.md shows what doctor prints', async () => {
  const page = await readFile(new URL('../../docs/troubleshooting.md', import.meta.url), 'utf8')
  const { out } = await doctor({ withAuthority: false })
  const shown = out
    .replaceAll(`sso.localhost:${front.port}`, 'sso.example.com')
    .replaceAll('sso.localhost', 'sso.example.com')
    .replaceAll('127.0.0.1, ::1', '192.0.2.7')
    .replaceAll('Sallyport test authority', 'Example Corp Internal CA')
  expect(page).toContain(`\`\`\`\n${shown}\`\`\`\n`)
})

it('E4: a rule that asks for a scope which no client requests is a warning of validate and doctor', async () => {
  const written = { authorize: '[{ scopes: [orders:read] }]' }
  const { code, out } = await validate(written)
  expect(out).toMatch(
    /^Warning: .*spec\.authorize\[0\]\.scopes: No client of this route asks for the scope "orders:read" \(OIDCClient shop\/shop asks for openid email\)/,
  )
  expect(code).toBe(0)
  expect((await sallyport('validate', '--strict', folderWith(written).file)).code).toBe(1)
  const diagnosed = await doctor(written, '--skip-credentials')
  expect(todoIn(diagnosed)).toMatch(/1\. warning, ProtectedRoute shop\/shop: spec\.authorize\[0\]/)
  expect(diagnosed.code).toBe(0)
})

it('a scope that the metadata do not list is a warning: a provider may take it all the same', async () => {
  const ran = await doctor({ scopes: '[openid, orders:delete]' })
  expect(todoIn(ran)).toMatch(
    /1\. warning, OIDCClient shop\/shop: The metadata do not list orders:delete, but .*correct `scopes`/,
  )
  expect(ran.code).toBe(0)
})

describe('explain --live', () => {
  const BEARER = `[]
  authenticate:
  - bearer: { providerRef: { name: sso }, audiences: ["${API_AUDIENCE}"] }`

  const tokenOf = async (): Promise<string> => {
    const { clientId, clientSecret } = MACHINE_CLIENT
    const response = await fetch(`http://127.0.0.1:${provider.port}/token`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
        'x-forwarded-proto': 'https',
      },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        resource: API_AUDIENCE,
        scope: 'orders:read',
      }),
    })
    const { access_token: token }: { readonly access_token: string } = JSON.parse(
      await response.text(),
    )
    return token
  }

  const live = (written: Written, ...more: readonly string[]): Promise<Ran> => {
    const { file, config } = folderWith(written)
    const asked = ['-r', file, '-c', config, '-u', 'https://shop.example.com/orders']
    return sallyport('explain', '--live', ...asked, ...more)
  }

  it('verifies a token for real, and says why one is refused', async () => {
    const token = await tokenOf()
    const well = await live({ authorize: BEARER }, '-H', `authorization: Bearer ${token}`)
    expect(well.out).toContain('IdentityProvider shop/sso can be reached, and is right')
    expect(well.out).toContain('Answer              200 allowed')
    expect(well.code).toBe(0)

    const [head, claims] = token.split('.')
    const forged = `${head}.${claims}.${Buffer.alloc(64, 1).toString('base64url')}`
    const refused = await live({ authorize: BEARER }, '-H', `authorization: Bearer ${forged}`)
    expect(refused.out).toMatch(/401 token_signature_invalid/)
    expect(refused.out).not.toContain('not verified')
    expect(refused.out).not.toContain(forged)
  })

  it('says why a provider cannot be used, and the answer that is given then', async () => {
    const page = ['-H', 'Sec-Fetch-Mode: navigate', '-H', 'Accept: text/html']
    const ran = await live({ withAuthority: false }, ...page)
    expect(ran.code).toBe(1)
    expect(ran.out).toContain('IdentityProvider shop/sso cannot be used as it is')
    expect(ran.out).toContain('the authority that is missing is "CN=Sallyport test authority"')
    expect(ran.out).toContain('503 provider_unreachable')
  })
})

describe('doctor', () => {
  it('says every check of a provider, as data too', async () => {
    const { out } = await doctor({}, '--output', 'json')
    const { ok, providers, clients, routes, todo } = JSON.parse(out)
    expect({ ok, todo }).toEqual({ ok: true, todo: [] })
    const checks = new Set(providers[0].findings.map(({ check }: { check: string }) => check))
    expect([...checks]).toEqual([
      'name',
      'addresses',
      'proxy',
      'tls',
      'metadata',
      'issuer',
      'endpoints',
      'keys',
      'algorithms',
      'pkce',
      'clock',
    ])
    expect(clients[0].register).toMatchObject({
      redirectURIs: [CALLBACK],
      postLogoutRedirectURIs: [SIGNED_OUT],
      backChannelLogoutPath: '/backchannel-logout/shop/shop',
    })
    expect(routes[0]).toMatchObject({
      clients: ['shop/shop'],
      hosts: [{ host: 'shop.example.com', state: 'Programmed' }],
    })
  })

  it('names the rule that forbids the addresses of a provider', async () => {
    const { code, out } = await sallyport('doctor', '--resources', folderWith({}).file)
    expect(code).toBe(1)
    expect(out).toMatch(
      /1\. IdentityProvider shop\/sso: .*outbound\.denyNetworks.*outbound\.allowNetworks/,
    )
  })

  it('B14: looks through the proxy, and at the certificates behind it', async () => {
    const proxy = await startConnectProxy({ leads: { 'sso.example.test:443': front.port } })
    onTestFinished(proxy.stop)
    const { file, folder } = folderWith({
      issuer: 'https://sso.example.test',
      withAuthority: false,
    })
    const url = `http://127.0.0.1:${proxy.port}`
    const config = folder.write('proxy.yml', `outbound: { proxy: { url: "${url}" } }\n`)
    const ran = await sallyport('doctor', '-r', file, '-c', config)
    expect(ran.out).toContain(`It is called through the proxy ${url} (outbound.proxy.url).`)
    expect(todoIn(ran)).toContain('the authority that is missing is "CN=Sallyport test authority"')
    expect(ran.code).toBe(1)
  })

  it('asks nothing about clients when told so', async () => {
    const before = provider.requestCount('token')
    const { code, out } = await doctor({ secret: 'not-the-secret' }, '--skip-credentials')
    expect(out).toContain('Not tried, as was asked for.')
    expect(provider.requestCount('token')).toBe(before)
    expect(code).toBe(0)
  })

  it('says when Envoy last asked, where manifests carry the status of a cluster', async () => {
    const { file, config, folder } = folderWith({})
    const status = `status:\n  observedGeneration: 1\n  hosts:\n  - { host: shop.example.com, state: Programmed, lastCheckTime: "2026-11-28T08:00:00Z" }\n  - { host: old.example.com, state: Programmed }\n`
    const text = resources({ hosts: '[shop.example.com, old.example.com]' })
    folder.write('shop.yaml', text.replace('  authorize: []\n', `  authorize: []\n${status}`))
    const ran = await sallyport('doctor', '-r', file, '-c', config, '--skip-credentials')
    expect(ran.out).toContain('Envoy last asked about shop.example.com at 2026-11-28T08:00:00Z.')
    expect(todoIn(ran)).toMatch(
      /warning, ProtectedRoute shop\/shop: Envoy has never asked about old\.example\.com/,
    )
  })

  it('a provider that is not there, and a configuration that reads a cluster, are wrong usage', async () => {
    const { file, config, folder } = folderWith({})
    const other = await sallyport('doctor', '-r', file, '-c', config, '--provider', 'ss')
    expect(other).toMatchObject({
      code: 2,
      err: 'sallyport: There is no IdentityProvider ss: there are shop/sso.\n',
    })
    const cluster = folder.write('cluster.yml', 'resources: { source: kubernetes }\n')
    const ran = await sallyport('doctor', '-c', cluster)
    expect(ran.code).toBe(2)
    expect(ran.err).toContain('give them with --resources')
    const both = await sallyport('doctor', '-c', cluster, '-r', file, '--provider', 'shop/sso')
    expect(both.code).toBe(1)
  })
})
