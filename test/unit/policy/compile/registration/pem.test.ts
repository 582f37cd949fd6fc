import { describe, expect, test } from 'vitest'
import {
  isCertificatesPem,
  isPrivateKeyPem,
} from '../../../../../src/policy/compile/registration/pem.ts'

const block = (label: string, body = 'AAAA'): string =>
  `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`

describe('isPrivateKeyPem', () => {
  test('takes one PKCS#8 key, with text around it', () => {
    expect(isPrivateKeyPem(block('PRIVATE KEY'))).toBe(true)
    expect(isPrivateKeyPem(`comment\r\n${block('PRIVATE KEY').replaceAll('\n', '\r\n')}`)).toBe(
      true,
    )
  })

  test.each([
    '',
    'PRIVATE KEY',
    block('RSA PRIVATE KEY'),
    block('ENCRYPTED PRIVATE KEY'),
    block('PUBLIC KEY'),
    block('PRIVATE KEY') + block('PRIVATE KEY'),
    block('PRIVATE KEY', '***'),
    block('PRIVATE KEY').replace('-----END PRIVATE KEY-----', ''),
    block('PRIVATE KEY').replace('END PRIVATE KEY', 'END PUBLIC KEY'),
  ])('refuses %j', (text) => {
    expect(isPrivateKeyPem(text)).toBe(false)
  })
})

describe('isCertificatesPem', () => {
  test('takes one certificate or a bundle', () => {
    expect(isCertificatesPem(block('CERTIFICATE'))).toBe(true)
    expect(isCertificatesPem(block('CERTIFICATE').repeat(200))).toBe(true)
  })

  test.each([
    '',
    block('PRIVATE KEY'),
    block('CERTIFICATE') + block('PRIVATE KEY'),
    `${block('CERTIFICATE')}-----BEGIN CERTIFICATE-----\nAAAA`,
  ])('refuses %j', (text) => {
    expect(isCertificatesPem(text)).toBe(false)
  })

  test('a long text with no end is refused without stalling', () => {
    expect(isCertificatesPem(`-----BEGIN A-----${'\n'.repeat(200_000)}`)).toBe(false)
    expect(isCertificatesPem('-----BEGIN A-----\n'.repeat(10_000))).toBe(false)
  })
})
