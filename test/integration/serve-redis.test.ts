import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { type RunningRedis, startRedis } from '../support/parts/redis.ts'
import { startCluster } from '../support/parts/redis-cluster.ts'
import { startSentinels } from '../support/parts/redis-sentinel.ts'
import { type RunningSallyport, startSallyport } from '../support/parts/sallyport.ts'
import { temporaryFolder } from '../support/parts/temporary-folder.ts'

const PATIENTLY = { timeout: 20_000, interval: 50 }
const cleanups: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const keep = <T extends { readonly stop: () => Promise<unknown> }>(part: T): T => {
  cleanups.push(part.stop)
  return part
}

const serving = async (redis: Readonly<Record<string, unknown>>): Promise<RunningSallyport> => {
  const folder = await temporaryFolder('key')
  cleanups.push(folder.remove)
  const key = join(folder.path, 'key')
  await writeFile(key, Buffer.alloc(32, 7).toString('base64'))
  const sessions = { store: 'redis', redis }
  return keep(await startSallyport({ configuration: { sessions, keys: { files: [key] } } }))
}

const metricsOf = async ({ adminUrl }: RunningSallyport): Promise<string> =>
  (await fetch(`${adminUrl}/metrics`)).text()

const expectConnected = async (sallyport: RunningSallyport): Promise<void> => {
  const metrics = () => metricsOf(sallyport)
  await expect.poll(metrics, PATIENTLY).toContain('sallyport_session_notices_up 1')
  await expect
    .poll(metrics, PATIENTLY)
    .toContain('sallyport_session_store_changes_total{state="ready"} 1')
  await expect.poll(metrics, PATIENTLY).toMatch(/^sallyport_session_notice_seconds_count [1-9]/m)
  await expect.poll(metrics, PATIENTLY).toMatch(/^sallyport_sealing_key_since_timestamp_seconds /m)
}

/** How often open connections were logged in anew. */
const loginsAt = async (redis: RunningRedis): Promise<number> => {
  const stats = /cmdstat_auth:calls=(\d+)/.exec(await redis.command('INFO', 'commandstats'))
  return Number(stats?.[1] ?? 0)
}

describe('a process with Redis from its configuration', () => {
  it('is connected by Sentinel', async () => {
    const { addresses, primaryName, stop } = await startSentinels()
    cleanups.push(stop)
    await expectConnected(await serving({ sentinel: { addresses, primaryName } }))
  })

  it('is connected to a cluster', async () => {
    const { addresses, stop } = await startCluster()
    cleanups.push(stop)
    await expectConnected(await serving({ cluster: { addresses } }))
  })

  it('is connected by a socket, and logs in with what the password file holds by then', async () => {
    const folder = await temporaryFolder('password')
    cleanups.push(folder.remove)
    const [usernameFile, passwordFile] = [join(folder.path, 'user'), join(folder.path, 'password')]
    await writeFile(usernameFile, 'sallyport')
    await writeFile(passwordFile, 'first')
    const args = ['--user', 'sallyport', 'on', '>first', '>second', '~*', '&*', '+@all']
    const redis = keep(await startRedis({ args }))
    const url = `unix://${redis.socketPath}`
    const sallyport = await serving({ url, usernameFile, passwordFile })
    await expectConnected(sallyport)
    expect(await loginsAt(redis)).toBe(0)
    await writeFile(passwordFile, 'second')
    await expect.poll(() => loginsAt(redis), PATIENTLY).toBe(2)
    expect(await metricsOf(sallyport)).not.toContain('{state="down"}')
  })

  it('warns of nothing when it is told to stop', async () => {
    const redis = keep(await startRedis())
    const sallyport = await serving({ url: redis.url })
    await expectConnected(sallyport)
    sallyport.signal('SIGTERM')
    expect(await sallyport.exited()).toMatchObject({ code: 0 })
    expect(sallyport.log().filter(({ level }) => level !== 'info')).toEqual([])
  })
})
