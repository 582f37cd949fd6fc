import { X509Certificate } from 'node:crypto'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import type { Client, ClientAuthentication } from '../../../../src/core/registration/client.ts'
import type { Provider } from '../../../../src/core/registration/provider.ts'
import { createTokenRevocation } from '../../../../src/oidc/client/revocation.ts'
import { createTokenEndpoint } from '../../../../src/oidc/client/token-endpoint.ts'
import { createUserinfo } from '../../../../src/oidc/client/userinfo.ts'
import { createAskIntrospection } from '../../../../src/oidc/inquiry/introspection-endpoint.ts'
import { createProviders } from '../../../../src/oidc/provider/providers.ts'
import { aClient, someTokens } from '../../../support/builders.ts'
import { unlimited } from '../../../support/check-ports.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'
import { aHostileProvider, localOutbound } from '../../../support/local-providers.ts'
import { startConnectProxy } from '../../../support/parts/connect-proxy.ts'
import { type Certificates, createCertificates } from '../../../support/parts/tls.ts'
import { type FrontClients, startTlsFront } from '../../../support/parts/tls-front.ts'
import { seededRandom } from '../../../support/seeded-random.ts'

let server: Certificates
let first: Certificates
let next: Certificates

beforeAll(async () => {
  server = await createCertificates(['localhost', 'mtls.example.test'])
  first = await createCertificates(['shop'])
  next = await createCertificates(['shop'])
})

afterAll(() => Promise.all([server, first, next].map((one) => one.remove())))

const showing = ({ certPem, keyPem }: Certificates): ClientAuthentication => ({
  method: 'tls_client_auth',
  certificatePem: certPem,
  privateKeyPem: keyPem,
})

const rawOf = (pem: string): string =>
  pem === '' ? '' : new X509Certificate(pem).raw.toString('base64')

/** A provider with a place for certificates, and a client that shows one. */
const aWorld = async (
  changes: Partial<Provider> = {},
  clients?: FrontClients,
  outbound = localOutbound,
) => {
  const asked = clients ?? { caPem: first.caPem + next.caPem }
  const { hostile, provider } = await aHostileProvider({ caPem: server.caPem, ...changes })
  const behind = () => Number(new URL(hostile.issuer).port)
  const front = await startTlsFront({ cert: server.certPem, key: server.keyPem }, behind, asked)
  onTestFinished(() => front.stop())
  const origin = `https://localhost:${front.port}`
  hostile.setMetadata({
    mtls_endpoint_aliases: {
      token_endpoint: `${origin}/token`,
      introspection_endpoint: `${origin}/introspect`,
      revocation_endpoint: `${origin}/revoke`,
      userinfo_endpoint: `${origin}/userinfo`,
    },
  })
  hostile.setTokens({ access_token: 'access-2', token_type: 'Bearer', expires_in: 300 })
  const clock = handSetClock()
  const random = seededRandom('mutual TLS')
  const providers = createProviders({ outbound, clock, random })
  onTestFinished(() => providers.close())
  const client = aClient({ provider, authentication: showing(first) })
  const endpoint = createTokenEndpoint({ providers, clock })
  const refresh = (by: Client = client) => endpoint.refresh(by, 'refresh-1', unlimited)
  const shown = () => front.shown().map(rawOf)
  return { hostile, provider, front, providers, clock, client, refresh, shown, origin }
}

it('a client with a certificate shows it where the metadata have a place for it', async () => {
  const world = await aWorld()
  expect(await world.refresh()).toMatchObject({ kind: 'granted' })
  expect(world.shown()).toEqual([rawOf(first.certPem)])
  const [request] = world.hostile.tokenRequests
  expect(request?.authorization).toBeUndefined()
  expect(Object.fromEntries(request?.form ?? [])).toEqual({
    grant_type: 'refresh_token',
    refresh_token: 'refresh-1',
    client_id: world.client.clientId,
  })
})

it('introspection, revocation and userinfo are asked there as well', async () => {
  const { providers, clock, client, shown, hostile } = await aWorld()
  const introspect = createAskIntrospection({ providers, clock })
  await introspect('token-1', { client, signed: 'Auto' }, unlimited)
  const revocation = createTokenRevocation({
    providers,
    clock,
    newBudget: () => unlimited,
    observe: ({ outcome }) => expect(outcome).toBe('revoked'),
  })
  revocation.revoke(client, someTokens(clock.nowMs(), { refreshToken: 'refresh-1' }))
  await revocation.close()
  await createUserinfo({ providers, clock })(
    client,
    { accessToken: 'access-1' },
    'alice',
    unlimited,
  )
  expect(new Set(shown())).toEqual(new Set([rawOf(first.certPem)]))
  expect(shown().length).toBe(4)
  expect(hostile.requestCount('userinfo')).toBe(1)
})

