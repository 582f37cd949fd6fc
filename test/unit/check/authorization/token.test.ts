import { describe, expect, it } from 'vitest'
import { Fault } from '../../../../src/core/reason/fault.ts'
import { createSeal } from '../../../../src/sessions/sealing/seal.ts'
import {
  aServerPolicy,
  aServerWorld,
  forCode,
  ISSUER,
  LISTED,
  LOOPBACK,
  RESOURCE,
  type ServerWorld,
} from '../../../support/authorization-server.ts'
import { keysOf } from '../../../support/process-keys.ts'
import { seededRandom } from '../../../support/seeded-random.ts'
import { headerOf } from '../../../support/verdicts.ts'

const granted = async (world: ServerWorld) => {
  const id = await world.registered()
  const code = await world.codeFor(id)
  const { members } = await world.token(forCode(id, code))
  return { id, code, refresh: String(members?.refresh_token) }
}

const refreshing = (id: string, refresh: string, more = {}) => ({
  grant_type: 'refresh_token',
  client_id: id,
  refresh_token: refresh,
  ...more,
})

const refusedAs = (error: string) => ({ status: 400, content: 'json', members: { error } })

describe('a code', () => {
  it('is nothing to another client, at another redirect URI, or to the provider', async () => {
    const world = aServerWorld()
    const id = await world.registered()
    const code = await world.codeFor(id)
    const other = await world.registered()
    expect(await world.token(forCode(other, code))).toMatchObject(refusedAs('invalid_grant'))
    const elsewhere = { ...forCode(id, code), redirect_uri: LISTED }
    expect(await world.token(elsewhere)).toMatchObject(refusedAs('invalid_grant'))
    expect(await world.token(forCode(id, 'c'))).toMatchObject(refusedAs('invalid_grant'))
    expect(world.ports.calls.relayedCodes).toEqual([])
    expect((await world.token(forCode(id, code))).reason).toBe('client_tokens_granted')
  })

  it('is good once, even at a provider that takes it twice', async () => {
    const world = aServerWorld()
    const { id, code } = await granted(world)
    expect(await world.token(forCode(id, code))).toMatchObject(refusedAs('invalid_grant'))
  })

  it('is over after a few minutes', async () => {
    const world = aServerWorld()
    const id = await world.registered()
    const code = await world.codeFor(id)
    world.ports.nowMs += 5 * 60_000
    expect(await world.token(forCode(id, code))).toMatchObject(refusedAs('invalid_grant'))
  })

  it('that the provider could not be asked about may be shown again', async () => {
    const world = aServerWorld()
    const id = await world.registered()
    const code = await world.codeFor(id)
    const { relayedGrant } = world.ports
    world.ports.relayedGrant = new Fault('provider_unreachable', 'no')
    const away = await world.token(forCode(id, code))
    expect(away).toMatchObject({
      reason: 'provider_unreachable',
      status: 503,
      content: 'json',
      members: { error: 'temporarily_unavailable' },
    })
    expect(headerOf(away, 'retry-after')).toBe('5')
    world.ports.relayedGrant = relayedGrant
    expect((await world.token(forCode(id, code))).reason).toBe('client_tokens_granted')
  })

  const away = async (): Promise<never> => {
    throw new Fault('session_store_unavailable', 'Redis is away.')
  }

  it('is not spent where nobody can say whether it was used, and may be shown again', async () => {
    const world = aServerWorld()
    const id = await world.registered()
    const code = await world.codeFor(id)
    const replay = { ...world.ports.replay }
    Object.assign(world.ports.replay, { claim: away, isClaimed: away })
    const fields = forCode(id, code)
    const told = { status: 503, members: { error: 'temporarily_unavailable' } }
    expect(await world.token(fields)).toMatchObject(told)
    expect(world.ports.calls.relayedCodes).toEqual([])
    Object.assign(world.ports.replay, replay)
    expect(await world.token(fields)).toMatchObject({ reason: 'client_tokens_granted' })
  })

  it('that is spent and cannot be noted is over, and nobody is told to try again', async () => {
    const world = aServerWorld()
    const id = await world.registered()
    const code = await world.codeFor(id)
    Object.assign(world.ports.replay, { claim: away })
    const answer = await world.token(forCode(id, code))
    expect(answer).toMatchObject(refusedAs('invalid_grant'))
    expect(answer.detail).toContain('Redis is away.')
    expect(world.ports.calls.relayedCodes).toHaveLength(1)
  })

  it.each(['code', 'redirect_uri', 'code_verifier'])('needs %s', async (name) => {
    const world = aServerWorld()
    const id = await world.registered()
    const fields = Object.fromEntries(
      Object.entries(forCode(id, await world.codeFor(id))).filter(([one]) => one !== name),
    )
    expect(await world.token(fields)).toMatchObject(refusedAs('invalid_request'))
  })

  it('goes on although the document of the client says something else by now', async () => {
    const documentHosts = { any: true, hosts: new Set<string>(), below: [] }
    const world = aServerWorld(aServerPolicy({ documentHosts }))
    const clientId = 'https://client.example.org/oauth.json'
    world.ports.foundDocument = { kind: 'found', document: { clientId, redirectURIs: [LOOPBACK] } }
    const code = await world.codeFor(clientId)
    world.ports.foundDocument = { kind: 'found', document: { clientId, redirectURIs: [LISTED] } }
    const answer = await world.token(forCode(clientId, code))
    expect(answer.reason).toBe('client_tokens_granted')
    expect(world.ports.calls.document).toHaveLength(1)
    world.ports.policy = aServerPolicy()
    const unlisted = await world.token(refreshing(clientId, String(answer.members?.refresh_token)))
    expect(unlisted).toMatchObject({ status: 401, members: { error: 'invalid_client' } })
  })
})

