import { describe, expect, it } from 'vitest'
import { createRateLimit } from '../../../../src/core/time/rate-limit.ts'
import {
  aServerPolicy,
  aServerWorld,
  authorizePath,
  LISTED,
  LOOPBACK,
} from '../../../support/authorization-server.ts'
import { seededRandom } from '../../../support/seeded-random.ts'
import { headerOf } from '../../../support/verdicts.ts'

describe('a registration', () => {
  it('is told what was registered: a public client, whatever it asked to be', async () => {
    const answer = await aServerWorld().register({
      redirect_uris: [LOOPBACK, LISTED],
      client_name: 'Desk',
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: ['authorization_code', 'refresh_token', 'password'],
      scope: 'mcp',
    })
    expect(answer).toMatchObject({ reason: 'client_registered', status: 201, content: 'json' })
    expect(answer.members).toMatchObject({
      redirect_uris: [LOOPBACK, LISTED],
      client_name: 'Desk',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      scope: 'mcp',
    })
    expect(headerOf(answer, 'cache-control')).toBe('no-store')
  })

  it('may be read by pages of any origin, which ask before', async () => {
    const world = aServerWorld()
    const origin = 'https://inspector.example'
    const answer = await world.register(undefined, { headers: { origin } })
    expect(headerOf(answer, 'access-control-allow-origin')).toBe('*')
    const preflight = await world.ask('/oauth2/register', {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    })
    expect(preflight).toMatchObject({ reason: 'cors_preflight', status: 204 })
  })

  it.each([
    ['no redirect URI', {}, 'redirect_uris has to be a list'],
    ['one of another host', { redirect_uris: ['https://evil.example/'] }, 'is not allowed here'],
    ['plain http', { redirect_uris: ['http://app.example.com/'] }, 'plain http'],
    ['a script', { redirect_uris: ['javascript:alert(1)'] }, 'scheme javascript'],
    ['a fragment', { redirect_uris: [`${LOOPBACK}#x`] }, 'fragment'],
    ['a line break', { redirect_uris: [`${LOOPBACK}\r\nx`] }, 'no absolute URI'],
    ['a user', { redirect_uris: ['https://a@app.example.com/callback'] }, 'without a user'],
    ['a number', { redirect_uris: [7] }, 'redirect_uris[0] is no text'],
    ['too many', { redirect_uris: Array(11).fill(LOOPBACK) }, 'may have 10'],
  ])('with %s is refused, in words', async (_, document, words) => {
    const answer = await aServerWorld().register(document)
    expect(answer).toMatchObject({
      reason: 'client_registration_refused',
      status: 400,
      members: { error: 'invalid_redirect_uri' },
    })
    expect(answer.members?.error_description).toContain(words)
    expect(answer.members?.error_description).toMatch(/^[ !#-[\]-~]+$/)
  })

  it.each([
    ['another grant alone', { grant_types: ['password'] }, 'grant_types'],
    ['another response type', { response_types: ['token'] }, 'response_types'],
    ['a name that is none', { client_name: {} }, 'client_name'],
  ])('with %s is refused, in words', async (_, more, words) => {
    const answer = await aServerWorld().register({ redirect_uris: [LOOPBACK], ...more })
    expect(answer.members?.error).toBe('invalid_client_metadata')
    expect(answer.members?.error_description).toContain(words)
  })

  it('is told everything that is wrong at once', async () => {
    const document = { redirect_uris: ['data:x', 'https://evil.example/'], client_name: 1 }
    const { members } = await aServerWorld().register(document)
    expect(members?.error_description).toMatch(
      /redirect_uris\[0\].*redirect_uris\[1\].*client_name/,
    )
  })

  it('that would make an endless client id is refused', async () => {
    const redirect_uris = Array.from(
      { length: 9 },
      (_, at) => `${LOOPBACK}/${'a'.repeat(400)}${at}`,
    )
    const { members } = await aServerWorld().register({ redirect_uris })
    expect(members?.error_description).toContain('longer than 1536 characters together')
  })

  it('names the setting of the gateway where no body came, or a part of one', async () => {
    const world = aServerWorld()
    const none = await world.ask('/oauth2/register', { method: 'POST' })
    expect(none.members?.error_description).toMatch(/with_request_body.*\/oauth2\/register/)
    const part = await world.register({}, { headers: { 'x-envoy-auth-partial-body': 'true' } })
    expect(part.members?.error_description).toContain('max_request_bytes')
    const long = await world.register({}, { headers: { 'content-length': '40000' } })
    expect(long.members?.error_description).toContain('longer than 32768 bytes')
  })

  it('may be in any letters, counted as the gateway counts them', async () => {
    const body = JSON.stringify({ redirect_uris: [LOOPBACK], client_name: 'Bücher 📚' })
    const headers = { 'content-length': String(Buffer.byteLength(body)) }
    const { members } = await aServerWorld().register(undefined, { body, headers })
    expect(members?.client_name).toBe('Bücher 📚')
  })

  it('keeps nothing that turns the text of a page around', async () => {
    const client_name = 'safe\u202Eevil\u0000\u200B\n name'
    const { members } = await aServerWorld().register({ redirect_uris: [LOOPBACK], client_name })
    expect(members?.client_name).toBe('safe evil name')
  })

  it.each(['\u2800', '\u3164', '\u115f \uffa0', '***', `${'\u2800'.repeat(100)}Desk`])(
    'a name of which nothing is seen is none: %j',
    async (client_name) => {
      const { members } = await aServerWorld().register({ redirect_uris: [LOOPBACK], client_name })
      expect(members).not.toHaveProperty('client_name')
    },
  )

  it('is limited by network, and the limit says for how long', async () => {
    const world = aServerWorld()
    world.ports.registrationWait = 7
    const answer = await world.register(undefined, { address: '2001:db8::1' })
    expect(answer).toMatchObject({ reason: 'client_registration_limited', status: 429 })
    expect(headerOf(answer, 'retry-after')).toBe('7')
    await world.register(undefined, { address: '2001:db8::2' })
    const [first, second] = world.ports.calls.register
    expect(first).toBe(second)
    expect(first).toContain('shop.example.com')
  })

  it('is not counted where nothing would be registered', async () => {
    const world = aServerWorld()
    world.ports.registrationWait = 7
    const none = await world.ask('/oauth2/register', { method: 'POST' })
    expect(none.reason).toBe('client_registration_refused')
    const bad = await world.register({ redirect_uris: ['https://evil.example/'] })
    expect(bad.reason).toBe('client_registration_refused')
    expect((await world.register([])).reason).toBe('client_registration_refused')
    expect(world.ports.calls.register).toEqual([])
  })

  it('at one host from a thousand networks at once leaves room at another', async () => {
    const registrationRate = createRateLimit({ nowMs: () => 0 })
    const world = aServerWorld(aServerPolicy(), { registrationRate })
    for (let at = 0; at < 1_000; at += 1) {
      const { status } = await world.register(undefined, { address: `2001:db8:0:${at}::1` })
      expect(status).toBe(201)
    }
    expect((await world.register(undefined, { address: '192.0.2.1' })).status).toBe(201)
  })

  it('keeps nothing here, however many there are, and each is another client', async () => {
    const world = aServerWorld(aServerPolicy(), { random: seededRandom('many') })
    const ids = new Set<string>()
    for (let at = 0; at < 1_000; at += 1) ids.add(await world.registered())
    expect(ids.size).toBe(1_000)
    expect(world.ports.calls.storeWrites).toBe(0)
  })

  it('is had by one network a few times, of ten thousand tries at once', async () => {
    const registrationRate = createRateLimit({ nowMs: () => 0 })
    const world = aServerWorld(aServerPolicy(), { registrationRate })
    const answers = new Map<number, number>()
    for (let at = 0; at < 10_000; at += 1) {
      const { status } = await world.register(undefined, { address: '192.0.2.1' })
      answers.set(status, (answers.get(status) ?? 0) + 1)
    }
    expect([...answers]).toEqual([
      [201, 10],
      [429, 9_990],
    ])
  })

  it('is of no use at another host', async () => {
    const world = aServerWorld()
    const id = await world.registered()
    const there = await world.ask(authorizePath(id), { authority: 'other.example.com' })
    expect(there.reason).toBe('authorization_client_unknown')
  })
})
