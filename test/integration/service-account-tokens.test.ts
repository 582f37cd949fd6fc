import { writeFile } from 'node:fs/promises'
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { openServiceAccounts } from '../../src/app/service-accounts/open-service-accounts.ts'
import { createRelyingParty } from '../../src/oidc/client/relying-party.ts'
import { createProviders } from '../../src/oidc/provider/providers.ts'
import { aClient, aProvider } from '../support/builders.ts'
import { unlimited } from '../support/check-ports.ts'
import { localOutbound } from '../support/local-providers.ts'
import { aLogin } from '../support/logins.ts'
import { createHttpBrowser } from '../support/parts/http-browser.ts'
import { type RunningKubeApiserver, startKubeApiserver } from '../support/parts/kube-apiserver.ts'
import {
  type Interference,
  type RunningOidcProvider,
  startOidcProvider,
  WEB_CLIENT,
} from '../support/parts/oidc-provider.ts'
import { createServiceAccount } from '../support/parts/service-account.ts'
import { temporaryFolder } from '../support/parts/temporary-folder.ts'
import { seededRandom } from '../support/seeded-random.ts'

const SUBJECT = 'system:serviceaccount:shop:shop-login'
const CALLBACK = 'http://127.0.0.1/callback'

let cluster: RunningKubeApiserver
let keys: JSONWebKeySet

beforeAll(async () => {
  cluster = await startKubeApiserver()
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }
  await cluster.admin.apply(namespace)
  await createServiceAccount(cluster.admin, { namespace: 'shop', name: 'shop-login' })
  keys = JSON.parse(await cluster.kubectl('get', '--raw', '/openid/v1/jwks'))
})

afterAll(() => cluster?.stop())

const MAY_ASK = [
  {
    apiGroups: [''],
    resources: ['serviceaccounts/token'],
    resourceNames: ['shop-login', 'missing'],
    verbs: ['create'],
  },
]

/** The tokens of service accounts as `serve` gets them, by the rights of an account of its own. */
const asAccount = async (name: string, rules: typeof MAY_ASK) => {
  const token = await createServiceAccount(cluster.admin, { namespace: 'shop', name, rules })
  const folder = await temporaryFolder('kubeconfig')
  const kubeconfigFile = `${folder.path}/config`
  await writeFile(kubeconfigFile, cluster.kubeconfig(token))
  const leaderElection = { leaseName: 'sallyport' }
  const resources = {
    source: 'kubernetes',
    namespaces: [],
    kubeconfigFile,
    leaderElection,
  } as const
  const credentials = { allowPasswordGrant: false, serviceAccountTokenClients: [] }
  const accounts = openServiceAccounts(
    { credentials, resources },
    { clock: { nowMs: () => Date.now() }, newBudget: () => unlimited },
  )
  onTestFinished(async () => {
    await accounts.close()
    await folder.remove()
  })
  return accounts
}

const wanted = (audience: string, name = 'shop-login') => ({
  client: 'shop/shop',
  audience,
  serviceAccount: { namespace: 'shop', name },
})

describe('a real API server', () => {
  it('issues a token for one audience and ten minutes, which anybody can verify', async () => {
    const accounts = await asAccount('gateway', MAY_ASK)
    const token = await accounts.tokenOf(wanted('https://sso.example.com'), unlimited)
    const { payload } = await jwtVerify(token, createLocalJWKSet(keys), {
      audience: 'https://sso.example.com',
      subject: SUBJECT,
    })
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(600)
    expect(await accounts.tokenOf(wanted('https://sso.example.com'), unlimited)).toBe(token)
  })

  it('R21: issues one for itself, by any of its audiences, which is shown to nobody', async () => {
    const accounts = await asAccount('gateway', MAY_ASK)
    const itself = ['https://kubernetes.default.svc', 'https://tokens.example.com', cluster.server]
    for (const audience of itself) {
      const own = accounts.tokenOf(wanted(audience), unlimited)
      await expect(own).rejects.toMatchObject({
        code: 'provider_misconfigured',
        message: expect.stringContaining('API server itself'),
      })
    }
  })

  it('refuses whoever may not ask, which is told with what mends it', async () => {
    const accounts = await asAccount('stranger', [])
    await expect(accounts.tokenOf(wanted('https://sso'), unlimited)).rejects.toMatchObject({
      code: 'provider_misconfigured',
      message: expect.stringMatching(/answered 403: .*shop-login.*rbac\.serviceAccountTokens/),
    })
  })

  it('knows no account that is not there, which is told as well', async () => {
    const accounts = await asAccount('gateway', MAY_ASK)
    const missing = accounts.tokenOf(wanted('https://sso', 'missing'), unlimited)
    await expect(missing).rejects.toMatchObject({
      code: 'provider_misconfigured',
      message: expect.stringMatching(/answered 404: .*create it, or correct/),
    })
  })
})

