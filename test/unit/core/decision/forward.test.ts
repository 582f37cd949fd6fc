import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  claimAt,
  forward,
  forwardPublic,
  headerValueOf,
} from '../../../../src/core/decision/forward.ts'
import { anIdentity, aPolicy, aRequest, aRule } from '../../../support/builders.ts'

const rule = aRule({
  upstream: { accessToken: 'Forward', headers: [{ name: 'x-user-groups', path: ['groups'] }] },
})
const policy = aPolicy({
  fallback: rule,
  identityHeaders: new Set([
    'x-auth-subject',
    'x-auth-issuer',
    'x-auth-email',
    'x-auth-scopes',
    'x-user-groups',
  ]),
})
const set = (allow: ReturnType<typeof forward>) => Object.fromEntries(allow.setHeaders)

describe('R8: forged identity headers', () => {
  const forgeries = {
    'x-auth-subject': 'root',
    x_auth_subject: 'root',
    'x-auth_email': 'root@example.com',
    'x-user-groups': 'admins',
    x_user_groups: 'admins',
    'x-sallyport-truncated': 'x',
    x_sallyport_anything: 'x',
    'x-other': 'kept',
  }

  it('R8: every spelling is taken off a public request', () => {
    const allow = forwardPublic(aRequest({ headers: forgeries }), policy, rule)
    expect(allow.setHeaders).toEqual([])
    expect(allow.removeHeaders).toEqual(
      expect.arrayContaining(Object.keys(forgeries).filter((name) => name !== 'x-other')),
    )
    expect(allow.removeHeaders).not.toContain('x-other')
  })

  it('R8: names that are not set are taken off even if the request does not show them', () => {
    const open = forwardPublic(aRequest(), policy, rule)
    expect(new Set(open.removeHeaders)).toEqual(policy.identityHeaders)
    const known = forward(aRequest(), policy, rule, anIdentity({ claims: {} }))
    expect(known.removeHeaders).toEqual(['x-auth-email', 'x-user-groups'])
  })

  it('R8: with an identity ours replace them, and what we do not set is taken off', () => {
    const allow = forward(aRequest({ headers: forgeries }), policy, rule, anIdentity())
    expect(set(allow)).toMatchObject({
      'x-auth-subject': 'alice',
      'x-auth-issuer': 'https://sso.example.com/realms/shop',
      'x-auth-email': 'alice@example.com',
      'x-auth-scopes': 'openid email',
    })
    expect(allow.removeHeaders).toContain('x-user-groups')
    expect(allow.removeHeaders).toContain('x_auth_subject')
    expect(allow.removeHeaders).not.toContain('x-other')
  })

  it('R8: a header that another route of the namespace sets is taken off where a request shows it', () => {
    const sibling = { ...policy, siblingHeaders: new Set(['x-user-roles']) }
    const headers = { 'x-user-roles': 'root', x_user_roles: 'root' }
    const { removeHeaders } = forward(aRequest({ headers }), sibling, rule, anIdentity())
    expect(removeHeaders).toEqual(expect.arrayContaining(['x-user-roles', 'x_user_roles']))
    expect(forwardPublic(aRequest(), sibling, rule).removeHeaders).not.toContain('x-user-roles')
  })

  it('R8: no name is both set and removed, as Envoy removes last', () => {
    const names = fc.constantFrom(
      'x-auth-subject',
      'X_Auth-Subject',
      'x-user-groups',
      'cookie',
      'authorization',
      'accept',
    )
    fc.assert(
      fc.property(fc.uniqueArray(names), (present) => {
        const headers = Object.fromEntries(present.map((name) => [name, 'v=1']))
        const identity = anIdentity({ claims: { groups: ['a'] } })
        const allow = forward(aRequest({ headers }), policy, rule, identity)
        return allow.setHeaders.every(([name]) => !allow.removeHeaders.includes(name))
      }),
    )
  })
})

