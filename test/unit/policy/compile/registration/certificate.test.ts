import { expect, it } from 'vitest'
import type { ClientAuthentication } from '../../../../../src/core/registration/client.ts'
import { createFindings } from '../../../../../src/policy/compile/object/findings.ts'
import {
  linkCredential,
  readCredential,
} from '../../../../../src/policy/compile/registration/credential.ts'
import type { WhyNoPair } from '../../../../../src/policy/compile/registration/key-pair.ts'
import type { DataReading } from '../../../../../src/policy/compile/registration/keyed-data.ts'

const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'
const keyAs = (label: string): string => `-----BEGIN ${label}-----\nAAAA\n-----END ${label}-----`

const read = (text: string): DataReading => ({ ok: true, text })

const draft = () => {
  const authentication = {
    method: 'tls_client_auth',
    certificateRef: { name: 'shop-tls' },
  } as const
  return readCredential('shop', authentication, createFindings())
}

const linked = (certificate: DataReading, key: DataReading, whyNoPair?: WhyNoPair) =>
  linkCredential(draft(), [certificate, key], whyNoPair)

const FIELD = ['spec', 'authentication', 'certificateRef']

it('a client shows the certificate and the key of one Secret', () => {
  expect(draft()).toMatchObject({
    ref: { kind: 'Secret', namespace: 'shop', name: 'shop-tls', key: 'tls.crt' },
    keyRef: { key: 'tls.key' },
  })
  for (const label of ['PRIVATE KEY', 'RSA PRIVATE KEY', 'EC PRIVATE KEY']) {
    const value: ClientAuthentication = {
      method: 'tls_client_auth',
      certificatePem: CERTIFICATE,
      privateKeyPem: keyAs(label),
    }
    expect(linked(read(CERTIFICATE), read(keyAs(label)))).toEqual({ kind: 'usable', value })
  }
})

it.each([
  ['an encrypted key', keyAs('ENCRYPTED PRIVATE KEY')],
  ['a certificate in its place', CERTIFICATE],
  ['two keys', `${keyAs('PRIVATE KEY')}\n${keyAs('PRIVATE KEY')}`],
  ['something else', 'a key'],
])('%s is told by field, and not shown', (_, text) => {
  const outcome = linked(read(CERTIFICATE), read(text))
  expect(outcome).toMatchObject({
    kind: 'unusable',
    findings: [{ field: FIELD, reason: 'SecretInvalid' }],
  })
  expect(JSON.stringify(outcome)).toContain('tls.key')
  expect(JSON.stringify(outcome)).not.toContain('AAAA')
})

it('everything that is wrong is told at once, and the same only once', () => {
  const gone: DataReading = { ok: false, reason: 'SecretNotFound', message: 'It was not found' }
  expect(linked(gone, gone)).toMatchObject({ findings: [{ message: 'It was not found' }] })
  const both = linked(read('no'), read('no'))
  expect(both.kind === 'unusable' ? both.findings.length : 0).toBe(2)
})

it('a key of another certificate is told of the key', () => {
  const whyNoPair: WhyNoPair = () => ({ about: 'key', complaint: 'is another one' })
  const outcome = linked(read(CERTIFICATE), read(keyAs('PRIVATE KEY')), whyNoPair)
  expect(outcome).toMatchObject({
    kind: 'unusable',
    findings: [
      {
        field: FIELD,
        message: 'The key "tls.key" of Secret shop/shop-tls is another one',
        reason: 'SecretInvalid',
      },
    ],
  })
})
