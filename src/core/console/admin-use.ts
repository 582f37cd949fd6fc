import type { SessionQuery } from '../session/session-directory.ts'
import type { AdminWay } from './administrator.ts'

/** What somebody did, or tried to do, by the admin API or the pages of it. */
export interface AdminUse {
  /** Who: the name of a token, certificate or assertion; absent if nobody was recognised. */
  readonly who?: string
  /** By what they were recognised; absent if nobody was. */
  readonly way?: AdminWay
  /** Where the connection came from. */
  readonly remoteAddress: string
  /** Absent if the request made no sense. */
  readonly action?: 'list' | 'show' | 'end' | 'view' | 'sign_in' | 'sign_out'
  /** Which page was asked, below `/console/`; absent: it was another request. */
  readonly page?: string
  readonly outcome:
    | 'done'
    | 'not_found'
    | 'bad_request'
    | 'unauthorized'
    | 'forbidden'
    | 'limited'
    | 'failed'
  readonly status: number
  /** Which sessions were meant. */
  readonly selector?: SessionQuery & { readonly id?: string; readonly everything?: true }
  /** How many sessions were listed or ended. */
  readonly count?: number
  /** A sentence, where something went wrong. */
  readonly detail?: string
}
