import { expect, test } from 'vitest'
import { createReadAnswer } from '../../../../src/oidc/authorization/signed-answer.ts'
import { judgeAuthorization } from '../../../../src/oidc/inspection/authorization-answer.ts'
import { aClient } from '../../../support/builders.ts'
import { createTokenSigner } from '../../../support/token-signer.ts'

const { read } = createReadAnswer()

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
])(
  'an authorization request that is answered with %i %s',
  async (status, location, state, message) => {
    const answer = { status, text: '', ...(location === undefined ? {} : { location }) }
    const found = await judgeAuthorization(URI, aClient(), answer, read)
    expect(found.state).toBe(state)
    expect(found.message).toContain(message)
    expect(found.message).not.toContain('abc')
  },
)

test.each([
  [{ error: 'login_required' }, 'well', 'is registered'],
  [{ error: 'invalid_scope' }, 'problem', 'correct `scopes`'],
])('an answer that is signed (%o) is read as any other', async (claims, state, message) => {
  const client = aClient()
  const asking = { ...client.asking, responseMode: 'query.jwt' } as const
  const response = createTokenSigner('key-1').sign(claims)
  const answer = { status: 302, text: '', location: `${URI}?response=${response}` }
  const found = await judgeAuthorization(URI, { ...client, asking }, answer, read)
  expect(found.state).toBe(state)
  expect(found.message).toContain(message)
  const plain = { ...answer, location: `${URI}?error=unsupported_response_mode` }
  expect(await judgeAuthorization(URI, { ...client, asking }, plain, read)).toMatchObject({
    state: 'problem',
    message: expect.stringContaining('"unsupported_response_mode"'),
  })
})
