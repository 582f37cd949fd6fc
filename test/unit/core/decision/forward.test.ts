import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Allow } from '../../../../src/core/decision/decision.ts'
import {
  forward as forwardOrDeny,
  forwardUnknown as forwardPrepared,
} from '../../../../src/core/decision/forward.ts'
import { headerValueOf, PLAIN_FORM } from '../../../../src/core/decision/header-value.ts'
import { prepareUnknown } from '../../../../src/core/decision/prepared.ts'
import { claimAt } from '../../../../src/core/decision/told-value.ts'
import type { Identity } from '../../../../src/core/identity/identity.ts'
import type { Policy, Rule } from '../../../../src/core/policy/policy.ts'
import { anIdentity, aPolicy, aRequest, aRule } from '../../../support/builders.ts'

const rule = aRule({
  upstream: {
    authorization: 'AccessToken',
    headers: [{ ...PLAIN_FORM, name: 'x-user-groups', told: { kind: 'claim', path: ['groups'] } }],
  },
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
const forward = (...args: Parameters<typeof forwardOrDeny>): Allow => {
  const verdict = forwardOrDeny(...args)
  if (verdict.kind === 'deny') throw new Error(`It was denied: ${verdict.reason}`)
  return verdict
}
const forwardPublic = (
  request: Parameters<typeof forwardPrepared>[0],
  of: Policy,
  under: Rule,
): Allow => forwardPrepared(request, of, under, prepareUnknown(of, { ...under, public: true }))
const set = (allow: Allow) => Object.fromEntries(allow.setHeaders)

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

  it('R8: any number of names is looked at one by one', () => {
    const names = Array.from({ length: 3_000 }, (_, nth) => `x_name-${nth}`)
    for (let time = 0; time < 2; time += 1) {
      const headers = Object.fromEntries(
        [...names, 'x_auth_email', 'x'.repeat(99)].map((n) => [n, 'v']),
      )
      const { removeHeaders } = forwardPublic(aRequest({ headers }), policy, rule)
      expect(removeHeaders).toEqual([...policy.identityHeaders, 'x_auth_email'])
    }
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

describe('R8: identity headers of other products', () => {
  const forged = {
    'x-forwarded-user': 'root',
    x_forwarded_user: 'root',
    'X-Forwarded-Groups': 'admins',
    'remote.user': 'root',
    'x-webauth-anything': 'root',
    oidc_claim_sub: 'root',
    'x-forwarded-for': '192.0.2.1',
    'x-auth-token': 'own',
  }
  const kept = ['x-forwarded-for', 'x-auth-token']
  const removed = Object.keys(forged).filter((name) => !kept.includes(name))
  const request = aRequest({ headers: forged })
  const shown = ({ removeHeaders }: Allow) =>
    removeHeaders.filter((name) => Object.hasOwn(forged, name)).toSorted()

  it('R8: are taken off every request, in every spelling, with an identity and without', () => {
    expect(shown(forward(request, policy, rule, anIdentity()))).toEqual(removed.toSorted())
    expect(shown(forwardPublic(request, policy, rule))).toEqual(removed.toSorted())
  })

  it('R8: pass where the rule names them, spelled so and not otherwise', () => {
    const passHeaders = new Set(['x-forwarded-user', 'oidc_claim_sub'])
    const passing = aRule({ upstream: { ...rule.upstream, passHeaders } })
    const expected = removed.filter((name) => !passHeaders.has(name)).toSorted()
    expect(shown(forward(request, policy, passing, anIdentity()))).toEqual(expected)
    expect(shown(forwardPublic(request, policy, passing))).toEqual(expected)
  })

  it('R8: a name that the policy or a sibling sets never passes', () => {
    const passHeaders = new Set(['x-forwarded-user', 'x-forwarded-groups'])
    const passing = aRule({ upstream: { ...rule.upstream, passHeaders } })
    const setting = {
      ...policy,
      identityHeaders: new Set([...policy.identityHeaders, 'x-forwarded-user']),
      siblingHeaders: new Set(['x-forwarded-groups']),
    }
    const asked = aRequest({ headers: { 'x-forwarded-user': 'root', 'x-forwarded-groups': 'a' } })
    expect(forward(asked, setting, passing, anIdentity()).removeHeaders).toEqual(
      expect.arrayContaining(['x-forwarded-user', 'x-forwarded-groups']),
    )
  })

  it('R8: a preset sets them, and what a caller sent is gone', () => {
    const preset = aRule({
      upstream: { authorization: 'AccessToken', headers: [], compatibility: 'OAuth2Proxy' },
    })
    const allow = forward(request, policy, preset, anIdentity())
    expect(set(allow)['x-forwarded-user']).toBe('alice')
    expect(allow.removeHeaders).toContain('x_forwarded_user')
    expect(allow.removeHeaders).not.toContain('x-forwarded-user')
  })
})

describe('what stands in `Authorization`', () => {
  const own = { headers: { authorization: 'Basic b3du' } }
  const asked = (
    authorization: 'AccessToken' | 'IDToken' | 'Keep' | 'Remove',
    identity: Identity,
  ) => {
    const under = aRule({ upstream: { authorization, headers: [] } })
    const allow = forward(aRequest(own), policy, under, identity)
    return (
      set(allow).authorization ?? (allow.removeHeaders.includes('authorization') ? 'gone' : 'kept')
    )
  }
  const session: Identity = { ...anIdentity(), accessToken: 'access-1', idToken: 'id-1' }
  const bearer = (kind: 'access_token' | 'id_token'): Identity => ({
    via: 'bearer',
    bearer: kind,
    issuer: 'https://sso.example.com/realms/shop',
    subject: 'alice',
    claims: {},
    scopes: [],
  })

  it.each([
    ['AccessToken', session, 'Bearer access-1'],
    ['IDToken', session, 'Bearer id-1'],
    ['Keep', session, 'kept'],
    ['Remove', session, 'gone'],
    ['AccessToken', bearer('access_token'), 'kept'],
    ['AccessToken', bearer('id_token'), 'kept'],
    ['IDToken', bearer('access_token'), 'gone'],
    ['IDToken', bearer('id_token'), 'kept'],
    ['Keep', bearer('access_token'), 'kept'],
    ['Remove', bearer('access_token'), 'gone'],
  ] as const)('R10: %s of %j is %s', (kind, identity, outcome) =>
    expect(asked(kind, identity)).toBe(outcome),
  )

  it("R10: a session without the token that is asked for sends nobody else's", () => {
    const { idToken: _, accessToken: __, ...bare } = session
    expect(asked('IDToken', bare)).toBe('gone')
    expect(asked('AccessToken', bare)).toBe('gone')
  })

  it('R10: whoever passes without an identity has nothing there, but by `Keep`', () => {
    const unknown = (authorization: 'AccessToken' | 'Keep') => {
      const under = aRule({ upstream: { authorization, headers: [] } })
      return forwardPrepared(aRequest(own), policy, under, prepareUnknown(policy, under))
    }
    expect(unknown('AccessToken').removeHeaders).toContain('authorization')
    expect(unknown('Keep').removeHeaders).not.toContain('authorization')
  })
})

describe('headers for the downstream', () => {
  const response = {
    headers: [
      { ...PLAIN_FORM, name: 'x-user', told: { kind: 'claim', path: ['name'] } },
      { ...PLAIN_FORM, name: 'x-site', told: { kind: 'text', text: 'north' } },
    ],
  } as const

  it('are what the claims say, and nothing for a claim that is absent or too long', () => {
    const under = aRule({ response })
    const answered = (name?: string) =>
      forward(aRequest(), policy, under, anIdentity({ claims: name === undefined ? {} : { name } }))
        .responseHeaders
    expect(answered('Zoë')).toEqual([
      ['x-user', 'Zo%C3%AB'],
      ['x-site', 'north'],
    ])
    expect(answered()).toEqual([['x-site', 'north']])
    expect(answered('a'.repeat(9_000))).toEqual([['x-site', 'north']])
  })

  it('are absent where none are asked for, and without an identity', () => {
    expect(forward(aRequest(), policy, rule, anIdentity())).not.toHaveProperty('responseHeaders')
    expect(forwardPublic(aRequest(), policy, aRule({ response }))).not.toHaveProperty(
      'responseHeaders',
    )
  })

  it('are there where the request headers do not fit', () => {
    const room = { bytes: 400, count: 20 }
    const claims = { name: 'Zoë', groups: ['a'.repeat(300)] }
    const under = { ...rule, response }
    const allow = forward({ ...aRequest(), room }, policy, under, anIdentity({ claims }))
    expect(allow.about.leftOut).toContain('x-user-groups')
    expect(allow.responseHeaders).toHaveLength(2)
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
    ['\ud800', '%ED%A0%80'],
  ])('R9: %j becomes %j', (claim, value) => expect(headerValueOf(claim)).toBe(value))

  it('R9: any string survives the round trip and is printable ASCII on the way', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const value = headerValueOf(text)
        return /^(?! )[\u0020-\u007e]*(?<! )$/.test(value) && decodeURIComponent(value) === text
      }),
    )
  })

  it('A8: blanks around a value are kept, so that two values never become one', () => {
    expect(headerValueOf(' alice')).toBe('%20alice')
    expect(headerValueOf('alice  ')).toBe('alice%20%20')
    expect(headerValueOf('\u2000alice')).toBe('%E2%80%80alice')
    expect(headerValueOf('  ')).toBe('%20%20')
  })

  it.each([['subject'], ['issuer']] as const)('A8: a blank %s replaces a forged one', (name) => {
    const headers = { [`x-auth-${name}`]: 'forged' }
    const allow = forward(aRequest({ headers }), policy, rule, anIdentity({ [name]: '  ' }))
    expect(set(allow)[`x-auth-${name}`]).toBe('%20%20')
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

  it.each([['subject'], ['issuer']] as const)(
    'R8: an empty %s is no header, so that a forged one is taken off',
    (name) => {
      const headers = { [`x-auth-${name}`]: 'forged' }
      const allow = forward(aRequest({ headers }), policy, rule, anIdentity({ [name]: '' }))
      expect(set(allow)[`x-auth-${name}`]).toBeUndefined()
      expect(allow.removeHeaders).toContain(`x-auth-${name}`)
    },
  )

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
    const none = aRule({ upstream: { authorization: 'Remove', headers: [] } })
    const allow = forward(aRequest({ headers }), policy, none, anIdentity())
    expect(set(allow).authorization).toBeUndefined()
    expect(allow.removeHeaders).toContain('authorization')
  })

  it('of a bearer request stays as it came', () => {
    const { accessToken: _, ...bearer } = anIdentity({ via: 'bearer' })
    const allow = forward(aRequest({ headers }), policy, rule, bearer)
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

describe('A11: a cookie of bytes that are no UTF-8', () => {
  const bytes = (text: string): string => Buffer.from(text, 'latin1').toString('latin1')
  const own = '__Host-sallyport=secret'

  it('A11: is not touched where none of ours is beside it', () => {
    const headers = { cookie: bytes('name=J\u00fcrg; a=1') }
    const allow = forward(aRequest({ headers }), policy, rule, anIdentity())
    expect(set(allow).cookie).toBeUndefined()
    expect(allow.removeHeaders).not.toContain('cookie')
    expect(allow.about.leftOut).toBeUndefined()
  })

  it('A11: is left out whole and named, never altered, where ours is taken out', () => {
    const utf8 = Buffer.from('last=Zo\u00eb', 'utf8').toString('latin1')
    const headers = { cookie: `${own}; name=${bytes('J\u00fcrg')}; ${utf8}; b="1 2"` }
    const allow = forward(aRequest({ headers }), policy, rule, anIdentity())
    expect(set(allow).cookie).toBe('last=Zo\u00eb; b="1 2"')
    expect(allow.about.leftOut).toEqual(['cookie'])
    const alone = forwardPublic(
      aRequest({ headers: { cookie: `${own}; name=${bytes('J\u00fcrg')}` } }),
      policy,
      rule,
    )
    expect(alone.removeHeaders).toContain('cookie')
  })

  it('A11: whatever else is in UTF-8 arrives byte for byte', () => {
    const name = fc.stringMatching(/^[a-z]{1,5}$/)
    const value = fc
      .string({ unit: 'grapheme' })
      .map((text) => text.replace(/[;\u0000-\u0020\u007f]/g, ''))
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value), { minLength: 1 }), (cookies) => {
        const theirs = cookies.map(([key, text]) => `${key}=${text.toWellFormed()}`).join('; ')
        const sent = Buffer.from(`${own}; ${theirs}`, 'utf8').toString('latin1')
        const allow = forward(aRequest({ headers: { cookie: sent } }), policy, rule, anIdentity())
        expect(set(allow).cookie).toBe(theirs)
        expect(allow.about.leftOut).toBeUndefined()
      }),
    )
  })

  it('A11: text of a gateway that sends no bytes goes on as it is', () => {
    const headers = { cookie: `${own}; name=J\u00fcrg` }
    const request = aRequest({ headers, encoding: 'text' })
    expect(set(forward(request, policy, rule, anIdentity())).cookie).toBe('name=J\u00fcrg')
  })
})

