import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Claims } from '../../src/core/identity/identity.ts'
import type { RelyingParty } from '../../src/core/provider/relying-party.ts'
import type { Tokens } from '../../src/core/provider/tokens.ts'
import type { Client } from '../../src/core/registration/client.ts'
import type { Provider } from '../../src/core/registration/provider.ts'
import { createUserinfo } from '../../src/oidc/client/userinfo.ts'
import { askingUserinfo } from '../../src/oidc/client/userinfo-claims.ts'
import { aClient, someTokens } from '../support/builders.ts'
import { unlimited } from '../support/check-ports.ts'
import { anOpeningKey, encryptedTo } from '../support/encrypted-tokens.ts'
import { handSetClock } from '../support/hand-set-clock.ts'
import { type HostileAnswer, hang, json, redirectTo, text } from '../support/hostile-provider.ts'
import { aHostileProvider, localProviders } from '../support/local-providers.ts'
import { aLogin } from '../support/logins.ts'
import { patient } from '../support/patience.ts'
import { createTokenSigner, hmacToken, unsignedToken } from '../support/token-signer.ts'

const OLD: Claims = { sub: 'alice', groups: ['before'] }

/** A login whose code and refresh are always good, so that only the userinfo endpoint matters. */
const aWorld = async (
  userinfo: Client['userinfo'],
  tenants?: readonly string[],
  changes: Partial<Client> = {},
) => {
  const { hostile, provider: plain } = await aHostileProvider({ requestTimeoutMs: patient(1_000) })
  const issuer = tenants === undefined ? plain.issuer : `${plain.issuer}/{tenantid}`
  const metadataUrl = `${plain.issuer}/.well-known/openid-configuration`
  hostile.setMetadata({ issuer })
  const provider: Provider = { ...plain, issuer, metadataUrl, ...(tenants && { tenants }) }
  const clock = handSetClock()
  const client = aClient({ provider, userinfo, ...changes })
  const tokens: Tokens = someTokens(clock.nowMs(), { claims: { sub: 'alice', sid: 's1' } })
  const party: Pick<RelyingParty, 'exchange' | 'refresh'> = {
    exchange: async () => ({ kind: 'tokens', tokens }),
    refresh: async () => ({ kind: 'tokens', tokens }),
  }
  const asking = askingUserinfo(
    party as RelyingParty,
    createUserinfo({ providers: localProviders(clock), clock }),
  )
  return {
    hostile,
    exchange: () => asking.exchange(client, aLogin(), new URLSearchParams(), unlimited),
    refresh: () => asking.refresh(client, { ...tokens, userinfo: OLD }, unlimited),
  }
}

type World = Awaited<ReturnType<typeof aWorld>>

const answering = (world: World, answer: HostileAnswer): void =>
  world.hostile.answer('userinfo', answer)

const jwt = (token: string): HostileAnswer => text(token, 200, 'application/jwt')

const untrusted: readonly [string, (world: World) => HostileAnswer][] = [
  ['another sub', () => json({ sub: 'mallory', groups: ['admins'] })],
  ['no sub', () => json({ groups: ['admins'] })],
  ['a list', () => json([{ sub: 'alice' }])],
  ['a page', () => text('<html>', 200, 'text/html')],
  ['an answer nested too deeply', () => text(`{"sub":"alice","a":${'['.repeat(40)}`)],
  ['a refusal', () => json({ error: 'invalid_token' }, 401)],
  ['an unsigned JWT', () => jwt(unsignedToken({ sub: 'alice' }))],
  [
    'a JWT keyed with the public key',
    ({ hostile }) => jwt(hmacToken({ sub: 'alice' }, hostile.signer.publicPem, 'key-1')),
  ],
  [
    'a JWT of a key that is not published',
    () => jwt(createTokenSigner('key-1').sign({ sub: 'alice' })),
  ],
  [
    'a JWT of another issuer',
    ({ hostile }) => jwt(hostile.signer.sign({ sub: 'alice', iss: 'https://evil.example.com' })),
  ],
  [
    'a JWT for another client',
    ({ hostile }) => jwt(hostile.signer.sign({ sub: 'alice', aud: 'other' })),
  ],
  [
    'a JWT with an unknown crit header',
    ({ hostile }) => jwt(hostile.signer.sign({ sub: 'alice' }, { crit: ['x'] })),
  ],
  ['a JWT about somebody else', ({ hostile }) => jwt(hostile.signer.sign({ sub: 'mallory' }))],
]

const unreached: readonly [string, HostileAnswer][] = [
  ['fails', text('', 500)],
  ['redirects', redirectTo('https://evil.example.com/userinfo')],
  ['never answers', hang],
]