describe('R9: header values', () => {
  it.each([
    ['plain text', 'plain text'],
    ['Zoë', 'Zo%C3%AB'],
    ['a\r\nx-admin: 1', 'a%0D%0Ax-admin: 1'],
    ['nul\u0000', 'nul%00'],
    ['100%', '100%25'],
    [['a', 'b'], '["a","b"]'],
    [true, 'true'],
    [7, '7'],
    ['\ud800', '%EF%BF%BD'],
  ])('R9: %j becomes %j', (claim, value) => expect(headerValueOf(claim)).toBe(value))

  it('R9: any string survives the round trip and is printable ASCII on the way', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const value = headerValueOf(text)
        return (
          /^[\u0020-\u007e]*$/.test(value) &&
          value === value.trim() &&
          decodeURIComponent(value) === text
        )
      }),
    )
  })

  it.each([
    [' bob', '%20bob'],
    ['bob ', 'bob%20'],
    ['  b o b ', '%20%20b o b%20'],
    ['  ', '%20%20'],
    ['\tbob\u2000', '%09bob%E2%80%80'],
  ])('A8: the blanks around %j are kept, so that two never become one', (text, value) => {
    const identity = anIdentity({ subject: text, claims: { groups: text, email: text } })
    const headers = set(forward(aRequest(), policy, rule, identity))
    expect(headers).toMatchObject({
      'x-auth-subject': value,
      'x-auth-email': value,
      'x-user-groups': value,
    })
  })

  it('R9: a value over the limit is left out, and said so', () => {
    const identity = anIdentity({
      claims: { groups: Array.from({ length: 2000 }, (_, i) => `group-${i}`) },
    })
    const allow = forward(
      aRequest({ headers: { 'x-user-groups': 'forged' } }),
      policy,
      rule,
      identity,
    )
    expect(set(allow)['x-user-groups']).toBeUndefined()
    expect(set(allow)['x-sallyport-truncated']).toBe('x-user-groups')
    expect(allow.removeHeaders).toContain('x-user-groups')
  })

  it.each([['subject'], ['issuer']] as const)('A8: a blank %s replaces a forged one', (name) => {
    const headers = { [`x-auth-${name}`]: 'forged' }
    const allow = forward(aRequest({ headers }), policy, rule, anIdentity({ [name]: '  ' }))
    expect(set(allow)[`x-auth-${name}`]).toBe('%20%20')
  })

  it('R8: an empty claim is no header, so that a forged one is taken off', () => {
    const identity = anIdentity({ claims: { email: '' } })
    const allow = forward(
      aRequest({ headers: { 'x-auth-email': 'forged' } }),
      policy,
      rule,
      identity,
    )
    expect(set(allow)['x-auth-email']).toBeUndefined()
    expect(allow.removeHeaders).toContain('x-auth-email')
  })
})

describe('the access token', () => {
  const headers = { authorization: 'Basic c3B5' }

  it('of a session is forwarded in place of what the request carried', () => {
    const allow = forward(aRequest({ headers }), policy, rule, anIdentity())
    expect(set(allow).authorization).toBe('Bearer access-1')
  })

  it('is kept back with `None`, and an unchecked authorization header with it', () => {
    const none = aRule({ upstream: { accessToken: 'None', headers: [] } })
    const allow = forward(aRequest({ headers }), policy, none, anIdentity())
    expect(set(allow).authorization).toBeUndefined()
    expect(allow.removeHeaders).toContain('authorization')
  })

  it('of a bearer request stays as it came', () => {
    const allow = forward(aRequest({ headers }), policy, rule, anIdentity({ via: 'bearer' }))
    expect(set(allow).authorization).toBeUndefined()
    expect(allow.removeHeaders).not.toContain('authorization')
  })
})

describe('R10: our cookies stay here', () => {
  it('R10: the others go on byte for byte', () => {
    const headers = { cookie: '__Host-sallyport=secret; theme="dark";  lang=de' }
    const allow = forward(aRequest({ headers }), policy, rule, anIdentity())
    expect(set(allow).cookie).toBe('theme="dark";  lang=de')
  })

  it('R10: on public requests as well, and the header goes when nothing is left', () => {
    const headers = { cookie: '__Host-sallyport=secret' }
    const { setHeaders, removeHeaders } = forwardPublic(aRequest({ headers }), policy, rule)
    expect(setHeaders).toEqual([])
    expect(removeHeaders).toContain('cookie')
  })
})

describe('claims by path', () => {
  it('follows levels and never a prototype', () => {
    const claims = { realm_access: { roles: ['admin'] }, list: ['x'] }
    expect(claimAt(claims, ['realm_access', 'roles'])).toEqual(['admin'])
    expect(claimAt(claims, ['realm_access', 'none'])).toBeUndefined()
    expect(claimAt(claims, ['list', '0'])).toBeUndefined()
    expect(claimAt(claims, ['constructor', 'name'])).toBeUndefined()
    expect(claimAt(claims, ['__proto__'])).toBeUndefined()
  })
})
