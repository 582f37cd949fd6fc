import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Client } from '../../../../src/core/registration/client.ts'
import type { RelayedRequest } from '../../../../src/core/relay/code-relay.ts'
import { createCodeRelay } from '../../../../src/oidc/relay/code-relay.ts'
import { aClient } from '../../../support/builders.ts'
import { unlimited } from '../../../support/check-ports.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'
import { json } from '../../../support/hostile-provider.ts'
import { aHostileProvider, localProviders } from '../../../support/local-providers.ts'

const RESOURCE = 'https://shop.example.com/mcp'
const OTHERS = [
  'https://shop.example.com/mcp/admin',
  'https://shop.example.com/admin',
  'https://other.example.com/mcp',
]
const RETURN = 'https://shop.example.com/oauth2/return'
const VERIFIER = 'a-verifier-of-the-client-that-has-43-letters'
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url')

const REQUEST: RelayedRequest = {
  redirectUri: RETURN,
  state: 'state-1',
  codeChallenge: CHALLENGE,
  scopes: ['mcp'],
  resource: RESOURCE,
}

/** A client at a provider, and what relays to it. */
const aWorld = async (changes: Partial<Client> = {}) => {
  const { hostile, provider } = await aHostileProvider()
  hostile.setTokens({ access_token: 'access-1', token_type: 'Bearer' })
  const clock = handSetClock()
  const relay = createCodeRelay({ providers: localProviders(clock), clock })
  const client = aClient({ provider, scopes: ['profile'], ...changes })
  const code = { code: 'code-1', redirectUri: RETURN, codeChallenge: CHALLENGE, resource: RESOURCE }
  return {
    hostile,
    client,
    asked: async (request = REQUEST) =>
      new URL(await relay.authorizationUrl(client, request, unlimited)).searchParams,
    answered: (query: Readonly<Record<string, string>>) =>
      relay.checkAnswer(client, 'state-1', new URLSearchParams(query), unlimited),
    exchange: (codeVerifier = VERIFIER) =>
      relay.exchange(client, { ...code, codeVerifier }, unlimited),
    refresh: (scopes?: readonly string[]) => {
      const fewer = scopes === undefined ? {} : { scopes }
      const refresh = { refreshToken: 'refresh-1', use: 'family:0', resource: RESOURCE, ...fewer }
      return relay.refresh(client, refresh, unlimited)
    },
    /** The last form that the token endpoint was sent. */
    form: () => hostile.tokenRequests.at(-1)?.form ?? new URLSearchParams(),
  }
}

describe('an authorization request in the name of another', () => {
  it('asks for the scopes that were agreed to alone, and for no ID token', async () => {
    const { asked } = await aWorld()
    expect([...(await asked())]).toEqual([
      ['response_type', 'code'],
      ['client_id', 'shop'],
      ['redirect_uri', RETURN],
      ['scope', 'mcp'],
      ['state', 'state-1'],
      ['code_challenge', CHALLENGE],
      ['code_challenge_method', 'S256'],
    ])
  })

  it('names no scope where none was agreed to, and passes on a prompt', async () => {
    const { asked } = await aWorld()
    const query = await asked({ ...REQUEST, scopes: [], prompt: 'consent' })
    expect(query.has('scope')).toBe(false)
    expect(query.get('prompt')).toBe('consent')
  })

  it('says the same where requests are pushed', async () => {
    const plain = aClient()
    const { hostile, asked } = await aWorld({ asking: { ...plain.asking, pushed: 'Always' } })
    hostile.setMetadata({ pushed_authorization_request_endpoint: `${hostile.issuer}/par` })
    expect((await asked()).has('request_uri')).toBe(true)
    const form = hostile.pushedRequests[0]?.form
    expect(form?.get('scope')).toBe('mcp')
    expect(form?.has('nonce')).toBe(false)
  })
})

describe('the resources of a client', () => {
  it.each([
    ['what was agreed to, of several', [RESOURCE, ...OTHERS], [RESOURCE]],
    [
      'it with the slash that the provider knows it by',
      [`${RESOURCE}/`, ...OTHERS],
      [`${RESOURCE}/`],
    ],
    ['none where none is it', OTHERS, []],
  ])('are named in each request: %s', async (_, resources, sent) => {
    const { asked, exchange, refresh, form } = await aWorld({ resources })
    expect((await asked()).getAll('resource')).toEqual(sent)
    await exchange()
    expect(form().get('grant_type')).toBe('authorization_code')
    expect(form().getAll('resource')).toEqual(sent)
    await refresh()
    expect(form().get('grant_type')).toBe('refresh_token')
    expect(form().getAll('resource')).toEqual(sent)
  })
})