it('a client without a certificate shows none, and asks where everybody does', async () => {
  const world = await aWorld()
  const plain = aClient({ provider: world.provider, name: 'shop/plain' })
  await world.refresh(plain)
  expect(world.shown()).toEqual([])
  expect(world.hostile.requestCount('token')).toBe(1)
  await world.refresh()
  await world.refresh(plain)
  expect(world.shown()).toEqual([rawOf(first.certPem)])
})

it('an endpoint that is configured goes before what the metadata say', async () => {
  const { front, ...first } = await aWorld()
  const token = `${first.hostile.issuer}/token`
  const provider = { ...first.provider, generation: 'p2', endpoints: { token } }
  await first.refresh(aClient({ ...first.client, provider }))
  expect(front.shown()).toEqual([])
  expect(first.hostile.requestCount('token')).toBe(1)
})

it('R25: a place for certificates in a network that is denied is not called', async () => {
  const outbound = { allowInsecureIssuers: true, denyNetworks: ['::1/128'] }
  const { hostile, refresh } = await aWorld({}, undefined, outbound)
  hostile.setMetadata({ mtls_endpoint_aliases: { token_endpoint: 'https://[::1]:9/token' } })
  await expect(refresh()).rejects.toMatchObject({
    code: 'provider_misconfigured',
    message: expect.stringContaining('::1'),
  })
  expect(hostile.requestCount('token')).toBe(0)
})

it('a certificate that was replaced is shown from then on, by what is under way as well', async () => {
  const { client, provider, providers, refresh, shown } = await aWorld()
  await refresh()
  const renewed = aClient({ ...client, generation: 'c2', authentication: showing(next) })
  providers.retain([provider], [renewed])
  await refresh(renewed)
  await refresh(client)
  const now = rawOf(next.certPem)
  expect(shown()).toEqual([rawOf(first.certPem), now, now])
})

it('a client that is gone is not asked as any more', async () => {
  const { client, provider, providers, refresh, shown } = await aWorld()
  await refresh()
  providers.retain([provider], [])
  await expect(refresh()).rejects.toMatchObject({
    code: 'provider_misconfigured',
    message: expect.stringContaining(`${client.name}: its certificate is no longer in use`),
  })
  expect(shown().length).toBe(1)
})

it('R26, R31: a certificate that is refused is named, holds back nobody else, and no key is told', async () => {
  const refusing = { caPem: next.caPem, refusesOthers: true }
  const world = await aWorld({}, refusing)
  const messages: string[] = []
  for (let attempt = 0; attempt < 7; attempt += 1) {
    await world.refresh().catch((fault: Error) => messages.push(fault.message))
  }
  expect(messages.length).toBe(7)
  expect(messages[0]).toContain(world.origin)
  expect(messages.join(' ')).not.toContain('PRIVATE')
  expect(messages.at(-1)).toContain('held back')
  const other = aClient({
    ...world.client,
    name: 'shop/other',
    authentication: showing(next),
  })
  expect(await world.refresh(other)).toMatchObject({ kind: 'granted' })
  expect(world.providers.health(world.provider).isHeldBack).toBe(false)
})

it('through a proxy the provider sees the certificate, and the proxy does not', async () => {
  const { hostile, provider } = await aHostileProvider()
  const behind = () => Number(new URL(hostile.issuer).port)
  const certificate = { cert: server.certPem, key: server.keyPem }
  const front = await startTlsFront(certificate, behind, { caPem: first.caPem })
  onTestFinished(() => front.stop())
  const leads = { [`mtls.example.test:${front.port}`]: front.port }
  const tunnelling = await startConnectProxy({ leads, tls: certificate })
  onTestFinished(() => tunnelling.stop())
  const through: Provider = {
    ...provider,
    discovery: false,
    caPem: server.caPem,
    endpoints: { token: `https://mtls.example.test:${front.port}/token` },
    proxy: { url: `https://localhost:${tunnelling.port}`, caPem: server.caPem },
  }
  hostile.setTokens({ access_token: 'access-2', token_type: 'Bearer', expires_in: 300 })
  const clock = handSetClock()
  const random = seededRandom('proxied mutual TLS')
  const providers = createProviders({ outbound: localOutbound, clock, random })
  onTestFinished(() => providers.close())
  const client = aClient({ provider: through, authentication: showing(first) })
  const answer = await createTokenEndpoint({ providers, clock }).refresh(
    client,
    'refresh-1',
    unlimited,
  )
  expect(answer).toMatchObject({ kind: 'granted' })
  expect(front.shown().map(rawOf)).toEqual([rawOf(first.certPem)])
  expect(tunnelling.tunnels.map(({ hasCertificate }) => hasCertificate)).toEqual([false])
})
