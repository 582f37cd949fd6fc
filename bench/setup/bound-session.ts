import { readFile } from 'node:fs/promises'
import { boundCookie } from '../../src/check/session/bound-cookie.ts'
import type { Client, DeviceBound } from '../../src/core/registration/client.ts'
import type { SessionDevice } from '../../src/core/session/session-device.ts'
import { createDeviceProofs } from '../../src/oidc/proof/device-proofs.ts'
import { createKeys, parseKeys } from '../../src/sessions/sealing/keys.ts'
import { parseTicket, recordIdOf } from '../../src/sessions/ticket.ts'
import { createTokenSigner } from '../../test/support/token-signer.ts'
import { core, manifestText, ours } from './manifests.ts'
import { createStoredSessions } from './stored-sessions.ts'
import type { Surroundings } from './surroundings.ts'

/** The host whose sessions are bound to devices. */
export const BOUND_HOST = 'bound.localhost'

/** The host whose sessions are not, and which is the same otherwise. */
export const UNBOUND_HOST = 'unbound.localhost'

const NAMESPACE = 'bench'
const HOUR_MS = 3_600_000

const TERMS: DeviceBound = {
  mode: 'Prefer',
  cookieName: '__Host-sallyport-bound',
  cookieLifetimeMs: HOUR_MS,
  challengeLifetimeMs: HOUR_MS,
  singleUse: false,
  graceMs: 0,
  paths: { bind: '', refresh: '' },
}

const CLIENT = { session: { cookie: { name: '__Host-sallyport', sameSite: 'Lax' } } }

const clientAt = (name: string, host: string, session: object) => [
  ours('OIDCClient', NAMESPACE, name, {
    providerRef: { name: 'idp' },
    clientId: name,
    authentication: { secretRef: { name } },
    session,
  }),
  core('Secret', NAMESPACE, name, { stringData: { 'client-secret': 'bench-secret' } }),
  ours('ProtectedRoute', NAMESPACE, name, { hosts: [host], clientRef: { name } }),
]

/** What a process needs to know of the two hosts. */
export const boundResources = manifestText([
  ...clientAt('bound', BOUND_HOST, { deviceBound: { mode: 'Prefer', cookieLifetime: '1h' } }),
  ...clientAt('unbound', UNBOUND_HOST, {}),
])

/** The cookies of a session with a client at its host. */
export interface SessionCookies {
  readonly ticket: string
  /** Values of the short-lived cookie, which all count. */
  readonly bound: readonly string[]
}

const deviceSince = (ms: number): Required<SessionDevice> => {
  const { publicJwk } = createTokenSigner(undefined, 'ES256')
  const [x, y] = [String(publicJwk.x), String(publicJwk.y)]
  const jwk = { crv: 'P-256', kty: 'EC', x, y }
  const key = { algorithm: 'ES256', jwk, thumbprint: 'of-the-key' } as const
  return { offeredAtMs: ms, bound: { key, boundAtMs: ms, provenAtMs: ms } }
}

/** Keeps a session of one of the two hosts, bound to a device an hour ago or to none. */
export const keepSession = async (
  { redisUrl, keyFile, issuer }: Surroundings,
  name: 'bound' | 'unbound',
): Promise<SessionCookies> => {
  const device = name === 'bound' ? deviceSince(Date.now() - HOUR_MS) : undefined
  const [value = ''] = await createStoredSessions({
    redisUrl,
    keyFile,
    count: 1,
    client: `${NAMESPACE}/${name}`,
    clientId: name,
    host: name === 'bound' ? BOUND_HOST : UNBOUND_HOST,
    issuer,
    expiresAtMs: Date.now() + 2 * HOUR_MS,
    ...(device === undefined ? {} : { device }),
  })
  const ticket = parseTicket(value)
  const keys = parseKeys([await readFile(keyFile, 'utf8')])
  if (ticket === undefined || !keys.ok) throw new Error('The session was not kept.')
  if (device === undefined) return { ticket: value, bound: [] }
  const proofs = createDeviceProofs({ keys: createKeys(keys.keys) })
  const valueAt = (ms: number): string => {
    const open = { id: recordIdOf(ticket) }
    const [, line] = boundCookie(proofs, CLIENT as Client, TERMS, open, device.bound.key, ms)
    return line.slice(line.indexOf('=') + 1, line.indexOf(';'))
  }
  return { ticket: value, bound: [valueAt(Date.now()), valueAt(Date.now() - 1_000)] }
}
