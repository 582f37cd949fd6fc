import type { Administrator } from './administrator.ts'

/** A request for a page of the console, as the page sees it: whoever sends it may do so. */
export interface ConsoleRequest {
  readonly administrator: Administrator
  readonly method: 'GET' | 'POST'
  /** That of the page; what stands in place of the final `*` is `rest`. */
  readonly path: string
  /** Decoded; empty where the path of the page has no `*`. */
  readonly rest: string
  readonly query: ReadonlyMap<string, string>
  /** What was sent, by name; empty for GET. */
  readonly form: ReadonlyMap<string, string>
  /** What every form of the page sends along under `FORGERY_FIELD`. */
  readonly antiForgery: string
  readonly nowMs: number
}

/** The name of the hidden field of every form. */
export const FORGERY_FIELD = 'anti-forgery'
