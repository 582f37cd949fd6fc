import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DecryptionKey } from '../../../../src/core/registration/decryption-key.ts'
import {
  createOpenAnswer,
  createOpenToken,
  isEncrypted,
} from '../../../../src/oidc/token/encrypted-token.ts'
import {
  anOpeningKey,
  encryptedTo,
  type OpeningKeyType,
} from '../../../support/encrypted-tokens.ts'
import { createTokenSigner } from '../../../support/token-signer.ts'

const rsa = anOpeningKey()
const signed = createTokenSigner('key-1').sign({ sub: 'alice' })
const open = createOpenToken()
const opened = (token: string, key: { readonly privateKeyPem: string } = rsa) =>
  open(token, [key], '`idToken.decryptionKeyRef`')

const algorithms: readonly [OpeningKeyType, string][] = [
  ['RSA', 'RSA-OAEP-256'],
  ['RSA', 'RSA-OAEP'],
  ['P-256', 'ECDH-ES'],
  ['P-384', 'ECDH-ES+A128KW'],
  ['P-521', 'ECDH-ES+A256KW'],
  ['X25519', 'ECDH-ES+A256KW'],
]

/** Another header on the same token: nobody needs a key for that. */
const withHeader = (token: string, change: (header: object) => object): string => {
  const [header = '', ...rest] = token.split('.')
  const decoded = JSON.parse(Buffer.from(header, 'base64url').toString())
  return [Buffer.from(JSON.stringify(change(decoded))).toString('base64url'), ...rest].join('.')
}