describe('an answer of a provider', () => {
  it('is a code that it says was of itself', async () => {
    const { hostile, answered } = await aWorld()
    const iss = hostile.issuer
    const answer = await answered({ code: 'code-1', state: 'state-1', iss })
    expect(answer).toEqual({ kind: 'code', code: 'code-1' })
  })

  it.each([
    ['of another issuer', { code: 'c', state: 'state-1', iss: 'https://evil.example' }],
    ['of no issuer, where it names itself', { code: 'c', state: 'state-1', iss: '' }],
    ['with code and error', { code: 'c', error: 'access_denied', state: 'state-1' }],
    ['with neither', { state: 'state-1' }],
    ['with an ID token', { code: 'c', id_token: 'e30.e30.', state: 'state-1' }],
    ['with an access token', { code: 'c', access_token: 'a', state: 'state-1' }],
    ['to another request', { code: 'c', state: 'state-2' }],
  ])('%s leads nowhere', async (_, query) => {
    const { hostile, answered } = await aWorld()
    const { iss = hostile.issuer, ...others }: Record<string, string> = query
    const answer = await answered(iss === '' ? others : { ...others, iss })
    expect(answer).toEqual({ kind: 'refused', detail: expect.any(String) })
    expect(hostile.requestCount('token')).toBe(0)
  })

  it('is an error that it names', async () => {
    const { hostile, answered } = await aWorld()
    const answer = { error: 'access_denied', state: 'state-1', iss: hostile.issuer }
    expect(await answered(answer)).toMatchObject({ kind: 'error', error: 'access_denied' })
  })
})

describe('a code', () => {
  it('is exchanged by our client, with the verifier of whoever asked', async () => {
    const { exchange, form } = await aWorld()
    expect(await exchange()).toEqual({ kind: 'tokens', accessToken: 'access-1' })
    expect(Object.fromEntries(form())).toMatchObject({
      code: 'code-1',
      redirect_uri: RETURN,
      code_verifier: VERIFIER,
    })
  })

  it.each([
    ['another', 'b'.repeat(44)],
    ['none', ''],
    ['one that is too short', 'short'],
    ['the challenge itself', CHALLENGE],
  ])('with the verifier %s is asked about nowhere', async (_, verifier) => {
    const { hostile, exchange } = await aWorld()
    expect(await exchange(verifier)).toMatchObject({ kind: 'refused', error: 'invalid_grant' })
    expect(hostile.requestCount('token')).toBe(0)
  })

  it('is good for no ID token, whatever comes with it', async () => {
    const { hostile, exchange } = await aWorld()
    const more = { id_token: 'no.token.', refresh_token: 'refresh-1', scope: 'mcp', expires_in: 60 }
    hostile.setTokens({ access_token: 'access-1', token_type: 'Bearer', ...more })
    expect(await exchange()).toEqual({
      kind: 'tokens',
      accessToken: 'access-1',
      expiresInSeconds: 60,
      refreshToken: 'refresh-1',
      scope: 'mcp',
    })
  })
})

describe('a refresh', () => {
  it('asks for fewer scopes where they are named', async () => {
    const { refresh, form } = await aWorld()
    await refresh(['mcp'])
    expect(form().get('scope')).toBe('mcp')
    await refresh()
    expect(form().has('scope')).toBe(false)
  })
})

describe('a token endpoint that refuses', () => {
  it.each([
    ['invalid_grant', 'invalid_grant'],
    ['access_denied', 'invalid_grant'],
    ['account_disabled', 'invalid_grant'],
    ['consent_required', 'invalid_grant'],
    ['interaction_required', 'invalid_grant'],
    ['login_required', 'invalid_grant'],
    ['mfa_required', 'invalid_grant'],
    ['invalid_scope', 'invalid_scope'],
  ] as const)('with %s is told as %s', async (error, told) => {
    const { hostile, exchange, refresh } = await aWorld()
    hostile.answer('token', json({ error }, 400))
    expect(await exchange()).toMatchObject({ kind: 'refused', error: told })
    expect(await refresh()).toMatchObject({ kind: 'refused', error: told })
  })

  it.each([
    ['invalid_client', 'provider_misconfigured'],
    ['unauthorized_client', 'provider_misconfigured'],
    ['unsupported_grant_type', 'provider_misconfigured'],
    ['invalid_target', 'provider_misconfigured'],
    ['invalid_request', 'provider_misconfigured'],
    ['made_up', 'provider_misconfigured'],
    ['temporarily_unavailable', 'provider_unreachable'],
    ['server_error', 'provider_unreachable'],
  ] as const)('with %s is %s, and nothing of the client', async (error, code) => {
    const { hostile, exchange, refresh } = await aWorld()
    hostile.answer('token', json({ error }, 400))
    await expect(exchange()).rejects.toMatchObject({ code })
    await expect(refresh()).rejects.toMatchObject({ code })
  })
})
