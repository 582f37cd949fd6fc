import { expect, it } from 'vitest'
import { createCheck } from '../../../src/check/check.ts'
import type { AuthorizationKind } from '../../../src/core/policy/upstream.ts'
import { aPolicy, aRequest, aRule, aSession, someTokens } from '../../support/builders.ts'
import { fakePorts, unlimited } from '../../support/check-ports.ts'

const signedIn = (authorization: AuthorizationKind, isBound = true) => {
  const fallback = aRule({ upstream: { ...aRule().upstream, authorization } })
  const policy = aPolicy({ fallback })
  const ports = fakePorts(policy)
  const bound = isBound ? ({ accessTokenIsBound: true } as const) : {}
  const session = aSession(ports.nowMs, { tokens: someTokens(ports.nowMs, bound) })
  const cookie = `${policy.clients[0]?.session.cookie.name}=${ports.keep(session)}`
  const check = createCheck(ports)
  return async () => check(aRequest({ headers: { cookie } }), unlimited)
}

it('an access token that is bound to the gateway goes nowhere, and the sentence says why', async () => {
  await expect(signedIn('AccessToken')()).rejects.toMatchObject({
    code: 'access_token_bound',
    message: expect.stringMatching(
      /^The rule default of shop\/shop forwards the access token, and the provider of OIDCClient shop\/shop has bound that/,
    ),
    place: { policy: 'shop/shop', rule: 'default' },
  })
})

it.each(['IDToken', 'Remove', 'Keep'] as const)('with %s such a session passes', async (kind) => {
  const verdict = await signedIn(kind)()
  expect(verdict.kind).toBe('allow')
  expect(JSON.stringify(verdict)).not.toContain('access-1')
})

it('one that is bound to nothing is forwarded as ever', async () => {
  const verdict = await signedIn('AccessToken', false)()
  expect(verdict.kind === 'allow' && verdict.setHeaders).toContainEqual([
    'authorization',
    'Bearer access-1',
  ])
})
