import type { Request } from '../request/request.ts'
import type { Deny, Header } from './decision.ts'

/** The body of a denial, and the headers that describe it. */
export interface Presentation {
  readonly headers: readonly Header[]
  readonly body: string
}

/** Renders a denial as a page or as a problem document (RFC 9457), as the caller prefers. Pure. */
export type Present = (
  deny: Deny,
  caller: { readonly requestId: string; readonly header: Request['header'] },
) => Presentation
