import {
  LOGIN_COOKIE_PREFIX,
  LOGOUT_COOKIE,
  OWN_COOKIE_PREFIX,
  PROVIDER_COOKIE,
  RELOAD_COOKIE,
  SHARED_COOKIE_PREFIX,
} from '../../../core/cookie/own-cookies.ts'
import type { Client, SessionCookie } from '../../../core/registration/client.ts'
import { type Checked, right, wrong } from '../../matching/checked.ts'
import { parseClaimPath } from '../../matching/claim-path.ts'
import { cookieDomain } from '../../matching/cookie-domain.ts'
import type { FieldPath, OIDCClient } from '../../resource/resource.ts'
import { parseTimestampMs } from '../../resource/timestamp.ts'
import type { Findings } from '../object/findings.ts'
import { deviceBoundOf } from './device-bound.ts'

/** The annotation that ends every older session of a client. */
const REVOKE_BEFORE = 'sallyport.dev/revoke-before'

const SECOND = 1_000
const HOUR = 3_600 * SECOND
const HOST_COOKIE_NAME = /^__Host-[A-Za-z0-9_-]+$/
const SHARED_COOKIE_NAME = new RegExp(`^${SHARED_COOKIE_PREFIX}[A-Za-z0-9_-]*$`)

const sharedCookieName = (written: string): Checked<string> =>
  SHARED_COOKIE_NAME.test(written)
    ? right(written)
    : wrong(
        `does not begin with \`${SHARED_COOKIE_PREFIX}\`, as it must with a \`domain\`, or holds more than letters, digits, \`_\` and \`-\``,
      )

const hostCookieName = (written: string): Checked<string> => {
  if (!HOST_COOKIE_NAME.test(written)) {
    return wrong(
      'does not begin with `__Host-`, as it must without a `domain`, or holds more than letters, digits, `_` and `-`',
    )
  }
  const isTaken =
    written.startsWith(LOGIN_COOKIE_PREFIX) ||
    written === LOGOUT_COOKIE ||
    written === PROVIDER_COOKIE ||
    written === RELOAD_COOKIE
  return isTaken ? wrong('is taken by a cookie of the login or the sign-out') : right(written)
}

const cookieOf = (
  { name: written, sameSite, domain, partitioned }: OIDCClient['spec']['session']['cookie'],
  findings: Findings,
): SessionCookie => {
  const field = ['spec', 'session', 'cookie']
  const name = written ?? (domain === undefined ? OWN_COOKIE_PREFIX : SHARED_COOKIE_PREFIX)
  const checked = domain === undefined ? hostCookieName(name) : sharedCookieName(name)
  findings.take([...field, 'name'], 'cookie name', name, checked)
  const attributes = { sameSite, ...(partitioned ? { partitioned } : {}) } as const
  if (domain === undefined) return { name, ...attributes }
  findings.take([...field, 'domain'], 'cookie domain', domain, cookieDomain(domain))
  return { name, ...attributes, domain }
}

const revokeBefore = (
  annotations: OIDCClient['metadata']['annotations'],
  findings: Findings,
): Pick<Client['session'], 'revokeBeforeMs'> => {
  const written = annotations[REVOKE_BEFORE]
  if (written === undefined) return {}
  const revokeBeforeMs = parseTimestampMs(written)
  if (revokeBeforeMs !== undefined) return { revokeBeforeMs }
  const message = `The time ${JSON.stringify(written)} is not one of RFC 3339, as in \`2026-11-24T18:00:00Z\``
  findings.add(['metadata', 'annotations', REVOKE_BEFORE], message)
  return {}
}

const lifetimesOf = (
  written: { readonly idleTimeout: string; readonly absoluteTimeout: string },
  field: FieldPath,
  mostMs: number,
  findings: Findings,
): { readonly idleTimeoutMs: number; readonly absoluteTimeoutMs: number } => {
  const { idleTimeout, absoluteTimeout } = written
  const bounds = { leastMs: SECOND, mostMs }
  const idleTimeoutMs = findings.durationMs([...field, 'idleTimeout'], idleTimeout, bounds)
  const absolute = [...field, 'absoluteTimeout']
  const absoluteTimeoutMs = findings.durationMs(absolute, absoluteTimeout, bounds)
  if (absoluteTimeoutMs > 0 && idleTimeoutMs > absoluteTimeoutMs) {
    const message = `The idle timeout ${idleTimeout} is longer than the absolute timeout ${absoluteTimeout}: lower it`
    findings.add([...field, 'idleTimeout'], message)
  }
  return { idleTimeoutMs, absoluteTimeoutMs }
}

const infoOf = (
  { claims }: OIDCClient['spec']['session']['info'],
  findings: Findings,
): Client['session']['info'] =>
  claims.flatMap((written, index) => {
    const field = ['spec', 'session', 'info', 'claims', index]
    const path = findings.take(field, 'claim', written, parseClaimPath(written))
    return path === undefined ? [] : [{ written, path }]
  })

/** The `session` of an OIDCClient, and what its annotations say about sessions. */
export const clientSession = (
  { metadata, spec }: OIDCClient,
  findings: Findings,
): Client['session'] => {
  const { refresh, bindTo, maxPerSubject, rememberMe, info, framing } = spec.session
  const field = ['spec', 'session']
  const refreshBeforeMs = findings.durationMs([...field, 'refresh', 'before'], refresh.before, {
    leastMs: 0,
    mostMs: HOUR,
  })
  const remembered = [...field, 'rememberMe']
  const cookie = cookieOf(spec.session.cookie, findings)
  return {
    ...lifetimesOf(spec.session, field, 720 * HOUR, findings),
    ...(rememberMe === undefined
      ? {}
      : { rememberMe: lifetimesOf(rememberMe, remembered, 2_160 * HOUR, findings) }),
    ...(refresh.disabled ? {} : { refreshBeforeMs }),
    bindTo: [...bindTo],
    ...(maxPerSubject === undefined ? {} : { maxPerSubject }),
    ...revokeBefore(metadata.annotations, findings),
    cookie,
    ...deviceBoundOf(spec, cookie, findings),
    info: infoOf(info, findings),
    ...(framing === undefined ? {} : { framing: [...framing.allowedAncestors] }),
  }
}
