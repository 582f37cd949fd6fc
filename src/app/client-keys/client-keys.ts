import type { ClientKeys, KeysStanding } from '../../assertions/client-keys.ts'
import type { KeySet } from '../../core/assertion/key-set.ts'
import type { Client } from '../../core/registration/client.ts'
import { untilItWorks } from '../../core/time/until-it-works.ts'
import { systemTimers, type Timers } from '../../kubernetes/timers.ts'
import type { Logger } from '../../observability/logger.ts'
import type { Metrics } from '../../observability/metrics.ts'
import { type KeyOfClient, managedKeyOf } from '../../oidc/provider/managed-key.ts'
import type { Registration } from '../../policy/compile/host/registrations.ts'
import type { KeyStoreDependencies } from '../../sessions/key-store.ts'

/** What the keys of clients are made with, and where they are shared. */
export interface ClientKeysDeps extends KeyStoreDependencies {
  readonly logger: Pick<Logger, 'warn'>
  readonly metrics: Pick<Metrics, 'clientKeys'>
  /** In `memory` keys end with the process, and each replica has its own. */
  readonly store: 'memory' | 'redis'
  /** Absent: those of the machine. */
  readonly timers?: Timers
}

/** What says of a client that is there, usable or not, that keys are made for it. */
export type RegisteredKeys = Pick<Registration, 'client' | 'provider' | 'clientId' | 'keysPath'>

/** The keys that clients prove themselves with, made when the first client wants one. */
export interface SharedClientKeys {
  /**
   * From now on these are the clients that can be used, and all that are there. What a client had
   * that cannot be used for now stays published, as long as it is the same registration. Returns at
   * once.
   */
  readonly take: (clients: readonly Client[], registered: readonly RegisteredKeys[]) => void
  readonly keyOf: KeyOfClient
  /**
   * By `namespace/name`. `unavailable` as well of a client that wants keys and has none yet, and of
   * every name before anything was taken.
   */
  readonly keySetOf: (client: string) => KeySet
  /** `undefined` of a client that wants none. */
  readonly standingOf: (client: string) => KeysStanding | undefined
  readonly close: () => void
}

const IN_MEMORY =
  'their keys are made here and end with the process, and another replica has others, as sessions.store is memory: use redis where the provider has to know one set of keys'

const load = async (deps: ClientKeysDeps): Promise<ClientKeys> => {
  const [{ createClientKeys }, { createKeyStore }] = await Promise.all([
    import('../../assertions/client-keys.ts'),
    import('../../sessions/key-store.ts'),
  ])
  const { clock, logger, timers = systemTimers } = deps
  return createClientKeys({
    storeOf: (tenant) => createKeyStore(deps, ['client', tenant]),
    clock,
    after: timers.after,
    tell: (sentence) => logger.warn(sentence),
  })
}

const wantedBy = (client: Client) => {
  const managed = managedKeyOf(client)
  if (managed === undefined) return []
  const { algorithm, rotationMs } = managed
  return [{ client: client.name, tenant: client.tenant, algorithm, rotationMs }]
}

type Wanted = ReturnType<typeof wantedBy>

/** What keys are taken for the same registration by, where the issuer may not be known. */
const registrationOf = (provider: string, clientId: string): string =>
  JSON.stringify([provider, clientId])

/** Loads and makes nothing until a client wants a key. */
export const createSharedClientKeys = (deps: ClientKeysDeps): SharedClientKeys => {
  const { logger } = deps
  let keys: ClientKeys | undefined
  let wanted: Wanted = []
  let resting: readonly string[] = []
  /** The registrations that keys are published for, by the name of the client. */
  let published: ReadonlyMap<string, string> = new Map()
  /** Who is there and wants keys; absent: that is not known yet. */
  let present: ReadonlySet<string> | undefined
  let isClosed = false
  let isTold = false

  const loaded = untilItWorks(async (): Promise<ClientKeys> => {
    const made = await load(deps)
    if (!isClosed) made.take(wanted, resting)
    keys = made
    return made
  })

  const isWanted = (name: string): boolean => wanted.some(({ client }) => client === name)

  const tellOfMemory = (): void => {
    if (isTold || deps.store === 'redis') return
    isTold = true
    const names = wanted.map(({ client }) => `OIDCClient ${client}`).join(', ')
    logger.warn(`${names}: ${IN_MEMORY}.`)
  }

  const note = (clients: readonly Client[], registered: readonly RegisteredKeys[]): void => {
    const former = published
    const there = registered
      .filter(({ keysPath }) => keysPath !== undefined)
      .map(({ client: { namespace, name }, provider, clientId }) => ({
        name: `${namespace}/${name}`,
        registration: registrationOf(provider, clientId),
      }))
    const usable = clients
      .filter((client) => managedKeyOf(client) !== undefined)
      .map(
        ({ name, provider, clientId }) => [name, registrationOf(provider.name, clientId)] as const,
      )
    const rest = there.filter(
      ({ name, registration }) => !isWanted(name) && former.get(name) === registration,
    )
    resting = rest.map(({ name }) => name)
    published = new Map([...usable, ...rest.map((one) => [one.name, one.registration] as const)])
    present = new Set([...wanted.map(({ client }) => client), ...there.map(({ name }) => name)])
  }

  deps.metrics.clientKeys.observe(() => keys?.count() ?? 0)
  return {
    take: (clients, registered) => {
      wanted = clients.flatMap(wantedBy)
      note(clients, registered)
      if (wanted.length > 0) tellOfMemory()
      if (keys !== undefined) keys.take(wanted, resting)
      else if (wanted.length > 0) {
        void loaded().catch((error: Error) => logger.warn(error.message))
      }
    },
    keyOf: async (client, budget) => {
      const { privateKey, publicJwk, algorithm } = await (keys ?? (await loaded())).keyOf(
        client,
        budget,
      )
      return { privateKey, keyId: publicJwk.kid, algorithm }
    },
    keySetOf: (name) => {
      const set = keys?.keySetOf(name)
      if (set !== undefined && set.kind !== 'unused') return set
      return { kind: present?.has(name) === false ? 'unused' : 'unavailable' }
    },
    standingOf: (name) => keys?.standingOf(name) ?? (isWanted(name) ? {} : undefined),
    close: () => {
      isClosed = true
      keys?.close()
    },
  }
}
