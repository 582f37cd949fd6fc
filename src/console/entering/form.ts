import type { BodySender, SiteRequest } from '../../core/console/console-site.ts'
import { isSameOrigin } from './same-origin.ts'

type FormStatus = 403 | 413 | 415 | 503

/** What a form holds, by name, or why it is not looked at: a status and a sentence. */
export type SentForm =
  | { readonly kind: 'form'; readonly fields: ReadonlyMap<string, string> }
  | {
      readonly kind: 'refused'
      readonly status: FormStatus
      readonly sentence: string
      /** What it asks for, where that was read. */
      readonly fields?: ReadonlyMap<string, string>
    }

/** The claims of an explanation fit; nothing else is as long. A token and a path are short. */
const MAX_BYTES = { administrator: 64 * 1024, stranger: 4 * 1024 } as const

const BUSY = 'Too many are signing in at a time. Try again.'

const STRANGE =
  'This form was not sent by a page of this console, as far as your browser says (Sec-Fetch-Site, Origin), so nothing was done. Open the console itself and try again there.'

const refused = (status: FormStatus, sentence: string): Extract<SentForm, { kind: 'refused' }> => ({
  kind: 'refused',
  status,
  sentence,
})

/** Names and values of a query or a form; of a name that comes twice the first counts. */
export const fieldsOf = (encoded: string): ReadonlyMap<string, string> => {
  const fields = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(encoded)) {
    if (!fields.has(name)) fields.set(name, value)
  }
  return fields
}

const readAny = async (request: SiteRequest, sender: BodySender): Promise<SentForm> => {
  const type = request.header('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/x-www-form-urlencoded') {
    return refused(415, 'Only forms are taken here (application/x-www-form-urlencoded).')
  }
  const maxBytes = MAX_BYTES[sender]
  const body = await request.readBody(maxBytes, sender)
  if (body.kind === 'busy') return refused(503, BUSY)
  if (body.kind === 'missing') {
    return refused(413, `What was sent is longer than ${maxBytes} bytes, or did not arrive.`)
  }
  return { kind: 'form', fields: fieldsOf(body.text) }
}

/**
 * Reads a form that a page of this host has sent, and no other. What another one asked for in the
 * name of an administrator is read as well, to be noted.
 */
export const readForm = async (request: SiteRequest, sender: BodySender): Promise<SentForm> => {
  if (isSameOrigin(request.header)) return readAny(request, sender)
  const strange = refused(403, STRANGE)
  if (sender === 'stranger') return strange
  const { fields } = await readAny(request, sender)
  return fields === undefined ? strange : { ...strange, fields }
}
