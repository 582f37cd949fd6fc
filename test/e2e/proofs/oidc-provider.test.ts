import { describe, expect, it } from 'vitest'
import { readToken } from '../../support/e2e/access-tokens.ts'
import { shop } from '../../support/e2e/manifests.ts'
import { sendPlain } from '../../support/e2e/plain-client.ts'
import { outcomeOf, PROVEN, provenRoute } from '../../support/e2e/proven-route.ts'
import { createProvingCaller, type ProvingCallerOptions } from '../../support/e2e/proving-caller.ts'
import { lastSeen, seenDuring } from '../../support/e2e/seen.ts'
import { useStack } from '../../support/e2e/use-stack.ts'
import { CONNECTION_MANAGER } from '../../support/parts/envoy.ts'
import type { StackOptions } from '../../support/parts/stack.ts'
import { createSelfSigned } from '../../support/parts/tls.ts'

const KEY_CLIENT = { clientId: 'with-key', clientSecret: 'with-key-secret' }
const CERTIFICATE_CLIENT = { clientId: 'with-certificate', clientSecret: 'with-certificate-secret' }

const registered = ({ clientId, clientSecret }: typeof KEY_CLIENT, more: object) => ({
  client_id: clientId,
  client_secret: clientSecret,
  token_endpoint_auth_method: 'client_secret_post' as const,
  grant_types: ['client_credentials'],
  redirect_uris: [],
  response_types: [],
  scope: 'orders:read orders:write',
  ...more,
})

const FILTER_CHAIN = ['static_resources', 'listeners', 0, 'filter_chains', 0]
const TLS = [...FILTER_CHAIN, 'transport_socket', 'typed_config']
const EXT_AUTHZ = [...CONNECTION_MANAGER, 'http_filters', 0, 'typed_config']

const certificates = { robot: createSelfSigned('robot', 30), thief: createSelfSigned('thief', 30) }

/** Every visible letter of ASCII as an escape, but `#`, `/` and the backslash. */
const ESCAPED = Array.from({ length: 94 }, (_, at) => `%${(0x21 + at).toString(16)}`)
  .filter((escaped) => !['%23', '%2f', '%5c'].includes(escaped))
  .join('')

/** Envoy asks for client certificates, and tells both Sallyport and the provider of them. */
const mutualStack = async (): Promise<StackOptions> => {
  const [robot, thief] = await Promise.all([certificates.robot, certificates.thief])
  return {
    resources: shop({ more: [provenRoute] }),
    oidcProvider: {
      bindsToCertificates: true,
      extraClients: [
        registered(KEY_CLIENT, { dpop_bound_access_tokens: true }),
        registered(CERTIFICATE_CLIENT, { tls_client_certificate_bound_access_tokens: true }),
      ],
    },
    envoy: {
      change: (configuration) => {
        configuration.setIn([...TLS, 'common_tls_context', 'validation_context'], {
          trusted_ca: { inline_string: `${robot.cert}${thief.cert}` },
        })
        configuration.setIn([...EXT_AUTHZ, 'include_peer_certificate'], true)
        const told = [...CONNECTION_MANAGER, 'forward_client_cert_details']
        configuration.setIn(told, 'SANITIZE_SET')
        const what = [...CONNECTION_MANAGER, 'set_current_client_cert_details']
        configuration.setIn(what, { cert: true })
      },
    },
  }
}

