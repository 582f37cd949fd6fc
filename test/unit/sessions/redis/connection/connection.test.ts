import { afterEach, describe, expect, it } from 'vitest'
import { createRedisConnection } from '../../../../../src/sessions/redis/connection/connection.ts'
import type { RedisSettings } from '../../../../../src/sessions/redis/connection/settings.ts'
import { type Script, startScriptedRedis } from '../../../../support/scripted-redis.ts'
import { seededRandom } from '../../../../support/seeded-random.ts'

const FOREVER_MS = 3_600_000
const cleanups: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** Connects to a server that follows `script`; nothing ends by itself unless a test asks for it. */
const against = async (script: Script, changes: Partial<RedisSettings> = {}) => {
  const server = await startScriptedRedis(script)
  const settings = {
    commandTimeoutMs: FOREVER_MS,
    connectTimeoutMs: FOREVER_MS,
    totalTimeoutMs: FOREVER_MS,
  }
  const connection = createRedisConnection(
    { url: server.url, ...settings, ...changes },
    { random: seededRandom('connection') },
  )
  cleanups.push(server.stop, connection.close)
  return { server, connection }
}

const unavailable = (message: string) => ({ code: 'session_store_unavailable', message })

describe('R32: a command whose connection ends before the answer', () => {
  const hangUpOnce = (name: string): Script => {
    let hasHungUp = false
    return ([command], socket) => {
      if (command !== name) return undefined
      if (hasHungUp) return '+OK\r\n'
      hasHungUp = true
      socket.destroy()
      return undefined
    }
  }

  it('fails at once and is not sent again: it may have been carried out', async () => {
    const { server, connection } = await against(hangUpOnce('set'))
    const claim = connection.send((redis) => redis.set('id', '', 'PX', 1000, 'NX'))
    await expect(claim).rejects.toMatchObject(unavailable('The connection to Redis was lost.'))
    await connection.send((redis) => redis.set('next', ''))
    expect(server.commands.map(([, key]) => key)).toEqual(['id', 'next'])
  })

  it('is sent once more when doing it twice does no harm', async () => {
    const { server, connection } = await against(hangUpOnce('get'))
    const value = await connection.send((redis) => redis.getBuffer('id'), true)
    expect(value?.toString()).toBe('OK')
    expect(server.commands).toEqual([
      ['get', 'id'],
      ['get', 'id'],
    ])
  })

  it('is sent no more than twice', async () => {
    const { server, connection } = await against(([command], socket) => {
      if (command === 'get') socket.destroy()
      return undefined
    })
    const reading = connection.send((redis) => redis.getBuffer('id'), true)
    await expect(reading).rejects.toMatchObject({ code: 'session_store_unavailable' })
    expect(server.commands).toHaveLength(2)
  })
})

describe('R32: a node that became a replica', () => {
  it('is left, and what it refused is sent to whatever answers the address next', async () => {
    let refusals = 0
    const { server, connection } = await against(([command]) => {
      if (command !== 'set') return undefined
      refusals += 1
      return refusals === 1 ? "-READONLY You can't write against a replica.\r\n" : '+OK\r\n'
    })
    const first = connection.send((redis) => redis.set('a', ''))
    const later = first.then(() => connection.send((redis) => redis.set('b', '')))
    expect(await Promise.all([first, later])).toEqual(['OK', 'OK'])
    expect(server.commands.map(([, key]) => key)).toEqual(['a', 'a', 'b'])
  })

  it('while it is left, commands that cannot be sent any more wait for the next', async () => {
    let isReplica = true
    const { server, connection } = await against(([command]) => {
      if (command !== 'set') return undefined
      const reply = isReplica ? "-READONLY You can't write against a replica.\r\n" : '+OK\r\n'
      isReplica = false
      return reply
    })
    let late: Promise<unknown> | undefined
    const first = connection.send((redis) => {
      const sending = redis.set('a', '')
      sending.catch(() => {
        late ??= connection.send((next) => next.set('b', ''))
      })
      return sending
    })
    expect(await first).toBe('OK')
    expect(await late).toBe('OK')
    expect(server.commands.map(([, key]) => key).toSorted()).toEqual(['a', 'a', 'b'])
  })
})

describe('R32: a Redis that does not do its part', () => {
  it('by hanging up on every greeting, is down: nothing waits for it', async () => {
    const { connection } = await against(([command], socket) => {
      if (command === 'hello') socket.destroy()
      return undefined
    })
    const pinging = connection.send((redis) => redis.ping())
    await expect(pinging).rejects.toMatchObject(unavailable('Redis hung up.'))
    await expect(connection.send((redis) => redis.ping())).rejects.toMatchObject(
      unavailable('Redis hung up.'),
    )
  })

  it('by dripping an answer that never ends, costs a command its time limit and no more', async () => {
    const { connection } = await against(
      ([command], socket) => {
        if (command !== 'get') return undefined
        const drip = setInterval(() => socket.write('x'), 5)
        socket.on('close', () => clearInterval(drip))
        return '$100000000\r\n'
      },
      { commandTimeoutMs: 100 },
    )
    const reading = connection.send((redis) => redis.getBuffer('id'), true)
    await expect(reading).rejects.toMatchObject(unavailable('Redis did not answer in time.'))
  })

  it('by never answering, costs a command no more than the total, whatever a command may take', async () => {
    const { connection } = await against(([command]) => (command === 'get' ? '' : undefined), {
      totalTimeoutMs: 100,
    })
    const reading = connection.send((redis) => redis.getBuffer('id'), true)
    await expect(reading).rejects.toMatchObject(unavailable('Redis did not answer in time.'))
  })

  it('by never greeting, costs a command no more than the total', async () => {
    const { connection } = await against(([command]) => (command === 'hello' ? '' : undefined), {
      totalTimeoutMs: 100,
    })
    const reading = connection.send((redis) => redis.getBuffer('id'), true)
    await expect(reading).rejects.toMatchObject(unavailable('Redis did not answer in time.'))
  })

  it('by saying nothing, is down after the first command that waited for it', async () => {
    const { connection } = await against(([command]) => (command === 'get' ? '' : undefined), {
      commandTimeoutMs: 100,
    })
    const reading = connection.send((redis) => redis.getBuffer('id'))
    await expect(reading).rejects.toMatchObject({ code: 'session_store_unavailable' })
    await expect.poll(() => connection.state().kind).not.toBe('ready')
    expect(connection.state().kind).toBe('down')
  })
})

describe('R31: what Redis says about a command', () => {
  it('stays out of the fault, whatever it is', async () => {
    const { connection } = await against(([command, key, value]) =>
      command === 'set' ? `-ERR cannot set ${key} to ${value}\r\n` : undefined,
    )
    const setting = connection.send((redis) => redis.set('KEY', 'SEALED'))
    await expect(setting).rejects.toMatchObject(unavailable('Redis refused the command (ERR).'))
  })
})
