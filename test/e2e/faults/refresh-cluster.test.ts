import type { IncomingMessage, ServerResponse } from 'node:http'
import { request as send } from 'node:http'
import { dirname } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aCheckRequest, type CheckClient, createCheckClient } from '../../support/check-client.ts'
import type { CheckResponse } from '../../support/check-messages.ts'
import { APP, shop } from '../../support/e2e/manifests.ts'
import { newHttpBrowser, signedIn, unusedCallback } from '../../support/e2e/sign-in.ts'
import { providerOf, redisOf, useStack } from '../../support/e2e/use-stack.ts'
import type { HttpBrowser } from '../../support/parts/http-browser.ts'
import { type RunningSallyport, startSallyport } from '../../support/parts/sallyport.ts'

const TOKEN_LIFE_SECONDS = 4
const COOKIE = '__Host-sallyport'

type Denied = Extract<CheckResponse, { deniedResponse: unknown }>

const isDenied = (response: CheckResponse): response is Denied => 'deniedResponse' in response

/** `allowed`, or the status of the denial and its reason. */
const outcomeOf = (response: CheckResponse): string => {
  if (!isDenied(response)) return 'allowed'
  const { status, headers } = response.deniedResponse
  const reason = headers.find(({ header }) => header.key === 'x-sallyport-reason')
  return `${status.code} ${reason?.header.value}`
}

const tokenOf = (response: CheckResponse): string | undefined =>
  isDenied(response)
    ? undefined
    : response.okResponse.headers.find(({ header }) => header.key === 'authorization')?.header.value

/** Asks the provider what it was asked, as it was asked. */
const passOn = (request: IncomingMessage, response: ServerResponse, port: number): void => {
  const { method, url, headers } = request
  const onward = send({ host: '127.0.0.1', port, method, path: url, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 500, answer.headers)
    answer.pipe(response)
  })
  request.pipe(onward)
}