const bodyOf = async (request: Parameters<Interference>[0]): Promise<URLSearchParams> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return new URLSearchParams(Buffer.concat(chunks).toString())
}

/**
 * What a provider does that trusts a cluster: verifies the assertion by its keys, and takes its
 * subject for a client. The rest is the certified provider's.
 */
const trustCluster = (certified: RunningOidcProvider): (() => number) => {
  let verified = 0
  const answered = async (request: Parameters<Interference>[0]): Promise<Response> => {
    const form = await bodyOf(request)
    const assertion = form.get('client_assertion') ?? ''
    const expected = { audience: certified.issuer, subject: SUBJECT }
    await jwtVerify(assertion, createLocalJWKSet(keys), expected)
    verified += 1
    for (const name of ['client_assertion', 'client_assertion_type', 'client_id']) form.delete(name)
    const { clientId, clientSecret } = WEB_CLIENT
    const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64')
    certified.interfere('token', undefined)
    const headers = { authorization: `Basic ${basic}` }
    return fetch(`${certified.issuer}/token`, { method: 'POST', headers, body: form })
  }
  certified.interfere('token', async (request, response) => {
    const answer = await answered(request).catch(() =>
      Response.json({ error: 'invalid_client' }, { status: 401 }),
    )
    response.writeHead(answer.status, { 'content-type': 'application/json' })
    response.end(await answer.text())
  })
  return () => verified
}

it('a provider that trusts the cluster signs a person in, and no secret is anywhere', async () => {
  const certified = await startOidcProvider({ redirectUris: [CALLBACK] })
  onTestFinished(() => certified.stop())
  const verified = trustCluster(certified)
  const accounts = await asAccount('gateway', MAY_ASK)
  const clock = { nowMs: () => Date.now() }
  const random = seededRandom('federation')
  const providers = createProviders({
    outbound: localOutbound,
    clock,
    random,
    serviceAccounts: accounts,
  })
  onTestFinished(() => providers.close())
  const provider = aProvider({ issuer: certified.issuer })
  const client = aClient({
    provider,
    clientId: WEB_CLIENT.clientId,
    authentication: {
      method: 'service_account_token',
      assertionAudience: 'Issuer',
      serviceAccount: { namespace: 'shop', name: 'shop-login' },
    },
  })
  const relyingParty = createRelyingParty({ providers, clock })
  const login = aLogin({ redirectUri: CALLBACK, createdAtMs: clock.nowMs() })
  const browser = createHttpBrowser()
  onTestFinished(() => browser.close())
  const page = await browser.open(await relyingParty.authorizationUrl(client, login, {}, unlimited))
  const body = new URLSearchParams({
    login: 'alice',
    password: 'alice-password',
    action: 'sign-in',
  })
  let answer = await browser.fetch(page.url, { method: 'POST', body })
  while (!(answer.headers.location ?? '').startsWith(CALLBACK)) {
    answer = await browser.fetch(new URL(answer.headers.location ?? '', answer.url).href)
  }
  const query = new URL(answer.headers.location ?? '').searchParams
  expect(await relyingParty.exchange(client, login, query, unlimited)).toMatchObject({
    kind: 'tokens',
    tokens: { claims: { sub: 'alice' } },
  })
  expect(verified()).toBe(1)
})
