import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { Fault } from '../../../src/core/reason/fault.ts'
import type { BackChannelOutcome } from '../../../src/core/session/back-channel-logout.ts'
import { createProviderServer, type ProviderServer } from '../../../src/http/provider-server.ts'
import { unlimited } from '../../support/check-ports.ts'

const PATH = '/backchannel-logout/shop/shop.web'
const FORM = 'application/x-www-form-urlencoded'

const running: ProviderServer[] = []
afterEach(() => Promise.all(running.splice(0).map((server) => server.stop())))

const started = async (outcome: BackChannelOutcome | Error = { kind: 'ended', sessions: 1 }) => {
  const calls: (readonly [string, string])[] = []
  const seen: string[] = []
  const server = createProviderServer({
    listen: '127.0.0.1:0',
    keySet: () => ({ kind: 'unused' }),
    logout: async (client, token) => {
      calls.push([client, token])
      if (outcome instanceof Error) throw outcome
      return outcome
    },
    newBudget: () => unlimited,
    observe: (client, { kind }) => void seen.push(`${client} ${kind}`),
  })
  running.push(server)
  const { port } = await server.start()
  const post = async (
    body: string,
    { path = PATH, type = FORM, method = 'POST' }: Record<string, string> = {},
  ) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(method === 'POST' || method === 'PUT' ? { body } : {}),
      headers: type === '' ? {} : { 'content-type': type },
    })
    const sent = await response.text()
    return { response, status: response.status, body: sent === '' ? undefined : JSON.parse(sent) }
  }
  return { port, calls, seen, post }
}

