import type { CheckPorts } from '../../core/check-ports.ts'
import type { Deny, Header } from '../../core/decision/decision.ts'
import { deny } from '../../core/decision/deny.ts'
import { asFault } from '../../core/reason/fault.ts'
import { returnUriOf } from '../../core/registration/authorization-server.ts'
import { isSameOrigin } from '../../core/request/form.ts'
import type { Request } from '../../core/request/request.ts'
import { answerClientByPage, refuseRedirect, withdrawn } from './answers.ts'
import type { Asked, Attempts } from './asked.ts'
import { isAllowed } from './clients.ts'
import { type Asking, aboutOf } from './issuer.ts'

/** Takes what a person answered. */
export type Consent = (asking: Asking) => Promise<Deny>

const DENIED = { error: 'access_denied', error_description: 'The person did not agree.' }

/** Whether the page of this host sent it, shown as a page of its own. */
const isFromOurPage = (request: Request): boolean => {
  const { header } = request
  return (
    isSameOrigin(request) &&
    (header('sec-fetch-dest') ?? 'document') === 'document' &&
    (header('sec-fetch-mode') ?? 'navigate') === 'navigate'
  )
}

/**
 * Sends the browser on to the provider, or back to the program. The answer counts in the browser
 * that was asked, from the page that asked, once. Everything is in the query, so that no body is
 * needed; what goes on goes by a page, as browsers hold a redirect to the policy of the form.
 */
export const createConsent = (
  { codeRelay }: Pick<CheckPorts, 'codeRelay'>,
  attempts: Attempts,
): Consent => {
  const refused = (asking: Asking, why: string): Deny =>
    deny('authorization_consent_refused', {
      members: { error_description: why },
      detail: why,
      about: aboutOf(asking),
    })

  const passOn = async (
    asking: Asking,
    { state: _, ...asked }: Asked,
    gone: readonly Header[],
  ): Promise<Deny> => {
    const { request, server, budget } = asking
    const begun = attempts.begin(asking, 'sent', asked)
    if (begun === undefined) return refused(asking, 'What was asked for is too long to be kept.')
    const { codeChallenge, resourceUrl, scopes, prompt } = asked
    const relayed = {
      redirectUri: returnUriOf(request),
      state: begun.state,
      codeChallenge,
      scopes,
      resource: resourceUrl,
      ...(prompt === undefined ? {} : { prompt }),
    }
    const url = await codeRelay.authorizationUrl(server.client, relayed, budget)
    return deny('authorization_passed_on', {
      onward: url,
      headers: [...begun.headers, ...gone],
      about: aboutOf(asking),
    })
  }

  const failed = (asking: Asking, asked: Asked, thrown: unknown, headers: readonly Header[]) => {
    const fault = asFault(thrown)
    const isAway = fault.code === 'provider_unreachable' || fault.code === 'budget_exceeded'
    const error = isAway ? 'temporarily_unavailable' : 'server_error'
    return answerClientByPage(
      asking,
      'authorization_not_asked',
      asked,
      { error },
      {
        headers,
        detail: fault.message,
      },
    )
  }

  return async (asking) => {
    const { request } = asking
    const query = new URLSearchParams(request.path.query)
    if (!isFromOurPage(request)) {
      return refused(asking, 'It was not sent by the page of this host that asks.')
    }
    const answer = query.get('answer')
    if (answer !== 'allow' && answer !== 'deny') return refused(asking, 'It is neither yes nor no.')
    const found = attempts.find(asking, 'asked', query.get('ticket') ?? undefined)
    if (found.kind === 'none') return refused(asking, found.why)
    const { asked, attempt } = found
    if (!(await attempts.claim(asking, 'asked', attempt))) {
      return refused(asking, 'It was answered before.')
    }
    const gone = attempts.forgotten(attempt)
    const { clientKey, redirectUri } = asked
    if (!isAllowed(asking.server, clientKey, redirectUri)) {
      return refuseRedirect(asking, withdrawn(redirectUri), gone)
    }
    if (answer === 'deny') {
      return answerClientByPage(asking, 'authorization_denied', asked, DENIED, { headers: gone })
    }
    return passOn(asking, asked, gone).catch((thrown) => failed(asking, asked, thrown, gone))
  }
}
