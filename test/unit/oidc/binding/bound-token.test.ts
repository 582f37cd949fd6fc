import { X509Certificate } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Claims, Json } from '../../../../src/core/identity/identity.ts'
import type { ClientCertificate } from '../../../../src/core/registration/client.ts'
import { readBoundToken } from '../../../../src/oidc/binding/bound-token.ts'
import { type Certificates, createCertificates } from '../../../support/parts/tls.ts'
import { unsignedToken } from '../../../support/token-signer.ts'

const OTHER = 'o'.repeat(43)

let own: ClientCertificate
let next: ClientCertificate
let made: readonly Certificates[] = []

const asShown = ({ certPem, keyPem }: Certificates): ClientCertificate => ({
  certificatePem: certPem,
  privateKeyPem: keyPem,
})

beforeAll(async () => {
  const [one, two] = await Promise.all([createCertificates(['a']), createCertificates(['a'])])
  made = [one, two]
  own = asShown(one)
  next = asShown(two)
})

afterAll(async () => {
  await Promise.all(made.map(({ remove }) => remove()))
})

const hashOf = ({ certificatePem }: ClientCertificate): string =>
  Buffer.from(
    new X509Certificate(certificatePem).fingerprint256.replaceAll(':', ''),
    'hex',
  ).toString('base64url')

const token = (cnf?: Json): string =>
  unsignedToken({ sub: 'alice', ...(cnf === undefined ? {} : { cnf }) } as Claims)

const read = (cnf: Json | undefined, shown = [own], senderConstrained = 'MutualTLS' as const) =>
  readBoundToken({ senderConstrained }, token(cnf), { shown })

describe('an access token of a client with MutualTLS (RFC 8705 section 3)', () => {
  it('is bound to the certificate that was shown, or to the one in its place', () => {
    expect(read({ 'x5t#S256': hashOf(own) })).toEqual({ kind: 'bound' })
    expect(read({ 'x5t#S256': hashOf(next) }, [own, next])).toEqual({ kind: 'bound' })
  })

  it.each<[string, () => Json | undefined, RegExp]>([
    ['to nothing', () => undefined, /bound to no certificate .* MutualTLS: have the provider/],
    [
      'to another certificate',
      () => ({ 'x5t#S256': hashOf(next) }),
      /bound to another certificate/,
    ],
    ['to a key', () => ({ jkt: OTHER }), /bound to no certificate/],
    ['to a key besides', () => ({ jkt: OTHER, 'x5t#S256': hashOf(own) }), /bound to another key/],
    ['in a way that nobody knows', () => ({ kid: 'a' }), /binds the token by "kid"/],
    ['by something that is no hash', () => ({ 'x5t#S256': 'a' }), /no SHA-256/],
    ['by no object', () => 'a', /no object/],
  ])('is refused where it is bound %s', (_, cnf, why) => {
    expect(read(cnf())).toEqual({ kind: 'wrong', why: expect.stringMatching(why) })
  })

  it('that is no JWT says nothing, and is taken for bound', () => {
    expect(readBoundToken({ senderConstrained: 'MutualTLS' }, 'opaque', { shown: [own] })).toEqual({
      kind: 'bound',
    })
  })
})

describe('an access token in place of another (RFC 8705 section 3)', () => {
  const renew = (senderConstrained: 'MutualTLS' | 'DPoP', former: string, renewed = 'opaque') =>
    readBoundToken({ senderConstrained }, renewed, { shown: [own], former })

  it('is refused where it says nothing, and the one before said that it is bound', () => {
    expect(renew('MutualTLS', token({ 'x5t#S256': hashOf(own) }))).toEqual({
      kind: 'wrong',
      why: expect.stringMatching(/before was bound to a certificate .* says nothing: .* MutualTLS/),
    })
  })

  it('is taken where the one before said nothing either, or by the word of token_type', () => {
    expect(renew('MutualTLS', 'opaque too')).toEqual({ kind: 'bound' })
    expect(renew('MutualTLS', token())).toEqual({ kind: 'bound' })
    expect(renew('MutualTLS', token('a'))).toEqual({ kind: 'bound' })
    expect(renew('DPoP', token({ 'x5t#S256': hashOf(own) }))).toEqual({ kind: 'bound' })
  })

  it('may say of itself what the one before did not, and of another certificate in its place', () => {
    const said = token({ 'x5t#S256': hashOf(own) })
    expect(renew('MutualTLS', 'opaque', said)).toEqual({ kind: 'bound' })
    expect(renew('MutualTLS', token({ 'x5t#S256': hashOf(next) }), said)).toEqual({ kind: 'bound' })
  })
})

it.each<[string, Json | undefined, 'bound' | 'unbound']>([
  ['nothing', undefined, 'unbound'],
  ['a certificate', { 'x5t#S256': OTHER }, 'bound'],
  ['a key', { jkt: OTHER }, 'bound'],
  ['something that nobody knows', { kid: 'a' }, 'bound'],
  ['something odd', 'a', 'bound'],
])('a token that nobody wanted bound, and is bound to %s, is %s', (_, cnf, kind) => {
  expect(readBoundToken({ senderConstrained: 'None' }, token(cnf), { shown: [] })).toEqual({ kind })
  expect(readBoundToken({ senderConstrained: 'None' }, 'opaque', { shown: [] })).toEqual({
    kind: 'unbound',
  })
})
