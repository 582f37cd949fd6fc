import { beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import {
  BOUND,
  CERTIFIED,
  KEY_BOUND,
  registerProfiled,
  signedBy,
  signInWithConsent,
} from '../../support/e2e/keycloak-fapi.ts'
import { type Manifest, ours, shop } from '../../support/e2e/manifests.ts'
import { lastDetail } from '../../support/e2e/proven-route.ts'
import { newHttpBrowser } from '../../support/e2e/sign-in.ts'
import { useStack } from '../../support/e2e/use-stack.ts'
import { type KeycloakTls, MUTUAL_TLS_HOST } from '../../support/parts/keycloak.ts'
import { keycloakAdmin } from '../../support/parts/keycloak-admin.ts'
import type { StackFacts } from '../../support/parts/stack.ts'
import { createSelfSigned } from '../../support/parts/tls.ts'
import { createTokenSigner } from '../../support/token-signer.ts'

const PUSHED = 'pushed.localhost'
const UNPUSHED = 'unpushed.localhost'
const SIGNED = 'signed.localhost'
const UNSIGNED = 'unsigned.localhost'
const KEYED = 'keyed.localhost'
const KEYLESS = 'keyless.localhost'
const KEYED_SIGNED = 'keyed-signed.localhost'

/** The file of the certificate. */
const CERTIFICATE = 'certificate.yaml'

const PATIENCE = { timeout: 20_000 }

const isCallback = ({ pathname }: URL): boolean => pathname === '/oauth2/callback'

const tlsOf = ({ keycloakTls }: StackFacts): KeycloakTls => {
  if (keycloakTls === undefined) throw new Error('Keycloak listens for no TLS.')
  return keycloakTls
}

const secret = (name: string, stringData: Manifest): Manifest => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace: 'shop' },
  stringData,
})

const certificate = ({ certPem, keyPem }: Pick<KeycloakTls, 'certPem' | 'keyPem'>): Manifest =>
  secret('certificate', { 'tls.crt': certPem, 'tls.key': keyPem })

/** A client of a host whose upstream gets no token, as no other could show it. */
const onHost = (host: string, name: string, spec: Manifest): readonly Manifest[] => [
  ours('OIDCClient', name, { providerRef: { name: 'idp' }, ...spec }),
  ours('ProtectedRoute', name, {
    hosts: [host],
    clientRef: { name },
    upstream: { authorization: 'Remove' },
  }),
]

const certified = (more: Manifest): Manifest => ({
  clientId: 'certified',
  authentication: { method: 'tls_client_auth', certificateRef: { name: 'certificate' } },
  senderConstrained: 'MutualTLS',
  scopes: ['openid', 'email'],
  ...more,
})

const key = createTokenSigner('bank-1', 'PS256')

const signing = (more: Manifest): Manifest => ({
  clientId: 'signing',
  authentication: {
    method: 'private_key_jwt',
    privateKeyRef: { name: 'bank-key' },
    keyId: 'bank-1',
    algorithm: 'PS256',
    certificateRef: { name: 'certificate' },
  },
  senderConstrained: 'MutualTLS',
  scopes: ['openid', 'email'],
  ...more,
})

/** Tokens are bound to a key of each session. */
const keyed = (clientId: string, authorizationRequest: Manifest): Manifest => ({
  clientId,
  authentication: {
    method: 'private_key_jwt',
    privateKeyRef: { name: 'bank-key' },
    keyId: 'bank-1',
    algorithm: 'PS256',
  },
  senderConstrained: 'DPoP',
  scopes: ['openid', 'email'],
  authorizationRequest,
})

const SIGNED_ASKING = { pushed: 'Always', signed: 'Always', responseMode: 'query.jwt' }

/** All that the profile has, but for the signature. */
const UNSIGNED_ASKING = { pushed: 'Always', signed: 'Never', responseMode: 'query.jwt' }

/** Keycloak signs by RS256 where nobody says otherwise. */
const ID_TOKENS = { 'id.token.signed.response.alg': 'PS256' }

