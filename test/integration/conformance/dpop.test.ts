import { decodeJwt } from 'jose'
import { describe, expect, it } from 'vitest'
import type { Claims, Json } from '../../../src/core/identity/identity.ts'
import type { Endpoint } from '../../support/conformance/authorization-server.ts'
import { MESSAGE_SIGNING, SECURITY_PROFILE } from '../../support/conformance/fapi2-setups.ts'
import { byKey, type ProofsWanted } from '../../support/conformance/sender-by-key.ts'
import { aSignIn, type Setup } from '../../support/conformance/sign-in.ts'

const bound = (setup: Setup, wanted: ProofsWanted): Setup => ({
  ...setup,
  client: { ...setup.client, senderConstrained: 'DPoP' },
  sender: (nowMs) => byKey(nowMs, wanted),
})

const PLANS = [
  ['fapi2-security-profile-final-client-test-plan', SECURITY_PROFILE],
  ['fapi2-message-signing-final-client-test-plan', MESSAGE_SIGNING],
] as const

const BEGUN: readonly Endpoint[] = ['metadata', 'push', 'authorize']

/** Each asks for a nonce of its own first. */
const WITH_NONCES: readonly Endpoint[] = [...BEGUN, 'token', 'token', 'userinfo', 'userinfo']

const session = { kind: 'session', upstream: { 'x-auth-subject': 'alice' } }

describe.each(PLANS)('%s, tokens bound by dpop', (_plan, setup) => {
  const aWorld = (wanted: ProofsWanted = { nonces: 'once' }) => aSignIn(bound(setup, wanted))

  it('the happy path: a nonce is got where one is wanted, and nothing is objected to', async () => {
    const { server, ports, signIn } = await aWorld()
    const outcome = await signIn()
    expect(outcome).toMatchObject(session)
    expect(server.called).toEqual(WITH_NONCES)
    expect(server.objections).toEqual([])
    const [token = ''] = [...ports.stored.values()].map((one) => one.session.tokens.accessToken)
    expect(JSON.stringify(outcome)).not.toContain(token)
    expect(decodeJwt(token).cnf).toEqual({ jkt: server.asked[0]?.get('dpop_jkt') })
  })

  it('fapi2-security-profile-final-client-test-happy-path-no-dpop-nonce: one call each', async () => {
    const { server, signIn } = await aWorld({})
    expect(await signIn()).toMatchObject(session)
    expect(server.called).toEqual([...BEGUN, 'token', 'userinfo'])
    expect(server.objections).toEqual([])
  })

  it('fapi2-security-profile-final-client-test-rs-dpop-auth-scheme-case-insensitivity: understood', async () => {
    const { server, signIn } = await aWorld({ nonces: 'once', scheme: 'dPOp' })
    expect(await signIn()).toMatchObject(session)
    expect(server.called).toEqual(WITH_NONCES)
    expect(server.objections).toEqual([])
  })

  it('the type of tokens in other letters', async () => {
    const { server, signIn } = await aWorld()
    server.misbehave({ tokens: { token_type: 'dpOp' } })
    expect(await signIn()).toMatchObject(session)
    expect(server.objections).toEqual([])
  })

  it('refreshes: each by the key of its session', async () => {
    const { server, ports, signIn, visit } = await aWorld()
    expect(await signIn()).toMatchObject(session)
    for (const _ of ['first', 'second']) {
      ports.nowMs += 300_000
      expect(await visit()).toMatchObject(session)
      expect(server.tokenForms.at(-1)?.get('grant_type')).toBe('refresh_token')
    }
    expect(await signIn()).toMatchObject(session)
    const tokens = [...ports.stored.values()].map((one) => one.session.tokens.accessToken)
    const keys = tokens.map((token) => JSON.stringify(decodeJwt(token).cnf))
    expect(new Set(keys).size).toBe(2)
    expect(server.objections).toEqual([])
  })

  it('a nonce that is never the right one is asked for once more, and no further', async () => {
    const { server, signIn } = await aWorld({ nonces: 'never good' })
    expect(await signIn()).toMatchObject({
      kind: 'refused',
      status: 503,
      detail: expect.stringContaining('use_dpop_nonce'),
    })
    expect(server.called).toEqual([...BEGUN, 'token', 'token'])
  })

  it.each<[string, Json | undefined]>([
    ['Bearer', 'Bearer'],
    ['nothing', undefined],
    ['mac', 'mac'],
  ])('a downgrade of the type of tokens to %s gives no session', async (_, type) => {
    const { server, signIn } = await aWorld()
    server.misbehave({ tokens: { token_type: type } })
    expect(await signIn()).toMatchObject({
      kind: 'refused',
      status: 403,
      reason: 'access_token_unbound',
    })
    expect(server.called).not.toContain('userinfo')
  })

  it.each<[string, Claims]>([
    ['another key', { jkt: 'o'.repeat(43) }],
    ['a certificate', { 'x5t#S256': 'o'.repeat(43) }],
    ['nothing that is known', { kid: 'key-1' }],
  ])('a token that is bound to %s gives no session, at login and later', async (_, cnf) => {
    const { server, ports, signIn, visit } = await aWorld()
    const token = setup.signer.sign({ sub: 'alice', cnf })
    server.misbehave({ tokens: { access_token: token } })
    expect(await signIn()).toMatchObject({
      kind: 'refused',
      status: 403,
      reason: 'access_token_unbound',
    })
    expect(server.called).not.toContain('userinfo')
    server.misbehave({})
    expect(await signIn()).toMatchObject(session)
    server.misbehave({ tokens: { access_token: token } })
    ports.nowMs += 300_000
    expect(await visit()).toMatchObject({ kind: 'refused', status: 302 })
    expect(ports.stored.size).toBe(0)
  })
})
