import { describe, expect, it } from 'vitest'
import { isElsewhere } from '../../../../src/core/identity/elsewhere.ts'
import { distributed } from '../../../support/claim-sources.ts'
import { hang, json, redirectTo, text, truncate } from '../../../support/hostile-provider.ts'
import { createTokenSigner } from '../../../support/token-signer.ts'
import { anInquiry, type Told } from './an-inquiry.ts'

const SIGNED = 'application/token-introspection+jwt'

describe('token introspection', () => {
  it('takes what the provider vouches for, as what it says of it', async () => {
    const { says, ask, hostile } = await anInquiry()
    says()
    expect(await ask('2YotnFZFEjr1zCsicMWpAA')).toMatchObject({
      kind: 'verified',
      bearer: 'access_token',
      issuer: hostile.issuer,
      subject: 'alice',
      scopes: ['openid', 'orders:read'],
    })
    const [request] = hostile.introspectionRequests
    expect(Object.fromEntries(request?.form ?? [])).toEqual({
      token: '2YotnFZFEjr1zCsicMWpAA',
      token_type_hint: 'access_token',
    })
    expect(request?.authorization).toBe(`Basic ${btoa('shop:correct%20horse')}`)
    expect(request?.accept).toBe('application/json')
  })

  it('R25: tells nobody where claims are that are elsewhere', async () => {
    const { says, ask } = await anInquiry()
    says(distributed('https://claims.example.com/people'))
    const answer = await ask()
    if (answer.kind !== 'verified') throw new Error(JSON.stringify(answer))
    expect(answer.claims).not.toHaveProperty('_claim_sources')
    expect(isElsewhere(answer.claims, 'groups')).toBe(true)
  })

  const refusals: readonly [string, Told, string][] = [
    ['is not active', { active: false }, 'token_inactive'],
    ['has expired', { exp: 1 }, 'token_expired'],
    ['is not valid yet', { nbf: 4_000_000_000 }, 'token_not_yet_valid'],
    ['has an exp that is a text', { exp: 'soon' }, 'token_claims_invalid'],
    ['is for another audience', { aud: 'https://other.example.com' }, 'token_audience_mismatch'],
    ['is for no audience', { aud: undefined }, 'token_claims_invalid'],
    ['is of another issuer', { iss: 'https://other.example.com' }, 'token_issuer_mismatch'],
    ['has no subject', { sub: undefined, username: 'alice' }, 'token_claims_invalid'],
    ['has an empty subject', { sub: '' }, 'token_claims_invalid'],
    ['is an ID token (Keycloak)', { typ: 'ID' }, 'token_type_invalid'],
    ['is a refresh token (Keycloak)', { typ: 'Refresh' }, 'token_type_invalid'],
    ['is a refresh token', { token_type: 'refresh_token' }, 'token_type_invalid'],
    ['is a refresh token (Hydra)', { token_use: 'refresh_token' }, 'token_type_invalid'],
    ['is an ID token (Cognito)', { token_use: 'id' }, 'token_type_invalid'],
    ['has the hash of an ID token', { at_hash: 'x' }, 'token_type_invalid'],
    ['is of a type that nobody knows', { token_type: 'mac' }, 'token_type_invalid'],
    ['has a type that is no text', { token_type: ['Bearer'] }, 'token_type_invalid'],
  ]

  it.each(refusals)('R23: refuses a token that %s', async (_, told, reason) => {
    const { says, ask, outcome } = await anInquiry()
    says(told)
    expect(await outcome(ask())).toBe(reason)
  })

  it.each([
    ['names no issuer', { iss: undefined }],
    ['says no exp', { exp: undefined }],
    ['has several audiences', { aud: ['a', 'https://api.example.com'] }],
    ['is typed as Keycloak does', { typ: 'Bearer', token_type: 'Bearer' }],
    ['is typed as Hydra does', { token_use: 'access_token', token_type: 'bearer' }],
  ] satisfies [string, Told][])('takes one that %s', async (_, told) => {
    const { says, ask, outcome } = await anInquiry()
    says(told)
    expect(await outcome(ask())).toBe('verified')
  })

  it('needs an exp where the provider is held to a longest life, and an iss where it has tenants', async () => {
    const held = await anInquiry({ provider: { maxTokenLifetimeMs: 600_000 } })
    held.says({ exp: undefined })
    expect(await held.outcome(held.ask())).toBe('token_claims_invalid')
    held.says({ exp: held.nowS + 86_400 })
    expect(await held.outcome(held.ask('longer'))).toBe('token_lifetime_too_long')
    const many = await anInquiry({ provider: { tenants: ['*'] } })
    many.says({ iss: undefined })
    expect(await many.outcome(many.ask())).toBe('token_issuer_mismatch')
  })

  it('looks for audiences where the rule says', async () => {
    const { says, ask, outcome } = await anInquiry({
      settings: { audienceClaim: 'client_id', audiences: ['app'] },
    })
    says({ aud: undefined })
    expect(await outcome(ask())).toBe('verified')
  })

  const hostilities = [
    ['`active` as a text', json({ active: 'true', sub: 'alice' }), 'provider_misconfigured'],
    ['no `active`', json({ sub: 'alice' }), 'provider_misconfigured'],
    ['a list', text('[]'), 'provider_unreachable'],
    ['a page', text('<html></html>', 200, 'text/html'), 'provider_unreachable'],
    ['nothing', text(''), 'provider_unreachable'],
    ['a body without an end', text('a'.repeat(8_000_000)), 'provider_unreachable'],
    ['a redirect', redirectTo('http://127.0.0.1:1/'), 'provider_misconfigured'],
    ['a failure', json({ active: true }, 500), 'provider_unreachable'],
    ['half of an answer', truncate, 'provider_unreachable'],
    [
      'a refusal of our own client',
      json({ error: 'invalid_client' }, 401),
      'provider_misconfigured',
    ],
    ['401 and nothing else', text('', 401), 'provider_misconfigured'],
    ['that it is busy', json({ error: 'temporarily_unavailable' }, 400), 'provider_unreachable'],
    ['an error with 200', json({ error: 'invalid_request' }), 'provider_misconfigured'],
  ] as const

  it.each(hostilities)(
    'is a fault, never a refusal, when it is answered with %s',
    async (...row) => {
      const [, answer, code] = row
      const { hostile, ask, outcome, facts } = await anInquiry()
      hostile.answer('introspection', answer)
      expect(await outcome(ask())).toBe(code)
      expect(facts).toEqual([{ way: 'introspection', outcome: 'failed' }])
    },
  )

  it('gives up with its budget', async () => {
    const { hostile, inquiry, method } = await anInquiry({ settings: { ttlMs: 0 } })
    hostile.answer('introspection', hang)
    const asked = inquiry.introspect('t', [method], { signal: AbortSignal.abort() })
    await expect(asked).rejects.toMatchObject({ code: 'provider_unreachable' })
  })

  it('says which endpoint is missing, and which credentials are refused', async () => {
    const { hostile, ask } = await anInquiry()
    hostile.answer('introspection', json({ error: 'invalid_client' }, 401))
    await expect(ask()).rejects.toThrow(/authentication\.secretRef/)
    const without = await anInquiry()
    without.hostile.setMetadata({ introspection_endpoint: undefined })
    await expect(without.ask()).rejects.toThrow(/set spec\.endpoints\.introspection/)
  })

  it('says by which member tokens are taken that the endpoint does not look into', async () => {
    const { hostile, ask } = await anInquiry()
    hostile.answer('introspection', json({ error: 'unsupported_token_type' }, 400))
    await expect(ask()).rejects.toThrow(/taken by a member `bearer`, before `introspection`/)
  })

  it('never tells the token', async () => {
    const { hostile, ask } = await anInquiry()
    hostile.answer('introspection', json({ error: 'x', error_description: 'bad opaque-1' }, 400))
    await expect(ask('opaque-1')).rejects.toThrow(/bad \(not shown\)/)
  })
})

