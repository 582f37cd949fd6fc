import { hash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Claims } from '../../../../src/core/identity/identity.ts'
import { anInquiry, type Told } from './an-inquiry.ts'

const KEY = 'A'.repeat(43)
const OTHER_KEY = 'B'.repeat(43)
const hashOf = (token: string): string => hash('sha256', token, 'base64url')

describe('an opaque token that the provider says is bound', () => {
  it.each([
    ['to a key', { cnf: { jkt: KEY } }, { jkt: KEY }],
    ['to a key (RFC 9449)', { cnf: { jkt: KEY }, token_type: 'DPoP' }, { jkt: KEY }],
    ['to a key (Keycloak)', { cnf: { jkt: KEY }, typ: 'DPoP' }, { jkt: KEY }],
    ['to a certificate', { cnf: { 'x5t#S256': KEY } }, { certificate: KEY }],
    ['to both', { cnf: { jkt: KEY, 'x5t#S256': OTHER_KEY } }, { jkt: KEY, certificate: OTHER_KEY }],
  ] as const)('%s has to be proven', async (_, told, binding) => {
    const { says, ask } = await anInquiry()
    says(told)
    expect(await ask()).toMatchObject({
      kind: 'verified',
      binding: { ...binding, tokenHash: hashOf('opaque') },
    })
  })

  it.each([
    ['by a key id', { cnf: { kid: 'x' } }],
    ['by more than can be checked', { cnf: { jkt: KEY, kid: 'x' } }],
    ['by no thumbprint', { cnf: { jkt: 'x' } }],
    ['by nothing', { cnf: {} }],
    ['by a text', { cnf: KEY }],
    ['by DPoP, and not to which key', { token_type: 'DPoP' }],
    ['by DPoP, and to a certificate alone', { typ: 'DPoP', cnf: { 'x5t#S256': KEY } }],
  ] satisfies [string, Told][])('R23: %s is refused', async (_, told) => {
    const { says, ask, outcome } = await anInquiry()
    says(told)
    expect(await outcome(ask())).toBe('token_binding_unknown')
  })

  it('R24: is remembered with what binds it', async () => {
    const { says, ask, asked } = await anInquiry()
    says({ cnf: { jkt: KEY } })
    const first = await ask()
    expect(await ask()).toBe(first)
    expect(asked()).toBe(1)
  })
})

describe('a rule that takes bound tokens alone', () => {
  it.each([
    ['DPoP', { cnf: { jkt: KEY } }, 'verified'],
    ['DPoP', { cnf: { 'x5t#S256': KEY } }, 'token_unbound'],
    ['DPoP', {}, 'token_unbound'],
    ['MutualTLS', { cnf: { 'x5t#S256': KEY } }, 'verified'],
    ['MutualTLS', { cnf: { jkt: KEY } }, 'token_unbound'],
    ['MutualTLS', {}, 'token_unbound'],
  ] as const)('by %s, asked about one with %j: %s', async (proof, told, expected) => {
    const { says, ask, outcome, method } = await anInquiry()
    says(told)
    expect(await outcome(ask('opaque', method))).not.toBe('token_unbound')
    expect(await outcome(ask('opaque', { ...method, proof }))).toBe(expected)
  })
})

describe('a JWT that is bound', () => {
  const world = async (cnf: Claims) => {
    const made = await anInquiry()
    const { hostile, nowS } = made
    const claims = { iss: hostile.issuer, sub: 'alice', exp: nowS + 300, cnf }
    return { ...made, jwt: hostile.signer.sign(claims, { typ: 'at+jwt' }) }
  }

  it('has to be proven although the answer says nothing of it', async () => {
    const { says, ask, jwt } = await world({ jkt: KEY })
    says()
    expect(await ask(jwt)).toMatchObject({ binding: { jkt: KEY, tokenHash: hashOf(jwt) } })
    expect(await ask(jwt)).toMatchObject({ binding: { jkt: KEY } })
  })

  it.each<Claims>([{ jkt: OTHER_KEY }, { jkt: KEY, 'x5t#S256': KEY }])(
    'R23: is not the token of an answer that binds it to %j',
    async (cnf) => {
      const { says, ask, jwt } = await world({ jkt: KEY })
      says({ cnf })
      await expect(ask(jwt)).rejects.toThrow('its cnf is not that of the token')
    },
  )

  it('is shown to nobody where nobody could prove it', async () => {
    const { says, ask, asked, outcome, jwt } = await world({ kid: 'x' })
    says()
    expect(await outcome(ask(jwt))).toBe('token_binding_unknown')
    expect(asked()).toBe(0)
  })

  it('is shown to no userinfo endpoint, which would not say that it is', async () => {
    const { show, shown, outcome, jwt } = await world({ jkt: KEY })
    expect(await outcome(show(jwt))).toBe('token_type_invalid')
    expect(shown()).toBe(0)
  })
})
