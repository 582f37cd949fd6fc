import { describe, expect, it } from 'vitest'
import { howToSignIn } from '../../../src/check/answer/how-to-sign-in.ts'
import type { Unauthenticated } from '../../../src/core/identity/identity.ts'
import type { AuthenticateMethod, Rule } from '../../../src/core/policy/policy.ts'

const ruleOf = (...authenticate: readonly object[]): Rule =>
  ({ authenticate: authenticate as readonly AuthenticateMethod[] }) as Rule

const request = { authority: 'shop.example.com' }
const page = [{ label: 'sign_in', href: '/orders?access_token=secret' }] as const
const SESSION = { kind: 'session' }
const BEARER = { kind: 'bearer' }

describe('what a caller can do to be let in', () => {
  it.each([
    [
      'a page for a browser, without what its query may hold',
      ruleOf(SESSION),
      page,
      'To be let in, open https://shop.example.com/orders in a browser.',
    ],
    [
      'a token',
      ruleOf(BEARER),
      [],
      'To be let in, send the header `Authorization: Bearer ACCESS_TOKEN`.',
    ],
    [
      'a token or a page',
      ruleOf(SESSION, BEARER),
      page,
      'To be let in, send the header `Authorization: Bearer ACCESS_TOKEN`, or open https://shop.example.com/orders in a browser.',
    ],
    [
      'a token with a proof',
      ruleOf({ kind: 'bearer', proof: 'DPoP' }),
      [],
      'To be let in, send the headers `Authorization: DPoP ACCESS_TOKEN` and `DPoP: PROOF`.',
    ],
    [
      'a name with a secret',
      ruleOf({ kind: 'credential', way: 'clientCredentials' }),
      [],
      'To be let in, send the header `Authorization: Basic BASE64(NAME:SECRET)`.',
    ],
    [
      'a refresh token',
      ruleOf({
        kind: 'credential',
        way: 'refreshToken',
        from: [{ kind: 'header', name: 'refresh-token' }],
      }),
      [],
      'To be let in, send the header `refresh-token: REFRESH_TOKEN`.',
    ],
    [
      'a token wherever the rule looks for it, each place once',
      ruleOf(
        {
          kind: 'bearer',
          from: [
            { kind: 'header', name: 'authorization' },
            { kind: 'header', name: 'x-token' },
            { kind: 'cookie', name: 'token' },
          ],
        },
        { kind: 'credential', way: 'userinfo', from: [{ kind: 'query', name: 'access_token' }] },
        BEARER,
      ),
      [],
      'To be let in, send the header `Authorization: Bearer ACCESS_TOKEN`, send the header `x-token: ACCESS_TOKEN`, send the cookie `token=ACCESS_TOKEN`, or add the query parameter `access_token=ACCESS_TOKEN`.',
    ],
    [
      'a token that is bound to a certificate',
      ruleOf({ kind: 'bearer', proof: 'MutualTLS' }),
      [],
      'To be let in, show your client certificate and send the header `Authorization: Bearer ACCESS_TOKEN`.',
    ],
  ])('is %s', (_what, rule, ways, sentence) => {
    expect(howToSignIn(request, rule, {}, ways)).toBe(sentence)
  })

  it('is nothing where sessions alone count and no page leads on', () => {
    expect(howToSignIn(request, ruleOf(SESSION), {}, [])).toBeUndefined()
  })

  it('names the sign-in that a stronger or newer authentication comes from, where tokens are taken', () => {
    const stepUp = {
      asked: { acrValues: ['mfa', 'phr'], maxAgeMs: 600_000 },
    } as unknown as NonNullable<Unauthenticated['stepUp']>
    expect(howToSignIn(request, ruleOf(BEARER, SESSION), { stepUp }, [...page])).toBe(
      'To be let in, get a new token by a sign-in with `acr_values=mfa phr` and `max_age=600`, and then send the header `Authorization: Bearer ACCESS_TOKEN`, or open https://shop.example.com/orders in a browser.',
    )
    expect(howToSignIn(request, ruleOf(SESSION), { stepUp }, [...page])).toBe(
      'To be let in, open https://shop.example.com/orders in a browser.',
    )
  })
})
