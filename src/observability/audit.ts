import type { AdminUse } from '../core/console/admin-use.ts'
import { printable } from './lines/printable.ts'
import { type Fields, redactText } from './lines/redact.ts'
import type { SubjectHash } from './lines/subject-hash.ts'
import { isBySubject, type SubjectNaming } from './lines/subject-member.ts'
import type { Logger } from './logger.ts'
import type { Metrics } from './metrics.ts'

/** What is done with a use of the admin API. */
export interface AuditDeps {
  readonly logger: Pick<Logger, 'always'>
  readonly metrics: Pick<Metrics, 'countEnded'>
  readonly subjectHash: SubjectHash
  /** In the clear as well where the decision log has subjects so: never beside another claim. */
  readonly subject: SubjectNaming
}

const MAX_TEXT = 512

const shown = (name: string, text: string | undefined): Fields =>
  text === undefined ? {} : { [name]: printable(redactText(text), MAX_TEXT) }

/** Names subjects as the decision log does. */
const selectorFields = (
  selector: AdminUse['selector'],
  { subjectHash, subject: naming }: Pick<AuditDeps, 'subjectHash' | 'subject'>,
): Fields => {
  if (selector === undefined) return {}
  const { subject, issuer, client, host, id, everything } = selector
  return {
    ...(subject === undefined ? {} : { subjectHash: subjectHash(subject) }),
    ...shown('subject', isBySubject(naming) ? subject : undefined),
    ...shown('issuer', issuer),
    ...shown('client', client),
    ...shown('host', host),
    ...shown('session', id),
    ...(everything === undefined ? {} : { everything }),
  }
}

/**
 * Writes one line for every use of the admin API, whatever the level, and counts what it ended.
 */
export const createAudit =
  ({ logger, metrics, ...naming }: AuditDeps) =>
  (use: AdminUse): void => {
    const { action, count } = use
    if (action === 'end' && count !== undefined) metrics.countEnded('admin', count)
    logger.always('audit', {
      audit: true,
      ...shown('who', use.who),
      ...shown('way', use.way),
      ...(action === undefined ? {} : { action }),
      ...shown('page', use.page),
      outcome: use.outcome,
      status: use.status,
      ...selectorFields(use.selector, naming),
      ...(count === undefined ? {} : { count }),
      remoteAddress: use.remoteAddress,
      ...shown('detail', use.detail),
    })
  }