describe('a real Keycloak whose policies hold clients to its profiles of FAPI 2', () => {
  const stack = useStack({
    provider: 'keycloak',
    keycloak: { byMutualTls: true },
    sessions: 'memory',
    hosts: [PUSHED, UNPUSHED, SIGNED, UNSIGNED, KEYED, KEYLESS, KEYED_SIGNED],
    resources: (facts) => {
      const tls = tlsOf(facts)
      const resources = shop({
        more: [
          secret('bank-key', { 'tls.key': key.privatePem }),
          ...onHost(PUSHED, 'pushed', certified({ profile: 'FAPI2Security' })),
          ...onHost(UNPUSHED, 'unpushed', certified({ authorizationRequest: { pushed: 'Never' } })),
          ...onHost(SIGNED, 'signed', signing({ profile: 'FAPI2MessageSigning' })),
          ...onHost(KEYED, 'keyed', keyed('keyed', { pushed: 'Always' })),
          ...onHost(KEYLESS, 'keyless', {
            ...keyed('keyed', { pushed: 'Always' }),
            senderConstrained: 'None',
          }),
          ...onHost(KEYED_SIGNED, 'keyed-signed', keyed('keyed-signed', SIGNED_ASKING)),
          ...onHost(UNSIGNED, 'unsigned', signing({ authorizationRequest: UNSIGNED_ASKING })),
        ],
      })(facts)
      return { ...resources, [CERTIFICATE]: stringify(certificate(tls)) }
    },
  })
  const begin = async (host: string) => {
    const headers = { accept: 'text/html', 'sec-fetch-mode': 'navigate' }
    const answer = await newHttpBrowser(stack()).send(stack().url(host, '/orders'), { headers })
    return { status: answer.status, location: new URL(answer.headers.location ?? 'none:') }
  }

  beforeAll(async () => {
    const { call } = keycloakAdmin(stack().keycloak)
    const enabledEventTypes = ['CODE_TO_TOKEN', 'REFRESH_TOKEN', 'REVOKE_GRANT']
    await call('PUT', '/events/config', { eventsEnabled: true, enabledEventTypes })
    await registerProfiled(stack(), [
      {
        clientId: 'certified',
        profile: 'fapi-2-security-profile',
        hosts: [PUSHED, UNPUSHED],
        authenticator: 'client-x509',
        // Every use of a session refreshes it.
        attributes: { ...CERTIFIED, ...BOUND, ...ID_TOKENS, 'access.token.lifespan': '2' },
      },
      {
        clientId: 'signing',
        profile: 'fapi-2-message-signing',
        hosts: [SIGNED, UNSIGNED],
        authenticator: 'client-jwt',
        attributes: { ...signedBy(key, 'bank-1'), ...BOUND },
      },
      {
        clientId: 'keyed',
        profile: 'fapi-2-dpop-security-profile',
        hosts: [KEYED, KEYLESS],
        authenticator: 'client-jwt',
        attributes: { ...signedBy(key, 'bank-1'), ...KEY_BOUND },
      },
      {
        clientId: 'keyed-signed',
        profile: 'fapi-2-dpop-message-signing',
        hosts: [KEYED_SIGNED],
        authenticator: 'client-jwt',
        attributes: { ...signedBy(key, 'bank-1'), ...KEY_BOUND },
      },
    ])
  })

  it.each([
    ['fapi-2-security-profile', PUSHED, 'code'],
    ['fapi-2-message-signing', SIGNED, 'response'],
    ['fapi-2-dpop-security-profile', KEYED, 'code'],
    ['fapi-2-dpop-message-signing', KEYED_SIGNED, 'response'],
  ])('R16, R17: %s: signs in by a reference alone', async (_profile, host, answer) => {
    const wanted = stack().url(host, '/orders?id=7')
    const { location } = await begin(host)
    expect([...location.searchParams.keys()]).toEqual(['client_id', 'request_uri'])
    const landed = await signInWithConsent(stack(), wanted)
    expect([landed.status, landed.url]).toEqual([200, wanted])
    expect(landed.text).toContain('alice@example.test')
    const callback = landed.hops.map((hop) => new URL(hop)).find(isCallback)
    expect(callback?.searchParams.has(answer)).toBe(true)
  })

  it('no other login of these clients is taken: the policies are in force', async () => {
    const browser = newHttpBrowser(stack())
    const unpushed = await browser.open(stack().url(UNPUSHED, '/orders'))
    expect(new URL(unpushed.url).hostname).toBe(MUTUAL_TLS_HOST)
    expect([unpushed.status, unpushed.text]).toEqual([
      400,
      expect.stringContaining('PAR request_uri not included'),
    ])
    const unsigned = await browser.open(stack().url(UNSIGNED, '/orders'))
    expect([unsigned.status, unsigned.headers['x-sallyport-reason']]).toEqual([
      403,
      'provider_error',
    ])
    const told = () => lastDetail(stack(), 'provider_error') ?? ''
    await expect.poll(told).toContain('invalid_request')
    const unbound = await signInWithConsent(stack(), stack().url(KEYLESS, '/orders'))
    expect([unbound.status, unbound.headers['x-sallyport-reason']]).toEqual([400, 'code_refused'])
    await expect.poll(() => lastDetail(stack(), 'code_refused') ?? '').toContain('DPoP')
  })

  it('R31: tls_client_auth: code, refresh and revocation by the certificate that is registered', async () => {
    const { browser } = await signInWithConsent(stack(), stack().url(PUSHED, '/orders'))
    const { call } = keycloakAdmin(stack().keycloak)
    const shownFor = async (type: string): Promise<readonly unknown[]> => {
      await browser.fetch(stack().url(PUSHED, '/again'))
      const events = await call('GET', `/events?client=certified&type=${type}`)
      return [...new Set(events.map(({ details }) => Object(details).client_auth_method))]
    }
    const byCertificate = ['client-x509']
    await expect.poll(() => shownFor('REFRESH_TOKEN'), PATIENCE).toEqual(byCertificate)
    await browser.open(stack().url(PUSHED, '/oauth2/logout'))
    await expect.poll(() => shownFor('REVOKE_GRANT'), PATIENCE).toEqual(byCertificate)
    expect(await shownFor('CODE_TO_TOKEN')).toEqual(byCertificate)
  })

  it('tls_client_auth: a certificate that Keycloak does not trust is told as a connection that broke off', async () => {
    const { cert, key: keyPem } = await createSelfSigned('shop', 30)
    const before = stringify(certificate(tlsOf(stack())))
    await stack().sallyport.writeResource(
      CERTIFICATE,
      stringify(certificate({ certPem: cert, keyPem })),
    )
    const status = async (): Promise<number> => (await begin(PUSHED)).status
    await expect.poll(status, PATIENCE).toBe(503)
    const told = () => lastDetail(stack(), 'provider_unreachable') ?? ''
    await expect.poll(told).toContain('broke the connection off')
    await stack().sallyport.writeResource(CERTIFICATE, before)
    await expect.poll(status, PATIENCE).toBe(302)
  })
})
