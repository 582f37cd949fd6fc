import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { factsOf } from '../../../../src/policy/applying/facts.ts'
import { anIdentity, aRequest } from '../../../support/builders.ts'
import { aDecisionPoint } from '../../../support/decision-points.ts'

const PLACE = { policy: 'shop/shop', rule: 'orders' }

const told = (...of: Parameters<typeof factsOf>): unknown => {
  const facts = factsOf(...of)
  return facts.kind === 'facts' ? JSON.parse(facts.json) : facts
}

const claims = (...names: readonly string[]) =>
  names.map((name) => ({ name, path: name.split('.') }))

describe('the facts for a decision point', () => {
  it('are who, what and where, and nothing that was not listed', () => {
    const request = aRequest({
      method: 'POST',
      path: '/orders/7?token=secret',
      headers: { cookie: 'a=b', authorization: 'Bearer t', 'x-tenant': 'blue' },
      address: '192.0.2.7',
    })
    expect(told(aDecisionPoint(), anIdentity(), request, PLACE, 'access-1')).toEqual({
      subject: {
        type: 'user',
        id: 'alice',
        properties: { iss: 'https://sso.example.com/realms/shop' },
      },
      action: { name: 'POST' },
      resource: {
        type: 'route',
        id: '/orders/7',
        properties: { host: 'shop.example.com', route: 'shop/shop', rule: 'orders' },
      },
      context: { ip: '192.0.2.7', headers: {} },
    })
  })

  it('hold what was listed, as far as it is there', () => {
    const point = aDecisionPoint({
      subjectType: 'person',
      resourceType: 'page',
      claims: claims('email', 'realm_access.roles', 'absent', 'nothing'),
      headers: ['x-tenant', 'x-absent'],
      sendsAccessToken: true,
    })
    const identity = anIdentity({
      claims: { email: 'a@b.c', realm_access: { roles: ['buyer'] }, nothing: null, secret: 1 },
    })
    const request = aRequest({ headers: { 'x-tenant': 'blue' } })
    expect(told(point, identity, request, PLACE, 'access-1')).toMatchObject({
      subject: {
        type: 'person',
        properties: {
          email: 'a@b.c',
          'realm_access.roles': ['buyer'],
          iss: 'https://sso.example.com/realms/shop',
        },
      },
      resource: { type: 'page' },
      context: { headers: { 'x-tenant': 'blue' }, access_token: 'access-1' },
    })
    const facts = factsOf(point, identity, request, PLACE, undefined)
    expect(facts.kind === 'facts' && facts.json).not.toMatch(/absent|nothing|secret|access_token/)
  })

  it('are the input of OPA, with the same members', () => {
    const plain = told(aDecisionPoint(), anIdentity(), aRequest(), PLACE, undefined)
    const opa = told(
      aDecisionPoint({ protocol: 'opa' }),
      anIdentity(),
      aRequest(),
      PLACE,
      undefined,
    )
    expect(opa).toEqual({ input: plain })
  })

  it('cannot be told by a claim of the same name who vouches for the subject', () => {
    const point = aDecisionPoint({ claims: [{ name: 'iss', path: ['sub_iss'] }] })
    const identity = anIdentity({ claims: { sub_iss: 'https://evil.example.com' } })
    expect(told(point, identity, aRequest(), PLACE, undefined)).toMatchObject({
      subject: { properties: { iss: 'https://sso.example.com/realms/shop' } },
    })
  })

  it('hold a header as the text that its bytes are, and none that is no UTF-8', () => {
    const point = aDecisionPoint({ headers: ['x-name', 'x-odd'] })
    const request = aRequest({
      headers: { 'x-name': 'Zo\u00c3\u00ab', 'x-odd': '\u00ff' },
      encoding: 'bytes',
    })
    expect(told(point, anIdentity(), request, PLACE, undefined)).toMatchObject({
      context: { headers: { 'x-name': 'Zoë' } },
    })
  })

  it('that are more than 16 KiB are not sent, and the largest part is named without its value', () => {
    const point = aDecisionPoint({ claims: claims('groups', 'email') })
    const identity = anIdentity({ claims: { groups: ['g'.repeat(17_000)], email: 'a@b.c' } })
    const facts = factsOf(point, identity, aRequest(), PLACE, undefined)
    expect(facts.kind).toBe('too_large')
    expect(facts).toMatchObject({ detail: expect.stringContaining('the claim groups') })
    expect(facts).not.toMatchObject({ detail: expect.stringContaining('ggg') })
  })

  it('R34: whatever claims and headers hold, they are JSON of the size that is said', () => {
    const point = aDecisionPoint({ claims: claims('a', 'b'), headers: ['x-a'] })
    const text = fc.string({ unit: 'binary', maxLength: 12_000 })
    fc.assert(
      fc.property(text, fc.jsonValue(), text, (a, b, header) => {
        const identity = anIdentity({ claims: { a, b: JSON.parse(JSON.stringify(b)) } })
        const request = aRequest({ headers: { 'x-a': header }, encoding: 'text' })
        const facts = factsOf(point, identity, request, PLACE, undefined)
        if (facts.kind === 'too_large') {
          expect(Number(/are (\d+) bytes/.exec(facts.detail)?.[1])).toBeGreaterThan(16_384)
          return
        }
        expect(Buffer.byteLength(facts.json)).toBeLessThanOrEqual(16_384)
        const { subject, context } = JSON.parse(facts.json)
        expect(subject.id).toBe('alice')
        expect(subject.properties.a).toBe(a)
        expect(context.headers['x-a']).toBe(header)
      }),
    )
  })
})
