import type { Redis } from 'ioredis'
import type { Random } from '../../core/time/random.ts'
import type { Heard, Notices } from '../backend/notices.ts'
import type { RedisConnection } from './connection/connection.ts'
import { createRedisLine } from './connection/line.ts'
import { noticeTexts, readNotice } from './notice-text.ts'

/** Notices that can be stopped. */
export interface StoppableNotices extends Notices {
  readonly close: () => Promise<void>
}

const NAME_BYTES = 12

/** How often a message is sent to ourselves, and how long it may take to be heard. */
const PULSE_INTERVAL_MS = 1_000

/**
 * Notices by Pub/Sub, heard on a connection of their own. That they are heard is proven all the
 * time: this replica publishes a pulse on a channel of its own and listens for it, so a connection
 * that died without a word, a node that left its cluster and a permission that is missing are
 * noticed alike.
 */
export const createRedisNotices = (deps: {
  readonly connection: Pick<RedisConnection, 'send' | 'openListener'>
  readonly random: Random
  readonly keyPrefix: string
  /** Hears how long a pulse took to be heard, or that it was not for so long. */
  readonly onPulse?: (durationMs: number) => void
}): StoppableNotices => {
  const { send, openListener } = deps.connection
  const listeners: ((heard: Heard) => void)[] = []
  const name = deps.random.token(NAME_BYTES)
  const channel = `${deps.keyPrefix}:notices`
  const pulseChannel = `${channel}:${name}`
  let isHealthy = false
  let pulseSentAtMs: number | undefined
  let subscribed: Redis | undefined

  const tell = (heard: Heard): void => {
    for (const listener of listeners) listener(heard)
  }

  const become = (healthy: boolean): void => {
    if (healthy === isHealthy) return
    isHealthy = healthy
    tell({ kind: healthy ? 'restored' : 'lost' })
  }

  const sendPulse = (): void => {
    pulseSentAtMs = performance.now()
    send((redis) => redis.publish(pulseChannel, ''), true).catch(() => undefined)
  }

  const timePulse = (): void => {
    if (pulseSentAtMs !== undefined) deps.onPulse?.(performance.now() - pulseSentAtMs)
  }

  const hear = (from: string, text: string): void => {
    if (from === pulseChannel) {
      timePulse()
      pulseSentAtMs = undefined
      become(true)
      return
    }
    const sent = readNotice(text)
    if (sent.from !== name) tell(sent.notice)
  }

  const subscribe = async (client: Redis): Promise<void> => {
    client.on('message', (from: string, text: string) => {
      if (client === line.client()) hear(from, text)
    })
    try {
      await client.subscribe(channel, pulseChannel)
      subscribed = client
      sendPulse()
    } catch {
      client.disconnect()
    }
  }

  const line = createRedisLine<Redis>({
    random: deps.random,
    open: openListener,
    onReady: (client) => void subscribe(client),
    onClose: () => {
      subscribed = undefined
      become(false)
    },
    onProblem: () => undefined,
  })

  const timer = setInterval(() => {
    if (subscribed === undefined || subscribed !== line.client()) return
    if (pulseSentAtMs === undefined) return sendPulse()
    timePulse()
    become(false)
    line.renew()
  }, PULSE_INTERVAL_MS)

  return {
    publish: async (notice) => {
      if (notice.kind !== 'changed') tell(notice)
      for (const text of noticeTexts(name, notice)) {
        await send((redis) => redis.publish(channel, text), true)
      }
    },
    subscribe: (listener) => void listeners.push(listener),
    isHealthy: () => isHealthy,
    close: async () => {
      clearInterval(timer)
      listeners.length = 0
      await line.close()
    },
  }
}
