import { dirname } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { APP, shop } from '../../support/e2e/manifests.ts'
import { lastSeen } from '../../support/e2e/seen.ts'
import { signedIn } from '../../support/e2e/sign-in.ts'
import { providerOf, redisOf, useStack } from '../../support/e2e/use-stack.ts'
import { type RunningEnvoy, startEnvoy } from '../../support/parts/envoy.ts'
import type { HttpBrowser } from '../../support/parts/http-browser.ts'
import { type RunningSallyport, startSallyport } from '../../support/parts/sallyport.ts'

const TOKEN_LIFE_SECONDS = 4

describe('ten requests at once, just after the access token has expired', () => {
  const stack = useStack({
    resources: shop(),
    oidcProvider: { accessTokenLifetimeSeconds: TOKEN_LIFE_SECONDS },
  })
  let secondSallyport: RunningSallyport
  let secondEnvoy: RunningEnvoy

  /** Another replica: its own process and gateway, the same Redis, keys and resources. */
  beforeAll(async () => {
    const { sallyport, upstream, certificates } = stack()
    secondSallyport = await startSallyport({
      redisUrl: redisOf(stack()).url,
      resourcePaths: [sallyport.resourcesFolder],
      configuration: { keys: { files: [`${dirname(sallyport.configFile)}/key`] } },
    })
    secondEnvoy = await startEnvoy({
      sallyportPort: secondSallyport.grpcPort,
      upstreamPort: upstream.port,
      certFile: certificates.certFile,
      keyFile: certificates.keyFile,
    })
  })

  afterAll(async () => {
    await secondEnvoy?.stop()
    await secondSallyport?.stop()
  })

  const tokenOf = (path: string): string =>
    lastSeen(stack(), path).headers.authorization?.replace('Bearer ', '') ?? ''

  /**
   * An access token that somebody has by now is expired, for everybody, when its life has passed
   * from now.
   */
  const untilExpired = async (): Promise<void> => {
    const expiredAtMs = Date.now() + TOKEN_LIFE_SECONDS * 1000
    await expect.poll(() => Date.now() > expiredAtMs, { timeout: 20_000 }).toBe(true)
  }

  const askTenTimes = (browser: HttpBrowser, ports: readonly number[]): Promise<number[]> =>
    Promise.all(
      Array.from({ length: 10 }, async (_, index) => {
        const port = ports[index % ports.length]
        const response = await browser.fetch(`https://${APP}:${port}/race/${index}`)
        return response.status
      }),
    )

  const expectOneRefresh = async (ports: () => readonly number[]): Promise<void> => {
    const { browser } = await signedIn(stack(), stack().url(APP, '/begin'))
    const first = tokenOf('/begin')
    await untilExpired()

    const before = providerOf(stack()).requestCount('token')
    expect(await askTenTimes(browser, ports())).toEqual(Array.from({ length: 10 }, () => 200))
    expect(providerOf(stack()).requestCount('token') - before).toBe(1)
    const tokens = new Set(Array.from({ length: 10 }, (_, index) => tokenOf(`/race/${index}`)))
    expect(tokens.size).toBe(1)
    expect(tokens).not.toContain(first)

    await untilExpired()
    expect(await askTenTimes(browser, ports())).toEqual(Array.from({ length: 10 }, () => 200))
  }

  it('R27: cost one token request, and all succeed', async () => {
    await expectOneRefresh(() => [stack().port])
  })

  it('R27: cost one token request over two processes, and all succeed', async () => {
    await expectOneRefresh(() => [stack().port, secondEnvoy.port])
  })

  it('R27: are told to try again when the provider is down, and lose no session', async () => {
    const { browser } = await signedIn(stack(), stack().url(APP, '/down'))
    await untilExpired()
    await providerOf(stack()).takeDown()
    const down = await askTenTimes(browser, [stack().port, secondEnvoy.port])
    expect(new Set(down)).toEqual(new Set([503]))
    await providerOf(stack()).bringUp()
    const status = async (): Promise<number> =>
      (await browser.fetch(stack().url(APP, '/up'))).status
    await expect.poll(status, { timeout: 60_000, interval: 250 }).toBe(200)
  })

  it.each([
    ['by invalid_grant', '{"error":"invalid_grant"}'],
    ['B1: by invalid_request', '{"error":"invalid_request","error_description":"gone"}'],
    ['B1: without a body', ''],
  ])('end the session when refused %s, and lead to one new sign-in', async (_, body) => {
    const { browser } = await signedIn(stack(), stack().url(APP, '/refused'))
    await untilExpired()
    providerOf(stack()).interfere('token', (_request, response) => {
      response.writeHead(400, { 'content-type': 'application/json' })
      response.end(body)
    })
    const refused = await askTenTimes(browser, [stack().port])
    expect(new Set(refused)).toEqual(new Set([401]))
    providerOf(stack()).interfere('token', undefined)
    const page = await browser.open(stack().url(APP, '/back'))
    expect([page.status, page.url]).toEqual([200, stack().url(APP, '/back')])
  })
})
