import { describe, expect, it } from 'vitest'
import type {
  Asking,
  Client,
  ClientAuthentication,
} from '../../../../src/core/registration/client.ts'
import type { Provider } from '../../../../src/core/registration/provider.ts'
import { createRelyingParty } from '../../../../src/oidc/client/relying-party.ts'
import { aClient, someTokens } from '../../../support/builders.ts'
import { unlimited } from '../../../support/check-ports.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'
import {
  type HostileAnswer,
  hang,
  json,
  redirectTo,
  text,
  truncate,
} from '../../../support/hostile-provider.ts'
import { aHostileProvider, localProviders } from '../../../support/local-providers.ts'
import { aLogin } from '../../../support/logins.ts'
import { createTokenSigner } from '../../../support/token-signer.ts'

/** A client at a provider with an endpoint to push to. */
const aWorld = async (
  asking: Partial<Asking> = { pushed: 'Always' },
  changes: { readonly client?: Partial<Client>; readonly provider?: Partial<Provider> } = {},
) => {
  const { hostile, provider } = await aHostileProvider(changes.provider)
  const endpoint = { pushed_authorization_request_endpoint: `${hostile.issuer}/par` }
  hostile.setMetadata(endpoint)
  const clock = handSetClock()
  const relyingParty = createRelyingParty({ providers: localProviders(clock), clock })
  const plain = aClient({ provider, ...changes.client })
  const client: Client = { ...plain, asking: { ...plain.asking, ...asking } }
  const begin = async (forwarded: Readonly<Record<string, string>> = {}, budget = unlimited) =>
    new URL(await relyingParty.authorizationUrl(client, aLogin(), forwarded, budget))
  return { hostile, endpoint, client, relyingParty, begin }
}

const SECRET: ClientAuthentication = { method: 'client_secret_basic', secret: 'correct horse' }

