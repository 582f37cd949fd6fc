import type { SessionEntry } from '../../../core/session/session-directory.ts'
import { factsOf } from '../../page/facts.ts'
import { type Html, html } from '../../page/html.ts'
import { momentOf } from '../../page/time.ts'

const deviceOf = ({ device }: SessionEntry): Html | string | undefined => {
  if (device === undefined) return undefined
  const { bound } = device
  if (bound === undefined) return 'none is bound to it yet'
  return html`bound by ${bound.algorithm} since ${momentOf(bound.boundAtMs)}, proven last ${momentOf(bound.provenAtMs)}`
}

/** When a session ends if nothing happens. */
const idleEndOf = ({ lastSeenAtMs, idleTimeoutMs, expiresAtMs }: SessionEntry): number =>
  Math.min(lastSeenAtMs + idleTimeoutMs, expiresAtMs)

/** Everything that administrators are told of a session: never a ticket or a token. */
export const sessionFacts = (entry: SessionEntry): Html =>
  factsOf([
    ['Subject', entry.subject],
    ['Issuer', entry.issuer],
    ['Client', entry.client],
    ['Host', entry.host],
    ['Signed in', momentOf(entry.createdAtMs)],
    ['Last seen', momentOf(entry.lastSeenAtMs)],
    ['Ends unused', momentOf(idleEndOf(entry))],
    ['Ends at the latest', momentOf(entry.expiresAtMs)],
    ['Address', entry.address],
    ['Agent', entry.agent],
    ['Device', deviceOf(entry)],
    ['Session at the provider', entry.sid],
    ['Id', html`<span class="mono">${entry.id}</span>`],
  ])
