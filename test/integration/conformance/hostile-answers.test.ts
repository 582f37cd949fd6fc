import { describe, expect, it } from 'vitest'
import type { ResponseMode } from '../../../src/core/registration/client.ts'
import { aClient } from '../../support/builders.ts'
import type { Faults, Sign } from '../../support/conformance/authorization-server.ts'
import { aSignIn, type Begun, type Carried, type Setup } from '../../support/conformance/sign-in.ts'
import { anOpeningKey, encryptedTo } from '../../support/encrypted-tokens.ts'
import { createTokenSigner, unsignedToken } from '../../support/token-signer.ts'

const signer = createTokenSigner('key-1', 'ES256')
const openingKey = anOpeningKey()

const setup = (responseMode: ResponseMode): Setup => ({
  signer,
  registration: { secret: 'secret' },
  client: {
    authentication: { method: 'client_secret_basic', secret: 'secret' },
    decryptionKeys: [{ privateKeyPem: openingKey.privateKeyPem }],
    asking: { ...aClient().asking, responseMode },
  },
})

const aWorld = async (responseMode: ResponseMode, faults: Faults = {}) => {
  const world = await aSignIn(setup(responseMode))
  world.server.misbehave(faults)
  const begin = async (): Promise<Begun> => {
    const begun = await world.begin()
    if (begun.kind !== 'begun') throw new Error('No login has begun.')
    return begun
  }
  return { ...world, begin }
}

/** The parameters of what a browser carries, however it does. */
const parametersIn = (carried: Carried): URLSearchParams => {
  if (carried.kind === 'form') return new URLSearchParams(carried.body)
  if (carried.kind === 'query') return new URL(carried.url).searchParams
  throw new Error('A page carries nothing.')
}

const carrying = (carried: Carried, parameters: URLSearchParams): Carried => {
  if (carried.kind === 'form') return { kind: 'form', body: parameters.toString() }
  if (carried.kind === 'page') return carried
  const url = new URL(carried.url)
  url.search = parameters.toString()
  return { kind: 'query', url: url.href }
}

const also =
  (name: string, value: (parameters: URLSearchParams) => string) =>
  (carried: Carried): Carried => {
    const parameters = parametersIn(carried)
    parameters.append(name, value(parameters))
    return carrying(carried, parameters)
  }

const session = { kind: 'session', upstream: { authorization: expect.stringMatching(/^Bearer /) } }

const MODES = ['query', 'query.jwt', 'form_post', 'form_post.jwt'] as const

const SIGNED = ['query.jwt', 'form_post.jwt'] as const

describe.each(MODES)('an authorization server that answers by %s', (mode) => {
  it('is believed as long as it is honest', async () => {
    const { server, signIn } = await aWorld(mode)
    expect(await signIn()).toMatchObject(session)
    expect(server.objections).toEqual([])
  })

  it('R16: and gives each of two browsers the answer of the other signs nobody in, then or later', async () => {
    const { server, begin, finish } = await aWorld(mode)
    const [one, other] = [await begin(), await begin()]
    for (const [{ carried }, { cookie }] of [
      [one, other],
      [other, one],
    ] as const) {
      expect(await finish(carried, cookie)).toMatchObject({
        kind: 'refused',
        reason: 'state_mismatch',
      })
    }
    expect(await finish(one.carried, one.cookie)).toMatchObject({ reason: 'login_state_used' })
    expect(server.called).not.toContain('token')
  })

  it('R16: and whose answer comes twice is asked for tokens once', async () => {
    const { server, begin, finish } = await aWorld(mode)
    const { carried, cookie } = await begin()
    expect(await finish(carried, cookie)).toMatchObject(session)
    expect(await finish(carried, cookie)).toMatchObject({ kind: 'refused', status: 303 })
    expect(server.called.filter((one) => one === 'token')).toHaveLength(1)
  })

  it.each<[string, (carried: Carried) => Carried]>([
    ['the same parameter twice', also('state', (all) => all.get('state') ?? 'state')],
    ['a second code', also('code', () => 'code-2')],
    ['an error beside the code', also('error', () => 'access_denied')],
    ['a token beside the code', also('access_token', () => 'access-9')],
    ['an ID token beside the code', also('id_token', () => 'x.y.z')],
    ['a signed answer beside what there is', also('response', () => 'x.y.z')],
  ])('R20: and says %s signs nobody in', async (_, change) => {
    const { server, signIn } = await aWorld(mode)
    expect(await signIn(change)).toMatchObject({
      kind: 'refused',
      status: 400,
      reason: expect.stringMatching(/^(malformed_callback|state_mismatch)$/),
    })
    expect(server.called).not.toContain('token')
  })

  it('R16: and says nothing that leads back to a login signs nobody in', async () => {
    const { server, signIn } = await aWorld(mode)
    const outcome = await signIn((carried) => carrying(carried, new URLSearchParams()))
    expect(outcome).toMatchObject({ kind: 'refused', status: 400 })
    expect(server.called).not.toContain('token')
  })
})

