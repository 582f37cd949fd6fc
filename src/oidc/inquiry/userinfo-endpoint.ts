import type { Claims } from '../../core/identity/identity.ts'
import { Fault } from '../../core/reason/fault.ts'
import type { Provider } from '../../core/registration/provider.ts'
import type { Budget } from '../../core/time/budget.ts'
import type { Answer } from '../../outbound/outbound-fetch.ts'
import { isSuccess, refusalIn } from '../client/refusal.ts'
import { createReadUserinfo, userinfoHeaders } from '../client/userinfo.ts'
import { requireEndpoint } from '../provider/metadata.ts'
import type { Providers } from '../provider/providers.ts'

/**
 * Shows a token to the userinfo endpoint; `undefined`: it is not, or no longer, good for that.
 * @throws Fault `provider_unreachable` or `provider_misconfigured`
 */
export type AskUserinfo = (
  token: string,
  provider: Provider,
  budget: Budget,
) => Promise<Claims | undefined>

/** What refuses the token and not the request (RFC 6750 section 3.1), whatever the status. */
const ABOUT_TOKEN: ReadonlySet<string> = new Set(['invalid_token', 'insufficient_scope'])

/** Of a challenge `Bearer` (section 3): Keycloak says it there, and nothing in the body. */
const CHALLENGED = /^bearer .*\berror="?(?:invalid_token|insufficient_scope)\b/is

const isAboutToken = ({ status, challenge = '' }: Answer, error = ''): boolean =>
  status === 401 || ABOUT_TOKEN.has(error) || CHALLENGED.test(challenge)

const isAnybody = (): boolean => true

/**
 * The userinfo endpoint, asked about whoever shows a token. Whom the token was issued to it does
 * not say; a signed answer (OpenID Connect Core 1.0 section 5.3.2) is for the client that the token
 * was issued to, whichever that is.
 */
export const createAskUserinfo = (deps: { readonly providers: Providers }): AskUserinfo => {
  const { providers } = deps
  const read = createReadUserinfo(deps)

  return async (token, provider, budget) => {
    const wrong = (what: string): Fault =>
      new Fault('provider_misconfigured', `${provider.name}: the userinfo ${what}.`)
    const { fetch, metadata } = providers.of(provider)
    const url = requireEndpoint(provider, await metadata.get(budget), 'userinfo')
    const headers = userinfoHeaders(token)
    const answer = await fetch.call({ method: 'GET', url, headers, signal: budget.signal })
    if (!isSuccess(answer)) {
      const refusal = refusalIn(answer, new URLSearchParams({ token }), undefined)
      if (isAboutToken(answer, refusal?.error)) return undefined
      throw wrong(`endpoint refused the request: ${refusal?.detail}`)
    }
    const outcome = await read(answer, provider, isAnybody, budget)
    if (outcome.kind === 'refused') throw new Fault('provider_misconfigured', outcome.detail)
    const { claims } = outcome
    if (typeof claims.sub === 'string' && claims.sub !== '') return claims
    throw wrong('answer has no sub')
  }
}
