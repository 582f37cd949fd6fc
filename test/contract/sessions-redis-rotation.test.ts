import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Fault } from '../../src/core/reason/fault.ts'
import { createRedisBackend, type RedisBackend } from '../../src/sessions/redis/backend.ts'
import type { RedisState } from '../../src/sessions/redis/connection/link.ts'
import type { RedisSettings } from '../../src/sessions/redis/connection/settings.ts'
import { type RunningRedis, startRedis } from '../support/parts/redis.ts'
import { type TemporaryFolder, temporaryFolder } from '../support/parts/temporary-folder.ts'
import { PATIENT } from '../support/redis-under-test.ts'
import { seededRandom } from '../support/seeded-random.ts'

const PATIENTLY = { timeout: 20_000, interval: 10 }

let folder: TemporaryFolder
let redis: RunningRedis
let backend: RedisBackend
let refused: Fault[]
let states: RedisState[]

const file = (name: string): string => join(folder.path, name)

/** The user's passwords from now on. */
const passwordsAre = (...passwords: string[]) =>
  redis.command('ACL', 'SETUSER', 'sallyport', 'resetpass', ...passwords.map((one) => `>${one}`))

const connect = async (settings: Partial<RedisSettings>): Promise<void> => {
  refused = []
  states = []
  backend = createRedisBackend(
    { ...PATIENT, url: redis.url, usernameFile: file('username'), ...settings },
    {
      random: seededRandom('rotation'),
      keyPrefix: 'test',
      onStateChange: (state) => void states.push(state),
      onLoginRefused: (fault) => void refused.push(fault),
    },
  )
  await vi.waitFor(() => expect(backend.notices.isHealthy()).toBe(true), PATIENTLY)
}

/** How often open connections were logged in anew: at their start they use HELLO. */
const logins = async (): Promise<{ calls: number; failed: number }> => {
  const info = await redis.command('INFO', 'commandstats')
  const stats = /cmdstat_auth:calls=(\d+).*?failed_calls=(\d+)/.exec(info)
  return { calls: Number(stats?.[1] ?? 0), failed: Number(stats?.[2] ?? 0) }
}

beforeEach(async () => {
  folder = await temporaryFolder('rotation')
  redis = await startRedis({
    args: ['--user', 'sallyport', 'on', '>first', '~test:*', '&test:*', '+@all'],
  })
  await writeFile(file('username'), 'sallyport')
  await writeFile(file('password'), 'first')
})
afterEach(async () => {
  await backend.close()
  await redis.stop()
  await folder.remove()
})

describe('a password file that changes', () => {
  it('logs every open connection in with what it holds now, and loses none of them', async () => {
    await connect({ passwordFile: file('password') })
    await passwordsAre('first', 'second')
    await writeFile(file('password'), 'second')
    backend.credentialsChanged()
    await vi.waitFor(async () => expect(await logins()).toEqual({ calls: 2, failed: 0 }), PATIENTLY)
    expect(states).toEqual([{ kind: 'ready' }])
    expect(backend.notices.isHealthy()).toBe(true)
  })

  it('before Redis knows the new password, is shown again until it does', async () => {
    await connect({ passwordFile: file('password') })
    await writeFile(file('password'), 'second')
    backend.credentialsChanged()
    await vi.waitFor(() => expect(refused).toHaveLength(1), PATIENTLY)
    expect(refused[0]?.message).toBe('Redis refused the username or password (WRONGPASS).')
    expect(inspect(refused, { depth: 20, showHidden: true })).not.toContain('second')
    await backend.ping()
    await passwordsAre('first', 'second')
    await vi.waitFor(async () => {
      const { calls, failed } = await logins()
      expect(calls - failed).toBeGreaterThanOrEqual(2)
    }, PATIENTLY)
    expect(states).toEqual([{ kind: 'ready' }])
  })

  it('is read at each new connection: an old password may end with its connections', async () => {
    await connect({ passwordFile: file('password') })
    await writeFile(file('password'), 'second')
    await passwordsAre('second')
    await redis.command('CLIENT', 'KILL', 'USER', 'sallyport')
    await vi.waitFor(() => expect(states.length).toBeGreaterThan(1), PATIENTLY)
    await vi.waitFor(() => backend.ping(), PATIENTLY)
    await vi.waitFor(() => expect(backend.notices.isHealthy()).toBe(true), PATIENTLY)
  })
})

