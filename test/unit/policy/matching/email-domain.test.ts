import { describe, expect, it } from 'vitest'
import { emailDomain } from '../../../../src/policy/matching/email-domain.ts'

describe('a domain of e-mail addresses', () => {
  it.each([
    ['example.com', 'example.com'],
    ['Example.COM', 'example.com'],
    ['*.example.com', '*.example.com'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['github.io', 'github.io'],
  ])('%j is %j', (written, value) => {
    expect(emailDomain(written)).toEqual({ ok: true, value })
  })

  it.each(['', '*', 'com', '*.com', '*.co.uk', '@example.com', 'a@b.com', 'b.com:25', 'bücher.de'])(
    '%j is none',
    (written) => {
      expect(emailDomain(written)).toMatchObject({ ok: false, message: expect.any(String) })
    },
  )
})