describe('introspection of a JWT', () => {
  const world = async (changes: Parameters<typeof anInquiry>[0] = {}) => {
    const made = await anInquiry(changes)
    const { hostile, nowS } = made
    const claims = { iss: hostile.issuer, sub: 'alice', jti: '1', exp: nowS + 300 }
    const jwt = (changed: Told = {}) =>
      hostile.signer.sign(JSON.parse(JSON.stringify({ ...claims, ...changed })), { typ: 'at+jwt' })
    return { ...made, jwt }
  }

  it.each([['sub'], ['jti']])('R23: refuses an answer about another %s', async (name) => {
    const { says, ask, jwt } = await world()
    says({ [name]: 'another' })
    await expect(ask(jwt())).rejects.toThrow(`its ${name} is not that of the token`)
  })

  it('shows it to no provider but its issuer', async () => {
    const { says, ask, outcome, asked, jwt } = await world()
    says()
    expect(await outcome(ask(jwt({ iss: 'https://other.example.com' })))).toBe(
      'token_issuer_mismatch',
    )
    expect(asked()).toBe(0)
  })

  it('shows what no bearer may use to nobody', async () => {
    const { says, ask, outcome, asked, hostile, nowS } = await world()
    says()
    const claims = { iss: hostile.issuer, sub: 'alice', exp: nowS + 300, at_hash: 'x' }
    expect(await outcome(ask(hostile.signer.sign(claims)))).toBe('token_type_invalid')
    expect(asked()).toBe(0)
  })

  it('tells of the audience mapper when it should be good', async () => {
    const { says, ask, jwt, nowS } = await world()
    says({ active: false })
    expect(await ask(jwt())).toMatchObject({ detail: expect.stringContaining('audience mapper') })
    const expired = await ask(jwt({ exp: nowS - 1 }))
    expect(JSON.stringify(expired)).not.toContain('mapper')
  })
})

