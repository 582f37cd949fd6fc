import { type Fault, faultEntry } from '../reason/fault.ts'
import { type Reason, reasonEntry } from '../reason/reason.ts'
import type { About, Deny, Framing, Header, Way } from './decision.ts'
import type { Metadata } from './metadata.ts'

/** The response header that carries the reason code of every denial. */
export const REASON_HEADER = 'x-sallyport-reason'

/** What an answer may carry besides its reason. */
export interface DenyOptions {
  /** Instead of the status of the reason: a challenge for `login_required` is 401, not 302. */
  readonly status?: number
  readonly headers?: readonly Header[]
  readonly content?: Deny['content']
  readonly members?: Deny['members']
  readonly ways?: readonly Way[]
  readonly howTo?: string
  readonly facts?: Deny['facts']
  readonly resend?: Deny['resend']
  readonly onward?: string
  readonly consent?: Deny['consent']
  readonly reload?: true
  readonly framing?: Framing
  readonly detail?: string
  readonly about?: About
  readonly metadata?: Metadata
}

const always = (reason: Reason): readonly Header[] => [
  [REASON_HEADER, reason],
  ['cache-control', 'no-store'],
]

/** The one place where a denial is made (R1): never without a status, a reason and `no-store`. */
export const deny = (reason: Reason, options: DenyOptions = {}): Deny => ({
  kind: 'deny',
  reason,
  status: options.status ?? reasonEntry(reason).status,
  headers: [...always(reason), ...(options.headers ?? [])],
  content: options.content ?? 'page',
  ...(options.members === undefined ? {} : { members: options.members }),
  ways: options.ways ?? [],
  ...(options.howTo === undefined ? {} : { howTo: options.howTo }),
  ...(options.facts === undefined ? {} : { facts: options.facts }),
  ...(options.resend === undefined ? {} : { resend: options.resend }),
  ...(options.onward === undefined ? {} : { onward: options.onward }),
  ...(options.consent === undefined ? {} : { consent: options.consent }),
  ...(options.reload === undefined ? {} : { reload: options.reload }),
  ...(options.framing === undefined ? {} : { framing: options.framing }),
  ...(options.detail === undefined ? {} : { detail: options.detail }),
  ...(options.metadata === undefined ? {} : { metadata: options.metadata }),
  about: options.about ?? {},
})

/**
 * The denied 503 that a fault leaves the service as, with `Retry-After` where trying again helps.
 */
export const denyFault = (fault: Fault, options: DenyOptions = {}): Deny => {
  const seconds = faultEntry(fault.code).retryAfterSeconds
  const retry: readonly Header[] = seconds === undefined ? [] : [['retry-after', String(seconds)]]
  return deny(fault.code, {
    ...(fault.place === undefined ? {} : { about: fault.place }),
    ...options,
    headers: [...retry, ...(options.headers ?? [])],
    detail: fault.message,
  })
}
