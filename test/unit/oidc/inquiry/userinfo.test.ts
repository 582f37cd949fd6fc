import { describe, expect, it } from 'vitest'
import { distributed } from '../../../support/claim-sources.ts'
import { type HostileAnswer, json, redirectTo, text } from '../../../support/hostile-provider.ts'
import { createTokenSigner } from '../../../support/token-signer.ts'
import { anInquiry } from './an-inquiry.ts'

const challenged =
  (challenge: string): HostileAnswer =>
  (response) => {
    response.writeHead(403, { 'www-authenticate': challenge }).end()
  }

describe('a token shown to the userinfo endpoint', () => {
  it('is good if the endpoint takes it, and says who, and no scopes', async () => {
    const { hostile, show, facts } = await anInquiry()
    hostile.answer('userinfo', json({ sub: 'alice', email: 'a@example.com', scope: 'admin' }))
    expect(await show()).toMatchObject({
      kind: 'verified',
      bearer: 'access_token',
      issuer: hostile.issuer,
      subject: 'alice',
      claims: { email: 'a@example.com' },
      scopes: [],
    })
    expect(facts).toEqual([{ way: 'userinfo', outcome: 'active' }])
  })

  it('R25: tells nobody where claims are that are elsewhere', async () => {
    const { hostile, show } = await anInquiry()
    const elsewhere = distributed('https://claims.example.com/people')
    hostile.answer('userinfo', json({ sub: 'alice', ...elsewhere }))
    const answer = await show()
    const { _claim_names: names } = elsewhere
    expect(answer.kind === 'verified' && answer.claims).toEqual({
      sub: 'alice',
      _claim_names: names,
    })
  })

  it.each([
    ['401', text('', 401)],
    ['401 with an error', json({ error: 'invalid_token' }, 401)],
    ['403 for want of a scope (Keycloak)', json({ error: 'insufficient_scope' }, 403)],
    ['400 about the token', json({ error: 'invalid_token' }, 400)],
    ['403 and a challenge (Keycloak)', challenged('Bearer realm="r", error="insufficient_scope"')],
    ['403 and a challenge of a token', challenged('bearer error=invalid_token')],
  ])('is refused with %s', async (_, answer) => {
    const { hostile, show, outcome, facts } = await anInquiry()
    hostile.answer('userinfo', answer)
    expect(await outcome(show())).toBe('token_inactive')
    expect(facts).toEqual([{ way: 'userinfo', outcome: 'inactive' }])
  })

  it.each([
    ['403 and nothing else', text('', 403), 'provider_misconfigured'],
    ['403 and a bare challenge', challenged('Bearer realm="r"'), 'provider_misconfigured'],
    [
      '403 and a challenge of another scheme',
      challenged('Basic realm="r", error="invalid_token"'),
      'provider_misconfigured',
    ],
    [
      '403 and a challenge about the request',
      challenged('Bearer error="invalid_request"'),
      'provider_misconfigured',
    ],
    ['404', text('', 404), 'provider_misconfigured'],
    ['a failure', json({ sub: 'alice' }, 503), 'provider_unreachable'],
    ['a redirect', redirectTo('http://127.0.0.1:1/'), 'provider_misconfigured'],
    ['a page', text('<html></html>', 200, 'text/html'), 'provider_misconfigured'],
    ['no sub', json({ email: 'a@example.com' }), 'provider_misconfigured'],
    ['a sub that is no text', json({ sub: 7 }), 'provider_misconfigured'],
    ['an empty sub', json({ sub: '' }), 'provider_misconfigured'],
  ] as const)('is neither good nor refused with %s', async (_, answer, code) => {
    const { hostile, show, outcome } = await anInquiry()
    hostile.answer('userinfo', answer)
    expect(await outcome(show())).toBe(code)
  })

  it('is good by a signed answer that the provider signed', async () => {
    const { hostile, show, outcome } = await anInquiry()
    const claims = { iss: hostile.issuer, aud: 'whichever', sub: 'alice' }
    hostile.answer('userinfo', text(hostile.signer.sign(claims), 200, 'application/jwt'))
    expect(await outcome(show('a'))).toBe('verified')
    const forged = createTokenSigner('key-1').sign(claims)
    hostile.answer('userinfo', text(forged, 200, 'application/jwt'))
    expect(await outcome(show('b'))).toBe('provider_misconfigured')
    const other = hostile.signer.sign({ ...claims, iss: 'https://other.example.com' })
    hostile.answer('userinfo', text(other, 200, 'application/jwt'))
    expect(await outcome(show('c'))).toBe('provider_misconfigured')
  })

  it('is remembered as the rule says', async () => {
    const { show, shown, clock } = await anInquiry()
    const first = await show()
    expect(await show()).toBe(first)
    clock.advance(30_000)
    await show()
    expect(shown()).toBe(2)
  })

  it('is nobody of a provider of many tenants, which does not say whose it is', async () => {
    const { show, outcome } = await anInquiry({ provider: { tenants: ['*'] } })
    expect(await outcome(show())).toBe('token_issuer_mismatch')
  })

  it('of another issuer is not shown', async () => {
    const { hostile, show, shown, outcome } = await anInquiry()
    const jwt = hostile.signer.sign({ iss: 'https://other.example.com', sub: 'alice' })
    expect(await outcome(show(jwt))).toBe('token_issuer_mismatch')
    expect(shown()).toBe(0)
  })
})

describe('of several providers', () => {
  it('one that is away decides only if no other vouches', async () => {
    const { hostile, inquiry, method, provider, client, says, outcome } = await anInquiry()
    says()
    const away = {
      ...provider,
      name: 'shop/away',
      generation: 'away',
      endpoints: { introspection: 'http://127.0.0.1:1/introspect' },
    }
    const first = { ...method, provider: away, client: { ...client, provider: away } }
    const ask = async (token: string) =>
      inquiry.introspect(token, [first, method], { signal: new AbortController().signal })
    expect(await outcome(ask('good'))).toBe('verified')
    hostile.answer('introspection', json({ active: false }))
    expect(await outcome(ask('unknown'))).toBe('provider_unreachable')
  })
})
