import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Provider } from '../../../src/core/registration/provider.ts'
import { createOutboundFetch } from '../../../src/outbound/outbound-fetch.ts'
import type { OutboundOptions } from '../../../src/outbound/outbound-options.ts'
import { chooseProxy, type OutboundProxy } from '../../../src/outbound/proxy.ts'
import { aProvider } from '../../support/builders.ts'
import { handSetClock } from '../../support/hand-set-clock.ts'
import { startHostileProvider } from '../../support/hostile-provider.ts'
import { type ConnectProxyOptions, startConnectProxy } from '../../support/parts/connect-proxy.ts'
import { freePort } from '../../support/parts/free-port.ts'
import { createCertificates } from '../../support/parts/tls.ts'

const NAME = 'sso.example.com'

const aProxy = (changes: Partial<OutboundProxy> = {}): OutboundProxy => ({
  url: 'http://proxy.example.com:3128',
  setBy: 'outbound.proxy.url',
  exceptions: [],
  httpsOnly: false,
  ...changes,
})

/** A TLS host that nobody can resolve, and a proxy that leads to it. */
const aWorld = async (options: Partial<ConnectProxyOptions> = {}) => {
  const certificates = await createCertificates([NAME, 'proxy.localhost'])
  const { certPem: cert, keyPem: key, caPem } = certificates
  const server = createServer({ cert, key }, (_, response) => response.end('{}'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const proxy = await startConnectProxy({ leads: { [`${NAME}:443`]: port }, ...options })
  onTestFinished(async () => {
    server.close()
    server.closeAllConnections()
    await proxy.stop()
    await certificates.remove()
  })
  return { proxy, caPem, url: `http://127.0.0.1:${proxy.port}`, tls: { cert, key } }
}

const getBy = (outbound: OutboundOptions, changes: Partial<Provider>) => {
  const fetch = createOutboundFetch(aProvider(changes), outbound, handSetClock())
  onTestFinished(() => fetch.destroy())
  return (url: string) => fetch.call({ method: 'GET', url, headers: {} })
}

const messageOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'it went well',
    (fault: Error) => fault.message,
  )

describe('a provider behind a proxy', () => {
  it('B14: is reached by a tunnel, under its own name and certificate, whatever its address', async () => {
    const { proxy, caPem, url } = await aWorld()
    const outbound = { proxy: aProxy({ url }), userAgent: 'sallyport/1.2.3' }
    const get = getBy(outbound, { caPem })
    expect((await get(`https://${NAME}/jwks`)).status).toBe(200)
    expect(proxy.tunnels[0]).toEqual({
      target: `${NAME}:443`,
      userAgent: 'sallyport/1.2.3',
      authorization: undefined,
      hasCertificate: false,
    })
    const strangers = getBy(outbound, {})
    expect(await messageOf(strangers(`https://${NAME}/jwks`))).toContain('spec.tls.caRef')
  })

  it('B14: shows its credentials to the proxy alone, and new ones at the next connection', async () => {
    let wanted = `Basic ${Buffer.from('anna:old').toString('base64')}`
    const { proxy, caPem, url } = await aWorld({ wants: () => wanted })
    let password = 'old'
    const credentials = () => ({ username: 'anna', password })
    const outbound = { proxy: aProxy({ url, credentials }) }
    expect((await getBy(outbound, { caPem })(`https://${NAME}/`)).status).toBe(200)
    wanted = `Basic ${Buffer.from('anna:new').toString('base64')}`
    const get = getBy(outbound, { caPem })
    const message = await messageOf(get(`https://${NAME}/`))
    expect(message).toContain(`the proxy ${url} (outbound.proxy.url) grants no tunnel`)
    expect(message).toContain('407')
    expect(message).not.toMatch(/anna|old|Basic/)
    password = 'new'
    expect((await get(`https://${NAME}/`)).status).toBe(200)
    expect(proxy.tunnels.at(-1)?.authorization).toBe(wanted)
  })

  it('B14: uses its own proxy before that of the process, whose address is the administrator’s', async () => {
    const own = await aWorld()
    const common = await aWorld()
    const outbound = { proxy: aProxy({ url: common.url }), allowNetworks: ['127.0.0.1/32'] }
    const get = getBy(outbound, { caPem: own.caPem, proxy: { url: own.url } })
    expect((await get(`https://${NAME}/`)).status).toBe(200)
    expect(own.proxy.tunnels).toHaveLength(1)
    expect(common.proxy.tunnels).toEqual([])
  })

  it('B14, R25: that names a proxy in a denied network does not get there', async () => {
    const { proxy, caPem, url } = await aWorld()
    for (const own of [url, `http://localhost:${proxy.port}`]) {
      const get = getBy({}, { caPem, proxy: { url: own } })
      expect(await messageOf(get(`https://${NAME}/`))).toContain('outbound.denyNetworks')
    }
    expect(proxy.tunnels).toEqual([])
  })

  it.each([
    '127.0.0.1',
    '[::1]',
    '169.254.169.254',
    '[::ffff:127.0.0.1]',
    'localhost',
    'a.localhost',
  ])('B14, R25: at %s is refused through a proxy as well', async (host) => {
    const { proxy, url } = await aWorld()
    const outbound = { allowNetworks: ['10.0.0.0/8'], proxy: aProxy({ url }) }
    expect(await messageOf(getBy(outbound, {})(`https://${host}/`))).toContain('denyNetworks')
    const tenant = getBy({ denyNetworks: ['link-local', 'metadata'] }, { proxy: { url } })
    if (host.includes('169')) {
      expect(await messageOf(tenant(`https://${host}/`))).toContain('denyNetworks')
    }
    expect(proxy.tunnels).toEqual([])
  })

  it('B14: over TLS, with the authority of the proxy, and told apart where it is missing', async () => {
    const certificates = await createCertificates(['proxy.localhost'])
    onTestFinished(() => certificates.remove())
    const { certPem: cert, keyPem: key } = certificates
    const { proxy, caPem } = await aWorld({ tls: { cert, key } })
    const url = `https://proxy.localhost:${proxy.port}`
    const trusting = getBy({ proxy: aProxy({ url, caPem: certificates.caPem }) }, { caPem })
    expect((await trusting(`https://${NAME}/`)).status).toBe(200)
    const message = await messageOf(
      getBy({ proxy: aProxy({ url }) }, { caPem })(`https://${NAME}/`),
    )
    expect(message).toContain(`or the proxy ${url} (outbound.proxy.url) does`)
  })

  it('B14, E6: whose proxy is away, or does not reach it, is told as that', async () => {
    const url = `http://127.0.0.1:${await freePort()}`
    const away = getBy({ proxy: aProxy({ url }) }, {})
    expect(await messageOf(away(`https://${NAME}/`))).toContain(
      `the proxy ${url} (outbound.proxy.url) refused the connection`,
    )
    const world = await aWorld({ leads: {} })
    const lost = getBy({ proxy: aProxy({ url: world.url, setBy: 'HTTPS_PROXY' }) }, {})
    expect(await messageOf(lost(`https://${NAME}/`))).toContain(
      '(HTTPS_PROXY) grants no tunnel (CONNECT answered with status 502',
    )
  })

  it('B14, R26: whose proxy says nothing for a while is reached again soon after', async () => {
    let isSilent = true
    const { proxy, caPem, url } = await aWorld({ isSilent: () => isSilent })
    const get = getBy({ proxy: aProxy({ url }) }, { caPem, requestTimeoutMs: 300 })
    const calls = Array.from({ length: 4 }, () => messageOf(get(`https://${NAME}/`)))
    for (const message of await Promise.all(calls)) {
      expect(message).toContain(`within 300 ms (spec.requestTimeout), through the proxy ${url}`)
    }
    expect(proxy.tunnels.length).toBeGreaterThan(0)
    isSilent = false
    await expect
      .poll(() => messageOf(get(`https://${NAME}/`)), { timeout: 5_000, interval: 50 })
      .toBe('it went well')
  })

  it('B14: of plain http, for trials, is reached by a tunnel too, with every limit', async () => {
    const hostile = await startHostileProvider()
    onTestFinished(() => hostile.stop())
    const port = Number(new URL(hostile.issuer).port)
    const { proxy, url } = await aWorld({ leads: { 'trial.example.com:80': port } })
    const get = getBy({ allowInsecureIssuers: true, proxy: aProxy({ url }) }, {})
    expect((await get('http://trial.example.com/jwks')).status).toBe(200)
    expect(proxy.tunnels.map(({ target }) => target)).toEqual(['trial.example.com:80'])
    hostile.answer('jwks', (response) => response.end('x'.repeat(600 * 1024)))
    expect(await messageOf(get('http://trial.example.com/jwks'))).toContain('512 KiB')
  })
})

describe('which proxy leads to a URL', () => {
  const isProxied = (url: string, ...exceptions: readonly string[]): boolean =>
    chooseProxy(new URL(url), {}, aProxy({ exceptions })) !== undefined

  it.each([
    ['https://sso.example.com/', ['example.com'], false],
    ['https://example.com/', ['example.com'], false],
    ['https://badexample.com/', ['example.com'], true],
    ['https://example.com/', ['.example.com'], true],
    ['https://sso.example.com/', ['.example.com'], false],
    ['https://sso.example.com/', ['*.example.com'], false],
    ['https://SSO.Example.Com./', ['Example.COM'], false],
    ['https://sso.example.com/', ['sso.example.com:8443'], true],
    ['https://sso.example.com:8443/', ['sso.example.com:8443'], false],
    ['https://sso.example.com/', ['sso.example.com:443'], false],
    ['https://10.1.2.3/', ['10.0.0.0/8'], false],
    ['https://10.1.2.3/', ['10.1.2.3'], false],
    ['https://10.1.2.3:8443/', ['10.1.2.3:443'], true],
    ['https://[fd00::1]/', ['fd00::/8'], false],
    ['https://[fd00::1]/', ['fd00::1'], false],
    ['https://[fd00::1]:8443/', ['[fd00::1]:8443'], false],
    ['https://sso.example.com/', ['10.0.0.0/8', 'nonsense/99', ''], true],
    ['https://sso.example.com/', ['*'], false],
    ['https://localhost/', [], false],
    ['https://a.localhost/', [], false],
    ['https://127.0.0.1/', [], false],
    ['https://[::1]/', [], false],
    ['https://sso.example.com/', [], true],
  ])('B14: %s with the exceptions %j: through the proxy is %s', (url, exceptions, expected) => {
    expect(isProxied(url, ...exceptions)).toBe(expected)
  })

  it('B14: HTTPS_PROXY is for https alone; the proxy of a provider is for all it has', () => {
    const ofVariable = aProxy({ setBy: 'HTTPS_PROXY', httpsOnly: true, exceptions: ['*'] })
    expect(chooseProxy(new URL('http://a.example/'), {}, { ...ofVariable, exceptions: [] })).toBe(
      undefined,
    )
    const own = { proxy: { url: 'http://own.example:3128' } }
    for (const url of ['http://a.example/', 'https://localhost/']) {
      expect(chooseProxy(new URL(url), own, ofVariable)).toEqual({
        url: 'http://own.example:3128',
        setBy: 'spec.proxy.url',
        isTrusted: false,
      })
    }
  })
})