describe('oidc-provider that binds tokens, and a listener that asks for certificates', () => {
  const stack = useStack(mutualStack)
  const url = (path: string): string => stack().url(PROVEN, path)

  const withCertificate = async (name: keyof typeof certificates) =>
    createProvingCaller(stack(), CERTIFICATE_CLIENT, { certificate: await certificates[name] })

  const withKey = async (options: ProvingCallerOptions = {}) => {
    const caller = await createProvingCaller(stack(), KEY_CLIENT, {
      algorithm: 'ES256',
      ...options,
    })
    return { caller, token: await caller.fetchToken() }
  }

  it('a token that is bound to a certificate gets through on a connection that has it', async () => {
    const robot = await withCertificate('robot')
    const token = await robot.fetchToken()
    expect(readToken(token).claims.cnf).toHaveProperty('x5t#S256')
    for (const path of ['/mutual/1', '/any/1']) {
      expect(outcomeOf(await robot.ask(url(path), token))).toEqual([200, null])
      expect(lastSeen(stack(), path).headers.authorization).toBe(`Bearer ${token}`)
    }
    expect(outcomeOf(await robot.ask(url('/orders'), token))).toEqual([401, 'token_unbound'])
  })

  it('R23: the token that was stolen is refused with another certificate, and with none', async () => {
    const token = await (await withCertificate('robot')).fetchToken()
    const thief = await withCertificate('thief')
    const nobody = await createProvingCaller(stack(), CERTIFICATE_CLIENT)
    const seen = await seenDuring(stack(), async () => {
      for (const path of ['/mutual/2', '/any/2']) {
        const another = await thief.ask(url(path), token)
        expect(outcomeOf(another)).toEqual([401, 'certificate_mismatch'])
        expect(another.headers.get('www-authenticate')).toMatch(/^Bearer .*error="invalid_token"/)
        expect(outcomeOf(await nobody.ask(url(path), token))).toEqual([401, 'certificate_missing'])
      }
    })
    expect(seen).toEqual([])
  })

  it.each(['ES256', 'Ed25519'])(
    'a token that is bound to a key by %s gets through',
    async (key) => {
      const { caller, token } = await withKey({ algorithm: key })
      expect(readToken(token).claims.cnf).toEqual({ jkt: caller.thumbprint })
      for (const path of [`/orders/${key}`, `/nonce/${key}`, `/any/${key}`]) {
        expect(outcomeOf(await caller.ask(url(path), token))).toEqual([200, null])
        const { headers } = lastSeen(stack(), path)
        expect(headers.authorization).toBe(`DPoP ${token}`)
        expect(headers).not.toHaveProperty('dpop')
      }
      expect(outcomeOf(await caller.ask(url('/mutual/key'), token))).toEqual([401, 'token_unbound'])
    },
  )

  it('R23: a certificate is no proof of a key, whoever shows it', async () => {
    const { token } = await withKey()
    const robot = await withCertificate('robot')
    for (const path of ['/orders/3', '/any/3']) {
      expect(outcomeOf(await robot.ask(url(path), token))).toEqual([401, 'token_scheme_invalid'])
    }
  })

  it.each([
    '/orders?',
    '/orders?a=b&c=/../d#e',
    '/%7Ealice/%41/%c3%a4/a%2Fb/a%3bb',
    '/käse/🧀',
    '/a/./b/../c/%2e%2e/d',
    `/${ESCAPED}`,
    '/{a}/[b]/|^"<>`\'/!$&()*+,;=:@',
  ])('what the library makes of %s is what Envoy hands on', async (path) => {
    const { caller, token } = await withKey()
    expect(outcomeOf(await caller.ask(url(path), token))).toEqual([200, null])
  })

  /** A request as somebody else writes it, with a proof for a URI as they write that. */
  const asWritten = async (uri: string, host: string, target: string): Promise<string> => {
    const { caller, token } = await withKey()
    const proof = await caller.prove(url('/'), token, { claims: { htu: uri } })
    const answer = await sendPlain(stack(), {
      host,
      target,
      lines: [
        ['Authorization', `DPoP ${token}`],
        ['DPoP', proof],
      ],
    })
    return answer.header('x-sallyport-reason') ?? `${answer.status}`
  }

  it.each([
    ['https://other.localhost/a', 'other.localhost', '/a'],
    ['https://other.localhost:443/a', 'other.localhost', '/a'],
    ['https://other.localhost/a', 'other.localhost:443', '/a'],
    ['https://other.localhost:8443/a', 'other.localhost:8443', '/a'],
    ['HTTPS://Other.LocalHost/a', 'OTHER.localhost', '/a'],
    ['https://other.localhost./a', 'other.localhost.', '/a'],
    ['https://other.localhost', 'other.localhost', '/'],
    ['https://other.localhost/a?', 'other.localhost', '/a?'],
    ['https://other.localhost/a|b^c', 'other.localhost', '/a|b^c'],
    ['https://other.localhost/a/../b', 'other.localhost', '/a/../b'],
    ['https://other.localhost/%61%7E', 'other.localhost', '/%61%7E'],
    ['https://other.localhost/a/b', 'other.localhost', 'https://other.localhost/a/b'],
  ])('a proof for %s counts with Host %s and the target %s', async (uri, host, target) => {
    expect(await asWritten(uri, host, target)).toBe('200')
  })

  it.each([
    ['https://other.localhost/a', 'other.localhost:8443', '/a'],
    ['https://other.localhost:8443/a', 'other.localhost', '/a'],
    ['https://other.localhost/a', 'other.localhost', '/a/'],
    ['https://other.localhost/a%2Fb', 'other.localhost', '/a/b'],
    ['https://other.localhost/a/b', 'other.localhost', '/a%2Fb'],
    ['https://other.localhost/a', 'other.localhost', '/A'],
  ])('R23: a proof for %s does not count with Host %s and the target %s', async (...row) => {
    expect(await asWritten(...row)).toBe('proof_invalid')
  })
})
