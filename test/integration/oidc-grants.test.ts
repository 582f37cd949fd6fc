import { describe, expect, it, vi } from 'vitest'
import type { Claims } from '../../src/core/identity/identity.ts'
import type {
  Credential,
  GrantFacts,
  GrantOutcome,
  GrantTerms,
} from '../../src/core/provider/token-grants.ts'
import { Fault } from '../../src/core/reason/fault.ts'
import type { Client } from '../../src/core/registration/client.ts'
import { createTokenGrants } from '../../src/oidc/grant/token-grants.ts'
import { aClient } from '../support/builders.ts'
import { unlimited } from '../support/check-ports.ts'
import { handSetClock } from '../support/hand-set-clock.ts'
import { hang, json, redirectTo, text, truncate } from '../support/hostile-provider.ts'
import { aHostileProvider, localProviders } from '../support/local-providers.ts'
import { seededRandom } from '../support/seeded-random.ts'

const HERE = '192.0.2.1'
const TERMS: GrantTerms = { scopes: ['orders:read'], keptMs: 60_000 }
const SECRET = 'a secret:that/needs+encoding'
const ALICE_PASSWORD = 'correct horse'

const aWorld = async (changes: Partial<Client> = {}) => {
  const { hostile, provider } = await aHostileProvider()
  const clock = handSetClock()
  const facts: GrantFacts[] = []
  const grants = createTokenGrants({
    providers: localProviders(clock),
    clock,
    random: seededRandom('grants'),
    newBudget: () => unlimited,
    behind: () => undefined,
    observe: (one) => facts.push(one),
    cacheMaxEntries: 100,
  })
  const client = aClient({ provider, ...changes })
  const seconds = (): number => Math.floor(clock.nowMs() / 1_000)
  const token = (claims: Claims = {}): string =>
    hostile.signer.sign({ iss: provider.issuer, sub: 'robot', exp: seconds() + 300, ...claims })
  const robot = (clientSecret = SECRET): Credential => ({
    kind: 'client_credentials',
    provider,
    clientId: 'robot:1',
    clientSecret,
  })
  const alice = (password = ALICE_PASSWORD): Credential => ({
    kind: 'password',
    client,
    username: 'alice',
    password,
  })
  const kept: Credential = { kind: 'refresh_token', client, refreshToken: 'refresh-1' }
  const grant = (access: string): void =>
    hostile.setTokens({ access_token: access, token_type: 'Bearer', expires_in: 300 })
  const refuse = (error: string, status = 400, description = 'why'): void =>
    hostile.answer('token', json({ error, error_description: description }, status))
  const obtain = async (
    credential: Credential,
    { address = HERE, terms = TERMS }: { address?: string; terms?: GrantTerms } = {},
  ): Promise<GrantOutcome> => grants.obtain(credential, terms, address, unlimited)
  const faultOf = async (credential: Credential): Promise<Fault> => {
    const thrown = await obtain(credential).catch((error: unknown) => error)
    if (thrown instanceof Fault) return thrown
    throw new Error(`There is no fault, but ${JSON.stringify(thrown)}.`)
  }
  grant(token())
  const askings = (): number => hostile.requestCount('token')
  return {
    ...{ hostile, provider, client, clock, facts, grants, token, grant, refuse },
    ...{ robot, alice, kept, obtain, faultOf, askings },
  }
}

