import { describe, expect, it } from 'vitest'
import { howToSignIn } from '../../../src/check/answer/how-to-sign-in.ts'
import type { AuthenticateMethod, Rule } from '../../../src/core/policy/policy.ts'

const ruleOf = (...authenticate: readonly object[]): Rule =>
  ({ authenticate: authenticate as readonly AuthenticateMethod[] }) as Rule

const request = { authority: 'shop.example.com' }
const page = [{ label: 'sign_in', href: '/orders?access_token=secret' }] as const
const SESSION = { kind: 'session' }
const BEARER = { kind: 'bearer', proof: 'Optional' }

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
      ruleOf({ kind: 'credential', way: 'refreshToken' }),
      [],
      'To be let in, send the header `Authorization: RefreshToken REFRESH_TOKEN`.',
    ],
  ])('is %s', (_what, rule, ways, sentence) => {
    expect(howToSignIn(request, rule, ways)).toBe(sentence)
  })

  it('is nothing where sessions alone count and no page leads on', () => {
    expect(howToSignIn(request, ruleOf(SESSION), [])).toBeUndefined()
  })
})
