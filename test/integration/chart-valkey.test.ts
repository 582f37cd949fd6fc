import { writeFile } from 'node:fs/promises'
import { Redis } from 'ioredis'
import { expect, onTestFinished, test } from 'vitest'
import { startChildProcess, waitUntilReady } from '../support/parts/child-process.ts'
import { freePort } from '../support/parts/free-port.ts'
import { objectsOf, renderChart } from '../support/parts/helm.ts'
import { installed } from '../support/parts/installed.ts'
import { temporaryFolder } from '../support/parts/temporary-folder.ts'

const PASSWORD = 'made-up-by-the-chart'

/**
 * What the container of the embedded Valkey runs, by the Redis of here under its name, with port,
 * folder and password file of here.
 */
const startEmbedded = async (): Promise<Redis> => {
  const folder = await temporaryFolder('valkey')
  const port = await freePort()
  const server = `#!/bin/sh\nexec '${installed('redis/redis-server', 'redis')}' "$@"\n`
  await writeFile(`${folder.path}/valkey-server`, server, { mode: 0o755 })
  await writeFile(`${folder.path}/password`, PASSWORD)
  const deployment = objectsOf(await renderChart()).find(
    ({ kind, metadata }) => kind === 'Deployment' && metadata.name.endsWith('-valkey'),
  )
  const [{ command, args }] = Object(deployment?.spec).template.spec.containers
  expect(args[0]).toContain('/etc/valkey/password')
  const script = args[0]
    .replace('port 6379', `port ${port}`)
    .replace('dir /tmp', `dir ${folder.path}`)
    .replace('/etc/valkey/password', `${folder.path}/password`)
  const env = { ...process.env, PATH: `${folder.path}:${process.env.PATH}` }
  const [sh, ...words] = command
  const child = await startChildProcess({
    name: 'the embedded store',
    command: sh,
    args: [...words, script],
    env,
  })
  const options = { password: PASSWORD, lazyConnect: true, retryStrategy: () => 50 }
  const redis = new Redis(port, '127.0.0.1', options)
  redis.on('error', () => undefined)
  onTestFinished(async () => {
    redis.disconnect()
    await child.stop()
    await folder.remove()
  })
  await waitUntilReady('the embedded store', child, async () => (await redis.ping()) === 'PONG')
  return redis
}

test('the embedded store starts from what the chart says: with its password, bounded, without a disk', async () => {
  const redis = await startEmbedded()
  const setting = async (name: string): Promise<unknown> =>
    Object.values(Object(await redis.config('GET', name))).at(-1)
  expect(await setting('requirepass')).toBe(PASSWORD)
  expect(await setting('maxmemory')).toBe(String(200 * 1_024 * 1_024))
  expect(await setting('maxmemory-policy')).toBe('noeviction')
  expect(await setting('save')).toBe('')
  expect(await setting('appendonly')).toBe('no')
})
