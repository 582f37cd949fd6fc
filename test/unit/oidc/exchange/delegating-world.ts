import type { Claims, Json } from '../../../../src/core/identity/identity.ts'
import type { Exchange } from '../../../../src/core/policy/upstream.ts'
import { readJwt } from '../../../../src/oidc/token/jwt.ts'
import { aClient } from '../../../support/builders.ts'
import { anExchangeWorld } from '../../../support/exchange-world.ts'
import { type HostileAnswer, json } from '../../../support/hostile-provider.ts'

/** The subject of the token of the actor. */
export const GATEWAY = 'service-account-gateway'

/** A provider that delegates as RFC 8693 says, until a test has it do otherwise. */
export const aDelegatingWorld = async () => {
  const world = await anExchangeWorld()
  const { hostile, provider, claimsOf, issued } = world
  const actor = aClient({ name: 'shop/gateway', clientId: 'gateway', provider })
  const state: {
    /** Laid over what the actor token says. */
    actorClaims: Claims
    /** What the new token says besides. */
    newClaims: (act: Claims) => Claims
    actorAnswer: HostileAnswer | undefined
    exchangeAnswer: HostileAnswer | undefined
  } = {
    actorClaims: {},
    newClaims: (act) => ({ act }),
    actorAnswer: undefined,
    exchangeAnswer: undefined,
  }
  let given = 0

  const actorToken = (): HostileAnswer => {
    given += 1
    const claims = { ...claimsOf(GATEWAY, 'account'), client_id: 'gateway', jti: `a${given}` }
    const access_token = hostile.signer.sign({ ...claims, ...state.actorClaims })
    return json({ access_token, token_type: 'Bearer', expires_in: 300 })
  }
  const exchanged = (form: URLSearchParams): HostileAnswer => {
    const { iss = null, sub = null } = readJwt(form.get('actor_token') ?? '')?.claims ?? {}
    return json(issued(state.newClaims({ iss, sub })))
  }
  hostile.answer('token', (response) => {
    const form = hostile.tokenRequests.at(-1)?.form ?? new URLSearchParams()
    const isActor = form.get('grant_type') === 'client_credentials'
    const set = isActor ? state.actorAnswer : state.exchangeAnswer
    const answer = set ?? (isActor ? actorToken() : exchanged(form))
    answer(response)
  })
  const requestsOf = (grant: string) =>
    hostile.tokenRequests.filter(({ form }) => form.get('grant_type')?.endsWith(grant) === true)
  return {
    ...world,
    actor,
    state,
    acting: (subject = world.subjectOf(), changes: Partial<Exchange> = {}, by = world.one) =>
      world.ask(subject, { actor, ...changes }, world.client, by),
    withMayAct: (mayAct: Claims[string]) => {
      const token = hostile.signer.sign({ ...claimsOf('alice', 'shop'), may_act: mayAct })
      return world.subjectOf('alice', { token })
    },
    /** A token that does not say so itself, about which somebody else does. */
    withMayActSaid: (token: string, mayAct: Json) => world.subjectOf('alice', { token, mayAct }),
    exchanges: () => requestsOf('token-exchange'),
    grants: () => requestsOf('client_credentials'),
  }
}
