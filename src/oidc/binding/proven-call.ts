import { Fault } from '../../core/reason/fault.ts'
import type { Provider } from '../../core/registration/provider.ts'
import type { Clock } from '../../core/time/clock.ts'
import { parseJsonObject } from '../../outbound/json.ts'
import type { Answer, OutboundRequest } from '../../outbound/outbound-fetch.ts'
import { nameOf } from '../../outbound/url-host.ts'
import type { ServerNonces } from '../provider/server-nonces.ts'
import type { OwnKey } from './own-key.ts'

/** Where a request goes out, and what is known of the nonces there. */
export interface ProvingWay {
  readonly provider: Pick<Provider, 'name'>
  readonly call: (request: OutboundRequest) => Promise<Answer>
  readonly nonces: ServerNonces
  readonly clock: Clock
}

/** The cause of the fault of a server that wants another nonce than the proof had. */
const ANOTHER_NONCE = 'another nonce'

const CHALLENGED = /^dpop .*\berror="?use_dpop_nonce\b/is

/** RFC 9449 sections 8 and 9: in the body of a token endpoint, else in the challenge. */
const wantsNonce = ({ status, text, challenge = '' }: Answer): boolean =>
  (status === 400 || status === 401) &&
  (CHALLENGED.test(challenge) || parseJsonObject(text)?.error === 'use_dpop_nonce')

const demandedAgain = ({ name }: Pick<Provider, 'name'>, url: string): Fault => {
  const message = `${name}: ${nameOf(new URL(url))} asks for a nonce in proofs (use_dpop_nonce), and does not take the one that it gave: its DPoP-Nonce is absent, is no nonce of at most 512 characters, or is another at each of its replicas.`
  return new Fault('provider_misconfigured', message, { cause: ANOTHER_NONCE })
}

/** Sends a request with a proof by this key (RFC 9449 section 4.1). */
export const callProven = async (
  { provider, call, nonces, clock }: ProvingWay,
  key: OwnKey,
  request: OutboundRequest,
  accessToken?: string,
): Promise<Answer> => {
  const { method, url, headers } = request
  const nonce = nonces.of(url)
  const shown = accessToken === undefined ? {} : { accessToken }
  const proof = key.prove({ method, url, nowMs: clock.nowMs(), nonce, ...shown })
  const answer = await call({ ...request, headers: { ...headers, dpop: proof } })
  nonces.note(url, answer.nonce)
  if (wantsNonce(answer)) throw demandedAgain(provider, url)
  return answer
}

const causeIn = (thrown: unknown): unknown => {
  if (thrown instanceof Fault) return thrown.cause
  return thrown instanceof Error ? causeIn(thrown.cause) : undefined
}

/**
 * Makes the whole request anew, once, where a server wanted another nonce: with a proof and an
 * assertion that were not used before. The server has looked at nothing else by then.
 */
export const withNonce = async <T>(attempt: () => Promise<T>): Promise<T> => {
  try {
    return await attempt()
  } catch (thrown) {
    if (causeIn(thrown) !== ANOTHER_NONCE) throw thrown
    return attempt()
  }
}
