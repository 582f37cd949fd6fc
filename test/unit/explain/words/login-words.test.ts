import { expect, it } from 'vitest'
import type { Asking, ClientAuthentication } from '../../../../src/core/registration/client.ts'
import { loginWords } from '../../../../src/explain/words/login-words.ts'
import { aClient } from '../../../support/builders.ts'

const KEY = { privateKeyPem: '', keyId: 'k', algorithm: 'PS256' } as const
const CERTIFICATE = { certificatePem: '', privateKeyPem: '' } as const

const asked: Asking = {
  pushed: 'Always',
  signed: 'Always',
  responseMode: 'query.jwt',
  algorithm: 'PS256',
}

it.each<[ClientAuthentication, string]>([
  [{ method: 'none' }, 'nothing: it is a public one, or its Secret is not among the files (none)'],
  [
    { method: 'client_secret_post', secret: 's' },
    'its id and secret in the body (client_secret_post)',
  ],
  [
    { method: 'client_secret_jwt', secret: 's', assertionAudience: 'TokenEndpoint' },
    'an assertion for its token endpoint, signed with its secret (client_secret_jwt)',
  ],
  [
    { method: 'private_key_jwt', assertionAudience: 'Issuer', ...KEY },
    'an assertion for its issuer, signed by PS256 (private_key_jwt)',
  ],
  [
    { method: 'tls_client_auth', ...CERTIFICATE },
    'its certificate in the TLS connection, at mtls_endpoint_aliases where there are any (tls_client_auth)',
  ],
  [
    { method: 'service_account_token', assertionAudience: 'Issuer' },
    'a token of its service account for its issuer (service_account_token)',
  ],
])('says what a client shows, and no secret (%o)', (authentication, words) => {
  expect(loginWords(aClient({ authentication }))[0]).toBe(`the client shows ${words}`)
})

it('says how a login is asked for, by a profile too', () => {
  const profile = {
    name: 'FAPI2MessageSigning',
    binding: 'MutualTLS',
    method: 'private_key_jwt',
    algorithms: ['PS256'],
  } as const
  expect(loginWords(aClient({ asking: { ...asked, profile } }))).toEqual([
    'held to FAPI2MessageSigning by `profile`, and the provider with it',
    expect.stringMatching(/^the client shows /),
    'the request is announced to the provider each time, and the browser then carries client_id and request_uri alone',
    'the request is signed by PS256 each time',
    'the answer comes by query.jwt',
  ])
  expect(loginWords(aClient({ asking: { ...asked, pushed: 'Never', signed: 'Never' } }))).toEqual([
    expect.any(String),
    'the browser carries the request',
    'the request is not signed',
    'the answer comes by query.jwt',
  ])
})
