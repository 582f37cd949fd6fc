import type { CheckPorts } from '../../core/check-ports.ts'
import type { Deny, Header } from '../../core/decision/decision.ts'
import { deny } from '../../core/decision/deny.ts'
import { asFault } from '../../core/reason/fault.ts'
import { answerClient, refuseRedirect, withdrawn } from './answers.ts'
import type { Asked, Attempts } from './asked.ts'
import { isAllowed } from './clients.ts'
import type { Held } from './grants.ts'
import { type Asking, aboutOf } from './issuer.ts'

/** Answers the redirect back from the provider. */
export type Return = (asking: Asking) => Promise<Deny>

/** Errors of a provider that are about the person or the moment; any other is about us. */
const PASSED_ON: ReadonlySet<string> = new Set([
  'access_denied',
  'invalid_scope',
  'server_error',
  'temporarily_unavailable',
])

/**
 * Hands the code of the provider on to the client whose request this browser agreed to: the state
 * of another browser, of another attempt, or one that was answered before leads to a page, and its
 * code to nobody.
 */
export const createReturn = (
  { relyingParty, codeRelay }: Pick<CheckPorts, 'relyingParty' | 'codeRelay'>,
  attempts: Attempts,
  held: Held,
): Return => {
  const refused = (asking: Asking, detail: string, headers: readonly Header[] = []): Deny =>
    deny('authorization_return_refused', { headers, detail, about: aboutOf(asking) })

  const answered = async (
    asking: Asking,
    asked: Asked,
    attempt: string,
    query: URLSearchParams,
  ): Promise<Deny> => {
    const { server, budget } = asking
    const { state, clientKey, redirectUri, codeChallenge, resourceUrl, scopes } = asked
    const headers = attempts.forgotten(attempt)
    const answer = await codeRelay.checkAnswer(server.client, state, query, budget)
    switch (answer.kind) {
      case 'refused':
        return refused(asking, answer.detail, headers)
      case 'error': {
        const error = PASSED_ON.has(answer.error) ? answer.error : 'server_error'
        const { detail } = answer
        return answerClient(asking, 'authorization_failed', asked, { error }, { headers, detail })
      }
      case 'code': {
        const { code } = answer
        const kept = { code, redirectUri, codeChallenge, resourceUrl, scopes, attempt }
        const members = { code: held.code(asking, clientKey, kept) }
        return answerClient(asking, 'authorization_returned', asked, members, { headers })
      }
    }
  }

  /** The provider's answer is spent: the client is told, and may begin anew. */
  const failed = (asking: Asking, asked: Asked, attempt: string, thrown: unknown): Deny => {
    const { code, message: detail } = asFault(thrown)
    const error = code === 'provider_misconfigured' ? 'server_error' : 'temporarily_unavailable'
    const headers = attempts.forgotten(attempt)
    return answerClient(asking, 'authorization_failed', asked, { error }, { headers, detail })
  }

  return async (asking) => {
    const query = new URLSearchParams(asking.request.path.query)
    const read = await relyingParty.readCallback(asking.server.client, query)
    if (read.kind === 'malformed') return refused(asking, read.detail)
    const states = read.says.getAll('state')
    const found = attempts.find(asking, 'sent', states.length === 1 ? states[0] : undefined)
    if (found.kind === 'none') return refused(asking, found.why)
    const { asked, attempt } = found
    if (!(await attempts.claim(asking, 'sent', attempt))) {
      return refused(asking, 'It was answered before.')
    }
    const { clientKey, redirectUri } = asked
    if (!isAllowed(asking.server, clientKey, redirectUri)) {
      return refuseRedirect(asking, withdrawn(redirectUri), attempts.forgotten(attempt))
    }
    return answered(asking, asked, attempt, query).catch((thrown) =>
      failed(asking, asked, attempt, thrown),
    )
  }
}