describe('what is sent', () => {
  it('of a client: its id and secret by the form encoding of RFC 6749, and the scopes', async () => {
    const { hostile, obtain, robot, token, grant } = await aWorld()
    const access = token()
    grant(access)
    expect(await obtain(robot())).toEqual({ kind: 'token', accessToken: access })
    const [sent] = hostile.tokenRequests
    expect(Object.fromEntries(sent?.form ?? [])).toEqual({
      grant_type: 'client_credentials',
      scope: 'orders:read',
    })
    const [, basic = ''] = sent?.authorization?.split(' ') ?? []
    expect(Buffer.from(basic, 'base64').toString()).toBe(
      'robot%3A1:a%20secret%3Athat%2Fneeds%2Bencoding',
    )
  })

  it('of a client: in the form where the metadata list that way alone', async () => {
    const { hostile, provider, obtain, robot } = await aWorld()
    hostile.setMetadata({
      issuer: provider.issuer,
      authorization_endpoint: `${provider.issuer}/authorize`,
      token_endpoint: `${provider.issuer}/token`,
      jwks_uri: `${provider.issuer}/jwks`,
      token_endpoint_auth_methods_supported: ['private_key_jwt', 'client_secret_post'],
    })
    await obtain(robot())
    const [sent] = hostile.tokenRequests
    expect(sent?.authorization).toBeUndefined()
    expect(sent?.form.get('client_id')).toBe('robot:1')
    expect(sent?.form.get('client_secret')).toBe(SECRET)
  })

  it('of a person: name and password, as our client', async () => {
    const { hostile, client, obtain, alice } = await aWorld()
    await obtain(alice())
    const [sent] = hostile.tokenRequests
    expect(Object.fromEntries(sent?.form ?? [])).toEqual({
      grant_type: 'password',
      username: 'alice',
      password: ALICE_PASSWORD,
      scope: 'orders:read',
    })
    const [, basic = ''] = sent?.authorization?.split(' ') ?? []
    expect(Buffer.from(basic, 'base64').toString()).toContain(`${client.clientId}:`)
  })

  it('of a refresh token: it, as our client, with its resources', async () => {
    const { hostile, obtain, kept } = await aWorld({ resources: ['https://api.example.com'] })
    await obtain(kept)
    expect(Object.fromEntries(hostile.tokenRequests[0]?.form ?? [])).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'refresh-1',
      resource: 'https://api.example.com',
    })
  })
})

describe('what is remembered', () => {
  it('a token, at once and as the same object, until the terms say otherwise', async () => {
    const { grants, obtain, robot, clock, askings } = await aWorld()
    const first = await obtain(robot())
    clock.advance(59_000)
    expect(grants.obtain(robot(), TERMS, HERE, unlimited)).toBe(first)
    clock.advance(1_000)
    await obtain(robot())
    expect(askings()).toBe(2)
  })

  it('none beyond its end, by what it says or by `expires_in`, whichever comes first', async () => {
    const { hostile, obtain, robot, clock, token, askings } = await aWorld()
    const exp = Math.floor(clock.nowMs() / 1_000) + 30
    for (const [answer, credential] of [
      [{ access_token: token({ exp }), expires_in: 300 }, robot('one')],
      [{ access_token: 'opaque', expires_in: 30 }, robot('two')],
    ] as const) {
      const before = askings()
      hostile.setTokens({ ...answer, token_type: 'Bearer' })
      await obtain(credential)
      await obtain(credential)
      expect(askings()).toBe(before + 1)
    }
    clock.advance(25_000)
    await obtain(robot('one'))
    await obtain(robot('two'))
    expect(askings()).toBe(4)
  })

  it('nothing at all where the terms say `0s`', async () => {
    const { obtain, robot, askings } = await aWorld()
    const terms = { ...TERMS, keptMs: 0 }
    await obtain(robot(), { terms })
    await obtain(robot(), { terms })
    expect(askings()).toBe(2)
  })

  it('not the token of another secret, scope or kind of credential', async () => {
    const { obtain, robot, alice, askings } = await aWorld()
    await obtain(robot())
    await obtain(robot('another'))
    await obtain(robot(), { terms: { ...TERMS, scopes: ['orders:read', 'x'] } })
    await obtain(alice())
    expect(askings()).toBe(4)
  })

  it('a refusal, for five seconds, and never as anything else', async () => {
    const { obtain, robot, refuse, hostile, clock, askings } = await aWorld()
    refuse('invalid_client', 401)
    expect((await obtain(robot())).kind).toBe('refused')
    hostile.answer('token', undefined)
    expect((await obtain(robot())).kind).toBe('refused')
    expect(askings()).toBe(1)
    clock.advance(5_000)
    expect((await obtain(robot())).kind).toBe('token')
  })

  it('one asking at a time for one credential, and one for each of two', async () => {
    const { obtain, robot, alice, askings } = await aWorld()
    const many = Array.from({ length: 20 }, (_, at) => obtain(at % 2 === 0 ? robot() : alice()))
    expect(new Set((await Promise.all(many)).map(({ kind }) => kind))).toEqual(new Set(['token']))
    expect(askings()).toBe(2)
  })

  it('a token that was of no use for a few seconds alone', async () => {
    const { grants, obtain, kept, clock, askings } = await aWorld()
    await obtain(kept)
    grants.distrust(kept, TERMS)
    clock.advance(4_000)
    await obtain(kept)
    expect(askings()).toBe(1)
    clock.advance(1_000)
    await obtain(kept)
    expect(askings()).toBe(2)
  })

  it('what came of an asking that its caller gave up', async () => {
    const { hostile, grants, kept, token, askings } = await aWorld()
    let finish: (() => void) | undefined
    hostile.answer('token', (response) => {
      finish = () => json({ access_token: token(), token_type: 'Bearer' })(response)
    })
    const caller = new AbortController()
    const given = grants.obtain(kept, TERMS, HERE, { signal: caller.signal })
    await vi.waitFor(() => expect(finish).toBeDefined())
    caller.abort()
    await expect(given).rejects.toMatchObject({ code: 'provider_unreachable' })
    const next = grants.obtain(kept, TERMS, HERE, unlimited)
    finish?.()
    expect((await next).kind).toBe('token')
    expect(askings()).toBe(1)
  })
})

