import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningEnvoy, startEnvoy } from '../../support/parts/envoy.ts'
import { freePort } from '../../support/parts/free-port.ts'
import { createHttpBrowser, type HttpBrowser } from '../../support/parts/http-browser.ts'
import { type Certificates, createCertificates } from '../../support/parts/tls.ts'
import { type RunningUpstream, startUpstream } from '../../support/parts/upstream.ts'

describe('the Envoy example, while nobody answers at the address of Sallyport', () => {
  let certificates: Certificates
  let upstream: RunningUpstream
  let envoy: RunningEnvoy
  let browser: HttpBrowser

  beforeAll(async () => {
    certificates = await createCertificates(['app.localhost'])
    upstream = await startUpstream()
    envoy = await startEnvoy({
      sallyportPort: await freePort(),
      upstreamPort: upstream.port,
      certFile: certificates.certFile,
      keyFile: certificates.keyFile,
    })
    browser = createHttpBrowser({ caPem: certificates.caPem })
  })

  afterAll(async () => {
    await browser?.close()
    await envoy?.stop()
    await upstream?.stop()
    await certificates?.remove()
  })

  const url = (path: string): string => `https://app.localhost:${envoy.port}${path}`

  it.each([
    ['GET', '/'],
    ['GET', '/assets/logo.svg'],
    ['OPTIONS', '/'],
    ['POST', '/oauth2/callback'],
    ['GET', '/healthz'],
  ])('R1: %s %s is answered 503 and does not reach the upstream', async (method, path) => {
    const response = await browser.send(url(path), { method })
    expect(response.status).toBe(503)
    expect(upstream.requests()).toHaveLength(0)
  })

  it('R8: a header with an underscore in its name is refused', async () => {
    const response = await browser.send(url('/'), { headers: { x_auth_subject: 'root' } })
    expect(response.status).toBe(400)
    expect(upstream.requests()).toHaveLength(0)
  })

  it('R2, C6: an encoded slash is left as it is, and asked about like any path', async () => {
    const response = await browser.send(url('/assets%2f..%2fadmin'))
    expect(response.status).toBe(503)
    expect(response.headers.location).toBeUndefined()
    expect(upstream.requests()).toHaveLength(0)
  })
})
