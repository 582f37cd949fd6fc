import type { About, Header, Verdict, Way } from '../../core/decision/decision.ts'
import { deny } from '../../core/decision/deny.ts'
import type { Policy } from '../../core/policy/policy.ts'
import type { Reason } from '../../core/reason/reason.ts'
import type { Client } from '../../core/registration/client.ts'
import type { Request } from '../../core/request/request.ts'
import { isSafeReturnPath, originOf } from '../../core/request/return-url.ts'
import type { Budget } from '../../core/time/budget.ts'

/** A callback that is being answered. */
export interface Visit {
  readonly request: Request
  readonly policy: Policy
  readonly client: Client
  readonly budget: Budget
}

/** What leads from a page of the callback to where the person wanted to go. */
export const tryAgainAt = (href: string): readonly Way[] => [{ label: 'try_again', href }]

/** The absolute URL of a path on the host of a request; the root for a path that would leave it. */
export const urlOf = (request: Pick<Request, 'authority'>, path: string): string =>
  originOf(request) + (isSafeReturnPath(path) ? path : '/')

/**
 * Where a callback goes on to. A browser carries the fragment of a URL along redirects that have
 * none (RFC 9110 section 10.2.2). `wanted`: the answer belongs to a login of this very browser, so
 * what it carries is the fragment of the URL that the login began with. `none`: anybody may have
 * made this callback; an empty fragment keeps a smuggled one from being inherited (R20).
 */
export type Fragment = 'wanted' | 'none'

/** A place to go on to, and what goes with it. */
export interface Onward {
  readonly path: string
  readonly fragment: Fragment
  readonly headers: readonly Header[]
  readonly about: About
}

/**
 * Continues with 303 (RFC 9700 section 4.12). A `Strict` cookie is not sent along a chain of
 * redirects that began on another site, so there the page itself goes on.
 */
export const continueAt = (
  { request, client }: Pick<Visit, 'request' | 'client'>,
  reason: Reason,
  { path, fragment, headers, about }: Onward,
): Verdict => {
  const url = urlOf(request, path)
  const exact = fragment === 'wanted' ? url : `${url}#`
  if (client.session.cookie.sameSite !== 'Strict') {
    return deny(reason, { headers: [['location', exact], ...headers], content: 'none', about })
  }
  if (fragment === 'wanted') return deny(reason, { status: 200, headers, onward: url, about })
  const refresh: Header = ['refresh', `0; url=${exact}`]
  const ways = [{ label: 'continue', href: exact } as const]
  return deny(reason, { status: 200, headers: [refresh, ...headers], ways, about })
}