describe('what a provider says of a caller', () => {
  it.each([
    ['invalid_client', 401],
    ['unauthorized_client', 401],
    ['unauthorized_client', 400],
    ['invalid_grant', 400],
    ['access_denied', 403],
  ])('a client: %s with %i is a refusal', async (error, status) => {
    const { obtain, robot, refuse, facts, provider } = await aWorld()
    refuse(error, status, 'Invalid client or Invalid client credentials')
    expect(await obtain(robot())).toEqual({
      kind: 'refused',
      detail: `${provider.name}: ${error}: Invalid client or Invalid client credentials.`,
    })
    expect(facts).toEqual([{ kind: 'client_credentials', outcome: 'refused' }])
  })

  it.each(['invalid_grant', 'access_denied', 'mfa_required'])(
    'a person: %s is a refusal',
    async (error) => {
      const { obtain, alice, refuse } = await aWorld()
      refuse(error)
      expect((await obtain(alice())).kind).toBe('refused')
    },
  )

  it.each(['invalid_client', 'unauthorized_client'])(
    'our client: %s is a fault that says what to mend, and no failure of the caller',
    async (error) => {
      const { alice, kept, refuse, faultOf, facts } = await aWorld()
      refuse(error, 401)
      for (const credential of [alice(), kept]) {
        const fault = await faultOf(credential)
        expect(fault.code).toBe('provider_misconfigured')
        expect(fault.message).toMatch(/: check|allow this client the grant type/)
      }
      expect(facts.map(({ outcome }) => outcome)).toEqual(['failed', 'failed'])
    },
  )

  it('what is wrong with what is asked for is ours to mend', async () => {
    const { robot, refuse, faultOf } = await aWorld()
    refuse('invalid_scope')
    expect(await faultOf(robot())).toMatchObject({
      code: 'provider_misconfigured',
      message: expect.stringContaining('check `scopes`'),
    })
  })

  it('what it echoes of a secret is not told', async () => {
    const { obtain, robot, alice, refuse } = await aWorld()
    refuse('invalid_grant', 400, `${SECRET} and ${ALICE_PASSWORD} and alice are wrong`)
    for (const credential of [robot(), alice()]) {
      const outcome = await obtain(credential)
      const detail = outcome.kind === 'refused' ? outcome.detail : ''
      const held = credential.kind === 'password' ? ALICE_PASSWORD : SECRET
      expect(detail).toContain('invalid_grant')
      expect(detail).not.toContain(held)
    }
  })
})