describe('a login that is pushed', () => {
  it('R16: says everything to the provider, and to the browser a reference', async () => {
    const resources = ['https://api.example.com', 'https://other.example.com']
    const { hostile, begin } = await aWorld({ pushed: 'Always' }, { client: { resources } })
    const url = await begin({ login_hint: 'alice' })
    expect(url.origin + url.pathname).toBe(`${hostile.issuer}/authorize`)
    expect([...url.searchParams]).toEqual([
      ['client_id', 'shop'],
      ['request_uri', 'urn:ietf:params:oauth:request_uri:1'],
    ])
    const [pushed] = hostile.pushedRequests
    expect([...(pushed?.form ?? [])]).toEqual([
      ['login_hint', 'alice'],
      ['response_type', 'code'],
      ['client_id', 'shop'],
      ['redirect_uri', 'https://shop.example.com/oauth2/callback'],
      ['scope', 'openid profile email'],
      ['state', 'state-1'],
      ['nonce', 'nonce-1'],
      ['code_challenge', expect.stringMatching(/^[A-Za-z0-9_-]{43}$/)],
      ['code_challenge_method', 'S256'],
      ...resources.map((resource) => ['resource', resource]),
    ])
    expect(hostile.requestCount('push')).toBe(1)
  })

  it('keeps what the authorization endpoint has in its query, and pushes none of it', async () => {
    const { hostile, endpoint, begin } = await aWorld()
    hostile.setMetadata({
      ...endpoint,
      authorization_endpoint: 'https://sso.example.com/authorize?tenant=7&request_uri=planted',
    })
    const url = await begin()
    expect(Object.fromEntries(url.searchParams)).toEqual({
      tenant: '7',
      client_id: 'shop',
      request_uri: 'urn:ietf:params:oauth:request_uri:1',
    })
    expect(url.searchParams.getAll('request_uri')).toHaveLength(1)
    expect(hostile.pushedRequests[0]?.form.has('tenant')).toBe(false)
  })

  const signer = createTokenSigner('key-9')
  it.each<[ClientAuthentication, object, string | undefined]>([
    [SECRET, {}, `Basic ${Buffer.from('shop:correct%20horse').toString('base64')}`],
    [{ method: 'client_secret_post', secret: 's-1' }, { client_secret: 's-1' }, undefined],
    [
      {
        method: 'private_key_jwt',
        assertionAudience: 'Issuer',
        privateKeyPem: signer.privatePem,
        algorithm: 'RS256',
      },
      { client_assertion: expect.stringMatching(/^e.*\..*\./) },
      undefined,
    ],
    [{ method: 'none' }, { client_id: 'shop' }, undefined],
  ])(
    'is one of the client, as at the token endpoint ($method)',
    async (authentication, has, header) => {
      const { hostile, begin } = await aWorld({ pushed: 'Always' }, { client: { authentication } })
      await begin()
      const [pushed] = hostile.pushedRequests
      expect(Object.fromEntries(pushed?.form ?? [])).toMatchObject(has)
      expect(pushed?.authorization).toBe(header)
    },
  )

  it.each([
    ['Auto', true, 1],
    ['Auto', false, 0],
    ['Always', false, 1],
    ['Never', false, 0],
  ] as const)('%s, where pushing is demanded: %s', async (pushed, demanded, count) => {
    const { hostile, endpoint, begin } = await aWorld({ pushed })
    hostile.setMetadata({ ...endpoint, require_pushed_authorization_requests: demanded })
    const url = await begin()
    expect(url.searchParams.has('request_uri')).toBe(count === 1)
    expect(hostile.requestCount('push')).toBe(count)
  })

  it('goes where the IdentityProvider says, if its metadata do not', async () => {
    const { hostile: other } = await aHostileProvider()
    const endpoints = { pushedAuthorizationRequest: `${other.issuer}/par` }
    const { hostile, begin } = await aWorld({ pushed: 'Always' }, { provider: { endpoints } })
    await begin()
    expect([hostile.requestCount('push'), other.requestCount('push')]).toEqual([0, 1])
  })

  it.each([
    [
      'Always',
      {},
      /^shop\/shop: `authorizationRequest.pushed` is Always, .* set `endpoints\.pushed/,
    ],
    [
      'Auto',
      { require_pushed_authorization_requests: true },
      /metadata .* require_pushed.*set `endp/,
    ],
    [
      'Never',
      { require_pushed_authorization_requests: true },
      /`authorizationRequest.pushed` is Never, .* set it to Auto\.$/,
    ],
  ] as const)(
    '%s, and nowhere to push to or no leave to: begins no login, and says why',
    async (pushed, metadata, message) => {
      const { hostile, begin } = await aWorld({ pushed })
      hostile.setMetadata(metadata)
      await expect(begin()).rejects.toMatchObject({
        code: 'provider_misconfigured',
        message: expect.stringMatching(message),
      })
      expect(hostile.requestCount('push')).toBe(0)
    },
  )
})

const refusal = (error: string, status = 400): HostileAnswer =>
  json({ error, error_description: 'No.' }, status)

