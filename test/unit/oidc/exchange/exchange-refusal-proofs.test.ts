import { expect, it } from 'vitest'
import { blameOf, operatorSentence } from '../../../../src/oidc/exchange/exchange-refusal.ts'
import { aClient } from '../../../support/builders.ts'

it.each(['invalid_request: DPoP proof is missing', 'invalid_dpop_proof'])(
  'a provider that wants proofs of an exchange is the matter of an operator: %s',
  (detail) => {
    const refusal = { status: 400, error: detail.split(':')[0] ?? '', detail }
    expect(blameOf(refusal)).toBe('operator')
    const exchange = { audience: 'orders', scopes: [], takesOpaque: false }
    expect(operatorSentence(aClient(), exchange, refusal, undefined)).toMatch(
      /wants a proof by a key, .* set `upstream.authorization` to IDToken or Remove/,
    )
  },
)
