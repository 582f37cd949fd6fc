import type { ServerResponse } from 'node:http'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Claims } from '../../../src/core/identity/identity.ts'
import { aClient } from '../../support/builders.ts'
import type { Sign } from '../../support/conformance/authorization-server.ts'
import { aSignIn, type Carried, type Setup } from '../../support/conformance/sign-in.ts'
import { createTokenSigner, unsignedToken } from '../../support/token-signer.ts'

const signer = createTokenSigner('key-1', 'ES256')

const setup = (responseMode: 'query' | 'query.jwt' | 'form_post' | 'form_post.jwt'): Setup => ({
  signer,
  registration: { secret: 'secret' },
  client: {
    authentication: { method: 'client_secret_basic', secret: 'secret' },
    asking: { ...aClient().asking, pushed: 'Always', responseMode },
  },
})

/** After so long, whatever was held back for its failures is tried again. */
const PAST_BREAKERS_MS = 600_000

/** What no answer ends in: a session, or an error that nobody expected. */
const expectRefusal = (outcome: object): void => {
  expect(outcome).toMatchObject({ kind: 'refused', reason: expect.not.stringMatching('internal') })
}

/** A JWT with one bit of its header, claims or signature turned over. */
const withBitTurned = (jwt: string, where: number): string => {
  const parts = jwt.split('.').map((part) => Buffer.from(part, 'base64url'))
  const bits = parts.reduce((sum, { length }) => sum + length * 8, 0)
  let bit = where % bits
  for (const part of parts) {
    if (bit < part.length * 8) {
      part[bit >> 3] = (part[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      break
    }
    bit -= part.length * 8
  }
  return parts.map((part) => part.toString('base64url')).join('.')
}

describe('R34: whatever an authorization server answers', () => {
  it.each(['query.jwt', 'form_post.jwt'] as const)(
    'a signed answer by %s with one bit changed signs nobody in',
    async (mode) => {
      const world = await aSignIn(setup(mode))
      expect(await world.signIn()).toMatchObject({ kind: 'session' })
      const { length } = world.server.called
      await fc.assert(
        fc.asyncProperty(fc.nat(), async (where) => {
          const signAnswer: Sign = (claims, own) => withBitTurned(own.sign(claims), where)
          world.server.misbehave({ signAnswer })
          expectRefusal(await world.signIn())
          expect(world.server.called.slice(length)).not.toContain('token')
        }),
        { numRuns: 60 },
      )
    },
  )

  const names = fc.constantFrom('code', 'state', 'iss', 'error', 'response', 'id_token', 'x')
  const jwt = fc.dictionary(names, fc.jsonValue()).map((claims) => unsignedToken(claims as Claims))
  const value = fc.oneof(fc.string({ unit: 'binary' }), jwt)
  const pairs = fc.array(fc.tuple(names, value), { maxLength: 6 })

  it.each(['query', 'query.jwt', 'form_post', 'form_post.jwt'] as const)(
    'any parameters by %s sign nobody in, also with the state of the login',
    async (mode) => {
      const { server, begin, finish } = await aSignIn(setup(mode))
      const carry = (parameters: URLSearchParams): Carried =>
        mode.startsWith('form_post')
          ? { kind: 'form', body: parameters.toString() }
          : { kind: 'query', url: `https://shop.example.com/oauth2/callback?${parameters}` }
      await fc.assert(
        fc.asyncProperty(pairs, fc.boolean(), async (made, isOfLogin) => {
          const begun = await begin()
          if (begun.kind !== 'begun') throw new Error('No login has begun.')
          const parameters = new URLSearchParams(made)
          if (isOfLogin) parameters.set('state', server.asked.at(-1)?.get('state') ?? '')
          expectRefusal(await finish(carry(parameters), begun.cookie))
        }),
        { numRuns: 60 },
      )
      expect(server.called).not.toContain('userinfo')
    },
  )

  it('any bytes in place of a form sign nobody in', async () => {
    const { server, begin, finish } = await aSignIn(setup('form_post'))
    const begun = await begin()
    if (begun.kind !== 'begun') throw new Error('No login has begun.')
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const body = Buffer.from(bytes).toString('latin1')
        expectRefusal(await finish({ kind: 'form', body }, begun.cookie))
      }),
    )
    expect(server.called).not.toContain('token')
  })

  const answering =
    (body: string, status: number) =>
    (response: ServerResponse): void => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(body)
    }
  const status = fc.constantFrom(200, 201, 204, 302, 400, 401, 404, 500)
  const member = fc.constantFrom(
    'access_token',
    'token_type',
    'id_token',
    'expires_in',
    'refresh_token',
    'scope',
    'error',
    'error_description',
    'request_uri',
  )
  const body = fc.oneof(
    fc.dictionary(member, fc.oneof(fc.jsonValue(), jwt)).map((all) => JSON.stringify(all)),
    fc.json(),
    fc.string({ unit: 'binary' }),
  )

  it.each(['token', 'userinfo', 'jwks'] as const)(
    'any answer of the %s endpoint signs nobody in',
    async (endpoint) => {
      const plain = setup('query')
      const asking: Setup = { ...plain, client: { ...plain.client, userinfo: 'AtLogin' } }
      await fc.assert(
        fc.asyncProperty(body, status, async (text, code) => {
          const { server, signIn } = await aSignIn(asking)
          server.misbehave({ instead: { [endpoint]: answering(text, code) } })
          expectRefusal(await signIn())
          expect(server.called).toContain(endpoint === 'jwks' ? 'token' : endpoint)
        }),
        { numRuns: 40 },
      )
    },
  )

  it('any answer to what is pushed begins a login by its reference, or none', async () => {
    const { server, ports, signIn } = await aSignIn(setup('query'))
    await fc.assert(
      fc.asyncProperty(body, status, async (text, code) => {
        ports.nowMs += PAST_BREAKERS_MS
        const { length } = server.called
        server.misbehave({ instead: { push: answering(text, code) } })
        const outcome = await signIn()
        if (outcome.kind !== 'page') expectRefusal(outcome)
        expect(server.called.slice(length)).toContain('push')
      }),
      { numRuns: 60 },
    )
  })
})
