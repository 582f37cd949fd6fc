import type { SiteRequest } from '../../core/console/console-site.ts'
import { isSameOrigin } from './same-origin.ts'

/** What a form holds, by name, or why it is not looked at: a status and a sentence. */
export type SentForm =
  | { readonly kind: 'form'; readonly fields: ReadonlyMap<string, string> }
  | { readonly kind: 'refused'; readonly status: 403 | 413 | 415; readonly sentence: string }

/** The manifests and claims of an explanation fit; nothing else is as long. */
const MAX_BYTES = 64 * 1024

const STRANGE =
  'This form was not sent by a page of this console, as far as your browser says (Sec-Fetch-Site, Origin), so nothing was done. Open the console itself and try again there.'

const refused = (status: 403 | 413 | 415, sentence: string): SentForm => ({
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

/** Reads a form that a page of this host has sent, and no other. */
export const readForm = async (request: SiteRequest): Promise<SentForm> => {
  if (!isSameOrigin(request.header)) return refused(403, STRANGE)
  const type = request.header('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/x-www-form-urlencoded') {
    return refused(415, 'Only forms are taken here (application/x-www-form-urlencoded).')
  }
  const body = await request.readBody(MAX_BYTES)
  if (body === undefined) {
    return refused(413, `What was sent is longer than ${MAX_BYTES} bytes, or did not arrive.`)
  }
  return { kind: 'form', fields: fieldsOf(body) }
}
