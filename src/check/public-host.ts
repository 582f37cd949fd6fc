import type { Deny } from '../core/decision/decision.ts'
import { deny } from '../core/decision/deny.ts'
import type { Policy } from '../core/policy/policy.ts'
import type { PolicySource } from '../core/policy-source.ts'
import { authorityOf, parseAuthority, type Request } from '../core/request/request.ts'

const refuse = (policy: Policy, header: string): Deny =>
  deny('host_conflict', {
    about: { policy: policy.name },
    detail: `The header ${header} names no host of this route: have the gateway set it, or add the host to \`hosts\`.`,
  })

/** The host that the header of a route names; `undefined` where there is none. */
export const publicHost = (
  request: Pick<Request, 'header'>,
  { publicHostHeader }: Pick<Policy, 'publicHostHeader'>,
): string | undefined => {
  const named = publicHostHeader === undefined ? undefined : request.header(publicHostHeader)
  const parsed = named === undefined ? undefined : parseAuthority(named)
  return parsed?.ok === true ? parsed.value.host : undefined
}

/**
 * The request as the browser sent it, where the route says in which header a trusted gateway names
 * the host (the one exception of R2). Only a host of the same route counts, so that the worst that
 * a forged header can do is to name another of them.
 */
export const asSeenByBrowser = (
  request: Request,
  policy: Policy,
  policies: PolicySource,
): Request | Deny => {
  const { publicHostHeader } = policy
  if (publicHostHeader === undefined) return request
  const named = request.header(publicHostHeader)
  if (named === undefined) return request
  const parsed = parseAuthority(named)
  if (!parsed.ok) return refuse(policy, publicHostHeader)
  const { host } = parsed.value
  const found = policies.find({ host, contextExtensions: request.contextExtensions })
  if (found.kind !== 'found' || found.policy.name !== policy.name)
    return refuse(policy, publicHostHeader)
  return { ...request, host, authority: authorityOf(parsed.value) }
}