describe('a signed answer (RFC 9701)', () => {
  const offered = { introspection_signing_alg_values_supported: ['RS256'] }

  const world = async (signed: 'Auto' | 'Always' = 'Always') => {
    const made = await anInquiry({ settings: { signed } })
    const answers = (compact: string, type = SIGNED) =>
      made.hostile.answer('introspection', text(compact, 200, type))
    return { ...made, answers }
  }

  it('is asked for where it is offered, and a plain one is taken as well', async () => {
    const { hostile, says, ask, outcome } = await world('Auto')
    hostile.setMetadata(offered)
    says()
    expect(await outcome(ask())).toBe('verified')
    expect(hostile.introspectionRequests[0]?.accept).toBe(`${SIGNED}, application/json;q=0.9`)
  })

  it('is not asked for where nobody could check it', async () => {
    const { hostile, says, ask } = await world('Auto')
    hostile.setMetadata({ introspection_signing_alg_values_supported: ['HS256'] })
    says()
    await ask()
    expect(hostile.introspectionRequests[0]?.accept).toBe('application/json')
  })

  it.each(['Auto', 'Always'] as const)(
    'counts as far as it is signed for us: %s',
    async (signed) => {
      const made = await world(signed)
      made.hostile.setMetadata(offered)
      made.answers(made.signed())
      expect(await made.ask()).toMatchObject({ kind: 'verified', subject: 'alice' })
    },
  )

  it('is demanded: a plain one counts for nothing', async () => {
    const { hostile, says, ask } = await world()
    says()
    await expect(ask()).rejects.toThrow(/without a signature/)
    expect(hostile.introspectionRequests[0]?.accept).toBe(SIGNED)
  })

  it.each([
    ['another typ', {}, { typ: 'JWT' }],
    ['no typ', {}, { typ: undefined }],
    ['an unknown extension', {}, { crit: ['b64'] }],
    ['another issuer', { iss: 'https://other.example.com' }, {}],
    ['another client', { aud: 'other' }, {}],
    ['nobody', { aud: undefined }, {}],
    ['no iat', { iat: undefined }, {}],
    ['an iat ahead', { iat: 4_000_000_000 }, {}],
    ['an exp that has passed', { exp: 1 }, {}],
    ['nothing in it', { token_introspection: undefined }, {}],
    ['a text in it', { token_introspection: '{"active":true}' }, {}],
  ] satisfies [string, Told, Told][])('is refused with %s', async (_, claims, header) => {
    const made = await world()
    made.answers(made.signed({}, claims, header))
    expect(await made.outcome(made.ask())).toBe('provider_misconfigured')
  })

  it('is refused without the signature of the provider', async () => {
    const made = await world()
    const forger = createTokenSigner('key-1')
    const [, payload] = made.signed().split('.')
    const claims = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString())
    made.answers(forger.sign(claims, { typ: 'token-introspection+jwt' }))
    await expect(made.ask()).rejects.toThrow(/signature is not valid/)
    made.answers(`${made.signed().split('.').slice(0, 2).join('.')}.`)
    expect(await made.outcome(made.ask())).toBe('provider_misconfigured')
    made.answers('not a JWT')
    expect(await made.outcome(made.ask())).toBe('provider_misconfigured')
  })
})
