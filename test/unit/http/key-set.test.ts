import { afterEach, describe, expect, it } from 'vitest'
import type { KeySet, PublicJwk } from '../../../src/core/assertion/key-set.ts'
import { createProviderServer, type ProviderServer } from '../../../src/http/provider-server.ts'
import { unlimited } from '../../support/check-ports.ts'

const NONE: KeySet = { kind: 'unused' }

const running: ProviderServer[] = []
afterEach(() => Promise.all(running.splice(0).map((server) => server.stop())))

const KEY: PublicJwk = {
  ...{ kty: 'EC', crv: 'P-256', x: 'x', y: 'y' },
  ...{ kid: 'k', alg: 'ES256', use: 'sig' },
}

const started = async (set: KeySet, ofClient: (name: string) => KeySet = () => NONE) => {
  const server = createProviderServer({
    listen: '127.0.0.1:0',
    keySet: ({ client }) => (client === undefined ? set : ofClient(client)),
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

describe('where providers fetch the keys of a client', () => {
  const ofShop = (name: string): KeySet =>
    name === 'shop/web' ? { kind: 'keys', keys: [KEY] } : NONE

  it('are its public keys alone, by its name', async () => {
    const ask = await started(NONE, ofShop)
    const response = await ask({}, '/.well-known/clients/shop/web/jwks.json?x=1')
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(response.headers.get('cache-control')).toBe('public, max-age=300')
    expect(await response.json()).toEqual({ keys: [KEY] })
    expect((await ask()).status).toBe(404)
  })

  it('says of any other name nothing but that there are none', async () => {
    const ask = await started({ kind: 'keys', keys: [KEY] }, ofShop)
    const at = (path: string) => ask({}, path)
    const unknown = await at('/.well-known/clients/shop/other/jwks.json')
    expect(unknown.status).toBe(404)
    expect(unknown.headers.get('cache-control')).toBe('no-store')
    expect(await unknown.json()).toEqual({
      error: 'invalid_request',
      error_description: 'There are no keys at this path.',
    })
    for (const path of ['shop/WEB', 'shop', 'shop/web/x', '../shop/web', 'shop/web%2f', 'a/b/c']) {
      expect((await at(`/.well-known/clients/${path}/jwks.json`)).status).toBe(404)
    }
  })

  it('is 503 while there is none yet, and never an empty set', async () => {
    const ask = await started(NONE, () => ({ kind: 'unavailable' }))
    const response = await ask({}, '/.well-known/clients/shop/web/jwks.json')
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('2')
  })
})
