import { expect, it } from 'vitest'
import type { ProfileTerms } from '../../../../src/core/provider/profile-terms.ts'
import {
  type RequestTerms,
  requestAlgorithm,
  whyNotAsked,
} from '../../../../src/core/provider/request-terms.ts'
import type { Asking } from '../../../../src/core/registration/client.ts'
import type { Profile } from '../../../../src/core/registration/profile.ts'
import { inspectRequests } from '../../../../src/oidc/inspection/requests.ts'
import { aClient } from '../../../support/builders.ts'

const ALL = ['RS256', 'PS256', 'ES256']

const GOOD: RequestTerms = {
  wantsPushed: false,
  takesPushed: true,
  wantsSigned: false,
  takesSigned: true,
  algorithms: ['PS256'],
  responseModes: ['query', 'jwt'],
  profile: {
    sendsIssuer: true,
    tokenAlgorithms: ALL,
    challengeMethods: ['S256'],
    methods: ['private_key_jwt'],
    assertionAlgorithms: ['PS256'],
    bindsToCertificates: true,
    answerAlgorithms: ALL,
    plainEndpoints: [],
  },
}

const PROFILE: Profile = {
  name: 'FAPI2Security',
  binding: 'MutualTLS',
  method: 'private_key_jwt',
  algorithms: ['PS256', 'ES256'],
}

const SECURITY: Asking = {
  pushed: 'Always',
  signed: 'Auto',
  responseMode: 'query',
  algorithm: 'PS256',
  profile: PROFILE,
}

const MESSAGES: Asking = {
  ...SECURITY,
  signed: 'Always',
  responseMode: 'query.jwt',
  profile: { ...PROFILE, name: 'FAPI2MessageSigning' },
}

const without = (...names: readonly (keyof ProfileTerms)[]): RequestTerms => ({
  ...GOOD,
  profile: Object.fromEntries(
    Object.entries(GOOD.profile).filter(([name]) => !names.some((one) => one === name)),
  ) as unknown as ProfileTerms,
})

const saying = (changes: Partial<ProfileTerms>): RequestTerms => ({
  ...GOOD,
  profile: { ...GOOD.profile, ...changes },
})

it.each([
  ['FAPI2Security', SECURITY],
  ['FAPI2MessageSigning', MESSAGES],
])('a provider that offers all of %s keeps nobody out', (_, asking) => {
  expect(whyNotAsked(asking, GOOD)).toBeUndefined()
})

it.each<[string, Asking, RequestTerms]>([
  ['have no pushed_authorization_request_endpoint', SECURITY, { ...GOOD, takesPushed: false }],
  ['have no code_challenge_methods_supported', SECURITY, without('challengeMethods')],
  ['list plain in code_challenge_methods', SECURITY, saying({ challengeMethods: ['plain'] })],
  [
    'authorization_response_iss_parameter_supported: true',
    SECURITY,
    saying({ sendsIssuer: false }),
  ],
  ['have no token_endpoint_auth_methods_supported', SECURITY, without('methods')],
  ['list none in token_endpoint_auth_methods', SECURITY, saying({ methods: ['none'] })],
  [
    'in token_endpoint_auth_signing_alg_values',
    SECURITY,
    saying({ assertionAlgorithms: ['RS256'] }),
  ],
  ['list RS256 in id_token_signing_alg', SECURITY, saying({ tokenAlgorithms: ['RS256'] })],
  ['have no id_token_signing_alg_values_supported', SECURITY, without('tokenAlgorithms')],
  ['tls_client_certificate_bound_access_tokens', SECURITY, saying({ bindsToCertificates: false })],
  [
    'have no dpop_signing_alg_values_supported',
    { ...SECURITY, profile: { ...PROFILE, binding: 'DPoP' } },
    GOOD,
  ],
  [
    'list RS256 in dpop_signing_alg_values_supported',
    { ...SECURITY, profile: { ...PROFILE, binding: 'DPoP' } },
    saying({ proofAlgorithms: ['RS256'] }),
  ],
  [
    'an http URL of another machine as jwks_uri',
    SECURITY,
    saying({ plainEndpoints: ['jwks_uri'] }),
  ],
  ['request_parameter_supported: false', MESSAGES, { ...GOOD, takesSigned: false }],
  ['list ES512 in request_object_signing_alg', MESSAGES, { ...GOOD, algorithms: ['ES512'] }],
  [
    'list RS256 in request_object_signing_alg',
    { ...SECURITY, signed: 'Always' },
    { ...GOOD, algorithms: ['RS256'] },
  ],
  [
    'list RS256 in request_object_signing_alg',
    SECURITY,
    { ...GOOD, wantsSigned: true, algorithms: ['RS256'] },
  ],
  [
    'request_parameter_supported: false',
    SECURITY,
    { ...GOOD, wantsSigned: true, takesSigned: false },
  ],
  ['list query in response_modes_supported', MESSAGES, { ...GOOD, responseModes: ['query'] }],
  ['list RS256 in authorization_signing', MESSAGES, saying({ answerAlgorithms: ['RS256'] })],
])('a login is none where the metadata %s', (lack, asking, terms) => {
  const why = whyNotAsked(asking, terms)
  expect(why).toMatch(/^`profile` is FAPI2.*, and the metadata of the provider /)
  expect(why).toContain(lack)
  expect(why).toMatch(/: have the provider offer what is missing, or set `profile` to None/)
})