describe('a refresh token', () => {
  it('is nothing to another client, and one of the provider is none', async () => {
    const world = aServerWorld()
    const { id, refresh } = await granted(world)
    const other = await world.registered()
    const raw = refreshing(id, 'provider-refresh')
    expect(await world.token(raw)).toMatchObject(refusedAs('invalid_grant'))
    expect(await world.token(refreshing(other, refresh))).toMatchObject(refusedAs('invalid_grant'))
    expect(world.ports.calls.relayedRefreshes).toEqual([])
  })

  it('is no code, and a code is no refresh token', async () => {
    const world = aServerWorld()
    const { id, refresh, code } = await granted(world)
    expect(await world.token(refreshing(id, code))).toMatchObject(refusedAs('invalid_grant'))
    expect(await world.token(forCode(id, refresh))).toMatchObject(refusedAs('invalid_grant'))
  })

  it('stays where the provider sends no other, and is handed on where it does', async () => {
    const world = aServerWorld()
    const { id, refresh } = await granted(world)
    world.ports.relayedGrant = { kind: 'tokens', accessToken: 'access-2' }
    const next = String((await world.token(refreshing(id, refresh))).members?.refresh_token)
    world.ports.relayedGrant = { kind: 'tokens', accessToken: 'a', refreshToken: 'provider-2' }
    const last = String((await world.token(refreshing(id, next))).members?.refresh_token)
    await world.token(refreshing(id, last))
    expect(world.ports.calls.relayedRefreshes.map(({ refreshToken }) => refreshToken)).toEqual([
      'provider-refresh',
      'provider-refresh',
      'provider-2',
    ])
  })

  it('may be used for fewer scopes, and for no more', async () => {
    const world = aServerWorld()
    const { id, refresh } = await granted(world)
    await world.token(refreshing(id, refresh, { scope: 'mcp' }))
    expect(world.ports.calls.relayedRefreshes).toMatchObject([{ scopes: ['mcp'] }])
    const more = await world.token(refreshing(id, refresh, { scope: 'mcp root' }))
    expect(more).toMatchObject(refusedAs('invalid_scope'))
  })

  it('may be used for exactly the scopes that were told', async () => {
    const world = aServerWorld()
    const tokens = { kind: 'tokens', accessToken: 'a', refreshToken: 'provider-refresh' } as const
    world.ports.relayedGrant = { ...tokens, scope: 'mcp profile' }
    const { id, refresh } = await granted(world)
    const all = await world.token(refreshing(id, refresh, { scope: 'mcp profile' }))
    expect(all).toMatchObject({
      reason: 'client_tokens_granted',
      members: { scope: 'mcp profile' },
    })
  })

  it('that is used for less is told so, and stays good for the rest', async () => {
    const world = aServerWorld()
    const tokens = { kind: 'tokens', accessToken: 'a', refreshToken: 'provider-refresh' } as const
    world.ports.relayedGrant = { ...tokens, scope: 'mcp profile' }
    const { id, refresh } = await granted(world)
    world.ports.relayedGrant = tokens
    const { members } = await world.token(refreshing(id, refresh, { scope: 'mcp' }))
    expect(members?.scope).toBe('mcp')
    const next = await world.token(refreshing(id, String(members?.refresh_token)))
    expect(next.members?.scope).toBe('mcp profile')
  })

  it('is over when nobody used it for a quarter of a year', async () => {
    const world = aServerWorld()
    const { id, refresh } = await granted(world)
    world.ports.nowMs += 90 * 24 * 3_600_000
    expect(await world.token(refreshing(id, refresh))).toMatchObject(refusedAs('invalid_grant'))
  })

  it('that the provider refuses is over', async () => {
    const world = aServerWorld()
    const { id, refresh } = await granted(world)
    world.ports.relayedGrant = { kind: 'refused', error: 'invalid_grant', detail: 'secret detail' }
    const answer = await world.token(refreshing(id, refresh))
    expect(answer).toMatchObject(refusedAs('invalid_grant'))
    expect(JSON.stringify(answer.members)).not.toContain('secret detail')
  })
})