describe('what is no answer about a credential', () => {
  it.each([
    ['a page of HTML', text('<!doctype html>', 200, 'text/html'), 'provider_misconfigured'],
    ['a page of HTML as a refusal', text('<html>', 403, 'text/html'), 'provider_misconfigured'],
    ['no token', json({ token_type: 'Bearer' }), 'provider_misconfigured'],
    ['a token that is no text', json({ access_token: 7 }), 'provider_misconfigured'],
    [
      'a token of another type',
      json({ access_token: 'a', token_type: 'DPoP' }),
      'provider_misconfigured',
    ],
    ['a redirect', redirectTo('https://evil.example/token'), 'provider_misconfigured'],
    ['an answer that breaks off', truncate, 'provider_unreachable'],
    ['a failure', text('', 503), 'provider_unreachable'],
    ['being unwell', json({ error: 'temporarily_unavailable' }, 400), 'provider_unreachable'],
    ['being asked too often', text('', 429), 'provider_unreachable'],
  ] as const)('%s is a fault, and nothing is remembered', async (_, answer, code) => {
    const { hostile, obtain, robot, faultOf } = await aWorld()
    hostile.answer('token', answer)
    expect((await faultOf(robot())).code).toBe(code)
    hostile.answer('token', undefined)
    expect((await obtain(robot())).kind).toBe('token')
  })

  it('silence is a fault at the end of the budget, and counts as no failure', async () => {
    const { hostile, grants, robot, askings } = await aWorld()
    hostile.answer('token', hang)
    const caller = new AbortController()
    const given = grants.obtain(robot(), TERMS, HERE, { signal: caller.signal })
    await vi.waitFor(() => expect(askings()).toBe(1))
    caller.abort()
    await expect(given).rejects.toMatchObject({ code: 'provider_unreachable' })
  })
})

describe('who guesses', () => {
  it('is limited to ten in a minute, without the provider being asked; the known pass', async () => {
    const { hostile, obtain, robot, refuse, clock, askings, facts } = await aWorld()
    await obtain(robot())
    refuse('invalid_client', 401)
    for (let at = 0; at < 10; at += 1) await obtain(robot(`guess ${at}`))
    expect(askings()).toBe(11)
    expect(await obtain(robot('guess 11'))).toEqual({ kind: 'limited', retryAfterSeconds: 60 })
    expect(await obtain(robot())).toMatchObject({ kind: 'token' })
    expect(askings()).toBe(11)
    expect(facts.at(-1)).toEqual({ kind: 'client_credentials', outcome: 'limited' })
    expect((await obtain(robot('another place'), { address: '192.0.2.2' })).kind).toBe('refused')
    clock.advance(60_000)
    hostile.answer('token', undefined)
    expect((await obtain(robot('guess 11'))).kind).toBe('token')
  })

  it('gains nothing by guessing all at once', async () => {
    const { obtain, robot, refuse, askings } = await aWorld()
    refuse('invalid_client', 401)
    const all = Array.from({ length: 40 }, (_, at) => obtain(robot(`guess ${at}`)))
    const kinds = (await Promise.all(all)).map(({ kind }) => kind)
    expect(kinds.filter((kind) => kind === 'refused')).toHaveLength(10)
    expect(askings()).toBe(10)
  })

  it('is not who shows one wrong secret again and again', async () => {
    const { obtain, robot, refuse, askings } = await aWorld()
    refuse('invalid_client', 401)
    const all = Array.from({ length: 40 }, () => obtain(robot('old')))
    expect(new Set((await Promise.all(all)).map(({ kind }) => kind))).toEqual(new Set(['refused']))
    expect(askings()).toBe(1)
    expect((await obtain(robot('new'))).kind).toBe('refused')
  })

  it('is not who meets a provider that fails', async () => {
    const { hostile, obtain, robot } = await aWorld()
    hostile.answer('token', text('', 500))
    for (let at = 0; at < 12; at += 1) {
      await expect(obtain(robot(`secret ${at}`))).rejects.toThrow()
    }
    hostile.answer('token', undefined)
    expect((await obtain(robot())).kind).toBe('token')
  })
})