describe.each(['form_post', 'form_post.jwt'] as const)('an answer by %s in a frame', (mode) => {
  const inFrame = { 'sec-fetch-dest': 'iframe', 'sec-fetch-site': 'cross-site' }

  it('finds no login there, as browsers keep its cookie from frames, and signs nobody in', async () => {
    const { server, begin, finish } = await aWorld(mode)
    const { carried } = await begin()
    expect(await finish(carried, '', inFrame)).toMatchObject({
      kind: 'refused',
      status: 400,
      reason: 'state_mismatch',
    })
    expect(server.called).not.toContain('token')
  })
})

describe.each(SIGNED)('an authorization server that signs what it answers by %s', (mode) => {
  it('may encrypt it to the key of the client', async () => {
    const { signIn } = await aWorld(mode, {
      signAnswer: (all, own) => encryptedTo(openingKey, own.sign(all)),
    })
    expect(await signIn()).toMatchObject(session)
  })

  it.each<[string, Sign, number]>([
    ['encrypted to another key', (all, own) => encryptedTo(anOpeningKey(), own.sign(all)), 400],
    ['encrypted, and unsigned within', (all) => encryptedTo(openingKey, unsignedToken(all)), 400],
    ['encrypted, and plain within', (all) => encryptedTo(openingKey, JSON.stringify(all)), 400],
    [
      'encrypted twice',
      async (all, own) => encryptedTo(openingKey, await encryptedTo(openingKey, own.sign(all))),
      400,
    ],
    ['signed by nobody', (all) => unsignedToken(all), 403],
    [
      'signed by a key that it brings along',
      (all) => {
        const forger = createTokenSigner('key-1', 'ES256')
        return forger.sign(all, { jwk: forger.publicJwk })
      },
      403,
    ],
    ['a logout token', (all, own) => own.sign(all, { typ: 'logout+jwt' }), 403],
    ['signed and cut off', (all, own) => own.sign(all).slice(0, -9), 403],
    ['no JWT', () => 'x'.repeat(2_000), 400],
    ['of later', (all, own) => own.sign({ ...all, iat: 4_000_000_000 }), 403],
    ['not good yet', (all, own) => own.sign({ ...all, nbf: 4_000_000_000 }), 403],
    ['of another login', (all, own) => own.sign({ ...all, state: 'another' }), 400],
    ['with a list of codes', (all, own) => own.sign({ ...all, code: ['code-1'] }), 400],
  ])('R17, R22: signs nobody in by one that is %s', async (_, signAnswer, status) => {
    const { server, signIn } = await aWorld(mode, { signAnswer })
    expect(await signIn()).toMatchObject({
      kind: 'refused',
      status,
      reason: expect.stringMatching(/^(malformed_callback|state_mismatch|id_token_invalid)$/),
    })
    expect(server.called).not.toContain('token')
  })

  it('R20: is not believed beside what nobody signed', async () => {
    const { server, signIn } = await aWorld(mode)
    expect(await signIn(also('iss', () => 'https://evil.test'))).toMatchObject({
      kind: 'refused',
      reason: 'malformed_callback',
    })
    expect(server.called).not.toContain('token')
  })

  it('R17: is not believed without a signature at all', async () => {
    const { server, signIn, begin } = await aWorld(mode)
    const { carried } = await begin()
    const state = server.asked.at(-1)?.get('state') ?? ''
    const plain = new URLSearchParams({ code: 'code-1', state, iss: server.issuer })
    expect(await signIn(() => carrying(carried, plain))).toMatchObject({
      kind: 'refused',
      reason: 'malformed_callback',
    })
    expect(server.called).not.toContain('token')
  })
})