describe('a login', () => {
  it('does not ask the userinfo endpoint unless the client says so', async () => {
    const world = await aWorld('Never')
    expect(await world.exchange()).toMatchObject({ kind: 'tokens' })
    expect(world.hostile.requestCount('userinfo')).toBe(0)
  })

  it.each(['AtLogin', 'AtRefresh'] as const)(
    '%s: asks once, and keeps the answer',
    async (when) => {
      const world = await aWorld(when)
      answering(world, json({ sub: 'alice', groups: ['buyers'] }))
      const outcome = await world.exchange()
      expect(outcome).toMatchObject({ tokens: { userinfo: { groups: ['buyers'] } } })
      expect(world.hostile.requestCount('userinfo')).toBe(1)
    },
  )

  it('takes an answer that is signed as ID tokens are', async () => {
    const world = await aWorld('AtLogin')
    const { hostile } = world
    const claims = { sub: 'alice', iss: hostile.issuer, aud: ['shop'], groups: ['buyers'] }
    answering(world, jwt(hostile.signer.sign(claims)))
    expect(await world.exchange()).toMatchObject({ tokens: { userinfo: claims } })
  })

  it.each([
    ['/t1', 'tokens'],
    ['/t1/other', 'refused'],
  ])('B8: a signed answer of many tenants, iss ending in %s: %s', async (end, kind) => {
    const world = await aWorld('AtLogin', ['t1'])
    const { hostile } = world
    answering(world, jwt(hostile.signer.sign({ sub: 'alice', iss: hostile.issuer + end })))
    expect((await world.exchange()).kind).toBe(kind)
  })

  it.each(untrusted)('R23: %s of the userinfo endpoint ends the login', async (_, answer) => {
    const world = await aWorld('AtLogin')
    answering(world, answer(world))
    const outcome = await world.exchange()
    expect(outcome).toMatchObject({ kind: 'refused', reason: 'userinfo_refused' })
    expect(outcome.kind === 'refused' && outcome.detail).toContain('userinfo')
  })

  it.each<[string, HostileAnswer, RegExp]>([
    ['401', json({ error: 'invalid_token' }, 401), /refused: invalid_token\./],
    [
      '403 and an echo',
      json({ error: 'no', error_description: 'no access-1' }, 403),
      /no: no .not shown/,
    ],
    ['404', text('', 404), /status 404 with an empty body/],
    ['HTML', text('<p>', 200, 'text/html'), /a page of HTML .text.html., and no JWT either/],
    ['an empty body', text(''), /an empty body/],
    ['no sub', json({ email: 'a@example.com' }), /has no sub/],
  ])('B1, B5: a userinfo answer of %s is named', async (_, answer, why) => {
    const world = await aWorld('AtLogin')
    answering(world, answer)
    const outcome = await world.exchange()
    expect(outcome.kind === 'refused' && outcome.detail).toMatch(why)
  })

  it('R34: whatever the userinfo endpoint answers, goes on for its end-user or ends', async () => {
    const world = await aWorld('AtLogin')
    const sub = fc.oneof(fc.constant('alice'), fc.jsonValue({ maxDepth: 1 }))
    const body = fc.oneof(
      fc.string(),
      fc.jsonValue().map((value) => JSON.stringify(value)),
      fc.record({ sub, groups: fc.jsonValue() }).map((claims) => JSON.stringify(claims)),
      fc.record({ sub }).map((claims) => world.hostile.signer.sign(claims as Claims)),
    )
    await fc.assert(
      fc.asyncProperty(body, async (answer) => {
        answering(world, text(answer, 200, 'application/json'))
        const outcome = await world.exchange()
        if (outcome.kind === 'tokens') expect(outcome.tokens.userinfo?.sub).toBe('alice')
        else expect(outcome.reason).toBe('userinfo_refused')
      }),
      { numRuns: 200 },
    )
  })

  it.each(unreached)('is unavailable where the userinfo endpoint %s', async (_, answer) => {
    const world = await aWorld('AtLogin')
    answering(world, answer)
    await expect(world.exchange()).rejects.toMatchObject({
      code: expect.stringMatching(/^provider_/),
    })
  })

  it('names the endpoint that a provider lacks', async () => {
    const world = await aWorld('AtLogin')
    world.hostile.setMetadata({ userinfo_endpoint: undefined })
    await expect(world.exchange()).rejects.toThrow('it has no userinfo_endpoint')
  })
})

describe('a refresh', () => {
  it('AtLogin: keeps the answer of the login and does not ask', async () => {
    const world = await aWorld('AtLogin')
    expect(await world.refresh()).toMatchObject({ tokens: { userinfo: OLD } })
    expect(world.hostile.requestCount('userinfo')).toBe(0)
  })

  it('AtRefresh: takes the new answer', async () => {
    const world = await aWorld('AtRefresh')
    answering(world, json({ sub: 'alice', groups: ['after'] }))
    expect(await world.refresh()).toMatchObject({ tokens: { userinfo: { groups: ['after'] } } })
  })

  it('Never: forgets what was asked for before', async () => {
    const world = await aWorld('Never')
    const outcome = await world.refresh()
    expect(outcome.kind === 'tokens' && outcome.tokens).not.toHaveProperty('userinfo')
  })

  it.each([...untrusted, ...unreached.map(([name, answer]) => [name, () => answer] as const)])(
    'AtRefresh: %s costs neither the tokens nor the earlier answer',
    async (_, answer) => {
      const world = await aWorld('AtRefresh')
      answering(world, answer(world))
      const outcome = await world.refresh()
      expect(outcome).toMatchObject({ kind: 'tokens', tokens: { userinfo: OLD } })
    },
  )
})

