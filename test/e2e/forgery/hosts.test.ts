import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { API, APP, shop, UNKNOWN } from '../../support/e2e/manifests.ts'
import { sendPlain } from '../../support/e2e/plain-client.ts'
import { seenDuring } from '../../support/e2e/seen.ts'
import { useStack } from '../../support/e2e/use-stack.ts'
import { type RunningEnvoy, startEnvoy } from '../../support/parts/envoy.ts'

const PUBLIC = '/assets/logo.svg'

describe('a host', () => {
  const stack = useStack({ resources: shop() })
  let misrouted: RunningEnvoy

  beforeAll(async () => {
    const { certFile, keyFile } = stack().certificates
    const upstreamPort = stack().upstream.port
    const route = (domain: string, name: string) => ({
      domain,
      upstreamPort,
      isProtected: true,
      contextExtensions: { 'sallyport.dev/route': name },
    })
    misrouted = await startEnvoy({
      sallyportPort: stack().sallyport.grpcPort,
      upstreamPort,
      certFile,
      keyFile,
      extraHosts: [route(APP, 'shop/app'), route(API, 'shop/app')],
    })
  })

  afterAll(async () => {
    await misrouted?.stop()
  })

  it.each([
    ['upper case', 'APP.LocalHost'],
    ['a trailing dot', 'app.localhost.'],
    ['another port', 'app.localhost:1'],
    ['a trailing dot and a port', 'app.localhost.:443'],
  ])('R4: with %s is the same host', async (_name, host) => {
    expect((await sendPlain(stack(), { host, target: PUBLIC })).status).toBe(200)
    expect((await sendPlain(stack(), { host, target: '/orders' })).status).toBe(401)
  })

  it.each([
    ['is of nobody', UNKNOWN, 404],
    ['only begins like ours', 'app.localhost.evil.test', 404],
    ['only ends like ours', 'evilapp.localhost', 404],
    ['is below ours', 'sub.app.localhost', 404],
    ['is an address', '127.0.0.1', 404],
    ['is two hosts', 'app.localhost,api.localhost', 400],
    ['has a name and password before it', 'alice:secret@app.localhost', 400],
    ['has a port that is none', 'app.localhost:99999', 400],
    ['is empty', '', 400],
  ])('R3: that %s is served to nobody', async (_name, host, status) => {
    const seen = await seenDuring(stack(), async () => {
      for (const target of [PUBLIC, '/', '/oauth2/callback', '/oauth2/logout']) {
        const response = await sendPlain(stack(), { host, target })
        expect([target, response.status]).toEqual([target, status])
        expect(response.all('set-cookie')).toEqual([])
      }
    })
    expect(seen).toEqual([])
  })

  it('R2: in an absolute target counts, not the one of the Host line', async () => {
    const port = stack().port
    const seen = await seenDuring(stack(), async () => {
      const response = await sendPlain(stack(), {
        target: `https://${API}:${port}${PUBLIC}`,
        host: `${APP}:${port}`,
      })
      expect(response.status).toBe(401)
      expect(response.header('www-authenticate')).toBe(`Bearer realm="${API}"`)
    })
    expect(seen).toEqual([])
    const other = await sendPlain(stack(), {
      target: `https://${APP}:${port}${PUBLIC}`,
      host: `${API}:${port}`,
    })
    expect(other.status).toBe(200)
  })

  it('R3: that the gateway routes for somebody else is denied', async () => {
    const through = { port: misrouted.port, caPem: stack().caPem }
    expect((await sendPlain(through, { host: APP, target: PUBLIC })).status).toBe(200)
    const seen = await seenDuring(stack(), async () => {
      const response = await sendPlain(through, { host: API, target: PUBLIC })
      expect([response.status, response.header('x-sallyport-reason')]).toEqual([
        404,
        'host_conflict',
      ])
    })
    expect(seen).toEqual([])
  })
})
