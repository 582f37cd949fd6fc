import type { ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import type { Json } from '../../../src/core/identity/identity.ts'
import { aClient } from '../../support/builders.ts'
import type { Changes, Faults } from '../../support/conformance/authorization-server.ts'
import { aSignIn, type Setup } from '../../support/conformance/sign-in.ts'
import { type HostileAnswer, json, text } from '../../support/hostile-provider.ts'
import { createTokenSigner } from '../../support/token-signer.ts'

const signer = createTokenSigner('key-1', 'ES256')

const setup: Setup = {
  signer,
  registration: { secret: 'secret' },
  client: {
    authentication: { method: 'client_secret_basic', secret: 'secret' },
    asking: { ...aClient().asking, pushed: 'Always' },
  },
}

const aWorld = async (faults: Faults) => {
  const world = await aSignIn(setup)
  world.server.misbehave(faults)
  return world
}

const pushed = (changes: Changes, status = 201): Faults => ({
  instead: { push: json({ request_uri: 'urn:x', expires_in: 60, ...changes }, status) },
})

const unavailable = (detail: RegExp) => ({
  kind: 'refused',
  status: 503,
  detail: expect.stringMatching(detail),
})

describe('an authorization server that takes pushed requests', () => {
  it.each([
    ['that belongs to another client', 'urn:ietf:params:oauth:request_uri:other-client:1'],
    ['that somebody else serves', 'https://evil.example.com/request.jwt'],
    ['with parameters behind it', 'urn:x&redirect_uri=https://evil.example.com/&client_id=other'],
    ['with a query', 'urn:x?state=planted#fragment'],
    ['with markup in it', '"><script>alert(1)</script>'],
    ['that is as long as may be', `urn:${'x'.repeat(2_044)}`],
  ])('R16: and answers with a reference %s leads to its own page alone', async (_, uri) => {
    const { server, ports, begin } = await aWorld(pushed({ request_uri: uri }))
    const begun = await begin()
    if (begun.kind !== 'begun') throw new Error('No login has begun.')
    const { origin, pathname, hash, searchParams } = new URL(begun.location)
    expect(origin + pathname + hash).toBe(`${server.issuer}/authorize`)
    expect([...searchParams]).toEqual([
      ['client_id', 'shop'],
      ['request_uri', uri],
    ])
    expect(begun.carried).toEqual({ kind: 'page', status: 400 })
    expect(ports.stored.size).toBe(0)
  })

  it.each<[string, Changes]>([
    ['a number', { request_uri: 7 }],
    ['a list', { request_uri: ['urn:x'] }],
    ['an object', { request_uri: { urn: 'x' } }],
    ['null', { request_uri: null }],
    ['empty', { request_uri: '' }],
    ['absent', { request_uri: undefined }],
    ['of many words', { request_uri: 'urn:x y' }],
    ['of several lines', { request_uri: 'urn:x\r\nlocation: https://evil.example.com/' }],
    ['of letters that no URI has', { request_uri: 'urn:ö' }],
    ['too long', { request_uri: `urn:${'x'.repeat(2_045)}` }],
    ['over as it comes', { expires_in: 0 }],
    ['over before it came', { expires_in: -60 }],
    ['over by words', { expires_in: '-1' }],
  ])('begins no login where the reference is %s', async (_, changes) => {
    const { server, signIn } = await aWorld(pushed(changes))
    expect(await signIn()).toMatchObject(unavailable(/request_uri/))
    expect(server.called).toEqual(['metadata', 'push'])
  })

  it.each<[string, Json | undefined]>([
    ['nothing', undefined],
    ['null', null],
    ['thirty thousand years', 10 ** 12],
    ['words', 'soon'],
    ['a truth', true],
    ['a list', [60]],
  ])('is taken at its word where expires_in is %s', async (_, lifetime) => {
    const { begin } = await aWorld(pushed({ expires_in: lifetime }))
    expect(await begin()).toMatchObject({ kind: 'begun' })
  })

  it.each([200, 202])('may say %s of it', async (status) => {
    const { begin } = await aWorld(pushed({}, status))
    expect(await begin()).toMatchObject({ kind: 'begun' })
  })

  const moved =
    (status: number): HostileAnswer =>
    (response) => {
      response.writeHead(status, { location: '/authorize' })
      response.end(JSON.stringify({ request_uri: 'urn:x', expires_in: 60 }))
    }

  it.each<[string, HostileAnswer]>([
    ['sends it on by 302', moved(302)],
    ['sends it on by 307, which repeats the body', moved(307)],
    ['says 400 of it', json({ request_uri: 'urn:x', expires_in: 60 }, 400)],
    ['answers with a page', text('<html><form></form></html>', 201, 'text/html')],
    [
      'answers with ten million bytes',
      text(`{"request_uri":"urn:x","x":"${'x'.repeat(1e7)}"}`, 201),
    ],
    ['answers with half an object', text('{"request_uri":"urn:x"', 201)],
    [
      'answers with one thing twice over',
      text('{"request_uri":"urn:x"}{"request_uri":"urn:y"}', 201),
    ],
  ])('begins no login where it %s', async (_, answer) => {
    const { server, signIn } = await aWorld({ instead: { push: answer } })
    const outcome = await signIn()
    expect(outcome).toMatchObject({ kind: 'refused', status: 503 })
    expect(server.called).not.toContain('authorize')
  })

  it('R32: and takes its time is waited for, as long as the check has any', async () => {
    const held: ServerResponse[] = []
    const { begin } = await aWorld({ instead: { push: (response) => void held.push(response) } })
    const begun = begin()
    await expect.poll(() => held.length).toBe(1)
    for (const response of held) json({ request_uri: 'urn:late', expires_in: 1 }, 201)(response)
    expect(await begun).toMatchObject({ location: expect.stringContaining('urn%3Alate') })
  })
})

describe('a token endpoint', () => {
  it.each<[string, Json | undefined]>([
    ['Bearer', 'Bearer'],
    ['BEARER', 'BEARER'],
    ['nothing', undefined],
    ['null', null],
    ['empty text', ''],
  ])('may say %s of the type of its tokens', async (_, type) => {
    const { signIn } = await aWorld({ tokens: { token_type: type } })
    expect(await signIn()).toMatchObject({ upstream: { authorization: 'Bearer access-3' } })
  })

  it.each<[string, Json]>([
    ['DPoP, which nobody asked for', 'DPoP'],
    ['mac', 'mac'],
    ['N_A', 'N_A'],
    ['two types', 'Bearer DPoP'],
    ['a type and a blank', 'Bearer '],
    ['several lines', 'Bearer\r\nx-auth-subject: root'],
    ['a number', 7],
    ['an object', { type: 'Bearer' }],
  ])('that says %s of the type of its tokens gives no session', async (_, type) => {
    const { server, signIn } = await aWorld({ tokens: { token_type: type } })
    expect(await signIn()).toMatchObject(unavailable(/token_type/))
    expect(server.called).not.toContain('userinfo')
  })

  it.each<[string, Json | undefined]>([
    ['nothing', undefined],
    ['empty text', ''],
    ['a number', 7],
    ['a list', ['access-3']],
    ['two lines', 'access-3\r\nx-auth-subject: root'],
    ['a NUL', 'access\u0000-3'],
    ['letters that no header has', 'accéss-3'],
  ])('that gives %s for an access token gives no session', async (_, token) => {
    const { signIn } = await aWorld({ tokens: { access_token: token } })
    expect(await signIn()).toMatchObject(unavailable(/access_token/))
  })

  it('that says nothing of scopes has granted what was asked for', async () => {
    const { ports, signIn } = await aWorld({ tokens: { scope: undefined } })
    expect(await signIn()).toMatchObject({ kind: 'session' })
    const scopes = [...ports.stored.values()].map(({ session: { tokens } }) => tokens.scopes)
    expect(scopes).toEqual([['openid', 'profile', 'email']])
  })

  it('may say that the ID token was issued long ago, as long as it is good', async () => {
    const { signIn } = await aWorld({ idToken: { iat: 1_500_000_000 } })
    expect(await signIn()).toMatchObject({ kind: 'session' })
  })
})
