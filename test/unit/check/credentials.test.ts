import { describe, expect, it } from 'vitest'
import { createCheck } from '../../../src/check/check.ts'
import type { Verdict } from '../../../src/core/decision/decision.ts'
import type { AuthenticateMethod, CredentialMethod, Rule } from '../../../src/core/policy/policy.ts'
import type { Upstream } from '../../../src/core/policy/upstream.ts'
import type { Verification } from '../../../src/core/provider/token-verifier.ts'
import {
  aBearerMethod,
  aClient,
  aPolicy,
  aProvider,
  aRequest,
  aRule,
  aSession,
  FETCH,
  NAVIGATION,
  type RequestSketch,
} from '../../support/builders.ts'
import { type FakePorts, fakePorts, unlimited } from '../../support/check-ports.ts'
import { allowed, denied, headerOf } from '../../support/verdicts.ts'

const GRANTED = 'granted.access.token'

const provider = aProvider()
const client = aClient({ provider })

const clientCredentials: CredentialMethod = {
  kind: 'credential',
  way: 'clientCredentials',
  provider,
  settings: { audiences: ['api'], scopes: ['read'], keptMs: 60_000 },
}

const password: CredentialMethod = {
  kind: 'credential',
  way: 'password',
  provider,
  client,
  settings: { keptMs: 300_000 },
}

const refreshToken: CredentialMethod = {
  kind: 'credential',
  way: 'refreshToken',
  provider,
  client,
  from: [{ kind: 'header', name: 'refresh-token' }],
  settings: { audiences: ['api'], scopes: [], keptMs: 300_000 },
}

const verified = (claims: Record<string, string | number> = {}): Verification => ({
  kind: 'verified',
  bearer: 'access_token',
  issuer: provider.issuer,
  subject: 'robot',
  claims: { sub: 'robot', exp: 2_000_000_000, ...claims },
  scopes: ['read'],
})

const basic = (text: string) => ({
  authorization: `Basic ${Buffer.from(text).toString('base64')}`,
})

const ROBOT = basic('robot:s3cret')

const aWorld = (
  methods: readonly AuthenticateMethod[],
  authorization: Upstream['authorization'] = 'AccessToken',
  more: Partial<Rule> = {},
) => {
  const rule = aRule({ authenticate: methods, upstream: { authorization, headers: [] }, ...more })
  const ports = fakePorts(aPolicy({ fallback: rule }))
  ports.granting = { kind: 'token', accessToken: GRANTED }
  ports.verification = verified()
  const check = createCheck(ports)
  const ask = async (sketch: RequestSketch = {}): Promise<Verdict> =>
    check(aRequest({ ...sketch, headers: { ...FETCH, ...sketch.headers } }), unlimited)
  return { ports, ask }
}

const withRobot = (ports: FakePorts, ask: (sketch: RequestSketch) => Promise<Verdict>) => ({
  ports,
  verdict: () => ask({ headers: ROBOT }),
})

