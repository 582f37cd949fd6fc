import { setCookie } from '../../core/cookie/cookie.ts'
import { RELOAD_COOKIE } from '../../core/cookie/own-cookies.ts'
import type { Deny, Header, Way } from '../../core/decision/decision.ts'
import { deny } from '../../core/decision/deny.ts'
import type { Unauthenticated } from '../../core/identity/identity.ts'
import type { Policy, Rule } from '../../core/policy/policy.ts'
import type { Request } from '../../core/request/request.ts'
import { sessionChallenge } from './challenges.ts'
import { aboutRefused, clearing } from './denials.ts'

/** A page that has reloaded itself is not sent again for so long. */
const RELOAD_SECONDS = 60

type Device = Required<Unauthenticated>['device']

/** Wherever a browser keeps the cookie of the session, in whatever frame, it keeps this one too. */
const marker = ({ clients }: Policy, { client: name }: Device): readonly Header[] => {
  const client = clients.find((one) => one.name === name)
  if (client === undefined) return []
  const { sameSite } = client.session.cookie
  const attributes = { sameSite, maxAgeSeconds: RELOAD_SECONDS }
  return [['set-cookie', setCookie(RELOAD_COOKIE, '1', attributes)]]
}

/**
 * A page that reloads itself once: to a browser that is a request of this very host, for which it
 * proves its device first, as it does not for a link of another site. Any page may frame it; there
 * is nothing on it.
 */
const reloading = (
  request: Pick<Request, 'host'>,
  policy: Policy,
  rule: Rule,
  refused: Unauthenticated,
  device: Device,
): Deny =>
  deny(refused.reason, {
    headers: [
      sessionChallenge(request),
      ...clearing(refused.clearCookies),
      ...marker(policy, device),
    ],
    reload: true,
    ...(refused.detail === undefined ? {} : { detail: refused.detail }),
    framing: 'anybody',
    about: aboutRefused(policy, rule, refused),
  })

/** 403 with what a person can do about a session that no device is bound to. */
const unbound = (policy: Policy, rule: Rule, refused: Unauthenticated, device: Device): Deny => {
  const client = policy.clients.find(({ name }) => name === device.client)
  const ways: readonly Way[] =
    client === undefined ? [] : [{ label: 'sign_out', href: client.logout.path }]
  return deny(refused.reason, {
    ways,
    facts: ['device_browsers', 'device_what_to_do'],
    headers: clearing(refused.clearCookies),
    about: aboutRefused(policy, rule, refused),
  })
}

/** The answer to a page whose session does not count for its device. */
export const deviceDenial = (
  request: Pick<Request, 'host'>,
  policy: Policy,
  rule: Rule,
  { refused, device }: { readonly refused: Unauthenticated; readonly device: Device },
): Deny =>
  device.lacks === 'proof'
    ? reloading(request, policy, rule, refused, device)
    : unbound(policy, rule, refused, device)
