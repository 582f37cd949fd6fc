import { beforeAll, expect, it } from 'vitest'
import type { Client } from '../../../../src/core/registration/client.ts'
import { inspectOwnCertificate } from '../../../../src/oidc/inspection/own-certificate.ts'
import type { ProviderMetadata } from '../../../../src/oidc/provider/metadata.ts'
import { aClient } from '../../../support/builders.ts'
import { createSelfSigned } from '../../../support/parts/tls.ts'

const DAY_MS = 86_400_000

let client: Client

beforeAll(async () => {
  const { cert, key } = await createSelfSigned('shop', 30)
  const authentication = { method: 'tls_client_auth', certificatePem: cert, privateKeyPem: key }
  client = aClient({ authentication: authentication as Client['authentication'] })
})

const inspected = (days: number, aliases: ProviderMetadata['aliases'] = {}, by = client) => {
  const endpoints = { token: 'https://sso.example.com/token' }
  const metadata = { endpoints, aliases } as unknown as ProviderMetadata
  return inspectOwnCertificate(by, metadata, Date.now() + days * DAY_MS)
}

it('a client without a certificate has none to be looked at', () => {
  expect(inspected(0, {}, aClient())).toEqual([])
})

it('the days that are left are told, and where the certificate is shown', () => {
  const [validity, place] = inspected(1)
  expect(validity).toMatchObject({ check: 'certificate', state: 'well' })
  expect(validity?.message).toMatch(/"CN=shop" expires on \S+, in 28 days\.$/)
  expect(place?.message).toContain('https://sso.example.com/token (token_endpoint')
  const [, elsewhere] = inspected(1, { token: 'https://mtls.example.com/token' })
  expect(elsewhere?.message).toContain('https://mtls.example.com/token (mtls_endpoint_aliases')
})

it('one that expires soon is a warning, and one that has expired a problem', () => {
  expect(inspected(28)[0]).toMatchObject({ state: 'warning' })
  expect(inspected(28)[0]?.message).toMatch(/in 1 day: put the next one into the Secret\.$/)
  expect(inspected(40)[0]).toMatchObject({ state: 'problem' })
  expect(inspected(40)[0]?.message).toContain('expired on')
})
