import type { Header } from '../../core/decision/decision.ts'

/** What a browser sends: Chromium the bare text, the specification a string in quotes. */
export const bareText = (value: string | undefined): string | undefined =>
  value !== undefined && value.length >= 2 && value.startsWith('"') && value.endsWith('"')
    ? value.slice(1, -1)
    : value

/** The header that carries a proof. */
export const PROOF_HEADER = 'secure-session-response'

/** The header that names the session of the browser that a proof is about. */
export const SESSION_HEADER = 'sec-secure-session-id'

/** The challenge that the next proof of a session of the browser is to answer. */
export const challengeHeader = (challenge: string, sessionId: string): Header => [
  'secure-session-challenge',
  `"${challenge}";id="${sessionId}"`,
]
