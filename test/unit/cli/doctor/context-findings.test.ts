import { expect, test } from 'vitest'
import { contextFindings } from '../../../../src/cli/doctor/context-findings.ts'
import { aClient, aPolicy, aProvider, aRule } from '../../../support/builders.ts'

const clause = { kind: 'authentication_context', acrValues: ['mfa'] } as const
const policyAt = (issuer: string) =>
  aPolicy({
    clients: [aClient({ provider: aProvider({ issuer }) })],
    rules: [
      aRule({
        name: 'admin',
        authorize: [
          { kind: 'platform', by: 'security', clause },
          { kind: 'any', clauses: [{ ...clause, acrValues: ['phr'] }] },
        ],
      }),
      aRule({ name: 'machines', authenticate: [], authorize: [clause] }),
    ],
  })
const policy = policyAt('https://sso.example.com')
const provider = aClient().provider.name

test('contexts that a provider does not list are a warning, each rule once', () => {
  const found = contextFindings(policy, (name) => (name === provider ? ['pwd', 'phr'] : undefined))
  expect(found).toEqual([
    {
      check: 'step-up',
      state: 'warning',
      message: expect.stringContaining(
        `Rule admin asks for the authentication context mfa, and acr_values_supported of IdentityProvider ${provider} has pwd, phr`,
      ),
    },
  ])
})

test('a provider that lists them is well, and one that lists nothing is not talked about', () => {
  expect(contextFindings(policy, () => ['mfa', 'phr'])).toMatchObject([{ state: 'well' }])
  expect(contextFindings(policy, () => undefined)).toEqual([])
  expect(contextFindings(undefined, () => [])).toEqual([])
})

test('where contexts may be mapped for a client alone, what metadata lack is nothing to mend', () => {
  expect(contextFindings(policyAt('https://sso.example.com/realms/shop'), () => ['phr'])).toEqual([
    {
      check: 'step-up',
      state: 'unknown',
      message: expect.stringMatching(
        /mfa.* has phr: well if Keycloak maps it for the client alone/,
      ),
    },
  ])
})
