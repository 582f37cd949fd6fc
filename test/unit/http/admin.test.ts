import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import {
  type AdminServer,
  type AdminServerOptions,
  createAdminServer,
  type Readiness,
} from '../../../src/http/admin.ts'

const running: AdminServer[] = []
afterEach(() => Promise.all(running.splice(0).map((server) => server.stop())))

const started = async (changes: Partial<AdminServerOptions> = {}): Promise<number> => {
  const server = createAdminServer({
    listen: '127.0.0.1:0',
    readiness: () => ({ ready: true, reasons: [] }),
    metrics: async () => ({ contentType: 'text/plain; version=0.0.4', body: 'checks_total 1\n' }),
    ...changes,
  })
  running.push(server)
  return (await server.start()).port
}

const ask = async (port: number, path: string, method = 'GET') => {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method })
  return { status: response.status, headers: response.headers, body: await response.text() }
}

describe('the admin server', () => {
  it('says that it lives, ready or not', async () => {
    const port = await started({ readiness: () => ({ ready: false, reasons: ['No snapshot.'] }) })
    expect(await ask(port, '/livez')).toMatchObject({ status: 200, body: 'alive\n' })
  })

  it('R30: is not ready until told so, and says what is missing', async () => {
    const state: { now: Readiness } = {
      now: { ready: false, reasons: ['No snapshot.', 'No Redis.'] },
    }
    const port = await started({ readiness: () => state.now })
    expect(await ask(port, '/readyz')).toMatchObject({
      status: 503,
      body: 'not ready\nNo snapshot.\nNo Redis.\n',
    })
    state.now = { ready: true, reasons: ['One provider is degraded.'] }
    expect(await ask(port, '/readyz')).toMatchObject({ status: 200, body: 'ready\n' })
    expect((await ask(port, '/readyz?verbose')).body).toBe('ready\nOne provider is degraded.\n')
  })

  it('serves metrics in the type they come in', async () => {
    const { status, headers, body } = await ask(await started(), '/metrics')
    expect({ status, body }).toEqual({ status: 200, body: 'checks_total 1\n' })
    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4')
  })

  it('answers HEAD without a body', async () => {
    const { status, headers, body } = await ask(await started(), '/livez', 'HEAD')
    expect({ status, body }).toEqual({ status: 200, body: '' })
    expect(headers.get('content-length')).toBe('6')
  })

  it('knows no other path', async () => {
    const port = await started()
    for (const path of ['/', '/livez/', '/debug', '//evil']) {
      expect((await ask(port, path)).status).toBe(404)
    }
  })

  it('knows no other method', async () => {
    const { status, headers } = await ask(await started(), '/livez', 'POST')
    expect(status).toBe(405)
    expect(headers.get('allow')).toBe('GET, HEAD')
  })

  it('answers a failure with 500 and no details', async () => {
    const port = await started({ metrics: () => Promise.reject(new Error('secret detail')) })
    expect(await ask(port, '/metrics')).toMatchObject({ status: 500, body: 'failed\n' })
    const other = await started({
      readiness: () => {
        throw new Error('secret detail')
      },
    })
    expect(await ask(other, '/readyz')).toMatchObject({ status: 500, body: 'failed\n' })
  })

  it('outlives a target that is no URL and bytes that are no HTTP', async () => {
    const port = await started()
    for (const sent of [
      'GET http://[ HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n',
      '\0\0\0',
    ]) {
      const socket = connect(port, '127.0.0.1')
      socket.end(sent)
      expect(await text(socket)).toMatch(/^HTTP\/1\.1 400 /)
    }
    expect((await ask(port, '/livez')).status).toBe(200)
  })

  it('says which address it could not take', async () => {
    const port = await started()
    await expect(started({ listen: `127.0.0.1:${port}` })).rejects.toThrow(
      new RegExp(`cannot listen on 127\\.0\\.0\\.1:${port} .*: choose another address`),
    )
  })
})