describe('an encrypted answer of the userinfo endpoint', () => {
  const key = anOpeningKey()
  const next = anOpeningKey('P-256')
  const opening = {
    decryptionKeys: [key, next].map(({ privateKeyPem }) => ({ privateKeyPem })),
  }
  const claims: Claims = { sub: 'alice', groups: ['buyers'] }
  const nested = (world: World, said: Claims = claims) => world.hostile.signer.sign(said)

  it('is opened by any key of the client: a signed JWT, and claims alone', async () => {
    const world = await aWorld('AtLogin', undefined, opening)
    const answers = [
      encryptedTo(key, nested(world)),
      encryptedTo(next, nested(world), { alg: 'ECDH-ES+A256KW' }),
      encryptedTo(key, JSON.stringify(claims), { cty: undefined }),
    ]
    for (const answer of answers) {
      answering(world, jwt(`${await answer}\n`))
      expect(await world.exchange()).toMatchObject({
        kind: 'tokens',
        tokens: { userinfo: { groups: ['buyers'] } },
      })
    }
  })

  it('R23: counts without a signature for nobody who demands one, encrypted or not', async () => {
    const world = await aWorld('AtLogin', undefined, { ...opening, userinfoSigned: 'Always' })
    answering(world, jwt(await encryptedTo(key, nested(world))))
    expect(await world.exchange()).toMatchObject({ kind: 'tokens' })
    const unsigned = [
      jwt(await encryptedTo(key, JSON.stringify(claims), { cty: undefined })),
      json(claims),
    ]
    for (const answer of unsigned) {
      answering(world, answer)
      expect(await world.exchange()).toMatchObject({
        reason: 'userinfo_refused',
        detail: expect.stringContaining('is not signed, which `claims.userinfoSigned` demands'),
      })
    }
  })

  const refused: readonly [string, (world: World) => Promise<string>, RegExp][] = [
    ['another key', (world) => encryptedTo(anOpeningKey(), nested(world)), /cannot be decrypted/],
    [
      'another sub',
      (world) => encryptedTo(key, nested(world, { sub: 'mallory' })),
      /about another sub/,
    ],
    [
      'another client',
      (world) => encryptedTo(key, nested(world, { ...claims, aud: 'other' })),
      /for another client/,
    ],
    [
      'a JWT of a key that is not published',
      () => encryptedTo(key, createTokenSigner('key-1').sign(claims)),
      /signature .* is not valid/,
    ],
    ['an unsigned JWT', () => encryptedTo(key, unsignedToken(claims)), /no signed JWT/],
    [
      'a JWT that it does not say it is',
      (world) => encryptedTo(key, nested(world), { cty: undefined }),
      /neither said to be a JWT/,
    ],
    [
      'another encrypted one inside',
      async (world) => encryptedTo(key, await encryptedTo(key, nested(world))),
      /no signed JWT/,
    ],
    [
      'an algorithm of passwords',
      async (world) => {
        const [, ...rest] = (await encryptedTo(key, nested(world))).split('.')
        const said = { alg: 'PBES2-HS512+A256KW', enc: 'A256GCM', cty: 'JWT', p2c: 2_000_000_000 }
        return [Buffer.from(JSON.stringify(said)).toString('base64url'), ...rest].join('.')
      },
      /alg header/,
    ],
  ]

  it.each(refused)('R22: with %s is refused', async (_, make, detail) => {
    const world = await aWorld('AtLogin', undefined, opening)
    answering(world, jwt(await make(world)))
    expect(await world.exchange()).toMatchObject({
      reason: 'userinfo_refused',
      detail: expect.stringMatching(detail),
    })
  })

  it('is refused with the field that takes a key, where there is none', async () => {
    const world = await aWorld('AtLogin')
    answering(world, jwt(await encryptedTo(key, nested(world))))
    expect(await world.exchange()).toMatchObject({
      reason: 'userinfo_refused',
      detail: expect.stringContaining('`idToken.decryptionKeyRef`'),
    })
  })

  it('leaves the earlier one in force at a refresh', async () => {
    const world = await aWorld('AtRefresh', undefined, opening)
    answering(world, jwt(await encryptedTo(anOpeningKey(), nested(world))))
    expect(await world.refresh()).toMatchObject({ kind: 'tokens', tokens: { userinfo: OLD } })
  })
})