describe('`clientCredentials`', () => {
  it('is whom the token names, and the upstream gets the token in the place of the secret', async () => {
    const { ports, ask } = aWorld([clientCredentials])
    const verdict = allowed(await ask({ headers: ROBOT }))
    expect(verdict.setHeaders).toContainEqual(['x-auth-subject', 'robot'])
    expect(verdict.setHeaders).toContainEqual(['authorization', `Bearer ${GRANTED}`])
    expect(verdict.about).toMatchObject({ via: 'clientCredentials' })
    expect(ports.calls.grant).toEqual([
      { kind: 'client_credentials', provider, clientId: 'robot', clientSecret: 's3cret' },
    ])
    expect(ports.calls.verify).toEqual([GRANTED])
  })

  it('R23: is refused where the token that it got is bound to somebody, who proves nothing here', async () => {
    const tokenHash = 'h'.repeat(43)
    for (const [binding, reason] of [
      [{ jkt: 'k'.repeat(43), tokenHash }, 'token_scheme_invalid'],
      [{ certificate: 'c'.repeat(43), tokenHash }, 'certificate_missing'],
    ] as const) {
      const { ports, ask } = aWorld([clientCredentials])
      ports.verification = { ...verified(), binding } as Verification
      expect(denied(await ask({ headers: ROBOT }))).toMatchObject({ status: 401, reason })
    }
  })

  it.each(['Remove', 'IDToken'] as const)(
    'has `Authorization` taken off where the upstream is told %s',
    async (authorization) => {
      const { ask } = aWorld([clientCredentials], authorization)
      const verdict = allowed(await ask({ headers: ROBOT }))
      expect(verdict.removeHeaders).toContain('authorization')
      expect(verdict.setHeaders.map(([name]) => name)).not.toContain('authorization')
    },
  )

  it('stays behind where a session counts first', async () => {
    const { ports, ask } = aWorld([{ kind: 'session' }, clientCredentials], 'Remove')
    const cookie = `__Host-sallyport=${ports.keep(aSession(ports.nowMs))}`
    const verdict = allowed(await ask({ headers: { ...ROBOT, cookie } }))
    expect(verdict.removeHeaders).toContain('authorization')
    expect(ports.calls.grant).toEqual([])
  })

  it('refused is 401 with a challenge for each scheme, no login, and the reason in the log alone', async () => {
    const { ports, ask } = aWorld([{ kind: 'session' }, aBearerMethod(), clientCredentials])
    ports.granting = { kind: 'refused', detail: 'invalid_client: no such client' }
    const verdict = denied(await ask({ headers: { ...NAVIGATION, ...ROBOT } }))
    expect(verdict).toMatchObject({ status: 401, reason: 'credential_refused' })
    expect(verdict.detail).toBe('invalid_client: no such client')
    expect(verdict.headers.filter(([name]) => name === 'www-authenticate')).toEqual([
      ['www-authenticate', 'Bearer realm="shop.example.com"'],
      ['www-authenticate', 'Basic realm="shop.example.com", charset="UTF-8"'],
    ])
    expect(JSON.stringify(verdict.headers)).not.toContain('no such client')
  })

  it('refused never passes as nobody', async () => {
    const { ports, ask } = aWorld([clientCredentials, { kind: 'anonymous' }])
    ports.granting = { kind: 'refused', detail: 'no' }
    expect(denied(await ask({ headers: ROBOT })).reason).toBe('credential_refused')
    expect(allowed(await ask()).reason).toBe('anonymous')
  })

  it('guessed too often is 429 with the time to wait, and no challenge to go on', async () => {
    const { ports, ask } = aWorld([clientCredentials])
    ports.granting = { kind: 'limited', retryAfterSeconds: 42 }
    const verdict = denied(await ask({ headers: ROBOT }))
    expect(verdict).toMatchObject({ status: 429, reason: 'credential_limited' })
    expect(headerOf(verdict, 'retry-after')).toBe('42')
    expect(verdict.headers.map(([name]) => name)).not.toContain('www-authenticate')
  })

  it('malformed is 401, and nobody is asked', async () => {
    const { ports, ask } = aWorld([clientCredentials])
    const verdict = denied(await ask({ headers: { authorization: 'Basic a:b' } }))
    expect(verdict).toMatchObject({ status: 401, reason: 'credential_malformed' })
    expect(ports.calls.grant).toEqual([])
  })

  it('absent is a question for credentials, or for a token where one would do', async () => {
    expect(denied(await aWorld([clientCredentials]).ask()).reason).toBe('credential_required')
    const both = aWorld([clientCredentials, aBearerMethod()])
    expect(denied(await both.ask()).reason).toBe('token_required')
  })

  it.each(['client_id', 'azp'])(
    'R23: a token that %s says is of another client counts for nobody',
    async (claim) => {
      const { ports, ask } = aWorld([clientCredentials])
      ports.verification = verified({ [claim]: 'somebody-else' })
      await expect(ask({ headers: ROBOT })).rejects.toMatchObject({
        code: 'provider_misconfigured',
        message: expect.stringContaining('was issued to another client'),
      })
      expect(ports.calls.distrust).toHaveLength(1)
      ports.verification = verified({ [claim]: 'robot' })
      expect(allowed(await ask({ headers: ROBOT })).reason).toBe('allowed')
    },
  )

  it('an opaque token is a fault that names what to change', async () => {
    const { ports, ask } = aWorld([clientCredentials])
    ports.verification = { kind: 'rejected', reason: 'token_malformed', detail: 'It is not a JWT.' }
    await expect(ask({ headers: ROBOT })).rejects.toMatchObject({
      code: 'provider_misconfigured',
      message: expect.stringContaining('have it issue JWTs as access tokens'),
    })
  })

  it('R23: a token for another audience is refused as any, and asked for anew soon', async () => {
    const { ports, ask } = aWorld([clientCredentials])
    const detail = 'The aud claim holds none of the audiences required.'
    ports.verification = { kind: 'rejected', reason: 'token_audience_mismatch', detail }
    const verdict = denied(await ask({ headers: ROBOT }))
    expect(verdict).toMatchObject({ status: 401, reason: 'token_audience_mismatch' })
    expect(verdict.detail).toBe(`Of the access token that the provider gave for it: ${detail}`)
    expect(ports.calls.distrust).toHaveLength(1)
  })

  it('leaves bearer tokens to `bearer`', async () => {
    const { ports, ask } = aWorld([clientCredentials, aBearerMethod()])
    await ask({ headers: { authorization: 'Bearer a.b.c' } })
    expect(ports.calls.grant).toEqual([])
    expect(ports.calls.verify).toEqual(['a.b.c'])
  })

  it('is the same identity at every check for the same token', async () => {
    const { ports, ask } = aWorld([clientCredentials])
    const { verdict } = withRobot(ports, ask)
    const [first, second] = [allowed(await verdict()), allowed(await verdict())]
    expect(second.prepared).toBeDefined()
    expect(second.prepared).toBe(first.prepared)
  })
})

