import { beforeAll, describe, expect, it } from 'vitest'
import {
  bearing,
  fetchMachineToken,
  readToken,
  signedToken,
  strangerKey,
} from '../../support/e2e/access-tokens.ts'
import { API, shop } from '../../support/e2e/manifests.ts'
import { newHttpBrowser } from '../../support/e2e/sign-in.ts'
import { providerOf, useStack } from '../../support/e2e/use-stack.ts'
import { createHttpBrowser } from '../../support/parts/http-browser.ts'

const FLOOD = 200

/** How many are sent at once: in waves, as many at once could share one request for the keys. */
const WAVE = 10

/** At most one request for the keys in this time. */
const COOLDOWN_MS = 10_000

describe('200 forged tokens', () => {
  const stack = useStack({ resources: shop() })
  const url = (): string => stack().url(API, '/orders')
  const jwksRequests = (): number => providerOf(stack()).requestCount('jwks')

  const flood = async (kid: (index: number) => unknown): Promise<ReadonlySet<string>> => {
    const browser = newHttpBrowser(stack())
    const { header, claims } = readToken(await fetchMachineToken(stack(), browser))
    const key = strangerKey()
    const send = async (index: number): Promise<string> => {
      const forgedHeader = { ...header, kid: kid(index) ?? header.kid }
      const forged = signedToken(forgedHeader, { ...claims, jti: index }, key)
      const response = await browser.send(url(), { headers: bearing(forged) })
      return `${response.status} ${response.headers['x-sallyport-reason']}`
    }
    const answers = new Set<string>()
    for (let first = 0; first < FLOOD; first += WAVE) {
      const wave = Array.from({ length: WAVE }, (_, index) => send(first + index))
      for (const answer of await Promise.all(wave)) answers.add(answer)
    }
    return answers
  }

  /** Only when the keys are known can a forged token cause another request for them. */
  beforeAll(async () => {
    const browser = createHttpBrowser({ caPem: stack().caPem })
    const headers = bearing(await fetchMachineToken(stack(), browser))
    expect((await browser.send(url(), { headers })).status).toBe(200)
    await browser.close()
  })

  it('R26: under a known key id cost the provider nothing', async () => {
    const before = jwksRequests()
    expect(await flood(() => undefined)).toEqual(new Set(['401 token_signature_invalid']))
    expect(jwksRequests() - before).toBe(0)
  })

  it('R26: under unknown key ids cost the provider at most one request in a cooldown', async () => {
    const before = jwksRequests()
    const startedAtMs = Date.now()
    expect(await flood((index) => `unknown-${index}`)).toEqual(new Set(['401 token_key_unknown']))
    const cooldowns = 1 + Math.floor((Date.now() - startedAtMs) / COOLDOWN_MS)
    expect(jwksRequests() - before).toBeLessThanOrEqual(cooldowns)
  })

  it('leave good tokens alone', async () => {
    const browser = newHttpBrowser(stack())
    const headers = bearing(await fetchMachineToken(stack(), browser))
    expect((await browser.send(url(), { headers })).status).toBe(200)
  })

  it('R26: do not keep a new key of the provider from being found', async () => {
    const browser = newHttpBrowser(stack())
    const { header, claims } = readToken(await fetchMachineToken(stack(), browser))
    providerOf(stack()).rotateKeys({ keepOld: true })
    const { keyId, privateKey } = providerOf(stack()).signingKey()
    const token = signedToken({ ...header, kid: keyId }, claims, privateKey)
    const status = async (): Promise<number> =>
      (await browser.send(url(), { headers: bearing(token) })).status
    await expect.poll(status, { timeout: 30_000, interval: 250 }).toBe(200)
  })
})
