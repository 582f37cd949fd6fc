import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  certificateStanding,
  type OwnCertificate,
  whyNoPair,
} from '../../../../src/outbound/identity/own-certificate.ts'
import {
  type Certificates,
  createCertificates,
  createSelfSigned,
} from '../../../support/parts/tls.ts'

let issued: Certificates
let other: OwnCertificate

const DAY_MS = 86_400_000

beforeAll(async () => {
  issued = await createCertificates(['shop'])
  const { cert, key } = await createSelfSigned('other', 30)
  other = { certificatePem: cert, privateKeyPem: key }
})

afterAll(() => issued.remove())

const ours = (): OwnCertificate => ({
  certificatePem: issued.certPem,
  privateKeyPem: issued.keyPem,
})

it('a certificate and its key are a pair, with the authority behind it as well', () => {
  expect(whyNoPair(ours())).toBeUndefined()
  const chain = { ...ours(), certificatePem: issued.certPem + issued.caPem }
  expect(whyNoPair(chain)).toBeUndefined()
})

it('what is no pair is said of the one that is wrong, and shows no key', () => {
  const mixed = { ...ours(), privateKeyPem: other.privateKeyPem }
  expect(whyNoPair(mixed)).toEqual({
    about: 'key',
    complaint: expect.stringContaining('is not the key of the certificate of "CN=shop"'),
  })
  const authorityFirst = { ...ours(), certificatePem: issued.caPem + issued.certPem }
  expect(whyNoPair(authorityFirst)?.complaint).toContain('that certificate first')
  const garbled = ours().certificatePem.replace(/\n[A-Za-z0-9+/]{8}/, '\nAAAAAAAA')
  expect(whyNoPair({ ...ours(), certificatePem: garbled })).toMatchObject({ about: 'certificate' })
  const noKey = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----'
  expect(whyNoPair({ ...ours(), privateKeyPem: noKey })).toEqual({
    about: 'key',
    complaint: 'holds a key that cannot be read',
  })
  expect(JSON.stringify(whyNoPair(mixed))).not.toContain('PRIVATE')
})

it('what a handshake would not show is said of the certificates, wherever in them it lies', async () => {
  const small = await createSelfSigned('small', 30, ['rsa:1024'])
  const reason = (own: OwnCertificate) => {
    const why = whyNoPair(own)
    expect(why?.about).toBe('certificate')
    return why?.complaint
  }
  const behind = (pem: string) => reason({ ...ours(), certificatePem: issued.certPem + pem })
  const garbled = issued.caPem.replace(/\n[A-Za-z0-9+/]{8}/, '\nAAAAAAAA')
  expect(behind(garbled)).toMatch(/^holds certificates that TLS cannot use \(OpenSSL: .+\): put /)
  expect(behind(issued.caPem.slice(0, 200))).toContain('and whole')
  expect(behind(small.cert)).toContain('behind the first certificate, one whose key is too small')
  expect(reason({ certificatePem: small.cert, privateKeyPem: small.key })).toContain(
    'holds a certificate whose key is too small for TLS: have it issued for an RSA key of at least',
  )
})

it('a certificate is told before it expires, when it does not count yet, and when it is over', () => {
  const nowMs = Date.now()
  const at = (days: number) => certificateStanding(other, nowMs + days * DAY_MS)
  expect(at(1)).toMatchObject({ state: 'valid', daysLeft: 28 })
  expect(at(20)).toMatchObject({ state: 'soon' })
  expect(at(20)?.sentence).toMatch(/^the certificate of "CN=other" expires on \d{4}-\d\d-\d\d$/)
  expect(at(20)?.sentence).toBe(at(21)?.sentence)
  expect(at(31)).toMatchObject({ state: 'unusable', daysLeft: -2 })
  expect(at(31)?.sentence).toContain('expired on')
  expect(at(-1)?.sentence).toContain('is not valid before')
  expect(certificateStanding({ certificatePem: 'none' }, nowMs)).toBeUndefined()
})
