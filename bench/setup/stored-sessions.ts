import { readFile } from 'node:fs/promises'
import { systemClock, systemRandom } from '../../src/app/system.ts'
import { sessionTenant } from '../../src/check/session/session-tenant.ts'
import type { Client } from '../../src/core/registration/client.ts'
import type { Session } from '../../src/core/session/session.ts'
import type { SessionDevice } from '../../src/core/session/session-device.ts'
import { createRedisBackend } from '../../src/sessions/redis/backend.ts'
import { createKeys, parseKeys } from '../../src/sessions/sealing/keys.ts'
import { createSessionStore } from '../../src/sessions/session-store.ts'

const HOUR_MS = 3_600_000
/** Written at once. */
const BATCH = 100

/** Sessions as the logins of one client at one host leave them. */
export interface StoredSessionsOptions {
  readonly redisUrl: string
  /** Of the process's keys. */
  readonly keyFile: string
  readonly count: number
  /** The namespaced name of the client. */
  readonly client: string
  readonly clientId: string
  readonly host: string
  readonly issuer: string
  /** When every access token expires. */
  readonly expiresAtMs: number
  /** The device that they are bound to; absent: none. */
  readonly device?: SessionDevice
  /** How long the ID token is. Default: 1,200 characters. */
  readonly idTokenLength?: number
  /** How long the access token is. Default: 1,000 characters. */
  readonly accessTokenLength?: number
  /** What fills tokens up to their length. Default: one letter, which packs better than tokens do. */
  readonly filling?: (length: number) => string
}

/** Who the n-th session is of. */
export const subjectOf = (index: number): string => `user-${index}`

const groups = Array.from({ length: 20 }, (_, index) => `/departments/shop/team-${index}`)

/** The compiled client's name for itself; a session of any other tenant would be none. */
const tenantOf = ({ client, issuer, clientId, host }: StoredSessionsOptions): string => {
  const compiled = {
    tenant: JSON.stringify([client, issuer, clientId]),
    session: { cookie: {} },
  }
  return sessionTenant(compiled as Pick<Client, 'tenant' | 'session'>, { host })
}

/** An access token of 1,000 characters, an ID token, and 20 groups among the claims. */
const sessionOf = (options: StoredSessionsOptions, index: number, nowMs: number): Session => {
  const { client, clientId, host, issuer, expiresAtMs } = options
  const { idTokenLength = 1_200, accessTokenLength = 1_000 } = options
  const { filling = (length) => 'x'.repeat(length) } = options
  const subject = subjectOf(index)
  return {
    tenant: tenantOf(options),
    client,
    host,
    issuer,
    clientId,
    subject,
    tokens: {
      accessToken: `access.${subject}.0`.padEnd(accessTokenLength, filling(accessTokenLength)),
      accessTokenExpiresAtMs: expiresAtMs,
      refreshToken: `${subject}.0`,
      idToken: 'id'.padEnd(idTokenLength, filling(idTokenLength)),
      claims: { sub: subject, email: `${subject}@example.com`, groups },
      scopes: ['openid', 'profile', 'email'],
    },
    tokensReceivedAtMs: nowMs,
    createdAtMs: nowMs,
    lastSeenAtMs: nowMs,
    absoluteExpiresAtMs: nowMs + 12 * HOUR_MS,
    idleTimeoutMs: HOUR_MS,
    ...(options.device === undefined ? {} : { device: options.device }),
  }
}

/** Writes sessions into Redis as logins do; gives their tickets, which are the cookies' values. */
export const createStoredSessions = async (
  options: StoredSessionsOptions,
): Promise<readonly string[]> => {
  const parsed = parseKeys([await readFile(options.keyFile, 'utf8')])
  if (!parsed.ok) throw new Error('The key cannot be read.')
  const timeouts = { commandTimeoutMs: 5_000, connectTimeoutMs: 5_000, totalTimeoutMs: 10_000 }
  const settings = { url: options.redisUrl, ...timeouts }
  const keyPrefix = 'sallyport'
  const backend = createRedisBackend(settings, { random: systemRandom, keyPrefix })
  const store = createSessionStore({
    backend,
    keys: createKeys(parsed.keys),
    clock: systemClock,
    random: systemRandom,
    keyPrefix,
    cache: { maxEntries: 0, maxBytes: 0, ttlMs: 0, outageGraceMs: 0 },
  })
  const tickets: string[] = []
  const nowMs = Date.now()
  for (let from = 0; from < options.count; from += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, options.count - from) }, (_, at) =>
      store.create(sessionOf(options, from + at, nowMs)),
    )
    tickets.push(...(await Promise.all(batch)))
  }
  await store.close()
  await backend.close()
  return tickets
}
