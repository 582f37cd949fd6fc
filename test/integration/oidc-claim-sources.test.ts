import { describe, expect, it } from 'vitest'
import { sessionClaims } from '../../src/core/identity/session-claims.ts'
import {
  aClaimSource,
  aggregated,
  aSourcedWorld,
  distributed,
  groupsOf,
  jwt,
  passesNoneOf,
} from '../support/claim-sources.ts'
import { json, text } from '../support/hostile-provider.ts'
import { createTokenSigner } from '../support/token-signer.ts'

describe('a login whose ID token says that a claim is elsewhere', () => {
  it('asks a listed endpoint with the token that stands beside it, once, and has the claim', async () => {
    const { hostile, endpoint, login, tokensOf, facts } = await aSourcedWorld()
    const tokens = await tokensOf(login(distributed(endpoint)))
    expect(groupsOf(tokens)).toEqual(['buyers'])
    expect(passesNoneOf(tokens)).toBe(true)
    expect(hostile.claimsRequests).toMatchObject([
      { authorization: 'Bearer ksj3n283dke', accept: 'application/jwt' },
    ])
    expect(facts).toEqual([{ way: 'distributed', outcome: 'taken' }])
  })

  it('asks without a token where none is given', async () => {
    const { hostile, endpoint, login, tokensOf } = await aSourcedWorld()
    const claims = { _claim_names: { groups: 'a' }, _claim_sources: { a: { endpoint } } }
    expect(groupsOf(await tokensOf(login(claims)))).toEqual(['buyers'])
    expect(hostile.claimsRequests[0]?.authorization).toBeUndefined()
  })

  it('takes a claim from a JWT that stands in it, and asks for keys alone', async () => {
    const { hostile, says, login, tokensOf, facts } = await aSourcedWorld()
    expect(groupsOf(await tokensOf(login(aggregated(says()))))).toEqual(['buyers'])
    expect(hostile.requestCount('claims')).toBe(0)
    expect(facts).toEqual([{ way: 'aggregated', outcome: 'taken' }])
  })

  it('R26: takes what a new key signed that was made right after the last read', async () => {
    const { hostile, endpoint, login, tokensOf } = await aSourcedWorld()
    await login(distributed(endpoint))
    const next = createTokenSigner('key-2')
    hostile.setKeys([next.publicJwk])
    hostile.answer('claims', jwt(next.sign({ iss: hostile.issuer, groups: ['sellers'] })))
    expect(groupsOf(await tokensOf(login(distributed(endpoint))))).toEqual(['sellers'])
  })

  it('takes what the userinfo answer and the access token refer to as well', async () => {
    const { endpoint, says, login, tokensOf } = await aSourcedWorld()
    const more = {
      userinfo: { sub: 'alice', ...distributed(endpoint) },
      accessTokenClaims: aggregated(says({ roles: ['clerk'] }), ['roles']),
    }
    const claims = sessionClaims(await tokensOf(login({}, more)))
    expect(claims).toMatchObject({ groups: ['buyers'], roles: ['clerk'] })
  })

  it('keeps neither the places nor the tokens for them in the session', async () => {
    const { endpoint, login, tokensOf } = await aSourcedWorld()
    const more = { userinfo: { sub: 'alice', ...distributed(endpoint) } }
    const tokens = await tokensOf(login(distributed(endpoint), more))
    expect(JSON.stringify(tokens)).not.toMatch(/ksj3n283dke|_claim_sources/)
    const unlisted = distributed('https://graph.example.com/me')
    expect(JSON.stringify(await tokensOf(login(unlisted)))).not.toContain('ksj3n283dke')
  })

  it('takes the claims that are named, and no other that comes along', async () => {
    const { hostile, endpoint, says, login, tokensOf } = await aSourcedWorld()
    hostile.answer('claims', jwt(says({ roles: ['admin'], email: 'mallory@example.com' })))
    const claims = sessionClaims(await tokensOf(login(distributed(endpoint))))
    expect(claims).toMatchObject({ groups: ['buyers'] })
    expect(claims).not.toHaveProperty('roles')
    expect(claims).not.toHaveProperty('email')
  })

  it('R23: nothing that it says itself is replaced, nor what is about the login', async () => {
    const { hostile, endpoint, says, login, tokensOf } = await aSourcedWorld()
    const names = ['groups', 'email', 'sub', 'acr', 'auth_time', 'sid', 'cnf']
    const lies = { sub: 'root', acr: 'gold', auth_time: 1, sid: 's9', cnf: { jkt: 'x' } }
    hostile.answer('claims', jwt(says({ ...lies, email: 'root@example.com' })))
    const own = { email: 'alice@example.com', acr: 'pwd' }
    const tokens = await tokensOf(login({ ...own, ...distributed(endpoint, names) }))
    const { _claim_names: _, ...claims } = sessionClaims(tokens)
    expect(claims).toEqual({ sub: 'alice', ...own, groups: ['buyers'] })
  })

  it('leaves a claim unknown that its source does not have, so that rules about it deny', async () => {
    const { hostile, endpoint, says, login, tokensOf } = await aSourcedWorld()
    hostile.answer('claims', jwt(says({ groups: undefined })))
    const tokens = await tokensOf(login(distributed(endpoint)))
    expect(groupsOf(tokens)).toBeUndefined()
    expect(passesNoneOf(tokens)).toBe(false)
  })

  it.each([
    ['names this client', { aud: 'shop' }],
    ['calls the person by another name, as every claims provider does', { sub: 'person-4711' }],
    ['says how long it holds', { exp: 4_000_000_000, nbf: 1, iat: 1 }],
  ])('takes a JWT that %s', async (_, claims) => {
    const { hostile, endpoint, says, login, tokensOf } = await aSourcedWorld()
    hostile.answer('claims', jwt(says(claims)))
    expect(groupsOf(await tokensOf(login(distributed(endpoint))))).toEqual(['buyers'])
  })

  it('R23: is refused where the provider itself is the source, and speaks of somebody else', async () => {
    const claimsProvider = await aClaimSource()
    const { hostile, source, endpoint, says } = claimsProvider
    const { login, tokensOf } = await aSourcedWorld({
      issuer: hostile.issuer,
      claimSources: [source],
    })
    hostile.answer('claims', jwt(says({ sub: 'mallory' })))
    expect(await login(distributed(endpoint))).toMatchObject({
      detail: expect.stringContaining('is about somebody else'),
    })
    hostile.answer('claims', jwt(says({ sub: 'alice' })))
    expect(groupsOf(await tokensOf(login(distributed(endpoint))))).toEqual(['buyers'])
  })
})

