import type { Exchange } from '../../core/policy/upstream.ts'
import { asFault } from '../../core/reason/fault.ts'
import type { Client } from '../../core/registration/client.ts'
import type { Budget } from '../../core/time/budget.ts'
import type { Clock } from '../../core/time/clock.ts'
import { createConfigureClient, faultIn } from '../client/client-configuration.ts'
import { isAboutClient, type Refusal, refusalIn } from '../client/refusal.ts'
import { blameOf, isAboutActor, operatorSentence, remedyFor } from '../exchange/exchange-refusal.ts'
import { EXCHANGE_GRANT, exchangeParameters } from '../exchange/exchange-request.ts'
import type { Providers } from '../provider/providers.ts'
import type { Finding } from './finding.ts'

/** What came of asking whether a client may exchange tokens. */
export type Probed = Pick<Finding, 'state' | 'message'>

/**
 * Asks the token endpoint to exchange a token that nobody issued. It is refused; for what, tells
 * whether the client may exchange any. Never throws.
 */
export type ProbeExchange = (
  client: Client,
  exchange: Exchange,
  madeUp: string,
  budget: Budget,
) => Promise<Probed>

const judged = (
  client: Client,
  exchange: Exchange,
  refusal: Refusal,
  listed: readonly string[] | undefined,
): Probed => {
  const said = `${client.name}: the token endpoint refused to exchange a token that was made up: ${refusal.detail}`
  const tellsNothing = `${said}, which says nothing of whether this client may exchange tokens.`
  if (blameOf(refusal) === 'provider') return { state: 'unknown', message: tellsNothing }
  if (exchange.actor !== undefined && isAboutActor(refusal)) {
    return { state: 'unknown', message: tellsNothing }
  }
  if (remedyFor(refusal) !== undefined || isAboutClient(refusal)) {
    return { state: 'problem', message: operatorSentence(client, exchange, refusal, listed) }
  }
  return blameOf(refusal) === 'subject'
    ? {
        state: 'well',
        message: `OIDCClient ${client.name} may exchange tokens: one that was made up was refused, and not the client.`,
      }
    : { state: 'unknown', message: tellsNothing }
}

/** By the grant of openid-client over the provider's own way out, as exchanges are made. */
export const createProbeExchange = (deps: {
  readonly providers: Providers
  readonly clock: Clock
}): ProbeExchange => {
  const configure = createConfigureClient(deps)

  const probe: ProbeExchange = async (client, exchange, madeUp, budget) => {
    let refusal: Refusal | undefined
    const configuration = await configure(
      client,
      (answer, sent) => {
        refusal = refusalIn(answer, sent, client)
        return refusal === undefined
          ? Response.json({ access_token: 'issued', token_type: 'bearer' })
          : Response.json({ error: 'refused' }, { status: 400 })
      },
      budget,
    )
    try {
      const { genericGrantRequest } = await import('openid-client')
      const parameters = exchangeParameters(madeUp, exchange)
      await genericGrantRequest(configuration, EXCHANGE_GRANT, parameters)
    } catch (thrown) {
      const fault = faultIn(thrown)
      if (fault !== undefined) throw fault
      if (refusal === undefined) throw thrown
      const listed = configuration.serverMetadata().token_endpoint_auth_methods_supported
      return judged(client, exchange, refusal, listed)
    }
    const message = `IdentityProvider ${client.provider.name} exchanges a token that was made up: whatever is sent becomes a token of the upstream.`
    return { state: 'problem', message }
  }

  return (client, exchange, madeUp, budget) =>
    probe(client, exchange, madeUp, budget).catch((thrown: unknown): Probed => {
      const { code, message } = asFault(thrown)
      return { state: code === 'provider_misconfigured' ? 'problem' : 'unknown', message }
    })
}
