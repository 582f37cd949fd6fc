import { writeFileSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { aCheckRequest, createCheckClient } from '../support/check-client.ts'
import { freePorts } from '../support/parts/free-port.ts'
import { type RunningSallyport, startSallyport } from '../support/parts/sallyport.ts'
import { temporaryFolder } from '../support/parts/temporary-folder.ts'
import { until } from '../support/parts/until.ts'
import { SHOP, SHOP_SECRET } from '../support/resource-folder.ts'

const TOKEN = 'operator-token-of-thirty-two-letters'

const BROKEN = `apiVersion: sallyport.dev/v1alpha1
kind: ProtectedRoute
metadata: { name: wiki, namespace: shop }
spec:
  hosts: [wiki.example.com]
  clientRef: { name: wikis }
`

/** Signs in by token, and reads pages as text without their marks. */
const signedIn = async (url: string) => {
  const own = { 'sec-fetch-site': 'same-origin' }
  const entered = await fetch(`${url}/console/sign-in`, {
    method: 'POST',
    headers: own,
    body: new URLSearchParams({ token: TOKEN, to: '/console/' }),
    redirect: 'manual',
  })
  const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? ''
  const headers = { ...own, cookie }
  const page = async (path: string, body?: Readonly<Record<string, string>>): Promise<string> => {
    const sent = body && { method: 'POST', body: new URLSearchParams(body) }
    const answer = await fetch(`${url}${path}`, { headers, ...sent })
    expect([path, answer.status]).toEqual([path, 200])
    return answer.text()
  }
  const read = async (path: string): Promise<string> =>
    (await page(path)).replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')
  return { page, read, headers }
}

/** A process that serves a shop, a route that is broken, and a console. */
const started = async () => {
  const folder = await temporaryFolder('console')
  onTestFinished(() => folder.remove())
  writeFileSync(`${folder.path}/tokens`, `ops ${TOKEN}\n`)
  const [port = 0] = await freePorts(1)
  const sallyport: RunningSallyport = await startSallyport({
    resources: { 'shop.yaml': SHOP, 'secret.yaml': SHOP_SECRET, 'wiki.yaml': BROKEN },
    configuration: {
      adminApi: { listen: `127.0.0.1:${port}`, tokenFile: `${folder.path}/tokens` },
      log: { level: 'info', format: 'json', decisions: 'none' },
    },
  })
  onTestFinished(async () => void (await sallyport.stop()))
  const { check } = createCheckClient(`127.0.0.1:${sallyport.grpcPort}`)
  return { sallyport, check, ...(await signedIn(`http://127.0.0.1:${port}`)), port }
}

test('a process shows what it serves, answers and knows, though its log has no decisions', async () => {
  const { sallyport, check, read, page } = await started()
  await check(aCheckRequest({ path: '/api/orders?token=s3cr3t' }))
  await check(aCheckRequest({ host: 'shpo.example.com' }))
  expect(sallyport.decisions()).toEqual([])
  expect(await read('/console/')).toMatch(
    /shop\.example\.com challenge .*\(no route\) reject no_policy/,
  )
  const routes = await read('/console/routes')
  expect(routes).toMatch(/shop\.example\.com shop\/shop programmed shop\/shop \d+ s ago challenge/)
  expect(routes).toMatch(/wiki\.example\.com shop\/wiki broken ProtectedRoute shop\/wiki cannot/)
  expect(await read('/console/routes/shop/shop')).toContain(
    'claim groups has one of: buyers, admins',
  )
  expect(await read('/console/problems')).toMatch(/wiki\.yaml:\d+:\d+ .*shop\/wikis was not found/)
  expect(await read('/console/providers')).toContain('https://sso.example.com/realms/shop')
  const decisions = await read('/console/decisions?host=shop.example.com')
  expect(decisions).toContain('GET /api/orders')
  expect(decisions).not.toMatch(/s3cr3t|shpo/)
  const form = /name="anti-forgery" value="([^"]+)"/.exec(await page('/console/explain'))?.[1]
  const explained = await page('/console/explain', {
    'anti-forgery': form ?? '',
    url: 'https://shop.example.com/api/orders',
    claims: 'groups: [buyers]',
  })
  expect(explained).toContain('200 allowed')
  expect(explained).not.toContain('correct horse')
})

test('an edit is shown, and what follows hears the next decision', async () => {
  const { sallyport, check, read, headers, port } = await started()
  await sallyport.writeResource('wiki.yaml', undefined)
  const isGone = async (): Promise<boolean> =>
    !(await read('/console/routes')).includes('wiki.example.com')
  await until('the route is gone', isGone)
  const url = `http://127.0.0.1:${port}/console/decisions/feed?reason=no_policy`
  const feed = await fetch(url, { headers })
  expect(feed.headers.get('content-type')).toBe('text/event-stream')
  await check(aCheckRequest({ host: 'nobody.example.com' }))
  let told = ''
  for await (const chunk of feed.body ?? []) {
    told += Buffer.from(chunk).toString()
    if (told.includes('nobody.example.com')) break
  }
  expect(told).toContain('event: decision')
  const left = await fetch(url, { headers })
  expect((await sallyport.stop()).code).toBe(0)
  await expect(left.text()).rejects.toThrow()
})
