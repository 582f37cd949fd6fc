import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Provider } from '../../../src/core/registration/provider.ts'
import { createOutboundFetch } from '../../../src/outbound/outbound-fetch.ts'
import type { OutboundOptions } from '../../../src/outbound/outbound-options.ts'
import { aProvider } from '../../support/builders.ts'
import { type HandSetClock, handSetClock } from '../../support/hand-set-clock.ts'
import {
  type HostileProvider,
  hang,
  redirectTo,
  stall,
  startHostileProvider,
  text,
  truncate,
} from '../../support/hostile-provider.ts'
import { localOutbound } from '../../support/local-providers.ts'
import { createCertificates } from '../../support/parts/tls.ts'

const aFetch = (
  options: OutboundOptions = localOutbound,
  changes: Partial<Provider> = {},
  clock: HandSetClock = handSetClock(),
) => {
  const fetch = createOutboundFetch(aProvider(changes), options, clock)
  onTestFinished(() => fetch.destroy())
  const get = (url: string, signal?: AbortSignal) =>
    fetch.call({ method: 'GET', url, headers: {}, ...(signal === undefined ? {} : { signal }) })
  return { fetch, get }
}

const aHost = async (): Promise<HostileProvider> => {
  const hostile = await startHostileProvider()
  onTestFinished(() => hostile.stop())
  return hostile
}

const portOf = ({ issuer }: HostileProvider): string => new URL(issuer).port

