import { describe, expect, it } from 'vitest'
import { cookieDomain, isWithin } from '../../../../src/policy/matching/cookie-domain.ts'

describe('the domain of a shared cookie', () => {
  it.each(['example.com', 'apps.example.co.uk', 'k8s.cluster.local', 'other.test'])(
    '%s can be shared over',
    (domain) => {
      expect(cookieDomain(domain)).toEqual({ ok: true, value: domain })
    },
  )

  it.each([
    ['localhost', /one label/],
    ['com', /one label/],
    ['co.uk', /public suffix/],
    ['github.io', /public suffix/],
    ['*.example.com', /`\*`/],
    ['10.0.0.1', /address/],
    ['[::1]', /address/],
    ['example.com:8443', /port/],
    ['example.com.', /dot/],
    ['exa mple.com', /no host name/],
  ])('%s cannot, and it is said why', (domain, why) => {
    const checked = cookieDomain(domain)
    expect(checked).toMatchObject({ ok: false, message: expect.stringMatching(why) })
  })
})

describe('which hosts a domain reaches', () => {
  it.each(['example.com', 'a.example.com', 'a.b.example.com', '*.example.com', '*.a.example.com'])(
    '%s is within example.com',
    (host) => expect(isWithin(host, 'example.com')).toBe(true),
  )

  it.each(['example.org', 'notexample.com', '*.com', 'com', 'example.com.evil.test'])(
    '%s is not',
    (host) => expect(isWithin(host, 'example.com')).toBe(false),
  )
})