describe('A12: what the gateway has no room for', () => {
  const identity = anIdentity({ claims: { email: 'a@example.com', groups: 'g'.repeat(500) } })

  it('A12: claims are left out and named, in their order, before subject and token are', () => {
    const request = aRequest({ room: { bytes: 400, count: 100 } })
    const allow = forward(request, policy, rule, identity)
    expect(set(allow)).toEqual({
      'x-auth-subject': 'alice',
      'x-auth-issuer': 'https://sso.example.com/realms/shop',
      'x-auth-email': 'a@example.com',
      'x-auth-scopes': 'openid email',
      'x-sallyport-truncated': 'x-user-groups',
      authorization: 'Bearer access-1',
    })
    expect(allow.removeHeaders).toContain('x-user-groups')
    expect(allow.about.leftOut).toEqual(['x-user-groups'])
  })

  it('A12: letters count as the bytes that they are sent as', () => {
    const [told] = rule.upstream.headers
    if (told === undefined) throw new Error('The rule tells nothing.')
    const under = aRule({
      upstream: { ...rule.upstream, headers: [{ ...told, encoding: 'UTF8' }] },
    })
    const leftOut = (letters: number, bytes: number) =>
      forward(
        aRequest({ room: { bytes, count: 100 } }),
        policy,
        under,
        anIdentity({ claims: { groups: '\u65e5'.repeat(letters) } }),
      ).about.leftOut ?? []
    expect(leftOut(200, 1_000)).toEqual([])
    expect(leftOut(400, 1_000)).toEqual(['x-user-groups'])
    expect(leftOut(2_730, 60_000)).toEqual([])
    expect(leftOut(2_731, 60_000)).toEqual(['x-user-groups'])
  })

  it('A12: lines are counted as well', () => {
    const allow = forward(aRequest({ room: { bytes: 9_000, count: 4 } }), policy, rule, identity)
    expect(allow.setHeaders).toHaveLength(4)
    expect(set(allow)['x-sallyport-truncated']).toBe('x-auth-email,x-auth-scopes,x-user-groups')
  })

  it('A12: a request without room for subject, issuer, token and the signal is refused', () => {
    for (const room of [
      { bytes: 60, count: 100 },
      { bytes: 60_000, count: 2 },
      { bytes: 60_000, count: 3 },
    ]) {
      const verdict = forwardOrDeny(aRequest({ room }), policy, rule, identity)
      expect(verdict).toMatchObject({ kind: 'deny', status: 431, reason: 'headers_too_large' })
    }
  })

  it('A12: whatever there is room for, it is not exceeded, and nothing goes missing unnamed', () => {
    const room = fc.record({ bytes: fc.nat(1_500), count: fc.nat(8) })
    fc.assert(
      fc.property(room, fc.nat(9_000), (given, length) => {
        const claims = { email: 'a@example.com', groups: 'g'.repeat(length) }
        const verdict = forwardOrDeny(
          aRequest({ room: given }),
          policy,
          rule,
          anIdentity({ claims }),
        )
        if (verdict.kind === 'deny') return true
        const bytes = verdict.setHeaders.reduce(
          (sum, [name, value]) => sum + name.length + value.length,
          0,
        )
        const there = set(verdict)
        const missing = ['x-auth-email', 'x-auth-scopes', 'x-user-groups'].filter(
          (name) => there[name] === undefined && !(name === 'x-user-groups' && length === 0),
        )
        return (
          bytes <= given.bytes &&
          verdict.setHeaders.length <= given.count &&
          (there['x-sallyport-truncated'] ?? '') === missing.join(',')
        )
      }),
      { numRuns: 500 },
    )
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
