import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { aCheckRequest, createCheckClient } from '../support/check-client.ts'
import { freePorts } from '../support/parts/free-port.ts'
import { type SallyportOptions, startSallyport } from '../support/parts/sallyport.ts'
import { temporaryFolder } from '../support/parts/temporary-folder.ts'
import { SHOP, SHOP_SECRET } from '../support/resource-folder.ts'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const NOTING = new URL('../support/loaded-packages.ts', import.meta.url)

/** Files of packages that a process has loaded between its start and its end; it answers a check. */
const loadedBy = async (options: SallyportOptions): Promise<readonly string[]> => {
  let list = ''
  const sallyport = await startSallyport({
    resources: { 'shop.yaml': SHOP, 'secret.yaml': SHOP_SECRET },
    ...options,
    launch: async (args, folder) => {
      list = `${folder}/loaded.json`
      const noting = new URL(NOTING)
      noting.searchParams.set('to', list)
      return { command: process.execPath, args: ['--import', noting.href, MAIN, ...args] }
    },
  })
  let isStopped = false
  onTestFinished(async () => void (isStopped || (await sallyport.stop())))
  await createCheckClient(`127.0.0.1:${sallyport.grpcPort}`).check(aCheckRequest())
  sallyport.signal('SIGTERM')
  await sallyport.exited()
  const loaded: readonly string[] = JSON.parse(await readFile(list, 'utf8'))
  isStopped = true
  await sallyport.stop()
  return loaded
}

const packagesOf = (files: readonly string[]): ReadonlySet<string> =>
  new Set(
    files.map((file) =>
      file
        .split('/')
        .slice(0, file.startsWith('@') ? 2 : 1)
        .join('/'),
    ),
  )

/** What files and the memory store, before any login and any scrape, have no use for. */
const UNUSED = [
  '@kubernetes/client-node',
  'ioredis',
  'openid-client',
  'jose',
  'prom-client',
  'ajv',
  '@bufbuild/cel',
  'pino',
  'zod',
  'hono',
  '@opentelemetry/api',
  '@opentelemetry/core',
  '@opentelemetry/resources',
  '@opentelemetry/sdk-trace',
  '@opentelemetry/exporter-trace-otlp-proto',
]

test('what a configuration does not name is not loaded', async () => {
  const files = await loadedBy({})
  const packages = packagesOf(files)
  expect([...packages]).toContain('yaml')
  expect(UNUSED.filter((name) => packages.has(name))).toEqual([])
  expect(files).not.toContain('undici/index.js')
})

test('what it names is', async () => {
  const packages = packagesOf(await loadedBy({ redisUrl: 'redis://127.0.0.1:1' }))
  expect([...packages]).toContain('ioredis')
})

test('what makes traces is, where there are any', async () => {
  const configuration = { tracing: { endpoint: 'http://127.0.0.1:1/v1/traces' } }
  const packages = packagesOf(await loadedBy({ configuration }))
  expect([...packages]).toContain('@opentelemetry/sdk-trace')
  expect([...packages]).not.toContain('@opentelemetry/sdk-node')
})

const WITH_EXPRESSION = SHOP.replace(
  '- claim: groups',
  '- cel: claims.level > 1\n    - claim: groups',
)

test('what reads expressions is, where there is one', async () => {
  const packages = packagesOf(await loadedBy({ resources: { 'shop.yaml': WITH_EXPRESSION } }))
  expect([...packages]).toContain('@bufbuild/cel')
})

test('what makes the pages of administrators is, where there are any', async () => {
  const [port = 0] = await freePorts(1)
  const { path, remove } = await temporaryFolder('loaded')
  onTestFinished(remove)
  await writeFile(`${path}/tokens`, `ops ${'t'.repeat(32)}\n`)
  const adminApi = { listen: `127.0.0.1:${port}`, tokenFile: `${path}/tokens` }
  const files = await loadedBy({ configuration: { adminApi } })
  expect(files.filter((file) => file.startsWith('hono/'))).toHaveLength(2)
  const without = await loadedBy({ configuration: { adminApi: { ...adminApi, console: false } } })
  expect(packagesOf(without)).not.toContain('hono')
})