describe('what a person agreed to for one resource of a host', () => {
  const twoResources = () => {
    const policy = aServerPolicy()
    const [mcp] = policy.resources?.list ?? []
    const admin = { ...mcp, path: '/admin', authorizationServers: [], scopes: ['mcp'] }
    const list = [{ ...admin, neededScopes: [] }, ...(policy.resources?.list ?? [])]
    return aServerWorld({ ...policy, resources: { port: 443, ...policy.resources, list } })
  }
  const ADMIN = { resource: `${ISSUER}/admin` }

  it('is no code for another, and is one for its own still', async () => {
    const world = twoResources()
    const id = await world.registered()
    const fields = forCode(id, await world.codeFor(id))
    expect(await world.token({ ...fields, ...ADMIN })).toMatchObject(refusedAs('invalid_target'))
    expect(world.ports.calls.relayedCodes).toEqual([])
    const own = await world.token({ ...fields, resource: `${RESOURCE}/` })
    expect(own.reason).toBe('client_tokens_granted')
    expect(world.ports.calls.relayedCodes).toMatchObject([{ resource: RESOURCE }])
  })

  it('is no refresh token for another, however often it was used', async () => {
    const world = twoResources()
    const { id, refresh } = await granted(world)
    const other = await world.token(refreshing(id, refresh, ADMIN))
    expect(other).toMatchObject(refusedAs('invalid_target'))
    expect(world.ports.calls.relayedRefreshes).toEqual([])
    const next = await world.token(refreshing(id, refresh, { resource: RESOURCE }))
    const last = refreshing(id, String(next.members?.refresh_token), ADMIN)
    expect(await world.token(last)).toMatchObject(refusedAs('invalid_target'))
    expect(world.ports.calls.relayedRefreshes).toMatchObject([{ resource: RESOURCE }])
  })
})

describe('a token request', () => {
  it.each([
    ['another grant', { grant_type: 'client_credentials' }, 'unsupported_grant_type'],
    ['no grant', {}, 'unsupported_grant_type'],
    ['another resource', { resource: 'https://api.example.com' }, 'invalid_target'],
  ])('for %s is refused', async (_, fields, error) => {
    const world = aServerWorld()
    const answer = await world.token({ client_id: await world.registered(), ...fields })
    expect(answer).toMatchObject(refusedAs(error))
    expect(headerOf(answer, 'cache-control')).toBe('no-store')
  })

  it('of nobody is refused', async () => {
    expect(await aServerWorld().token({})).toMatchObject(refusedAs('invalid_request'))
    const unknown = await aServerWorld().token({ client_id: 'made-up' })
    expect(unknown).toMatchObject({ status: 401, members: { error: 'invalid_client' } })
  })

  it('that is no form, repeats something or came without a body is told so', async () => {
    const world = aServerWorld()
    const sent = { method: 'POST' }
    const none = await world.ask('/oauth2/token', sent)
    expect(none.members?.error_description).toMatch(/with_request_body.*\/oauth2\/token/)
    const json = await world.token({}, { headers: { 'content-type': 'application/json' } })
    expect(json.members?.error_description).toContain('no form')
    const twice = await world.token({}, { body: 'client_id=a&client_id=b' })
    expect(twice.members?.error_description).toContain('repeated')
  })

  it('may be read by pages of any origin', async () => {
    const headers = { origin: 'https://inspector.example' }
    const answer = await aServerWorld().token({}, { headers })
    expect(headerOf(answer, 'access-control-allow-origin')).toBe('*')
  })
})

const sealedBy = (...names: readonly [string, ...string[]]) => ({
  seal: createSeal({ keys: keysOf(...names), random: seededRandom(names.join()) }),
})

describe('replicas and keys', () => {
  it("know each other's clients and codes by their keys alone", async () => {
    const one = aServerWorld(aServerPolicy(), sealedBy('new', 'old'))
    const other = aServerWorld(aServerPolicy(), sealedBy('newest', 'new'))
    const id = await one.registered()
    const code = await one.codeFor(id)
    expect((await other.token(forCode(id, code))).reason).toBe('client_tokens_granted')
  })

  it('forget a client whose key has left, which registers anew', async () => {
    const before = aServerWorld(aServerPolicy(), sealedBy('old'))
    const after = aServerWorld(aServerPolicy(), sealedBy('new'))
    const id = await before.registered()
    const answer = await after.token(forCode(id, await before.codeFor(id)))
    expect(answer).toMatchObject({ status: 401, members: { error: 'invalid_client' } })
    expect(answer.reason).toBe('client_unknown')
  })
})
