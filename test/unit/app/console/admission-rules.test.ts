import { describe, expect, it } from 'vitest'
import { admissionRulesOf } from '../../../../src/app/console/admission-rules.ts'
import { createSigning } from '../../../../src/assertions/assertions.ts'
import type { Claims } from '../../../../src/core/identity/identity.ts'
import { parseAdminTokens } from '../../../../src/http/sessions-api/admin-tokens.ts'
import { admit } from '../../../../src/http/sessions-api/admit.ts'
import { anIdentity } from '../../../support/builders.ts'
import { unlimited } from '../../../support/check-ports.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'
import { handSetTimers } from '../../../support/hand-set-timers.ts'
import { seededRandom } from '../../../support/seeded-random.ts'

const ISSUER = 'https://sallyport.example.com'
const HEADER = 'x-sallyport-assertion'
const TOKEN = 'a'.repeat(32)

const ASSERTION = {
  audience: 'console',
  route: 'sallyport/console',
  header: HEADER,
  claim: 'realm.roles',
  view: ['support'],
  endSessions: ['ops'],
}

const setup = (assertion = ASSERTION) => {
  const clock = handSetClock()
  const kept = new Map<string, string>()
  const signing = createSigning({
    store: {
      keep: async (name, make) => {
        const text = kept.get(name) ?? (await make())
        kept.set(name, text)
        return text
      },
      read: async (name) => kept.get(name),
      names: async () => [...kept.keys()],
    },
    clock,
    random: seededRandom('admission'),
    issuer: ISSUER,
    algorithm: 'ES256',
    rotationMs: 3_600_000,
    after: handSetTimers(clock).after,
    onSigned: () => undefined,
    tell: () => undefined,
  })
  const rules = admissionRulesOf(
    { assertion },
    { verifying: { keySet: signing.keySet, issuer: ISSUER }, clock },
  )
  const signed = async (claims: Claims, audience = 'console') => {
    const terms = { header: HEADER, audience, claims: [['realm', 'roles']], lifetimeMs: 60_000 }
    return (await signing.sign(terms, anIdentity({ claims }), unlimited)).token
  }
  return { rules, signed, clock }
}

describe('assertions of a route in front', () => {
  it('let in by the values of the claim, a text or a list', async () => {
    const { rules, signed } = setup()
    const rolesBy = async (roles: Claims[string]) => {
      const assertion = await signed({ realm: { roles: roles ?? null } })
      const admission = admit({ ...rules, demandsCertificate: false }, { assertion })
      return admission.kind === 'admitted' ? admission.administrator.roles : admission.kind
    }
    expect(await rolesBy('ops')).toEqual(['view', 'end-sessions'])
    expect(await rolesBy(['x', 'support'])).toEqual(['view'])
    expect(await rolesBy(['support', 'ops'])).toEqual(['view', 'end-sessions'])
    for (const odd of ['opsx', 'OPS', [], [['ops']], { ops: true }, 7, null]) {
      expect(await rolesBy(odd)).toBe('forbidden')
    }
  })

  it('say whose subject it is, and of who has no role why', async () => {
    const { rules, signed } = setup()
    const by = (assertion: string) => admit({ ...rules, demandsCertificate: false }, { assertion })
    const name = `alice of ${anIdentity().issuer}`
    expect(by(await signed({ realm: { roles: 'ops' } }))).toEqual({
      kind: 'admitted',
      administrator: { name, roles: ['view', 'end-sessions'], way: 'assertion' },
    })
    expect(by(await signed({ realm: { roles: 'sales' } }))).toEqual({
      kind: 'forbidden',
      who: name,
      sentence: expect.stringContaining('realm.roles has none of the values'),
    })
    expect(by(await signed({}))).toMatchObject({
      sentence: expect.stringContaining('has no claim realm.roles'),
    })
  })

  it('that do not count are refused, whatever else the request shows', async () => {
    const { rules, signed, clock } = setup()
    const { tokens } = parseAdminTokens(`alice ${TOKEN}`)
    const certificate = { name: 'gateway', identities: ['CN=gateway'] }
    const token = { kind: 'token', token: TOKEN } as const
    const all = { ...rules, demandsCertificate: true, tokens: () => tokens }
    const expired = await signed({ realm: { roles: 'ops' } })
    clock.advance(60_000)
    for (const assertion of [
      '',
      'x',
      expired,
      await signed({ realm: { roles: 'ops' } }, 'orders'),
    ]) {
      expect(admit(all, { certificate, token, assertion })).toEqual({
        kind: 'forbidden',
        sentence: expect.stringMatching(/^The assertion in x-sallyport-assertion does not count: /),
      })
    }
    expect(admit(all, { certificate, token }).kind).toBe('admitted')
  })

  it('mean nothing where they are not configured, and certificates are demanded beside them', async () => {
    const { rules, signed } = setup()
    const assertion = await signed({ realm: { roles: 'ops' } })
    const { tokens } = parseAdminTokens(`alice ${TOKEN}`)
    expect(admit({ demandsCertificate: false, tokens: () => tokens }, { assertion })).toEqual({
      kind: 'unknown',
      lacks: 'token',
    })
    expect(admit({ ...rules, demandsCertificate: true }, { assertion })).toEqual({
      kind: 'unknown',
      lacks: 'certificate',
    })
    expect(admit({ ...rules, demandsCertificate: false }, {})).toEqual({
      kind: 'unknown',
      lacks: 'assertion',
    })
  })
})

describe('certificates', () => {
  const rolesOf = (identities: readonly string[], text?: string) => {
    const clock = handSetClock()
    const certificates = { view: ['CN=vera'], endSessions: ['URI:spiffe://e/alice'] }
    const keySet = () => ({ kind: 'unused' }) as const
    const rules = admissionRulesOf({ certificates }, { verifying: { keySet }, clock })
    const tokens = text === undefined ? {} : { tokens: () => parseAdminTokens(text).tokens }
    const shown = { certificate: { name: 'c', identities } }
    const token = { kind: 'token', token: TOKEN } as const
    const admission = admit({ ...rules, ...tokens, demandsCertificate: true }, { ...shown, token })
    return admission.kind === 'admitted' ? admission.administrator.roles : admission.kind
  }

  it('have the roles that one of their names has, with its kind', () => {
    expect(rolesOf(['CN=vera'])).toEqual(['view'])
    expect(rolesOf(['CN=x', 'URI:spiffe://e/alice'])).toEqual(['view', 'end-sessions'])
    expect(rolesOf(['CN=spiffe://e/alice', 'DNS:vera'])).toBe('forbidden')
    expect(rolesOf([])).toBe('forbidden')
  })

  it('with a token have what both may do', () => {
    expect(rolesOf(['CN=vera'], `alice ${TOKEN}`)).toEqual(['view'])
    expect(rolesOf(['URI:spiffe://e/alice'], `alice ${TOKEN} view`)).toEqual(['view'])
    expect(rolesOf(['URI:spiffe://e/alice'], `alice ${TOKEN} end-sessions`)).toEqual([
      'view',
      'end-sessions',
    ])
    expect(rolesOf(['CN=nobody'], `alice ${TOKEN}`)).toBe('forbidden')
  })
})
