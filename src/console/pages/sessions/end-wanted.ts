import type { SessionQuery, SessionSelector } from '../../../core/session/session-directory.ts'
import { wantedOf } from './wanted.ts'

/** What is to end, or what is wrong with how it was said. */
export type EndWanted =
  | {
      readonly kind: 'selector'
      readonly selector: Extract<SessionSelector, { kind: 'session' | 'subject' | 'client' }>
      /** The same as audit lines and forms say it. */
      readonly said: SessionQuery & { readonly id?: string }
    }
  | { readonly kind: 'problems'; readonly problems: readonly string[] }

const ID = /^[A-Za-z0-9_-]{43}$/

const NOTHING =
  'subject or client or id must say what is to end: nothing is ended without being named.'

const problems = (...sentences: readonly string[]): EndWanted => ({
  kind: 'problems',
  problems: sentences,
})

const byQuery = ({ subject, issuer, client, host }: SessionQuery): EndWanted => {
  if (host !== undefined)
    return problems('host cannot say what is to end: name a subject or client.')
  const of = client === undefined ? {} : { client }
  if (subject !== undefined) {
    const said = { subject, ...(issuer === undefined ? {} : { issuer }), ...of }
    return { kind: 'selector', selector: { kind: 'subject', ...said }, said }
  }
  if (issuer !== undefined) return problems('issuer needs subject beside it.')
  if (client === undefined) return problems(NOTHING)
  return { kind: 'selector', selector: { kind: 'client', client }, said: { client } }
}

/** Reads what is to end: one session, all of a subject, or all of a client; never everything. */
export const endWantedOf = (fields: ReadonlyMap<string, string>): EndWanted => {
  const id = fields.get('id')
  if (id !== undefined) {
    return ID.test(id)
      ? { kind: 'selector', selector: { kind: 'session', id }, said: { id } }
      : problems('id must be that of a session, as its page links to it.')
  }
  const wanted = wantedOf(fields)
  return wanted.kind === 'problems' ? wanted : byQuery(wanted.query)
}
