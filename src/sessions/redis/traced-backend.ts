import { type CallTracing, traced } from '../../core/tracing.ts'
import type { Records } from '../backend/records.ts'
import type { RedisBackend } from './backend.ts'
import { parseRedisUrl } from './connection/address.ts'
import type { RedisSettings } from './connection/settings.ts'

/** Does what it does, and tells of it by the name of its command. */
type Tracing = <A extends readonly unknown[], T>(
  operation: string,
  work: (...args: A) => Promise<T>,
) => (...args: A) => Promise<T>

const serverOf = ({ url }: RedisSettings) => {
  const address = parseRedisUrl(url ?? '')
  if (address?.kind !== 'tcp') return {}
  const { host, port } = address
  return { server: { host, port } }
}

const tracedRecords = (records: Records, telling: Tracing): Records => ({
  create: telling('SET', records.create),
  read: telling('GET', records.read),
  replace: telling('EVAL', records.replace),
  renew: telling('SET', records.renew),
  remove: telling('UNLINK', records.remove),
})

/**
 * The same backend, with a trace that tells of each operation that a check waits for: which
 * command it is, and never of what.
 */
export const tracedBackend = (
  backend: RedisBackend,
  settings: RedisSettings,
  tracing: CallTracing,
): RedisBackend => {
  const server = serverOf(settings)
  const telling: Tracing =
    (operation, work) =>
    (...args) =>
      traced(tracing, { kind: 'redis', operation, ...server }, () => work(...args))
  const { idSets, lock, replay, usedProofs, notices } = backend
  const records = tracedRecords(backend.records, telling)
  return {
    ...backend,
    records,
    entries: records,
    idSets: {
      add: telling('EVAL', idSets.add),
      remove: telling('ZREM', idSets.remove),
      page: telling('ZRANGEBYSCORE', idSets.page),
    },
    lock: { ...lock, acquire: telling('SET', lock.acquire) },
    replay: {
      claim: telling('SET', replay.claim),
      isClaimed: telling('GET', replay.isClaimed),
      reach: telling('EVAL', replay.reach),
      reached: telling('GET', replay.reached),
    },
    usedProofs: { claim: telling('SET', usedProofs.claim) },
    notices: { ...notices, publish: telling('PUBLISH', notices.publish) },
  }
}
