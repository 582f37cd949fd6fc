import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createAuthorities } from '../../../src/outbound/authorities.ts'
import { createOutboundFetch } from '../../../src/outbound/outbound-fetch.ts'
import type { OutboundOptions } from '../../../src/outbound/outbound-options.ts'
import { aProvider } from '../../support/builders.ts'
import { handSetClock } from '../../support/hand-set-clock.ts'
import { localOutbound } from '../../support/local-providers.ts'
import { startHttpListener } from '../../support/parts/http-listener.ts'
import { startLossyListener } from '../../support/parts/lossy-listener.ts'
import { createCertificates } from '../../support/parts/tls.ts'

const aTlsHost = async () => {
  const certificates = await createCertificates(['sso.localhost'])
  const { certPem: cert, keyPem: key, caPem } = certificates
  const server = createServer({ cert, key }, (_, response) => response.end('{}'))
  let connections = 0
  server.on('secureConnection', () => {
    connections += 1
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.close()
    server.closeAllConnections()
    await certificates.remove()
  })
  const url = `https://sso.localhost:${(server.address() as AddressInfo).port}/`
  return { url, caPem, connections: () => connections }
}

const get = (url: string) => ({ method: 'GET', url, headers: {} }) as const

describe('the connections to a provider', () => {
  it('A3: many of them read a private authority once, and one is used again', async () => {
    const host = await aTlsHost()
    const authorities = createAuthorities()
    let contexts = 0
    const counting = {
      contextFor: (bundles: readonly string[]) => {
        contexts += 1
        return authorities.contextFor(bundles)
      },
    }
    const provider = aProvider({ caPem: host.caPem })
    const fetch = createOutboundFetch(provider, localOutbound, handSetClock(), counting)
    onTestFinished(() => fetch.destroy())
    for (let login = 0; login < 5; login += 1) await fetch.call(get(host.url))
    expect(host.connections()).toBeLessThan(5)
    await Promise.all(Array.from({ length: 8 }, () => fetch.call(get(host.url))))
    expect(host.connections()).toBeGreaterThan(2)
    expect(contexts).toBe(1)
  })

  it('that could not be made for want of something are made for the next call', async () => {
    const host = await aTlsHost()
    const authorities = createAuthorities()
    let failures = 1
    const failing = {
      contextFor: async (bundles: readonly string[]) => {
        failures -= 1
        if (failures >= 0) throw new Error('too many open files')
        return authorities.contextFor(bundles)
      },
    }
    const provider = aProvider({ caPem: host.caPem })
    const fetch = createOutboundFetch(provider, localOutbound, handSetClock(), failing)
    onTestFinished(() => fetch.destroy())
    await expect(fetch.call(get(host.url))).rejects.toThrow()
    expect((await fetch.call(get(host.url))).status).toBe(200)
  })

  it('A4: one packet that is lost on the way to the first of two addresses fails no call', async () => {
    const listener = await startLossyListener()
    onTestFinished(() => listener.stop())
    const fetch = createOutboundFetch(aProvider(), localOutbound, handSetClock())
    onTestFinished(() => fetch.destroy())
    const answer = fetch.call(get(`http://localhost:${listener.port}/`))
    await listener.asked()
    listener.heal()
    expect((await answer).status).toBe(200)
  })

  it.each([
    ['sallyport/1.2.3', { userAgent: 'sallyport/1.2.3' }],
    ['sallyport', {}],
  ])(
    'B13: every call says that it comes from %s, whatever a library says',
    async (name, options) => {
      const seen: (string | undefined)[] = []
      const listener = await startHttpListener((request, response) => {
        seen.push(request.headers['user-agent'])
        response.end('{}')
      })
      onTestFinished(() => listener.takeDown())
      const outbound: OutboundOptions = { ...localOutbound, ...options }
      const fetch = createOutboundFetch(aProvider(), outbound, handSetClock())
      onTestFinished(() => fetch.destroy())
      const url = `http://127.0.0.1:${listener.port}/`
      await fetch.call(get(url))
      await fetch.call({ method: 'POST', url, headers: { 'user-agent': 'other/1' }, body: 'a=b' })
      expect(seen).toEqual([name, name])
    },
  )
})