describe('what providers call', () => {
  it('hands the token over and answers 200 without a body, not to be stored', async () => {
    const { calls, seen, post } = await started()
    const { response, body } = await post('logout_token=a.b.c&more=x')
    expect(response.status).toBe(200)
    expect(body).toBeUndefined()
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(calls).toEqual([['shop/shop.web', 'a.b.c']])
    expect(seen).toEqual(['shop/shop.web ended'])
  })

  it('takes a content type with parameters, and a path with a query', async () => {
    const { post } = await started()
    const type = `${FORM}; charset=UTF-8`
    expect((await post('logout_token=a.b.c', { type, path: `${PATH}?x=1` })).status).toBe(200)
  })

  it('says why a token is refused', async () => {
    const { post } = await started({
      kind: 'refused',
      detail: 'Its iss claim names another issuer.',
    })
    const { response, status, body } = await post('logout_token=a.b.c')
    expect(status).toBe(400)
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(body).toEqual({
      error: 'invalid_request',
      error_description: 'Its iss claim names another issuer.',
    })
  })

  it('asks to try again when the logout could not be done, without saying why', async () => {
    const fault = new Fault('session_store_unavailable', 'redis.internal:6379 refused.')
    const { post } = await started({ kind: 'unavailable', fault })
    const { response, status, body } = await post('logout_token=a.b.c')
    expect(status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('2')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(body.error).toBe('temporarily_unavailable')
    expect(JSON.stringify(body)).not.toContain('redis')
  })

  it.each([
    ['no token', '', {}, 400],
    ['an empty form', 'other=1', {}, 400],
    ['two tokens', 'logout_token=a&logout_token=b', {}, 400],
    ['JSON', '{"logout_token":"a.b.c"}', { type: 'application/json' }, 415],
    ['text', 'logout_token=a.b.c', { type: 'text/plain' }, 415],
    ['a long body', `logout_token=${'a'.repeat(20_000)}`, {}, 413],
    ['GET', '', { method: 'GET', path: `${PATH}?logout_token=a.b.c` }, 405],
    ['PUT', 'logout_token=a.b.c', { method: 'PUT' }, 405],
    ['another path', 'logout_token=a.b.c', { path: '/' }, 404],
    [
      'a client without a namespace',
      'logout_token=a.b.c',
      { path: '/backchannel-logout/shop' },
      404,
    ],
    ['more than a client', 'logout_token=a.b.c', { path: `${PATH}/more` }, 404],
    ['an encoded name', 'logout_token=a.b.c', { path: '/backchannel-logout/shop/%73hop' }, 404],
    ['the paths of the admin port', 'logout_token=a.b.c', { path: '/metrics' }, 404],
  ] as const)('refuses %s by itself', async (_, body, options, status) => {
    const { calls, post } = await started()
    const answer = await post(body, options)
    expect(answer.status).toBe(status)
    expect(answer.body.error).toBe('invalid_request')
    expect(answer.response.headers.get('cache-control')).toBe('no-store')
    if (status === 405) expect(answer.response.headers.get('allow')).toBe('POST')
    expect(calls).toEqual([])
  })

  it('answers 404 for a client that takes no logouts', async () => {
    const { post } = await started({ kind: 'unknown_client' })
    expect((await post('logout_token=a.b.c')).status).toBe(404)
  })

  it('answers a failure with 500 and no details', async () => {
    const { post } = await started(new Error('secret detail'))
    const { status, body } = await post('logout_token=a.b.c')
    expect(status).toBe(500)
    expect(JSON.stringify(body)).not.toContain('secret')
  })

  it('outlives bytes that are no HTTP, and a body that never ends', async () => {
    const { port, post } = await started()
    const noise = connect(port, '127.0.0.1')
    noise.end('\0\0\0')
    expect(await text(noise)).toMatch(/^HTTP\/1\.1 400 /)
    const half = connect(port, '127.0.0.1')
    const head = `POST ${PATH} HTTP/1.1\r\nhost: a\r\ncontent-type: ${FORM}\r\ncontent-length: 99\r\n\r\n`
    half.write(`${head}logout_token=`)
    half.destroy()
    expect((await post('logout_token=a.b.c')).status).toBe(200)
  })

  it('tells the sixty-fifth at a time to come again', async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>()
    let waiting = 0
    const server = createProviderServer({
      listen: '127.0.0.1:0',
      keySet: () => ({ kind: 'unused' }),
      logout: async () => {
        waiting += 1
        if (waiting === 64) full.resolve()
        await gate
        return { kind: 'ended', sessions: 0 }
      },
      newBudget: () => unlimited,
      observe: () => undefined,
    })
    const full = Promise.withResolvers<void>()
    running.push(server)
    const { port } = await server.start()
    const send = () =>
      fetch(`http://127.0.0.1:${port}${PATH}`, {
        method: 'POST',
        body: new URLSearchParams({ logout_token: 'a' }),
      })
    const held = Array.from({ length: 64 }, send)
    await full.promise
    const busy = await send()
    expect(busy.status).toBe(503)
    expect(busy.headers.get('retry-after')).toBe('1')
    open()
    const answers = await Promise.all(held)
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 64 }, () => 200))
  })

  it('lets a hundred senders who never finish keep no logout waiting', async () => {
    const { port, post } = await started()
    const head = `POST ${PATH} HTTP/1.1\r\nhost: a\r\ncontent-type: ${FORM}\r\ncontent-length: 99\r\nexpect: 100-continue\r\n\r\n`
    const slow = Array.from({ length: 100 }, () => connect(port, '127.0.0.1'))
    onTestFinished(() => {
      for (const socket of slow) socket.destroy()
    })
    await Promise.all(
      slow.map(async (socket) => {
        socket.write(head)
        await once(socket, 'data')
      }),
    )
    expect((await post('logout_token=a.b.c')).status).toBe(200)
  })

  it('says which address it could not take', async () => {
    const { port } = await started()
    const second = createProviderServer({
      listen: `127.0.0.1:${port}`,
      keySet: () => ({ kind: 'unused' }),
      logout: async () => ({ kind: 'unknown_client' }),
      newBudget: () => unlimited,
      observe: () => undefined,
    })
    await expect(second.start()).rejects.toThrow(/server for providers cannot listen/)
  })
})