describe('`password`', () => {
  it('is shown by the client of the member, for its scopes', async () => {
    const { ports, ask } = aWorld([password])
    ports.verification = verified({ azp: client.clientId })
    expect(allowed(await ask({ headers: basic('alice:pa:ss') })).about).toMatchObject({
      via: 'password',
    })
    expect(ports.calls.grant).toEqual([
      { kind: 'password', client, username: 'alice', password: 'pa:ss' },
    ])
  })
})

describe('`refreshToken`', () => {
  it('is whom the access token names, and goes on nowhere', async () => {
    const { ports, ask } = aWorld([refreshToken], 'AccessToken', {
      tokenNames: {
        headers: new Set(['refresh-token']),
        cookies: new Set(),
        parameters: new Set(),
      },
    })
    const verdict = allowed(await ask({ headers: { 'refresh-token': 'r-1' } }))
    expect(verdict.removeHeaders).toContain('refresh-token')
    expect(verdict.setHeaders).toContainEqual(['authorization', `Bearer ${GRANTED}`])
    expect(ports.calls.grant).toEqual([{ kind: 'refresh_token', client, refreshToken: 'r-1' }])
  })

  it('refused or malformed is 401 with a challenge of its own', async () => {
    const { ports, ask } = aWorld([refreshToken])
    ports.granting = { kind: 'refused', detail: 'no' }
    const refused = denied(await ask({ headers: { 'refresh-token': 'r-1' } }))
    expect(refused).toMatchObject({ status: 401, reason: 'credential_refused' })
    expect(headerOf(refused, 'www-authenticate')).toBe('RefreshToken realm="shop.example.com"')
    for (const token of ['r 1', 'r'.repeat(16_385)]) {
      const malformed = denied(await ask({ headers: { 'refresh-token': token } }))
      expect(malformed).toMatchObject({ status: 401, reason: 'credential_malformed' })
    }
    expect(ports.calls.grant).toHaveLength(1)
  })
})
