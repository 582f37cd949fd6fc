import { expect, it } from 'vitest'
import { createClientStandings } from '../../../../src/app/providers/client-standings.ts'
import type { SenderConstraint } from '../../../../src/core/registration/client.ts'
import { inspectSenderConstraint } from '../../../../src/oidc/inspection/sender-constraint.ts'
import type { Offers, ProviderMetadata } from '../../../../src/oidc/provider/metadata.ts'
import { aClient } from '../../../support/builders.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'

type Case = readonly [SenderConstraint, Offers, string | undefined, RegExp | undefined]

it.each<Case>([
  ['None', {}, undefined, undefined],
  ['DPoP', { proofAlgorithms: ['RS256', 'ES256'] }, 'well', undefined],
  ['DPoP', {}, 'warning', /^`senderConstrained` is DPoP, and the metadata do not name it/],
  ['DPoP', { proofAlgorithms: ['RS256', '"'] }, 'problem', /list "RS256".*: allow ES256 there/],
  ['DPoP', { bindsToCertificates: true }, 'warning', /dpop_signing_alg_values_supported/],
  ['MutualTLS', { bindsToCertificates: true }, 'well', undefined],
  ['MutualTLS', {}, 'warning', /do not say tls_client_certificate_bound_access_tokens/],
  ['MutualTLS', { bindsToCertificates: false }, 'warning', /is MutualTLS/],
])('%s at a provider that offers %j is told as %s', (senderConstrained, offers, state, why) => {
  const client = aClient({ senderConstrained })
  const [found] = inspectSenderConstraint(client, { offers })
  expect(found?.state).toBe(state)
  if (why !== undefined) expect(found?.message).toMatch(why)

  const endpoints = { token: 'https://sso.example.com/token' }
  const metadata = { authenticationMethods: {}, endpoints, offers } as unknown as ProviderMetadata
  const standings = createClientStandings({
    providers: { peek: () => metadata },
    serviceAccounts: { want: () => undefined, troubleOf: () => undefined, noteOf: () => undefined },
    clientKeys: { take: () => undefined, standingOf: () => undefined },
    clock: handSetClock(),
  })
  standings.take([client], [])
  const notes = standings.of(client.name)?.notes
  expect(notes).toEqual(why === undefined ? undefined : [expect.stringMatching(/^spec\.senderC/)])
})
