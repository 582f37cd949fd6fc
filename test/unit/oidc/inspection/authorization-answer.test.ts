import { expect, test } from 'vitest'
import { judgeAuthorization } from '../../../../src/oidc/inspection/authorization-answer.ts'
import { aClient } from '../../../support/builders.ts'

const URI = 'https://shop.example.com/oauth2/callback'

test.each([
  [302, `${URI}?error=login_required&state=s`, 'well', 'is registered'],
  [302, `${URI}?code=abc`, 'well', 'is registered'],
  [303, `${URI}?error=invalid_scope`, 'problem', 'correct `scopes`'],
  [302, `${URI}?error=unauthorized_client`, 'problem', 'allow this client the response type code'],
  [302, 'https://sso.example.com/login', 'unknown', 'is not said'],
  [302, `${URI}/more?error=login_required`, 'unknown', 'is not said'],
  [302, '/login', 'unknown', 'is not said'],
  [200, undefined, 'unknown', 'is not said'],
  [400, undefined, 'problem', `register the redirect URI ${URI} there`],
])('an authorization request that is answered with %i %s', (status, location, state, message) => {
  const answer = { status, text: '', ...(location === undefined ? {} : { location }) }
  const found = judgeAuthorization(URI, aClient(), answer)
  expect(found.state).toBe(state)
  expect(found.message).toContain(message)
  expect(found.message).not.toContain('abc')
})