describe('an encrypted token', () => {
  it.each(
    algorithms.flatMap(([type, alg]) =>
      ['A128GCM', 'A256GCM', 'A128CBC-HS256', 'A256CBC-HS512'].map(
        (enc) => [type, alg, enc] as const,
      ),
    ),
  )('of a %s key by %s and %s is opened', async (type, alg, enc) => {
    const key = anOpeningKey(type)
    const token = await encryptedTo(key, signed, { alg, enc })
    expect(isEncrypted(token)).toBe(true)
    expect(await opened(token, key)).toMatchObject({ kind: 'signed', compact: signed })
  })

  it.each(['jwt', 'application/JWT'])('may write its content type as %s', async (cty) => {
    expect(await opened(await encryptedTo(rsa, signed, { cty }))).toMatchObject({ kind: 'signed' })
  })

  const refused: readonly [string, () => Promise<string>, RegExp][] = [
    ['no cty', () => encryptedTo(rsa, signed, { cty: undefined }), /cty header .* not JWT/],
    ['another cty', () => encryptedTo(rsa, signed, { cty: 'text' }), /cty header .* not JWT/],
    ['claims that nobody signed', () => encryptedTo(rsa, '{"sub":"alice"}'), /no signed JWT/],
    ['a JWT without a signature', () => encryptedTo(rsa, 'e30.e30.'), /no signed JWT/],
    [
      'another encrypted token',
      async () => encryptedTo(rsa, await encryptedTo(rsa, signed)),
      /no signed JWT/,
    ],
    ['another key', () => encryptedTo(anOpeningKey(), signed), /cannot be decrypted/],
    [
      'an algorithm of another type of key',
      () => encryptedTo(anOpeningKey('P-256'), signed, { alg: 'ECDH-ES' }),
      /alg header .* none of RSA-OAEP-256, RSA-OAEP,/,
    ],
    [
      'a content encryption that is not listed',
      () => encryptedTo(rsa, signed, { enc: 'A192GCM' }),
      /enc header .* none of/,
    ],
    [
      'a header without an end',
      async () =>
        `${'A'.repeat(20_000)}.${(await encryptedTo(rsa, signed)).split('.').slice(1).join('.')}`,
      /header is too long/,
    ],
    ['no JSON in its header', async () => 'AAAA.AAAA.AAAA.AAAA.AAAA', /no JSON object/],
  ]

  it.each(refused)('R22: with %s is refused', async (_, make, detail) => {
    const answer = { kind: 'refused', detail: expect.stringMatching(detail) }
    expect(await opened(await make())).toEqual(answer)
  })

  it.each([
    ['RSA1_5', { alg: 'RSA1_5' }, /alg header/],
    ['dir', { alg: 'dir' }, /alg header/],
    ['PBES2', { alg: 'PBES2-HS256+A128KW', p2c: 1_000_000_000, p2s: 'AAAA' }, /alg header/],
    ['compression', { zip: 'DEF' }, /compressed/],
    ['an extension', { crit: ['b64'], b64: true }, /crit header/],
  ])('R22: that says %s is refused by its header alone', async (_, change, detail) => {
    const honest = await encryptedTo(rsa, signed)
    const said = withHeader(honest, (header) => ({ ...header, ...change }))
    const answer = { kind: 'refused', detail: expect.stringMatching(detail) }
    expect(await opened(said)).toEqual(answer)
    // Whatever follows the header was not looked at.
    const [header] = said.split('.')
    expect(await opened(`${header}.AA.AA.AA.AA`)).toEqual(answer)
  })

  it('R22: says the same, whatever is wrong behind its header', async () => {
    const token = await encryptedTo(rsa, signed)
    const [header = '', key = '', iv = '', content = '', tag = ''] = token.split('.')
    const flipped = (part: string) => (part.startsWith('A') ? 'B' : 'A') + part.slice(1)
    const answers = await Promise.all(
      [
        [header, flipped(key), iv, content, tag],
        [header, key.slice(4), iv, content, tag],
        [header, '', iv, content, tag],
        [header, key, flipped(iv), content, tag],
        [header, key, iv.slice(4), content, tag],
        [header, key, iv, flipped(content), tag],
        [header, key, iv, content, flipped(tag)],
        [header, key, iv, content, tag.slice(4)],
      ].map((parts) => opened(parts.join('.'))),
    )
    const closed = {
      kind: 'refused',
      detail: 'It cannot be decrypted with the key that is configured.',
    }
    expect(answers).toEqual(answers.map(() => closed))
  })

  it('R22, R34: is refused with any other header than its own', async () => {
    const honest = await encryptedTo(rsa, signed)
    const name = fc.oneof(
      fc.constantFrom('alg', 'enc', 'cty', 'zip', 'crit', 'kid', 'epk', 'jwk', 'jku', 'typ', 'p2c'),
      fc.string(),
    )
    await fc.assert(
      fc.asyncProperty(name, fc.jsonValue(), async (member, value) => {
        const changed = withHeader(honest, (header) => ({ ...header, [member]: value }))
        fc.pre(changed !== honest)
        expect((await opened(changed)).kind).toBe('refused')
      }),
    )
  })

  it('R34: is refused in whatever other shape', async () => {
    const part = fc.string({ unit: fc.constantFrom(...'Ae30_-.'), maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          fc.array(part).map((parts) => parts.join('.')),
        ),
        async (text) => {
          expect((await opened(text)).kind).toBe('refused')
        },
      ),
    )
  })
})

describe('a key that opens nothing', () => {
  const damaged = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----'
  it.each([
    ['damaged', damaged],
    ['RSA of 1024 bits', anOpeningKey('RSA', 1024).privateKeyPem],
    ['one to sign with', createTokenSigner('key-1', 'EdDSA').privatePem],
  ])('is a fault that names its field: %s', async (_, privateKeyPem) => {
    await expect(opened(await encryptedTo(rsa, signed), { privateKeyPem })).rejects.toMatchObject({
      code: 'provider_misconfigured',
      message: expect.stringMatching(/`idToken.decryptionKeyRef` names opens no tokens/),
    })
  })
})

