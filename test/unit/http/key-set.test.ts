import { afterEach, describe, expect, it } from 'vitest'
import type { KeySet, PublicJwk } from '../../../src/core/assertion/key-set.ts'
import { createProviderServer, type ProviderServer } from '../../../src/http/provider-server.ts'
import { unlimited } from '../../support/check-ports.ts'

const running: ProviderServer[] = []
afterEach(() => Promise.all(running.splice(0).map((server) => server.stop())))

const KEY: PublicJwk = {
  ...{ kty: 'EC', crv: 'P-256', x: 'x', y: 'y' },
  ...{ kid: 'k', alg: 'ES256', use: 'sig' },
}

const started = async (set: KeySet) => {
  const server = createProviderServer({
    listen: '127.0.0.1:0',
    keySet: () => set,
    logout: async () => ({ kind: 'unknown_client' }),
    newBudget: () => unlimited,
    observe: () => undefined,
  })
  running.push(server)
  const { port } = await server.start()
  return (init: RequestInit = {}, path = '/.well-known/jwks.json') =>
    fetch(`http://127.0.0.1:${port}${path}`, init)
}

describe('where upstreams fetch keys', () => {
  it('are the public keys, to be kept for five minutes', async () => {
    const ask = await started({ kind: 'keys', keys: [KEY] })
    const response = await ask()
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(response.headers.get('cache-control')).toBe('public, max-age=300')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(await response.json()).toEqual({ keys: [KEY] })
    expect((await ask({}, '/.well-known/jwks.json?x=1')).status).toBe(200)
    const head = await ask({ method: 'HEAD' })
    expect(head.status).toBe(200)
    expect(await head.text()).toBe('')
  })

  it('is nothing for other methods and other paths', async () => {
    const ask = await started({ kind: 'keys', keys: [KEY] })
    const posted = await ask({ method: 'POST', body: 'x' })
    expect(posted.status).toBe(405)
    expect(posted.headers.get('allow')).toBe('GET, HEAD')
    for (const path of ['/.well-known/jwks.json/', '/.well-known/JWKS.json', '/jwks.json', '/']) {
      expect((await ask({}, path)).status).toBe(404)
    }
  })

  it('is never an empty set, which would be kept', async () => {
    const unused = await (await started({ kind: 'unused' }))()
    expect(unused.status).toBe(404)
    expect(unused.headers.get('cache-control')).toBe('no-store')
    const unavailable = await (await started({ kind: 'unavailable' }))()
    expect(unavailable.status).toBe(503)
    expect(unavailable.headers.get('retry-after')).toBe('2')
    expect(unavailable.headers.get('cache-control')).toBe('no-store')
  })
})