describe('a password command', () => {
  /** Prints the password of the file and leaves a line for each run. */
  const SCRIPT = `
    const fs = require('node:fs')
    fs.appendFileSync(process.argv[2], 'run\\n')
    console.log(fs.readFileSync(process.argv[1], 'utf8'))`

  const command = () => [process.execPath, '-e', SCRIPT, file('password'), file('runs')]
  const runs = async (): Promise<number> => (await readFile(file('runs'), 'utf8')).length / 4

  it('is run at each new connection', async () => {
    await connect({
      passwordCommand: { command: command(), timeoutMs: 20_000, intervalMs: 3_600_000 },
    })
    const before = await runs()
    await writeFile(file('password'), 'second')
    await passwordsAre('second')
    await redis.command('CLIENT', 'KILL', 'USER', 'sallyport')
    await vi.waitFor(() => expect(states.length).toBeGreaterThan(1), PATIENTLY)
    await vi.waitFor(() => backend.ping(), PATIENTLY)
    expect(await runs()).toBeGreaterThan(before)
  })

  it('is run again and again, and open connections are logged in with what it says', async () => {
    await connect({ passwordCommand: { command: command(), timeoutMs: 20_000, intervalMs: 200 } })
    await passwordsAre('first', 'second')
    await writeFile(file('password'), 'second')
    const before = await logins()
    await vi.waitFor(async () => {
      expect((await logins()).calls).toBeGreaterThanOrEqual(before.calls + 4)
    }, PATIENTLY)
    expect(states).toEqual([{ kind: 'ready' }])
  })

  it('that fails is told, and its text is not', async () => {
    await connect({ passwordCommand: { command: command(), timeoutMs: 20_000, intervalMs: 200 } })
    await writeFile(file('password'), '')
    await vi.waitFor(() => expect(refused.length).toBeGreaterThan(0), PATIENTLY)
    expect(refused[0]?.message).toBe('sessions.redis.passwordCommand printed nothing.')
    await backend.ping()
  })
})

describe('the connection that notices are heard on', () => {
  it('is made anew when it ends, and what was missed is known to be missed', async () => {
    await connect({ passwordFile: file('password') })
    const heard: string[] = []
    backend.notices.subscribe(({ kind }) => void heard.push(kind))
    await redis.command('CLIENT', 'KILL', 'TYPE', 'pubsub')
    await vi.waitFor(() => expect(heard).toEqual(['lost', 'restored']), PATIENTLY)
    expect(states).toEqual([{ kind: 'ready' }])
  })

  it('that is refused is not tried in haste', async () => {
    await connect({ passwordFile: file('password') })
    await redis.command('ACL', 'SETUSER', 'sallyport', 'resetchannels')
    await vi.waitFor(() => expect(backend.notices.isHealthy()).toBe(false), PATIENTLY)
    const tries = async () => {
      const info = await redis.command('INFO', 'commandstats')
      return Number(/cmdstat_subscribe:calls=(\d+)/.exec(info)?.[1])
    }
    const before = await tries()
    const seconds = Date.now() + 3_000
    await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(seconds), PATIENTLY)
    expect((await tries()) - before).toBeLessThan(12)
    await backend.ping()
    await redis.command('ACL', 'SETUSER', 'sallyport', '&test:*')
    await vi.waitFor(() => expect(backend.notices.isHealthy()).toBe(true), PATIENTLY)
  })

  it('that is silent is noticed, though nothing closes it', async () => {
    await connect({ passwordFile: file('password'), commandTimeoutMs: 500 })
    const heard: string[] = []
    backend.notices.subscribe(({ kind }) => void heard.push(kind))
    redis.freeze()
    await vi.waitFor(() => expect(heard).toContain('lost'), PATIENTLY)
    redis.resume()
    await vi.waitFor(() => expect(heard.at(-1)).toBe('restored'), PATIENTLY)
  })
})
