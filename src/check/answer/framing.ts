import type { CookieAttributes } from '../../core/cookie/cookie.ts'
import type { Deny, Verdict, Way } from '../../core/decision/decision.ts'
import type { Policy } from '../../core/policy/policy.ts'
import type { Client } from '../../core/registration/client.ts'
import { isForFrame } from '../../core/request/navigation.ts'
import type { Request } from '../../core/request/request.ts'

/** Whether a sign-in with a client may happen in a frame. */
export const mayBeFramed = ({ session }: Pick<Client, 'session'>): boolean =>
  session.framing !== undefined

/**
 * The attributes of a short-lived cookie that is set, or removed, by the answer to a request: in a
 * frame of another site it has to be one that lives there.
 */
export const siteOfCookie = (
  request: Pick<Request, 'method' | 'header'>,
  { session }: Pick<Client, 'session'>,
): Pick<CookieAttributes, 'sameSite' | 'partitioned'> => {
  if (!isForFrame(request) || session.framing === undefined) return { sameSite: 'Lax' }
  const { partitioned } = session.cookie
  return { sameSite: 'None', ...(partitioned === undefined ? {} : { partitioned }) }
}

/** Ways that lead out of a frame, where the request is for one. */
export const outOfFrame = (
  request: Pick<Request, 'method' | 'header'>,
  ways: readonly Way[],
): readonly Way[] =>
  isForFrame(request) ? ways.map((way) => ({ ...way, target: 'top' as const })) : ways

/**
 * The answer to a request for a frame: the pages that the clients of the host allow may show it
 * there. An answer that says itself who may frame it is left alone.
 */
export const inFrame = <V extends Verdict | Deny>(
  request: Pick<Request, 'method' | 'header'>,
  { clients }: Pick<Policy, 'clients'>,
  verdict: V,
): V => {
  if (verdict.kind !== 'deny' || verdict.content === 'none' || verdict.framing !== undefined) {
    return verdict
  }
  const framing = [...new Set(clients.flatMap(({ session }) => session.framing ?? []))]
  return framing.length === 0 || !isForFrame(request) ? verdict : { ...verdict, framing }
}

/** An answer on its way out, which a frame may show where the host allows it. */
export const answered = async (
  request: Pick<Request, 'method' | 'header'>,
  part: Pick<Policy, 'clients'>,
  verdict: Promise<Verdict>,
): Promise<Verdict> => inFrame(request, part, await verdict)
