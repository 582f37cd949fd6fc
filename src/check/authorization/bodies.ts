import { bodyOf } from '../../core/request/form.ts'
import type { Request } from '../../core/request/request.ts'

/** A body, or why there is none: a sentence for whoever operates the gateway. */
export type ReadBody =
  | { readonly kind: 'read'; readonly text: string }
  | { readonly kind: 'unread'; readonly why: string }

/** More than any client registers, or shows at once. */
const MAX_BODY_BYTES = 32 * 1_024

const unread = (why: string): ReadBody => ({ kind: 'unread', why })

/** The body of a request, which the gateway has to send along. */
export const readBody = (request: Request): ReadBody => {
  const path = request.path.canonical
  const body = bodyOf(request, MAX_BODY_BYTES)
  switch (body.kind) {
    case 'whole':
      return { kind: 'read', text: body.text }
    case 'too_long':
      return unread(`The body is longer than ${MAX_BODY_BYTES} bytes.`)
    case 'none':
      return unread(
        `No body came. If the client sent one, the gateway keeps it back: set with_request_body of ext_authz for ${path}, as docs/discovering-clients.md says.`,
      )
    case 'part':
      return unread(
        `The gateway sent only a part of the body: raise max_request_bytes of with_request_body for ${path} to ${MAX_BODY_BYTES}.`,
      )
  }
}
