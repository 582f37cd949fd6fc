import { describe, expect, it } from 'vitest'
import type { Exchange } from '../../../../src/core/policy/upstream.ts'
import { blameOf, operatorSentence } from '../../../../src/oidc/exchange/exchange-refusal.ts'
import { aClient } from '../../../support/builders.ts'

const asked: Exchange = { audience: 'orders', scopes: [], takesOpaque: false }

const refusal = (error: string | undefined, description = '', status = 400) => ({
  status,
  ...(error === undefined ? {} : { error }),
  detail: [error ?? `status ${status}`, description].filter(Boolean).join(': '),
})

describe('a refusal to exchange', () => {
  it.each([
    ['invalid_grant', 'Session not active'],
    ['invalid_token', ''],
    // Of Keycloak 26, after a sign-out or a revocation.
    ['invalid_request', 'Invalid token'],
    ['invalid_request', 'The subject_token is expired'],
    ['invalid_request', 'Invalid subject token'],
  ])('%s (%s) is about the token that came', (error, description) =>
    expect(blameOf(refusal(error, description))).toBe('subject'),
  )

  it.each([
    ['temporarily_unavailable', 400],
    ['server_error', 400],
    [undefined, 500],
    [undefined, 429],
  ])('%s with status %i is about the provider', (error, status) =>
    expect(blameOf(refusal(error, '', status))).toBe('provider'),
  )

  it.each([
    [
      'invalid_request',
      'Standard token exchange is not enabled for the requested client',
      'switch on token exchange for the client "shop"',
    ],
    ['invalid_client', 'Audience not found', 'the provider has no client called "orders"'],
    [
      'invalid_request',
      'Requested audience not available: orders',
      'a client scope with an Audience mapper',
    ],
    ['access_denied', 'Client is not within the token audience', 'name "shop" in `aud`'],
    ['invalid_scope', 'Invalid scopes: nope', '`upstream.exchange.scopes`'],
    [
      'invalid_request',
      'requested_token_type unsupported',
      '`upstream.exchange.requestedTokenType`',
    ],
    ['invalid_request', 'Invalid subject_token_type', 'see what the provider logs of it'],
    ['invalid_target', '', 'correct `audience` and `resource`'],
    ['unsupported_grant_type', '', 'does not exchange tokens'],
    ['unauthorized_client', '', 'the grant type urn:ietf:params:oauth:grant-type:token-exchange'],
    ['invalid_client', 'Invalid client credentials', '`authentication.method` is'],
    ['made_up', '', 'see what the provider logs of it'],
    ['invalid_grant', 'The actor token has expired', 'set `upstream.exchange.actor`'],
    ['invalid_request', 'Invalid token: may_act names another', 'set `upstream.exchange.actor`'],
  ])('%s (%s) is for an operator, who reads what mends it', (error, description, mend) => {
    const one = refusal(error, description)
    expect(blameOf(one)).toBe('operator')
    const sentence = operatorSentence(aClient(), asked, one, undefined)
    expect(sentence).toContain(
      `shop/shop: the token endpoint refused to exchange a token: ${error}`,
    )
    expect(sentence).toContain(mend)
  })
})
