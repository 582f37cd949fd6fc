import { expect, it } from 'vitest'
import type { RequestTerms } from '../../../../src/core/provider/request-terms.ts'
import type { Asking } from '../../../../src/core/registration/client.ts'
import { inspectRequests } from '../../../../src/oidc/inspection/requests.ts'
import { aClient, aProvider } from '../../../support/builders.ts'

const NOTHING: RequestTerms = {
  wantsPushed: false,
  takesPushed: false,
  wantsSigned: false,
  takesSigned: true,
  profile: { sendsIssuer: false, bindsToCertificates: false, plainEndpoints: [] },
}

const inspected = (
  asking: Partial<Asking>,
  requests: Partial<RequestTerms>,
  answerAlgorithms?: readonly string[],
) => {
  const client = aClient({ provider: aProvider({ signingAlgorithms: ['ES256'] }) })
  return inspectRequests(
    { ...client, asking: { ...client.asking, ...asking } },
    {
      requests: { ...NOTHING, ...requests },
      offers: answerAlgorithms === undefined ? {} : { answerAlgorithms },
    },
  )
}

it.each<[Partial<Asking>, Partial<RequestTerms>, string]>([
  [{}, {}, 'Logins are asked for through the browser alone, not signed.'],
  [
    { pushed: 'Always' },
    { takesPushed: true },
    'Logins are announced to the provider first (RFC 9126), not signed.',
  ],
  [
    { algorithm: 'ES256' },
    { wantsSigned: true },
    'Logins are asked for through the browser alone, signed by ES256 (RFC 9101).',
  ],
])('says how logins are asked for (%o, %o)', (asking, terms, message) => {
  expect(inspected(asking, terms)).toEqual([{ check: 'requests', state: 'well', message }])
})

it.each<[Partial<Asking>, Partial<RequestTerms>, RegExp]>([
  [{ pushed: 'Always' }, {}, /^`authorizationRequest\.pushed` is Always, .* set `endpoints\./],
  [{}, { wantsPushed: true }, /^The metadata of the provider say require_pushed.*set `endpoints\./],
  [{ pushed: 'Never' }, { wantsPushed: true, takesPushed: true }, /Never, .*: set it to Auto\.$/],
  [{}, { wantsSigned: true }, /^The metadata .* no key to sign with: set `authentication\.method`/],
  [
    { signed: 'Always', algorithm: 'ES256' },
    { takesSigned: false },
    /^`authorizationRequest\.signed` is Always, .*request_parameter_supported: false: .* Auto\.$/,
  ],
  [
    { algorithm: 'ES256' },
    { wantsSigned: true, takesSigned: false },
    /^The metadata .* say require_signed_request_object, .* false: allow request objects there\.$/,
  ],
  [{ signed: 'Never' }, { wantsSigned: true }, /Never, .*: set it to Auto\.$/],
  [
    { signed: 'Always', algorithm: 'ES256' },
    { algorithms: ['RS256', 'n\u202eone'] },
    /^`authorizationRequest\.signed` is Always, the key .* takes RS256, n\?one: /,
  ],
  [
    { responseMode: 'query.jwt' },
    { responseModes: ['query', 'form_post'] },
    /^`authorizationRequest\.responseMode` is query\.jwt, .* list query, form_post: set it to one of these/,
  ],
])('says why nobody can sign in, and which field mends it (%o, %o)', (asking, terms, message) => {
  expect(inspected(asking, terms)).toEqual([
    { check: 'requests', state: 'problem', message: expect.stringMatching(message) },
  ])
})

it('says nothing of signed answers where they come in a form that nobody signs', () => {
  const asking = { responseMode: 'form_post' } as const
  expect(inspected(asking, { responseModes: ['form_post'] }, ['RS256'])).toMatchObject([
    { state: 'well' },
  ])
})

it('holds what the provider signs answers with against what is admitted', () => {
  const asking = { responseMode: 'query.jwt' } as const
  for (const offered of [undefined, ['RS256', 'ES256']]) {
    expect(inspected(asking, { responseModes: ['jwt'] }, offered)).toMatchObject([
      { state: 'well' },
      { state: 'well', message: 'Answers are to be signed by the provider (JARM).' },
    ])
  }
  expect(inspected(asking, {}, ['RS256'])).toMatchObject([
    { state: 'well' },
    {
      check: 'requests',
      state: 'problem',
      message: expect.stringMatching(/answers with RS256, .*signingAlgorithms has ES256: add/),
    },
  ])
})
