import type { ClientKeys, KeysStanding } from '../../assertions/client-keys.ts'
import type { KeySet } from '../../core/assertion/key-set.ts'
import type { Client } from '../../core/registration/client.ts'
import { untilItWorks } from '../../core/time/until-it-works.ts'
import { systemTimers, type Timers } from '../../kubernetes/timers.ts'
import type { Logger } from '../../observability/logger.ts'
import type { Metrics } from '../../observability/metrics.ts'
import { type KeyOfClient, managedKeyOf } from '../../oidc/provider/managed-key.ts'
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

/** The keys that clients prove themselves with, made when the first client wants one. */
export interface SharedClientKeys {
  /** From now on these are the clients. Returns at once. */
  readonly take: (clients: readonly Client[]) => void
  readonly keyOf: KeyOfClient
  /** By `namespace/name`. */
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

/** Loads and makes nothing until a client wants a key. */
export const createSharedClientKeys = (deps: ClientKeysDeps): SharedClientKeys => {
  const { logger } = deps
  let keys: ClientKeys | undefined
  let wanted: ReturnType<typeof wantedBy> = []
  let isClosed = false
  let isTold = false

  const loaded = untilItWorks(async (): Promise<ClientKeys> => {
    const made = await load(deps)
    if (!isClosed) made.take(wanted)
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

  deps.metrics.clientKeys.observe(() => keys?.count() ?? 0)
  return {
    take: (clients) => {
      wanted = clients.flatMap(wantedBy)
      if (wanted.length > 0) tellOfMemory()
      if (keys !== undefined) keys.take(wanted)
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
    keySetOf: (name) => keys?.keySetOf(name) ?? { kind: isWanted(name) ? 'unavailable' : 'unused' },
    standingOf: (name) => keys?.standingOf(name) ?? (isWanted(name) ? {} : undefined),
    close: () => {
      isClosed = true
      keys?.close()
    },
  }
}
