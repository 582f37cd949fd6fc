import { dirname } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aCheckRequest, createCheckClient } from '../../support/check-client.ts'
import { APP, OPS, shop } from '../../support/e2e/manifests.ts'
import { newHttpBrowser, signedIn } from '../../support/e2e/sign-in.ts'
import { redisOf, useStack } from '../../support/e2e/use-stack.ts'
import type { HttpBrowser } from '../../support/parts/http-browser.ts'
import { type RunningSallyport, startSallyport } from '../../support/parts/sallyport.ts'

const CACHE_TTL_MS = 200
const sessionsAt = (url: string) => ({
  store: 'redis',
  redis: { url },
  cache: { ttl: `${CACHE_TTL_MS}ms`, outageGrace: '1m' },
})

describe('without Redis for longer than the cache lasts', () => {
  const stack = useStack({ resources: shop(), redis: { saveData: true } })
  let graceful: RunningSallyport

  beforeAll(async () => {
    const { sallyport } = stack()
    graceful = await startSallyport({
      redisUrl: redisOf(stack()).url,
      resourcePaths: [sallyport.resourcesFolder],
      configuration: {
        keys: { files: [`${dirname(sallyport.configFile)}/key`] },
        sessions: sessionsAt(redisOf(stack()).url),
      },
    })
  })
  afterAll(async () => {
    await graceful?.stop()
  })

  /** What this replica answers, by status and reason; 200 is an allowance. */
  const asker = (browser: HttpBrowser, host: string) => {
    const client = createCheckClient(`127.0.0.1:${graceful.grpcPort}`)
    const cookie = browser.jar.headerFor(new URL(stack().url(host, '/'))) ?? ''
    const headers = { cookie, 'sec-fetch-mode': 'cors', accept: '*/*' }
    const request = aCheckRequest({
      host: `${host}:${stack().port}`,
      path: '/data',
      scheme: 'https',
      headers,
    })
    return async (): Promise<string> => {
      const response = await client.check(request)
      if ('okResponse' in response) return '200'
      const { status, headers: sent } = response.deniedResponse
      const of = (name: string) => sent.find(({ header }) => header.key === name)?.header.value
      expect(of('set-cookie')).toBeUndefined()
      return [status.code, of('x-sallyport-reason'), of('retry-after')].join(' ')
    }
  }

  const untilTooOld = async (): Promise<void> => {
    const oldAtMs = Date.now() + CACHE_TTL_MS * 3
    await expect.poll(() => Date.now() > oldAtMs).toBe(true)
  }

  const UNAVAILABLE = '503 session_store_unavailable 2'

  it.each(['stopped', 'frozen'] as const)(
    'R32: %s: known sessions go on, unknown ones are told to come back, nobody is signed out',
    async (how) => {
      const [known, unknown] = [
        (await signedIn(stack(), stack().url(OPS, '/'))).browser,
        (await signedIn(stack(), stack().url(APP, '/'))).browser,
      ]
      const [askKnown, askUnknown] = [asker(known, OPS), asker(unknown, APP)]
      await expect.poll(askKnown, { timeout: 20_000 }).toBe('200')
      const load = { isOn: true, seen: new Set<string>() }
      const running = Array.from({ length: 8 }, async () => {
        while (load.isOn) load.seen.add(await askKnown())
      })
      if (how === 'stopped') await redisOf(stack()).kill()
      else redisOf(stack()).freeze()
      await untilTooOld()
      expect(await askUnknown()).toBe(UNAVAILABLE)
      expect(await askKnown()).toBe('200')
      const strangers = asker(newHttpBrowser(stack()), APP)
      expect(await strangers()).toMatch(/^401 login_required/)

      if (how === 'stopped') await redisOf(stack()).restart()
      else redisOf(stack()).resume()
      await expect.poll(askUnknown, { timeout: 20_000, interval: 20 }).toBe('200')
      await untilTooOld()
      expect(await askKnown()).toBe('200')
      load.isOn = false
      await Promise.all(running)
      expect(load.seen).toEqual(new Set(['200']))
      const metrics = await (await fetch(`${graceful.adminUrl}/metrics`)).text()
      expect(metrics).toMatch(/sallyport_session_openings_total\{from="outage"\} [1-9]/)
    },
  )

  it('a session that is ended elsewhere after the outage does not go on here', async () => {
    const { browser } = await signedIn(stack(), stack().url(OPS, '/'))
    const ask = asker(browser, OPS)
    await expect.poll(ask, { timeout: 20_000 }).toBe('200')
    await redisOf(stack()).kill()
    await untilTooOld()
    expect(await ask()).toBe('200')
    await redisOf(stack()).restart()
    const elsewhere = async () => (await fetch(`${stack().sallyport.adminUrl}/metrics`)).text()
    await expect.poll(elsewhere, { timeout: 20_000 }).toContain('sallyport_session_store_up 1')
    const signOut = { 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'same-origin' }
    const answer = await browser.fetch(stack().url(OPS, '/oauth2/logout'), {
      headers: { ...signOut, accept: 'text/html' },
    })
    expect(answer.status).toBe(303)
    await expect.poll(ask, { timeout: 5_000, interval: 10 }).toMatch(/^401 session_unknown/)
    await redisOf(stack()).kill()
    expect(await ask()).not.toBe('200')
    await redisOf(stack()).restart()
  })
})
