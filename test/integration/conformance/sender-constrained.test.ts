import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Claims } from '../../../src/core/identity/identity.ts'
import type { ClientCertificate } from '../../../src/core/registration/client.ts'
import type { Endpoint } from '../../support/conformance/authorization-server.ts'
import { MESSAGE_SIGNING, SECURITY_PROFILE } from '../../support/conformance/fapi2-setups.ts'
import { BY_CERTIFICATE } from '../../support/conformance/sender.ts'
import { aSignIn, type Setup } from '../../support/conformance/sign-in.ts'
import { type Certificates, createCertificates } from '../../support/parts/tls.ts'

let server: Certificates
let own: Certificates

beforeAll(async () => {
  ;[server, own] = await Promise.all([
    createCertificates(['localhost']),
    createCertificates(['shop']),
  ])
})

afterAll(() => Promise.all([server, own].map((one) => one.remove())))

const shown = (): ClientCertificate => ({
  certificatePem: own.certPem,
  privateKeyPem: own.keyPem,
})

/** Tokens bound to the certificate, which is shown beside the client's own assertion. */
const bound = (setup: Setup): Setup => ({
  ...setup,
  client: { ...setup.client, senderConstrained: 'MutualTLS', bindingCertificate: shown() },
  provider: { ...setup.provider, caPem: server.caPem },
  sender: () => BY_CERTIFICATE,
  front: { server, clientCaPem: own.caPem },
})

/** The same for a client that is known by its certificate alone. */
const known = (setup: Setup): Setup => {
  const { senderConstrained: _, bindingCertificate: __, ...client } = bound(setup).client
  const authentication = { method: 'tls_client_auth', ...shown() } as const
  return {
    ...bound(setup),
    client: { ...client, senderConstrained: 'MutualTLS', authentication },
    registration: { isKnownByCertificate: true },
  }
}

const PLANS: readonly [string, () => Setup][] = [
  ['fapi2-security-profile-final-client-test-plan, private_key_jwt', () => bound(SECURITY_PROFILE)],
  ['fapi2-security-profile-final-client-test-plan, mtls', () => known(SECURITY_PROFILE)],
  ['fapi2-message-signing-final-client-test-plan, private_key_jwt', () => bound(MESSAGE_SIGNING)],
]

const WHOLE_WAY: readonly Endpoint[] = ['metadata', 'push', 'authorize', 'token', 'userinfo']

const session = { kind: 'session', upstream: { 'x-auth-subject': 'alice' } }

describe.each(PLANS)('%s, tokens bound by mtls', (_plan, setup) => {
  it('the happy path: a session, and nothing that a specification objects to', async () => {
    const { server: asked, signIn } = await aSignIn(setup())
    const outcome = await signIn()
    expect(outcome).toMatchObject(session)
    expect(JSON.stringify(outcome)).not.toContain('Bearer')
    expect(asked.called).toEqual(WHOLE_WAY)
    expect(asked.objections).toEqual([])
  })

  it('fapi2-security-profile-final-client-test-happy-path-no-mtls-endpoint-aliases: shown all the same', async () => {
    const world = await aSignIn(setup())
    world.server.misbehave({ metadata: { ...world.aliases, mtls_endpoint_aliases: undefined } })
    expect(await world.signIn()).toMatchObject(session)
    expect(world.server.objections).toEqual([])
  })

  it('the type of tokens in other letters', async () => {
    const world = await aSignIn(setup())
    world.server.misbehave({ tokens: { token_type: 'bEARER' } })
    expect(await world.signIn()).toMatchObject(session)
    expect(world.server.objections).toEqual([])
  })

  it('a refresh: what is refreshed is bound as well', async () => {
    const world = await aSignIn(setup())
    expect(await world.signIn()).toMatchObject(session)
    world.ports.nowMs += 300_000
    expect(await world.visit()).toMatchObject(session)
    expect(world.server.tokenForms.at(-1)?.get('grant_type')).toBe('refresh_token')
    expect(world.server.objections).toEqual([])
  })

  const OTHER = 'o'.repeat(43)

  it.each<[string, Claims]>([
    ['bound to nothing', {}],
    ['bound to another certificate', { cnf: { 'x5t#S256': OTHER } }],
    ['bound to a key', { cnf: { jkt: OTHER } }],
  ])('a token that is %s gives no session, and goes nowhere', async (_, claims) => {
    const world = await aSignIn(setup())
    const { signer } = setup()
    world.server.misbehave({ tokens: { access_token: signer.sign({ sub: 'alice', ...claims }) } })
    expect(await world.signIn()).toMatchObject({
      kind: 'refused',
      status: 403,
      reason: 'access_token_unbound',
    })
    expect(world.server.called).not.toContain('userinfo')
  })
})
