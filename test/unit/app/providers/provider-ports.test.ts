import { expect, it } from 'vitest'
import type { AbsentClaimsMemory } from '../../../../src/app/providers/absent-claims.ts'
import { createProviderPorts } from '../../../../src/app/providers/provider-ports.ts'
import type { Logger } from '../../../../src/observability/logger.ts'
import { createMetrics } from '../../../../src/observability/metrics.ts'
import { TOKEN_TYPES } from '../../../../src/oidc/exchange/exchange-request.ts'
import { aBearerMethod, aClient } from '../../../support/builders.ts'
import { unlimited } from '../../../support/check-ports.ts'
import { aClaimSource, distributed } from '../../../support/claim-sources.ts'
import { ORDERS } from '../../../support/exchange-world.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'
import { handSetTimers } from '../../../support/hand-set-timers.ts'
import { json } from '../../../support/hostile-provider.ts'
import {
  aHostileProvider,
  localOutbound,
  localProviders,
} from '../../../support/local-providers.ts'
import { seededRandom } from '../../../support/seeded-random.ts'

it('a claim source that is down is in the way of a bearer, and of no exchange', async () => {
  const source = await aClaimSource()
  source.hostile.answer('claims', json({}, 503))
  const { hostile, provider } = await aHostileProvider({ claimSources: [source.source] })
  const clock = handSetClock()
  const { verifier, tokenExchange } = createProviderPorts({
    outbound: localOutbound,
    providers: localProviders(clock),
    absentClaims: { noting: (party) => party } as AbsentClaimsMemory,
    clock,
    logger: { warn: () => undefined } as unknown as Logger,
    metrics: createMetrics('1.2.3'),
    random: seededRandom('provider ports'),
    sharedAnswers: {
      of: (_name, ask, budget) => ask(budget),
      peek: async () => undefined,
      forget: async () => undefined,
    },
    exchangesOf: () => [ORDERS],
    newBudget: () => unlimited,
    behind: () => undefined,
    after: handSetTimers(clock).after,
  })
  const nowS = Math.floor(clock.nowMs() / 1_000)
  const aToken = (aud: string) =>
    hostile.signer.sign({
      ...{ iss: hostile.issuer, sub: 'alice', aud, typ: 'Bearer', iat: nowS, exp: nowS + 300 },
      ...distributed(source.endpoint),
    })
  const token = aToken('orders')
  hostile.setTokens({
    access_token: token,
    token_type: 'Bearer',
    issued_token_type: TOKEN_TYPES.access_token,
    expires_in: 300,
  })
  const subject = { token: aToken('shop'), issuer: hostile.issuer, subject: 'alice' }
  const exchanged = await tokenExchange.of(aClient({ provider }), subject, ORDERS, unlimited)
  expect(exchanged).toMatchObject({ kind: 'token', token })
  expect(source.hostile.claimsRequests).toEqual([])
  const bearer = { ...aBearerMethod(), provider, audiences: ['orders'] }
  await expect(async () => verifier.verify(token, [bearer], unlimited)).rejects.toMatchObject({
    code: 'provider_unreachable',
  })
})
