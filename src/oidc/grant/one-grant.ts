import type { Configuration, TokenEndpointResponse } from 'openid-client'
import type { Budget } from '../../core/time/budget.ts'
import { keyFor, type OwnKey } from '../binding/own-key.ts'
import { withNonce } from '../binding/proven-call.ts'
import { type AskingClient, type ConfigureClient, faultIn } from '../client/client-configuration.ts'
import { type Refusal, refusalIn } from '../client/refusal.ts'
import { tidyTokenAnswer } from '../client/token-answer.ts'

const MS = 1_000

/** Sends one grant by the library. */
export type Send = (configuration: Configuration) => Promise<TokenEndpointResponse>

/** What a token endpoint made of one grant. */
export type Grant =
  | {
      readonly kind: 'granted'
      readonly accessToken: string
      readonly expiresInMs?: number
      /** As it was said; absent: what was asked for. */
      readonly scope?: string
      readonly refreshToken?: string
    }
  | {
      readonly kind: 'refused'
      readonly refusal: Refusal
      /** How clients may prove themselves there, by the metadata. */
      readonly listed?: readonly string[]
    }

const sendOne = async (
  configure: ConfigureClient,
  client: AskingClient,
  key: OwnKey | undefined,
  send: Send,
  budget: Budget,
): Promise<Grant> => {
  let refusal: Refusal | undefined
  const configuration = await configure(
    client,
    (answer, sent) => {
      refusal = refusalIn(answer, sent, client)
      if (refusal !== undefined) return Response.json({ error: 'refused' }, { status: 400 })
      const tidy = tidyTokenAnswer(answer, client.provider, key === undefined ? 'Bearer' : 'DPoP')
      const { id_token: _, ...rest } = tidy
      return Response.json(rest)
    },
    budget,
    { key },
  )
  try {
    const { access_token: accessToken, expires_in: seconds, ...more } = await send(configuration)
    const { scope, refresh_token: refreshToken } = more
    return {
      kind: 'granted',
      accessToken,
      ...(seconds === undefined ? {} : { expiresInMs: seconds * MS }),
      ...(scope === undefined ? {} : { scope }),
      ...(refreshToken === undefined ? {} : { refreshToken }),
    }
  } catch (thrown) {
    const fault = faultIn(thrown)
    if (fault !== undefined) throw fault
    if (refusal === undefined) throw thrown
    const listed = configuration.serverMetadata().token_endpoint_auth_methods_supported
    return { kind: 'refused', refusal, ...(listed === undefined ? {} : { listed }) }
  }
}

/**
 * One grant, never sent twice: a provider that rotates refresh tokens takes a repetition for a
 * theft. Of what comes back the access token alone counts: nobody is signed in by it. Where the
 * client has tokens bound to keys, to one that nobody keeps: such a token is named in requests, and
 * used for none.
 * @throws Fault of the way out, or `provider_misconfigured` for an answer without a usable token.
 */
export const oneGrant = (
  configure: ConfigureClient,
  client: AskingClient,
  send: Send,
  budget: Budget,
): Promise<Grant> => {
  const key = keyFor(client)
  return withNonce(() => sendOne(configure, client, key, send, budget))
}