describe('five replicas, and a provider that takes no refresh token twice', () => {
  const stack = useStack({
    resources: shop(),
    redis: { saveData: true },
    oidcProvider: { accessTokenLifetimeSeconds: TOKEN_LIFE_SECONDS },
  })
  let others: RunningSallyport[] = []

  beforeAll(async () => {
    const { sallyport } = stack()
    for (let at = 0; at < 4; at += 1) {
      others.push(
        await startSallyport({
          redisUrl: redisOf(stack()).url,
          resourcePaths: [sallyport.resourcesFolder],
          configuration: { keys: { files: [`${dirname(sallyport.configFile)}/key`] } },
        }),
      )
    }
  })
  afterAll(async () => {
    await Promise.all(others.map((one) => one.stop()))
    others = []
  })

  const replicas = (): readonly CheckClient[] =>
    [stack().sallyport, ...others].map(({ grpcPort }) => createCheckClient(`127.0.0.1:${grpcPort}`))

  const asking = (browser: HttpBrowser, path = '/', fetchMode = 'cors') => {
    const cookie = `${COOKIE}=${browser.jar.value(APP, COOKIE)}`
    const from = { 'sec-fetch-mode': fetchMode, 'sec-fetch-site': 'same-origin' }
    const headers = { cookie, ...from, accept: '*/*' }
    return aCheckRequest({ host: `${APP}:${stack().port}`, path, scheme: 'https', headers })
  }

  const untilExpired = async (): Promise<void> => {
    const expiredAtMs = Date.now() + TOKEN_LIFE_SECONDS * 1000
    await expect.poll(() => Date.now() > expiredAtMs, { timeout: 20_000 }).toBe(true)
  }

  it('R27: fifty requests at each of them at expiry cost one token request, and all succeed', async () => {
    const { browser } = await signedIn(stack(), stack().url(APP, '/begin'))
    const clients = replicas()
    for (const client of clients) await client.check(asking(browser))
    await untilExpired()
    const before = providerOf(stack()).requestCount('token')
    const responses = await Promise.all(
      clients.flatMap((client) => Array.from({ length: 50 }, () => client.check(asking(browser)))),
    )
    expect(new Set(responses.map(outcomeOf))).toEqual(new Set(['allowed']))
    expect(new Set(responses.map(tokenOf)).size).toBe(1)
    expect(providerOf(stack()).requestCount('token') - before).toBe(1)
    await untilExpired()
    expect(outcomeOf(await (clients[3] as CheckClient).check(asking(browser)))).toBe('allowed')
  })

  /** The provider rotates, and from then on Redis is silent: the new tokens are nowhere written. */
  const rotateIntoSilence = async (browser: HttpBrowser, holder: CheckClient): Promise<void> => {
    const provider = providerOf(stack())
    await untilExpired()
    const { promise: rotated, resolve } = Promise.withResolvers<void>()
    provider.interfere('token', (request, response) => {
      provider.interfere('token', undefined)
      redisOf(stack()).freeze()
      response.once('finish', resolve)
      passOn(request, response, provider.port)
    })
    holder.check(asking(browser)).catch(() => undefined)
    await rotated
  }

  it('R27: a store that is silent just then gets the new tokens when it is back', async () => {
    const { browser } = await signedIn(stack(), stack().url(APP, '/begin'))
    const clients = replicas()
    const before = providerOf(stack()).requestCount('token')
    await rotateIntoSilence(browser, clients[0] as CheckClient)
    redisOf(stack()).resume()
    const outcomes = async () =>
      Promise.all(clients.map(async (client) => outcomeOf(await client.check(asking(browser)))))
    await expect
      .poll(async () => new Set(await outcomes()), { timeout: 20_000 })
      .toEqual(new Set(['allowed']))
    expect(providerOf(stack()).requestCount('token') - before).toBeLessThanOrEqual(3)
  })

  it('R27: a holder that is killed just then costs this session a new sign-in, and nothing else', async () => {
    const { browser } = await signedIn(stack(), stack().url(APP, '/begin'))
    const [first, second] = replicas() as [CheckClient, CheckClient]
    await rotateIntoSilence(browser, second)
    await (others[0] as RunningSallyport).kill()
    redisOf(stack()).resume()
    const outcome = async () => outcomeOf(await first.check(asking(browser)))
    await expect.poll(outcome, { timeout: 20_000 }).toMatch(/^401 session_(?:ended|unknown)$/)
    const page = await browser.open(stack().url(APP, '/again'))
    expect([page.status, page.url]).toEqual([200, stack().url(APP, '/again')])
    await (others[0] as RunningSallyport).restart()
  })

  it('R27: signing out at one while another refreshes ends the session at all of them', async () => {
    for (let round = 0; round < 3; round += 1) {
      const { browser } = await signedIn(stack(), stack().url(APP, '/begin'))
      const clients = replicas()
      for (const client of clients) await client.check(asking(browser))
      await untilExpired()
      const request = asking(browser)
      const signOut = asking(browser, '/oauth2/logout', 'navigate')
      await Promise.all([
        (clients[0] as CheckClient).check(signOut),
        ...clients.slice(1).map((client) => client.check(request)),
      ])
      const outcomes = async () =>
        Promise.all(clients.map(async (client) => outcomeOf(await client.check(request))))
      await expect
        .poll(async () => new Set(await outcomes()), { timeout: 10_000 })
        .toEqual(new Set(['401 session_unknown']))
      for (let at = 0; at < 20; at += 1) {
        expect(new Set(await outcomes())).toEqual(new Set(['401 session_unknown']))
      }
    }
  })

  it('R16: a thousand replays of one callback at five replicas make one session', async () => {
    const browser = newHttpBrowser(stack())
    const callback = await unusedCallback(stack(), browser, stack().url(APP, '/wanted'))
    const sessions = async (): Promise<number> => {
      const keys = await redisOf(stack()).command('KEYS', 'sallyport:session:*')
      return Number(/^\*(\d+)/.exec(keys)?.[1])
    }
    const before = await sessions()
    const cookie = browser.jar.headerFor(callback) ?? ''
    const headers = { cookie, 'sec-fetch-mode': 'navigate', accept: 'text/html' }
    const path = `${callback.pathname}${callback.search}`
    const replay = aCheckRequest({ host: callback.host, path, scheme: 'https', headers })
    const clients = replicas()
    const asked = providerOf(stack()).requestCount('token')
    const responses = await Promise.all(
      Array.from({ length: 1000 }, (_, at) =>
        (clients[at % clients.length] as CheckClient).check(replay),
      ),
    )
    const opened = responses.filter(
      (response) =>
        isDenied(response) &&
        response.deniedResponse.headers.some(
          ({ header }) => header.key === 'set-cookie' && header.value.startsWith(`${COOKIE}=s1.`),
        ),
    )
    expect(opened).toHaveLength(1)
    expect((await sessions()) - before).toBe(1)
    expect(providerOf(stack()).requestCount('token') - asked).toBe(1)
  })
})
