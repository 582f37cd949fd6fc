import {
  LOGIN_COOKIE_PREFIX,
  LOGOUT_COOKIE,
  OWN_COOKIE_PREFIX,
  PROVIDER_COOKIE,
  SHARED_COOKIE_PREFIX,
} from '../../core/own-cookies.ts'
import type { Client, ClientAuthentication, Provider, SessionCookie } from '../../core/policy.ts'
import { isSafeReturnPath } from '../../core/return-url.ts'
import { type Checked, right, wrong } from '../checked.ts'
import { cookieDomain } from '../cookie-domain.ts'
import { isWildcard, parseHost } from '../host.ts'
import { canonicalPath } from '../path-pattern.ts'
import type { FieldPath, OIDCClient } from '../resource.ts'
import { parseTimestampMs } from '../timestamp.ts'
import { canonicalJson } from './canonical-json.ts'
import {
  type Credential,
  type CredentialDraft,
  linkCredential,
  readCredential,
} from './credential.ts'
import { deepFreeze } from './deep-freeze.ts'
import { createFindings, type Finding, type Findings } from './findings.ts'
import { type Grant, grantOf } from './grant.ts'
import type { ReadData } from './keyed-data.ts'
import { follow, type Linked, type Referables } from './link.ts'

/** An OIDCClient as read, before what it refers to is looked at. */
export interface ClientDraft {
  readonly name: string
  readonly namespace: string
  readonly grant: Grant
  readonly provider: { readonly namespace: string; readonly name: string }
  readonly credential: CredentialDraft
  readonly settings: Omit<Client, 'name' | 'tenant' | 'generation' | 'provider' | 'authentication'>
}

/** The annotation that ends every older session of a client. */
const REVOKE_BEFORE = 'sallyport.dev/revoke-before'

const SECOND = 1_000
const HOUR = 3_600 * SECOND
const HOST_COOKIE_NAME = /^__Host-[A-Za-z0-9_-]+$/
const SHARED_COOKIE_NAME = new RegExp(`^${SHARED_COOKIE_PREFIX}[A-Za-z0-9_-]*$`)

const ownPath = (field: string, written: string, findings: Findings): string =>
  findings.take(['spec', field, 'path'], 'path', written, canonicalPath(written)) ?? written

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
    written === PROVIDER_COOKIE
  return isTaken ? wrong('is taken by a cookie of the login or the sign-out') : right(written)
}

const callbackHost = (written: string): Checked<string> =>
  isWildcard(written)
    ? wrong('holds a `*`: the provider knows one redirect URI')
    : parseHost(written)

const callbackHostOf = (
  { callback }: OIDCClient['spec'],
  findings: Findings,
): Pick<Client, 'callbackHost'> => {
  const { host } = callback
  if (host === undefined) return {}
  const taken = findings.take(['spec', 'callback', 'host'], 'host', host, callbackHost(host))
  return taken === undefined ? {} : { callbackHost: taken }
}

const redirectUrl = (written: string): Checked<string> => {
  if (isSafeReturnPath(written)) return right(written)
  const absolute = URL.canParse(written) && written.startsWith('https://')
  return absolute ? right(written) : wrong('is neither a path on the same host nor an `https` URL')
}

