import type { Client } from '../registration/client.ts'
import { valuesIn } from '../request/query.ts'
import type { Request } from '../request/request.ts'

/** The query parameter by which the sign-in page says whether to remember: `yes` or `no`. */
export const REMEMBER_PARAMETER = 'sallyport_remember'

/** What is known of the wish to stay signed in; `ask`: nothing, and the client offers it. */
export type RememberChoice = 'yes' | 'no' | 'ask'

type Session = Pick<Client, 'session'>

/**
 * A wish counts as one only where no other site can have made it: followed from a page of this very
 * host, or typed (Fetch Metadata). A browser that sends no fetch metadata is believed.
 */
const isOwnWish = ({ header }: Pick<Request, 'header'>): boolean =>
  ['same-origin', 'none', undefined].includes(header('sec-fetch-site'))

/** Whether the person wants to stay signed in on this device, as far as the client offers that. */
export const rememberChoiceOf = (
  { session }: Session,
  request: Pick<Request, 'header' | 'path'>,
): RememberChoice => {
  if (session.rememberMe === undefined) return 'no'
  const wishes = valuesIn(request.path.query, REMEMBER_PARAMETER)
  const [wish] = wishes
  const isClear = wishes.length === 1 && (wish === 'yes' || wish === 'no')
  return isClear && isOwnWish(request) ? wish : 'ask'
}

/**
 * How long a session lasts, and its cookie: that of one that is remembered outlives the browser.
 */
export interface SessionLifetime {
  readonly idleTimeoutMs: number
  readonly absoluteTimeoutMs: number
  /** Absent: the cookie ends with the browser. */
  readonly cookieSeconds?: number
}

/** The lifetime of a session that begins now. */
export const lifetimeOf = ({ session }: Session, isRemembered: boolean): SessionLifetime => {
  const { rememberMe, idleTimeoutMs, absoluteTimeoutMs } = session
  if (!isRemembered || rememberMe === undefined) return { idleTimeoutMs, absoluteTimeoutMs }
  return { ...rememberMe, cookieSeconds: rememberMe.absoluteTimeoutMs / 1000 }
}