it('what is missing is told all at once, and what nobody may list is not shown as it came', () => {
  const terms = { ...saying({ sendsIssuer: false, methods: ['n\u202eone'] }), takesPushed: false }
  const why = whyNotAsked(SECURITY, terms)
  expect(why).toContain('have no pushed_authorization_request_endpoint that can be used; they do')
  expect(why).toContain('list n?one in token_endpoint_auth_methods_supported')
})

it('a signed answer has its issuer inside, so that none is demanded beside it', () => {
  expect(whyNotAsked(MESSAGES, saying({ sendsIssuer: false }))).toBeUndefined()
})

it('what a provider need not say is taken for offered', () => {
  const {
    algorithms: _,
    responseModes: __,
    ...silent
  } = without('assertionAlgorithms', 'answerAlgorithms')
  expect(whyNotAsked(MESSAGES, silent)).toBeUndefined()
})

it('FAPI 2.0, 5.4.1: an RSA key signs requests by the algorithm of the profile, or none', () => {
  const asking: Asking = { ...SECURITY, signed: 'Always' }
  expect(requestAlgorithm(asking, { ...GOOD, algorithms: ['RS256', 'PS256'] })).toBe('PS256')
  expect(requestAlgorithm(asking, { ...GOOD, algorithms: ['RS256', 'PS384'] })).toBeUndefined()
  const { profile: _, ...free } = asking
  expect(requestAlgorithm(free, { ...GOOD, algorithms: ['RS256', 'PS384'] })).toBe('PS384')
  const edwards: Asking = { ...asking, algorithm: 'EdDSA' }
  expect(requestAlgorithm(edwards, { ...GOOD, algorithms: ['Ed25519'] })).toBe('Ed25519')
})

it('what a login is signed with is of no concern where it is not signed', () => {
  expect(whyNotAsked(SECURITY, { ...GOOD, algorithms: ['RS256'] })).toBeUndefined()
})

it('Ed25519 is EdDSA, as RFC 9864 calls it', () => {
  const asking: Asking = {
    ...SECURITY,
    algorithm: 'EdDSA',
    profile: { ...PROFILE, algorithms: ['EdDSA'] },
  }
  const terms = saying({ tokenAlgorithms: ['Ed25519'], assertionAlgorithms: ['Ed25519'] })
  expect(whyNotAsked(asking, terms)).toBeUndefined()
})

it('doctor has a line for each demand, and a problem for what is not offered', () => {
  const terms = saying({ tokenAlgorithms: ['RS256'] })
  const found = inspectRequests({ ...aClient(), asking: SECURITY }, { requests: terms, offers: {} })
  expect(found.map(({ check, state }) => `${check} ${state}`)).toEqual([
    ...Array.from({ length: 6 }, () => 'profile well'),
    'profile problem',
    'profile well',
  ])
  expect(found[1]?.message).toBe('FAPI2Security: logins are announced to the provider (RFC 9126).')
  expect(found[6]?.message).toBe(
    'FAPI2Security: ID tokens are signed by PS256 or ES256, and the metadata of the provider list RS256 in id_token_signing_alg_values_supported: have it offer that to this client.',
  )
})

const { algorithm: _, ...KEYLESS } = SECURITY

it.each<[string, Asking, RequestTerms]>([
  [
    '`authorizationRequest.signed` is Never',
    { ...SECURITY, signed: 'Never' },
    { ...GOOD, wantsSigned: true },
  ],
  ['the client has no key to sign with', KEYLESS, { ...GOOD, wantsSigned: true }],
  [
    '`authorizationRequest.responseMode` is form_post',
    { ...SECURITY, responseMode: 'form_post' },
    GOOD,
  ],
])('doctor says what keeps logins out besides the profile: %s', (why, asking, requests) => {
  const found = inspectRequests({ ...aClient(), asking }, { requests, offers: {} })
  const problems = found.filter(({ state }) => state === 'problem')
  expect(problems.map(({ check, message }) => [check, message])).toEqual([
    ['requests', expect.stringMatching(new RegExp(why, 'i'))],
  ])
})
