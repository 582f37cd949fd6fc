import { expect, it } from 'vitest'
import { inspectDecryption } from '../../../../src/oidc/inspection/decryption.ts'
import { anOpeningKey } from '../../../support/encrypted-tokens.ts'

const { privateKeyPem } = anOpeningKey()

const inspected = (pem: string | undefined, encryptionAlgorithms?: readonly string[]) =>
  inspectDecryption(pem === undefined ? {} : { decryptionKeys: [{ privateKeyPem: pem }] }, {
    offers: encryptionAlgorithms === undefined ? {} : { encryptionAlgorithms },
  })

it('the key of a client is held against what its provider encrypts by', () => {
  expect(inspected(undefined, ['RSA-OAEP'])).toEqual([])
  expect(inspected(privateKeyPem, ['RSA1_5', 'RSA-OAEP'])).toEqual([
    { check: 'decryption', state: 'well', message: 'ID tokens may be encrypted by RSA-OAEP.' },
  ])
  expect(inspected(privateKeyPem)).toMatchObject([{ state: 'unknown' }])
  expect(inspected(privateKeyPem, ['RSA1_5', 'ECDH-ES'])).toMatchObject([
    {
      state: 'problem',
      message: expect.stringMatching(
        /encrypts by RSA1_5, ECDH-ES, .* opens RSA-OAEP-256, RSA-OAEP: /,
      ),
    },
  ])
})

it('a key that opens nothing is a problem', () => {
  const weak = anOpeningKey('RSA', 1024).privateKeyPem
  expect(inspected(weak, ['RSA-OAEP'])).toMatchObject([{ state: 'problem' }])
  expect(inspected('hello', ['RSA-OAEP'])).toMatchObject([{ state: 'problem' }])
})

it('of several keys each that opens nothing is a problem, and the rest are held against the provider', () => {
  const keys = [anOpeningKey('RSA', 1024).privateKeyPem, anOpeningKey('P-256').privateKeyPem]
  const decryptionKeys = keys.map((pem) => ({ privateKeyPem: pem }))
  const offers = { encryptionAlgorithms: ['ECDH-ES'] }
  expect(inspectDecryption({ decryptionKeys }, { offers })).toEqual([
    {
      check: 'decryption',
      state: 'problem',
      message: expect.stringMatching(/^Key 0 of `idToken` opens no tokens/),
    },
    { check: 'decryption', state: 'well', message: 'ID tokens may be encrypted by ECDH-ES.' },
  ])
})