describe('the way out to a provider', () => {
  it('R25: brings back status and text', async () => {
    const hostile = await aHost()
    hostile.answer('jwks', text('{"a":1}', 404))
    const { get } = aFetch()
    expect(await get(`${hostile.issuer}/jwks?x=1`)).toEqual({
      status: 404,
      text: '{"a":1}',
      contentType: 'application/json',
    })
  })

  it('R25: http is refused unless insecure issuers are allowed', async () => {
    const hostile = await aHost()
    const { get } = aFetch({ denyNetworks: [] })
    const call = get(`${hostile.issuer}/jwks`)
    await expect(call).rejects.toMatchObject({ code: 'provider_misconfigured' })
    expect(hostile.requestCount('jwks')).toBe(0)
  })

  it.each([
    'ftp://example.com/',
    'file:///etc/passwd',
    'https://name:secret@example.com/',
    'https://name@example.com/',
    'x',
  ])('R25: %s is refused, and its userinfo never named', async (url) => {
    const refused = await aFetch()
      .get(url)
      .catch((fault: unknown) => fault)
    expect(refused).toMatchObject({ code: 'provider_misconfigured' })
    expect(String(refused)).not.toContain('secret')
  })

  it.each([
    '127.0.0.1',
    '127.1',
    '0x7f000001',
    '2130706433',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '0.0.0.0',
    'localhost',
    'sso.localhost',
    'SSO.LOCALHOST.',
  ])('R25: a connection to %s is refused when loopback is denied', async (host) => {
    const hostile = await aHost()
    const { get } = aFetch({ allowInsecureIssuers: true })
    const call = get(`http://${host}:${portOf(hostile)}/jwks`)
    await expect(call).rejects.toMatchObject({ code: 'provider_misconfigured' })
    expect(hostile.requestCount('jwks')).toBe(0)
  })

  it.each(['localhost', 'sso.localhost', 'a.b.localhost'])(
    'R25: %s is loopback without asking a name server, where loopback is permitted',
    async (host) => {
      const hostile = await aHost()
      const allowed = { allowInsecureIssuers: true, allowNetworks: ['127.0.0.1/32'] }
      const { get } = aFetch(allowed)
      expect((await get(`http://${host}:${portOf(hostile)}/jwks`)).status).toBe(200)
    },
  )

  it('R25: a name that does not resolve is a provider that cannot be reached', async () => {
    const { get } = aFetch()
    const call = get('http://provider.invalid/jwks')
    await expect(call).rejects.toMatchObject({ code: 'provider_unreachable' })
  })

  it('R25: a redirect is not followed', async () => {
    const hostile = await aHost()
    hostile.answer('jwks', redirectTo('/token'))
    const call = aFetch().get(`${hostile.issuer}/jwks`)
    await expect(call).rejects.toMatchObject({ code: 'provider_misconfigured' })
    expect(hostile.requestCount('token')).toBe(0)
  })

  it.each([
    ['an answer beyond 512 KiB', text('x'.repeat(600 * 1024))],
    ['no answer at all', hang],
    ['an answer that never ends', stall],
    ['an answer that breaks off', truncate],
    ['status 500', text('{}', 500)],
    ['status 503', text('{}', 503)],
    ['status 429', text('{}', 429)],
  ])('R25: %s is a provider that cannot be reached', async (_, answer) => {
    const hostile = await aHost()
    hostile.answer('jwks', answer)
    const { get } = aFetch(localOutbound, { requestTimeoutMs: 300 })
    const call = get(`${hostile.issuer}/jwks?code=secret`)
    await expect(call).rejects.toMatchObject({ code: 'provider_unreachable' })
    await expect(call).rejects.not.toMatchObject({ message: expect.stringContaining('secret') })
  })

  it('R26: a provider that is down is left alone for a while, and asked again after it', async () => {
    const hostile = await aHost()
    const clock = handSetClock()
    const { get, fetch } = aFetch(localOutbound, {}, clock)
    const url = `${hostile.issuer}/jwks`
    await hostile.takeDown()
    for (let call = 0; call < 5; call += 1) await get(url).catch(() => undefined)
    expect(fetch.isHeldBack()).toBe(true)
    await hostile.bringUp()
    await expect(get(url)).rejects.toMatchObject({ code: 'provider_unreachable' })
    expect(hostile.requestCount('jwks')).toBe(0)
    clock.advance(5_000)
    expect((await get(url)).status).toBe(200)
    expect(fetch.isHeldBack()).toBe(false)
  })

  it('R26: checks that are given up early do not count against the provider', async () => {
    const hostile = await aHost()
    hostile.answer('jwks', hang)
    const { get, fetch } = aFetch()
    for (let call = 0; call < 20; call += 1) {
      const signal = AbortSignal.abort()
      await expect(get(`${hostile.issuer}/jwks`, signal)).rejects.toMatchObject({
        code: 'provider_unreachable',
      })
    }
    expect(fetch.isHeldBack()).toBe(false)
  })

  it('R26: a provider that hangs until checks give up is held back as well', async () => {
    const hostile = await aHost()
    hostile.answer('jwks', hang)
    const clock = handSetClock()
    const { get, fetch } = aFetch(localOutbound, {}, clock)
    for (let call = 0; call < 5; call += 1) {
      const budget = new AbortController()
      const waiting = get(`${hostile.issuer}/jwks`, budget.signal)
      clock.advance(4_000)
      budget.abort()
      await expect(waiting).rejects.toMatchObject({ code: 'provider_unreachable' })
    }
    expect(fetch.isHeldBack()).toBe(true)
  })

  it('R26: nobody piles up behind a provider that hangs', async () => {
    const hostile = await aHost()
    hostile.answer('jwks', hang)
    const { get } = aFetch()
    const given = new AbortController()
    const waiting = Array.from({ length: 64 }, () =>
      get(`${hostile.issuer}/jwks`, given.signal).catch(() => 'given up'),
    )
    await expect(get(`${hostile.issuer}/jwks`)).rejects.toMatchObject({
      message: expect.stringContaining('too many calls in flight'),
    })
    given.abort()
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(['given up']))
  })

  it('R26: trusts the private CA of its own provider, and nobody else does', async () => {
    const certificates = await createCertificates(['sso.localhost'])
    onTestFinished(() => certificates.remove())
    const { certPem: cert, keyPem: key, caPem } = certificates
    const server = createServer({ cert, key }, (_, response) => response.end('{}'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const url = `https://sso.localhost:${(server.address() as AddressInfo).port}/`
    expect((await aFetch(localOutbound, { caPem }).get(url)).status).toBe(200)
    expect((await aFetch({ ...localOutbound, caPem }).get(url)).status).toBe(200)
    await expect(aFetch().get(url)).rejects.toMatchObject({ code: 'provider_unreachable' })
  })
})
