import { expect, it } from 'vitest'
import { requirementWords } from '../../../../src/explain/words/clause-words.ts'
import { compiled, policyOf } from '../../../support/compiled.ts'
import {
  anIdentityProvider,
  anOidcClient,
  aProtectedRoute,
  aSecret,
} from '../../../support/resources.ts'

it('what clauses ask for is said in words', () => {
  const route = aProtectedRoute('shop/shop', {
    authorize: [
      { scopes: ['a', 'b'] },
      { claim: 'groups', anyOf: ['Staff'], noneOf: ['guests'], ignoreCase: true },
      { claim: 'department', matches: ['sales-.*', 'it'], exists: true },
      { emailDomains: ['example.com', '*.example.org'] },
      { emailDomains: ['example.com'], allowUnverified: true },
      { sourceAddresses: ['10.0.0.0/8', '2001:db8::/32'] },
      { authenticationContext: { acrValues: ['mfa', 'phr'], maxAge: '10m' } },
      { any: [{ claim: 'level', allOf: [3] }, { sourceAddresses: ['10.0.0.0/8'] }] },
    ],
  })
  const policy = policyOf(compiled([anIdentityProvider(), anOidcClient(), aSecret(), route]))
  expect(policy.fallback.authorize.map(requirementWords)).toEqual([
    'every scope of: a, b',
    'claim groups has one of: staff and has none of: guests, in any case',
    'claim department is present and matches one of: sales-.*, it',
    'an e-mail address of: example.com, *.example.org, verified by the provider',
    'an e-mail address of: example.com',
    'a connection from: 10.0.0.0/8, 2001:db8::/32',
    'an authentication by one of: mfa, phr, no longer than 600 s ago; a page of a session gets it by another login',
    'one of: (claim level has all of: 3) or (a connection from: 10.0.0.0/8)',
  ])
})