describe('a refresh', () => {
  it('asks the sources that the new ID token refers to', async () => {
    const { hostile, endpoint, says, login, refresh, having, tokensOf } = await aSourcedWorld()
    const old = await tokensOf(login(distributed(endpoint)))
    hostile.answer('claims', jwt(says({ groups: ['sellers'] })))
    const renewed = await tokensOf(refresh(old, having(distributed(endpoint))))
    expect(groupsOf(renewed)).toEqual(['sellers'])
  })

  it('keeps what a source said where the same claims came back, and asks nobody', async () => {
    const { hostile, endpoint, login, refresh, having, tokensOf } = await aSourcedWorld()
    const old = await tokensOf(login(distributed(endpoint)))
    const same = { ...having({}), claims: old.claims }
    expect(groupsOf(await tokensOf(refresh(old, same)))).toEqual(['buyers'])
    expect(hostile.requestCount('claims')).toBe(1)
  })

  it('keeps it where the source cannot be reached, as a rotated token must not be lost', async () => {
    const { hostile, endpoint, login, refresh, having, tokensOf } = await aSourcedWorld()
    const old = await tokensOf(login(distributed(endpoint)))
    hostile.answer('claims', text('', 500))
    const renewed = await tokensOf(refresh(old, having(distributed(endpoint))))
    expect(groupsOf(renewed)).toEqual(['buyers'])
  })

  it('drops what a source said that is no longer listed, and keeps what others did', async () => {
    const { says, client, login, refresh, having, tokensOf } = await aSourcedWorld()
    const other = await aClaimSource()
    const { claimSources = [] } = client.provider
    const both = { ...client.provider, claimSources: [...claimSources, other.source] }
    const more = { userinfo: { sub: 'alice', ...distributed(other.endpoint) } }
    const roles = aggregated(says({ roles: ['clerk'] }), ['roles'])
    const old = await tokensOf(login(roles, more, { ...client, provider: both }))
    expect(sessionClaims(old)).toMatchObject({ groups: ['buyers'], roles: ['clerk'] })
    const same = {
      ...having({}),
      claims: old.claims,
      ...(old.userinfo && { userinfo: old.userinfo }),
    }
    const kept = await tokensOf(refresh(old, same, { ...client, provider: both }))
    expect(sessionClaims(kept)).toEqual(sessionClaims(old))
    const renewed = await tokensOf(refresh(old, same))
    expect(groupsOf(renewed)).toBeUndefined()
    expect(passesNoneOf(renewed)).toBe(false)
    expect(sessionClaims(renewed).roles).toEqual(['clerk'])
    other.hostile.answer('claims', text('', 500))
    const elsewhere = having(distributed(other.endpoint, ['roles']))
    const moved = await tokensOf(refresh(kept, elsewhere, { ...client, provider: both }))
    expect(sessionClaims(moved)).not.toHaveProperty('roles')
  })

  it('drops it where another document has it asked for anew, and nobody says it any more', async () => {
    const { hostile, endpoint, says, login, refresh, having, tokensOf } = await aSourcedWorld()
    const userinfo = { sub: 'alice', ...distributed(endpoint) }
    const old = await tokensOf(login(distributed(endpoint), { userinfo }))
    const same = { ...having({}), claims: old.claims }
    hostile.answer('claims', jwt(says({ groups: undefined })))
    const gone = await tokensOf(refresh(old, { ...same, userinfo: { ...userinfo } }))
    expect(groupsOf(gone)).toBeUndefined()
    expect(passesNoneOf(gone)).toBe(false)
    hostile.answer('claims', jwt(says({ groups: ['sellers'] })))
    const anew = {
      ...having(distributed(endpoint)),
      ...(old.userinfo && { userinfo: old.userinfo }),
    }
    expect(groupsOf(await tokensOf(refresh(old, anew)))).toEqual(['sellers'])
  })

  it('drops it where the source says something that cannot be trusted, and rules deny', async () => {
    const { hostile, endpoint, login, refresh, having, tokensOf, told } = await aSourcedWorld()
    const old = await tokensOf(login(distributed(endpoint)))
    hostile.answer('claims', json({ groups: ['admins'] }))
    const renewed = await tokensOf(refresh(old, having(distributed(endpoint))))
    expect(groupsOf(renewed)).toBeUndefined()
    expect(passesNoneOf(renewed)).toBe(false)
    expect(told).toEqual([expect.stringContaining('claims of a source are left out')])
  })

  it('drops it where the new ID token refers to nothing, or the provider lists nobody', async () => {
    const world = await aSourcedWorld()
    const old = await world.tokensOf(world.login(distributed(world.endpoint)))
    const plain = await world.tokensOf(world.refresh(old, world.having({})))
    expect(groupsOf(plain)).toBeUndefined()
    const { tokensOf, refresh, having } = await aSourcedWorld({ claimSources: [] })
    const same = { ...having({}), claims: old.claims }
    expect(groupsOf(await tokensOf(refresh(old, same)))).toBeUndefined()
  })
})
