import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import type { Page } from 'playwright-core'
import { startChromium } from '../test/support/parts/chromium.ts'
import { freePorts } from '../test/support/parts/free-port.ts'
import { createPartList } from '../test/support/parts/part-list.ts'
import { startRedis } from '../test/support/parts/redis.ts'
import { startSallyport } from '../test/support/parts/sallyport.ts'
import { temporaryFolder } from '../test/support/parts/temporary-folder.ts'
import { markdownTable } from './report/markdown.ts'
import { median } from './report/quartile.ts'
import { manifestText } from './setup/manifests.ts'
import { hostsOf, manyRoute, namespaceOf, surroundingsOfRoutes } from './setup/many-routes.ts'
import { createStoredSessions } from './setup/stored-sessions.ts'

// How long pages of the console take where there is much to show. See README.md.

const ROUTES = 1_000
const SESSIONS = 10_000
const TIMES = 7
const ISSUER = 'https://sso.example.com'
const TOKEN = 'a-token-of-the-benchmark-that-is-long-enough'

const PAGES: readonly (readonly [name: string, path: string])[] = [
  ['overview', '/console/'],
  ['routes', '/console/routes'],
  ['routes, searched', '/console/routes?q=route-77'],
  ['one route', `/console/routes/${namespaceOf(7)}/route-7`],
  ['providers', '/console/providers'],
  ['problems', '/console/problems'],
  ['latest decisions', '/console/decisions'],
  ['sessions', '/console/sessions'],
  ['sessions of one subject', '/console/sessions?subject=user-77'],
  ['sessions of one host', '/console/sessions?host=www.route-0.example.com'],
]

const milliseconds = (value: number): string => `${Math.round(value)} ms`

/** From the click to the first thing that is seen, as the browser tells it. */
const paintOf = async (page: Page, url: string): Promise<number> => {
  await page.goto(url)
  return page.evaluate(
    `new Promise((resolve) => new PerformanceObserver((list) => resolve(list.getEntries()[0].startTime)).observe({ type: 'paint', buffered: true }))`,
  )
}

const signIn = async (page: Page, url: string): Promise<void> => {
  await page.goto(`${url}/console/`)
  await page.getByLabel('Token').fill(TOKEN)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
}

const main = async (): Promise<void> => {
  const parts = createPartList()
  try {
    const folder = await temporaryFolder('bench-console')
    await parts.add(Promise.resolve({ stop: folder.remove }))
    const redis = await parts.add(startRedis())
    const [keyFile, tokenFile] = [`${folder.path}/key`, `${folder.path}/tokens`]
    await writeFile(keyFile, randomBytes(32).toString('base64'))
    await writeFile(tokenFile, `bench ${TOKEN}\n`)
    const [port = 0] = await freePorts(1)
    const routes = Array.from({ length: ROUTES }, (_, index) => manyRoute(index))
    await parts.add(
      startSallyport({
        resources: { 'all.yaml': manifestText([...surroundingsOfRoutes(), ...routes]) },
        redisUrl: redis.url,
        configuration: {
          keys: { files: [keyFile] },
          adminApi: { listen: `127.0.0.1:${port}`, tokenFile },
        },
      }),
    )
    await createStoredSessions({
      redisUrl: redis.url,
      keyFile,
      count: SESSIONS,
      client: `${namespaceOf(0)}/client-0`,
      clientId: 'shop',
      host: hostsOf(0)[0] ?? '',
      issuer: ISSUER,
      expiresAtMs: Date.now() + 3_600_000,
    })
    const chromium = await parts.add(startChromium({ trustedKey: 'none' }))
    const page = await (await chromium.newProfile()).newPage()
    const url = `http://localhost:${port}`
    await signIn(page, url)
    const rows: (readonly string[])[] = []
    for (const [name, path] of PAGES) {
      const paints: number[] = []
      for (let nth = 0; nth < TIMES; nth += 1) paints.push(await paintOf(page, url + path))
      rows.push([name, milliseconds(median(paints)), milliseconds(Math.max(...paints))])
    }
    const machine = `Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model.trim()}; ${ROUTES} routes with three hosts each, ${SESSIONS} sessions in Redis, each page ${TIMES} times.`
    const table = markdownTable(['page', 'first paint, median', 'the longest'], rows)
    process.stdout.write(`${machine}\n\n${table}\n`)
  } finally {
    await parts.stopAll()
  }
}

await main()
