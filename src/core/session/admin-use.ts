import type { SessionQuery } from './session-directory.ts'

/** What somebody did, or tried to do, by the admin API. */
export interface AdminUse {
  /** Who: the name of a token, or of a client certificate; absent if nobody was recognised. */
  readonly who?: string
  /** Where the connection came from. */
  readonly remoteAddress: string
  /** Absent if the request made no sense. */
  readonly action?: 'list' | 'show' | 'end'
  readonly outcome: 'done' | 'not_found' | 'bad_request' | 'unauthorized' | 'limited' | 'failed'
  readonly status: number
  /** Which sessions were meant. */
  readonly selector?: SessionQuery & { readonly id?: string; readonly everything?: true }
  /** How many sessions were listed or ended. */
  readonly count?: number
  /** A sentence, where something went wrong. */
  readonly detail?: string
}