describe('several keys', () => {
  const [first, second, curve] = [anOpeningKey(), anOpeningKey(), anOpeningKey('P-256')]
  const pemOf = ({ privateKeyPem }: { readonly privateKeyPem: string }) => ({ privateKeyPem })
  const openedBy = (token: string, ...keys: readonly DecryptionKey[]) => open(token, keys, 'them')

  it('open what is encrypted to any of them, whatever its place, and say which did', async () => {
    const keys = [first, second, curve].map(pemOf)
    for (const [at, key] of [first, second].entries()) {
      const token = await encryptedTo(key, signed)
      expect(await openedBy(token, ...keys)).toEqual({
        kind: 'signed',
        compact: signed,
        by: keys[at],
      })
    }
    const agreed = await encryptedTo(curve, signed, { alg: 'ECDH-ES' })
    expect(await openedBy(agreed, ...keys)).toMatchObject({ by: keys[2] })
  })

  it.each([
    ['the kid that was configured', 'of-second'],
    ['a kid of nobody', 'unknown'],
    ['a kid that is another key, by mistake', 'of-first'],
    ['a kid that is no text', 7],
  ])('are found by %s, or tried one after another', async (_, kid) => {
    const keys = [
      { ...pemOf(first), keyId: 'of-first' },
      { ...pemOf(second), keyId: 'of-second' },
    ]
    const token = await encryptedTo(second, signed, { kid })
    expect(await openedBy(token, ...keys)).toMatchObject({ kind: 'signed', by: keys[1] })
  })

  it('that are used for nothing stand in nobody’s way', async () => {
    const small = anOpeningKey('RSA', 1024)
    const token = await encryptedTo(second, signed)
    expect(await openedBy(token, pemOf(small), pemOf(second))).toMatchObject({ kind: 'signed' })
    await expect(openedBy(token, pemOf(small), pemOf(small))).rejects.toMatchObject({
      code: 'provider_misconfigured',
    })
  })

  it('R22: leave another’s token closed, with one sentence, and a word about its kid', async () => {
    const others = anOpeningKey()
    const keys = [pemOf(first), pemOf(second)]
    const why = async (header: object) => {
      const answer = await openedBy(await encryptedTo(others, signed, { ...header }), ...keys)
      return answer.kind === 'refused' ? answer.detail : answer.kind
    }
    expect(await why({})).toBe('It cannot be decrypted with the keys that are configured.')
    expect(await why({ kid: 'x' })).toBe(
      'It cannot be decrypted with the keys that are configured, and its kid names none.',
    )
    expect(await why({ alg: 'RSA-OAEP-256', zip: 'DEF' })).toMatch(/compressed/)
  })

  it('R34: open nothing that has ten thousand recipients, or none', async () => {
    const recipient = { encrypted_key: 'AAAA', header: { alg: 'RSA-OAEP-256' } }
    const general = JSON.stringify({
      protected: 'e30',
      recipients: Array.from({ length: 10_000 }, () => recipient),
      ...{ iv: 'AAAA', ciphertext: 'AAAA', tag: 'AAAA' },
    })
    expect(isEncrypted(general)).toBe(false)
    expect(await openedBy(general, pemOf(first))).toMatchObject({ kind: 'refused' })
  })
})

describe('an encrypted answer of the provider', () => {
  const openAnswer = createOpenAnswer()
  const answered = (token: string) => openAnswer(token, [rsa], 'the key')
  const claims = JSON.stringify({ sub: 'alice' })

  it('holds a signed JWT that it says it is, or claims', async () => {
    expect(await answered(await encryptedTo(rsa, signed))).toMatchObject({ compact: signed })
    for (const cty of [undefined, 'json', 'application/json']) {
      expect(await answered(await encryptedTo(rsa, claims, { cty }))).toEqual({
        kind: 'claims',
        claims: { sub: 'alice' },
      })
    }
  })

  const refused: readonly [string, string, object, RegExp][] = [
    ['claims that are said to be a JWT', claims, { cty: 'JWT' }, /no signed JWT/],
    ['an unsigned JWT', 'e30.e30.', { cty: 'JWT' }, /no signed JWT/],
    ['a JWT that it does not say it is', signed, { cty: undefined }, /neither said to be a JWT/],
    ['a list', '[1]', { cty: undefined }, /nor a JSON object/],
    ['nothing', '', { cty: undefined }, /nor a JSON object|no JWE/],
    ['what is compressed', claims, { zip: 'DEF' }, /compressed/],
  ]

  it.each(refused)('R22: with %s is refused', async (_, content, header, detail) => {
    const honest = await encryptedTo(rsa, content, { ...header, zip: undefined })
    const said = withHeader(honest, (written) => ({ ...written, ...header }))
    const token = 'zip' in header ? said : honest
    expect(await answered(token)).toEqual({
      kind: 'refused',
      detail: expect.stringMatching(detail),
    })
  })
})
