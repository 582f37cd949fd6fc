import { writeFile } from 'node:fs/promises'
import { systemRandom } from '../src/app/system.ts'
import { startRedis } from '../test/support/parts/redis.ts'
import { temporaryFolder } from '../test/support/parts/temporary-folder.ts'
import { writeSection } from './report/write-section.ts'
import { createStoredSessions } from './setup/stored-sessions.ts'

const SESSIONS = 10_000
const HOUR_MS = 3_600_000

/** Tokens as providers issue them, by the characters of the access token and the ID token. */
const SHAPES = [
  ['an opaque access token of 40 characters, an ID token of 800', 40, 800],
  ['an access token of 1,000 characters, an ID token of 1,200', 1_000, 1_200],
  ['an access token of 4,000 characters, an ID token of 4,000', 4_000, 4_000],
] as const

const usedBytes = (info: string): number => Number(/used_memory:(\d+)/.exec(info)?.[1])

/** What a Redis holds more with so many sessions, each of another person, than with none. */
const measure = async (
  keyFile: string,
  accessTokenLength: number,
  idTokenLength: number,
): Promise<number> => {
  const redis = await startRedis()
  try {
    const before = usedBytes(await redis.command('INFO', 'memory'))
    await createStoredSessions({
      redisUrl: redis.url,
      keyFile,
      count: SESSIONS,
      client: 'bench/web',
      clientId: 'web',
      host: 'app.example.com',
      issuer: 'https://sso.example.com',
      expiresAtMs: Date.now() + HOUR_MS,
      accessTokenLength,
      idTokenLength,
      // Random characters, as those of a signature and of what is encrypted are.
      filling: (length) => systemRandom.token(length),
    })
    return (usedBytes(await redis.command('INFO', 'memory')) - before) / SESSIONS / 1_024
  } finally {
    await redis.stop()
  }
}

const main = async (): Promise<void> => {
  const folder = await temporaryFolder('bench-redis-memory')
  const keyFile = `${folder.path}/key`
  await writeFile(keyFile, Buffer.from(systemRandom.token(32), 'base64url').toString('base64'))
  const rows: string[] = []
  for (const [what, access, id] of SHAPES) {
    const kib = await measure(keyFile, access, id)
    const mib = Math.ceil((kib * 100_000) / 1_024)
    rows.push(`| ${what} | ${kib.toFixed(1)} KiB | ${mib} MiB |`)
  }
  await folder.remove()
  const head = '| a session with 20 groups and | takes of Redis | 100,000 of them |'
  const text = [head, '| --- | ---: | ---: |', ...rows].join('\n')
  process.stdout.write(`${text}\n`)
  if (process.argv.includes('--write')) writeSection('docs/sizing.md', 'redis', text)
}

await main()
