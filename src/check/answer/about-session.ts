import type { About } from '../../core/decision/decision.ts'
import { sessionClaims } from '../../core/identity/session-claims.ts'
import type { Session } from '../../core/session/session.ts'

/** Whose session an answer is about, with the claims, by one of which the log may name people. */
export const aboutSession = ({
  subject,
  tokens,
}: Pick<Session, 'subject' | 'tokens'>): Pick<About, 'subject' | 'claims' | 'via'> => ({
  subject,
  claims: sessionClaims(tokens),
  via: 'session',
})