describe('a provider that does not take what is pushed', () => {
  it.each<[string, HostileAnswer, string, RegExp]>([
    [
      'the client',
      refusal('invalid_client', 401),
      'misconfigured',
      /client: No\.; `authentication/,
    ],
    ['it, by a bare 401', text('', 401), 'misconfigured', /`authentication\.method`/],
    [
      'the redirect URI',
      refusal('invalid_redirect_uri'),
      'misconfigured',
      /register the redirect URI https:\/\/shop\.example\.com\/oauth2\/callback there/,
    ],
    [
      'the request',
      refusal('invalid_request'),
      'misconfigured',
      /compare the redirect URI https:.*`authorizationRequest`/,
    ],
    ['a scope', refusal('invalid_scope'), 'misconfigured', /`scopes` of the OIDCClient/],
    ['a resource', refusal('invalid_target'), 'misconfigured', /`resources` of the OIDCClient/],
    ['pushed requests', refusal('unauthorized_client'), 'misconfigured', /allow this client/],
    [
      'it with a word of its own',
      refusal('odd'),
      'misconfigured',
      /refused the login: odd: No\.\.$/,
    ],
    ['it with 200', refusal('invalid_scope', 200), 'misconfigured', /`scopes`/],
    ['it as an endpoint that is none', text('', 404), 'misconfigured', /404.*check `endpoints\./],
    ['it for now', refusal('temporarily_unavailable'), 'unreachable', /temporarily_unavailable/],
    ['it for the moment', text('', 429), 'unreachable', /status 429/],
    ['anything', text('', 500), 'unreachable', /status 500/],
    ['it by sending it on', redirectTo('https://evil.example.com/'), 'misconfigured', /redirect/],
    [
      'it with a page',
      text('<html>', 201, 'text/html'),
      'misconfigured',
      /page of HTML.*check `end/,
    ],
    ['it in silence', text('', 201), 'misconfigured', /an empty body/],
    ['it with a list', json([], 201), 'misconfigured', /no JSON object/],
    [
      'it without a request_uri',
      json({ expires_in: 60 }, 201),
      'misconfigured',
      /request_uri is abs/,
    ],
    [
      'it with a number',
      json({ request_uri: 7, expires_in: 60 }, 201),
      'misconfigured',
      /is absent/,
    ],
    [
      'it with nothing',
      json({ request_uri: '', expires_in: 60 }, 201),
      'misconfigured',
      /is absent/,
    ],
    [
      'it with a header in its hand',
      json({ request_uri: 'urn:x\r\nset-cookie: a=b', expires_in: 60 }, 201),
      'misconfigured',
      /no printable text/,
    ],
    [
      'it at great length',
      json({ request_uri: `urn:${'x'.repeat(2_048)}`, expires_in: 60 }, 201),
      'misconfigured',
      /at most 2048/,
    ],
    [
      'it but for what is over',
      json({ request_uri: 'urn:x', expires_in: 0 }, 201),
      'misconfigured',
      /has expired/,
    ],
  ])('refuses %s: no login begins, and it is said why', async (_, answer, code, message) => {
    const { hostile, begin } = await aWorld(
      { pushed: 'Always' },
      { client: { authentication: SECRET } },
    )
    hostile.answer('push', answer)
    await expect(begin()).rejects.toMatchObject({
      code: `provider_${code}`,
      message: expect.stringMatching(message),
    })
    expect(hostile.requestCount('push')).toBe(1)
  })

  it('R31: names nothing of the login that its words repeat', async () => {
    const { hostile, begin } = await aWorld(
      { pushed: 'Always' },
      { client: { authentication: SECRET } },
    )
    const repeated = 'state-1 nonce-1 alice@example.com correct horse'
    hostile.answer('push', json({ error: 'odd', error_description: repeated }, 400))
    const begun = begin({ login_hint: 'alice@example.com' })
    await expect(begun).rejects.toThrow(/odd: (?:\(not shown\) ){3}\(not shown\); it/)
  })

  it('takes what says less than it should, and means the same', async () => {
    const { hostile, begin } = await aWorld()
    for (const answer of [{ request_uri: 'urn:x' }, { request_uri: 'urn:x', expires_in: '60' }]) {
      hostile.answer('push', json(answer))
      expect((await begin()).searchParams.get('request_uri')).toBe('urn:x')
    }
  })

  it('is asked once more where it was perhaps not heard, and no more than that', async () => {
    const { hostile, begin } = await aWorld()
    hostile.answer('push', truncate)
    await expect(begin()).rejects.toMatchObject({ code: 'provider_unreachable' })
    expect(hostile.requestCount('push')).toBe(2)
    for (const status of [502, 503, 504]) {
      hostile.answer('push', text('', status))
      await expect(begin()).rejects.toMatchObject({ code: 'provider_unreachable' })
    }
    expect(hostile.requestCount('push')).toBe(5)
  })

  it.each([
    ['answers 503', text('', 503), 5],
    ['breaks off', truncate, 5],
  ])('R26: and %s holds back logins alone, however many begin', async (_, answer, heard) => {
    const { hostile, client, relyingParty, begin } = await aWorld()
    hostile.answer('push', answer)
    for (let count = 0; count < 8; count += 1) {
      await expect(begin()).rejects.toMatchObject({ code: 'provider_unreachable' })
    }
    await expect(begin()).rejects.toThrow(/is held back after failures/)
    expect(hostile.requestCount('push')).toBe(heard)
    hostile.setTokens({ access_token: 'access-2', token_type: 'Bearer', expires_in: 300 })
    const tokens = someTokens(Date.now(), { refreshToken: 'refresh-1' })
    expect(await relyingParty.refresh(client, tokens, unlimited)).toMatchObject({
      kind: 'tokens',
      tokens: { accessToken: 'access-2' },
    })
  })

  it('is said to refuse perhaps what the original request sent along, by its name alone', async () => {
    const { hostile, begin } = await aWorld(undefined, {
      client: { authorizationParameters: { prompt: 'login' } },
    })
    hostile.answer('push', refusal('invalid_request'))
    const begun = begin({ ui_locales: 'tlh', prompt: 'none', state: 'planted' })
    await expect(begun).rejects.toThrow(
      /`authorizationRequest` with .*; it may also be that what `forwardParameters` lets through .*\(here: ui_locales\)\.$/,
    )
    await expect(begin()).rejects.not.toThrow(/forwardParameters/)
    hostile.answer('push', refusal('invalid_client', 401))
    await expect(begin({ ui_locales: 'tlh' })).rejects.not.toThrow(/forwardParameters/)
  })

  it('R32: is waited for no longer than the check may take', async () => {
    const { hostile, begin } = await aWorld()
    hostile.answer('push', hang)
    const stopping = new AbortController()
    const begun = begin({}, { signal: stopping.signal })
    await expect.poll(() => hostile.requestCount('push')).toBe(1)
    stopping.abort()
    await expect(begun).rejects.toMatchObject({ code: 'provider_unreachable' })
    expect(hostile.requestCount('push')).toBe(1)
  })

  it('R26: takes no connection from those who have signed in', async () => {
    const { hostile, client, relyingParty, begin } = await aWorld()
    hostile.answer('push', hang)
    const stopping = new AbortController()
    const hanging = Array.from({ length: 32 }, () => begin({}, { signal: stopping.signal }))
    const settled = Promise.allSettled(hanging)
    await expect.poll(() => hostile.requestCount('push')).toBe(16)
    hostile.setTokens({ access_token: 'access-2', token_type: 'Bearer', expires_in: 300 })
    const tokens = someTokens(Date.now(), { refreshToken: 'refresh-1' })
    expect(await relyingParty.refresh(client, tokens, unlimited)).toMatchObject({ kind: 'tokens' })
    stopping.abort()
    await settled
  })

  it('R26: is left room for those who have signed in, however many begin', async () => {
    const { hostile, begin } = await aWorld()
    hostile.answer('push', hang)
    const stopping = new AbortController()
    const hanging = Array.from({ length: 32 }, () => begin({}, { signal: stopping.signal }))
    const settled = Promise.allSettled(hanging)
    await expect.poll(() => hostile.requestCount('push')).toBeGreaterThan(0)
    await expect(begin()).rejects.toMatchObject({
      code: 'provider_unreachable',
      message: 'shop/keycloak: 32 logins are being announced to it at this moment.',
    })
    stopping.abort()
    expect((await settled).every(({ status }) => status === 'rejected')).toBe(true)
    hostile.answer('push', undefined)
    expect((await begin()).searchParams.has('request_uri')).toBe(true)
  })
})