const cookieOf = (
  { name: written, sameSite, domain }: OIDCClient['spec']['session']['cookie'],
  findings: Findings,
): SessionCookie => {
  const field = ['spec', 'session', 'cookie']
  const name = written ?? (domain === undefined ? OWN_COOKIE_PREFIX : SHARED_COOKIE_PREFIX)
  const checked = domain === undefined ? hostCookieName(name) : sharedCookieName(name)
  findings.take([...field, 'name'], 'cookie name', name, checked)
  if (domain === undefined) return { name, sameSite }
  findings.take([...field, 'domain'], 'cookie domain', domain, cookieDomain(domain))
  return { name, sameSite, domain }
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

const sessionOf = ({ metadata, spec }: OIDCClient, findings: Findings): Client['session'] => {
  const { idleTimeout, absoluteTimeout, refresh, bindTo, maxPerSubject, cookie } = spec.session
  const field = ['spec', 'session']
  const { rememberMe } = spec.session
  const refreshBeforeMs = findings.durationMs([...field, 'refresh', 'before'], refresh.before, {
    leastMs: 0,
    mostMs: HOUR,
  })
  const remembered = [...field, 'rememberMe']
  return {
    ...lifetimesOf({ idleTimeout, absoluteTimeout }, field, 720 * HOUR, findings),
    ...(rememberMe === undefined
      ? {}
      : { rememberMe: lifetimesOf(rememberMe, remembered, 2_160 * HOUR, findings) }),
    ...(refresh.disabled ? {} : { refreshBeforeMs }),
    bindTo: [...bindTo],
    ...(maxPerSubject === undefined ? {} : { maxPerSubject }),
    ...revokeBefore(metadata.annotations, findings),
    cookie: cookieOf(cookie, findings),
  }
}

const logoutOf = (spec: OIDCClient['spec'], findings: Findings): Client['logout'] => {
  const { path, redirectURL, atProvider, revokeTokens, backChannel, frontChannel } = spec.logout
  if (path === spec.callback.path) {
    const message = `The path "${path}" is the callback path as well: one path cannot both finish a login and sign out`
    findings.add(['spec', 'logout', 'path'], message)
  }
  if (redirectURL !== undefined) {
    const field = ['spec', 'logout', 'redirectURL']
    findings.take(field, 'URL', redirectURL, redirectUrl(redirectURL))
  }
  return {
    path: ownPath('logout', path, findings),
    ...(redirectURL === undefined ? {} : { redirectUrl: redirectURL }),
    atProvider,
    revokeTokens,
    backChannel,
    ...(frontChannel ? { frontChannelPath: `${path}/frontchannel` } : {}),
  }
}

/**
 * Reads an OIDCClient by itself. The draft is of use only if there are no findings; its grant
 * always holds.
 */
export const readClient = (
  resource: OIDCClient,
): { readonly draft: ClientDraft; readonly findings: readonly Finding[] } => {
  const { metadata, spec } = resource
  const { namespace } = metadata
  const findings = createFindings()
  const draft: ClientDraft = {
    name: `${namespace}/${metadata.name}`,
    namespace,
    grant: grantOf(namespace, spec.allowedNamespaces),
    provider: { namespace, ...spec.providerRef },
    credential: readCredential(namespace, spec.authentication, findings),
    settings: {
      displayName: spec.displayName ?? metadata.name,
      clientId: spec.clientId,
      scopes: [...spec.scopes],
      resources: [...spec.resources],
      authorizationParameters: { ...spec.authorizationRequest.parameters },
      forwardParameters: [...spec.authorizationRequest.forwardParameters],
      userinfo: spec.claims.userinfo,
      callbackPath: ownPath('callback', spec.callback.path, findings),
      ...callbackHostOf(spec, findings),
      session: sessionOf(resource, findings),
      logout: logoutOf(spec, findings),
    },
  }
  return { draft, findings: findings.list() }
}

/**
 * What of an invalid edit takes effect all the same: a grant that was taken back holds no longer,
 * and sessions that were revoked stay so.
 */
export const carryOverClient = (good: ClientDraft, now: ClientDraft): ClientDraft => {
  const { revokeBeforeMs } = now.settings.session
  const revoked = revokeBeforeMs === undefined ? {} : { revokeBeforeMs }
  const session = { ...good.settings.session, ...revoked }
  return { ...good, grant: now.grant, settings: { ...good.settings, session } }
}

/**
 * What a session is bound to (R13): the client's own name, the issuer and the client id. Edits of
 * anything else and new secrets keep sessions; another provider or registration under the same name
 * does not inherit them.
 */
const tenantOf = (name: string, issuer: string, clientId: string): string =>
  JSON.stringify([name, issuer, clientId])

const complete = (
  draft: ClientDraft,
  provider: Provider,
  authentication: ClientAuthentication,
  hash: (text: string) => string,
): Client => {
  const { name, settings } = draft
  const tenant = tenantOf(name, provider.issuer, settings.clientId)
  const content = { name, tenant, provider, authentication, ...settings }
  return deepFreeze({ ...content, generation: hash(canonicalJson(content)) })
}

const findingsOf = (
  provider: ReturnType<typeof follow<Provider>>,
  credential: Credential,
): readonly Finding[] => [
  ...(provider.kind === 'finding' ? [{ field: ['spec', 'providerRef'], ...provider.finding }] : []),
  ...(credential.kind === 'finding' ? [credential.finding] : []),
]

/**
 * Completes a draft with its provider and its credential. `unreachable`: why its callback host cannot
 * call it back.
 */
export const linkClient = (
  draft: ClientDraft,
  providers: Referables<Provider>,
  read: ReadData,
  hash: (text: string) => string,
  unreachable?: Finding,
): { readonly linked: Linked<Client>; readonly findings: readonly Finding[] } => {
  const provider = follow(draft.namespace, draft.provider, providers)
  const credential = linkCredential(draft.credential, read)
  const own = findingsOf(provider, credential)
  const findings = unreachable === undefined ? own : [...own, unreachable]
  if (provider.kind === 'usable' && credential.kind === 'usable' && unreachable === undefined) {
    const value = complete(draft, provider.value, credential.value, hash)
    return { linked: { kind: 'usable', value }, findings }
  }
  const detail = provider.kind === 'unusable' ? provider.detail : (findings[0]?.message ?? '')
  return { linked: { kind: 'unusable', detail }, findings }
}
