import { expect, it } from 'vitest'
import { createApiCalls } from '../../../../src/kubernetes/api/api-calls.ts'
import type { ApiServer } from '../../../../src/kubernetes/api/api-server.ts'

/** An API server that answers nothing until it is told to. */
const silentServer = () => {
  let isSilent = true
  let distrusted = 0
  const never = (signal: AbortSignal): Promise<never> =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(new Error('aborted')))
    })
  const api: ApiServer = {
    get: async (_, signal) => {
      if (isSilent) return await never(signal)
      return {
        status: 200,
        body: (async function* () {
          yield Buffer.from('{"a":1}')
        })(),
      }
    },
    write: (_, signal) => never(signal),
    distrust: () => {
      distrusted += 1
    },
    close: async () => undefined,
  }
  const speak = (): void => {
    isSilent = false
  }
  const hush = (): void => {
    isSilent = true
  }
  return { api, speak, hush, distrusted: () => distrusted }
}

const { signal } = new AbortController()

it('a call that is not answered ends, and two in a row mean that the connection is dead', async () => {
  const { api, distrusted } = silentServer()
  const calls = createApiCalls(api, 10)
  const message = 'no answer within 0.01 seconds'
  expect(await calls.get('/a', signal)).toEqual({ ok: false, failure: { message } })
  expect(distrusted()).toBe(0)
  await calls.write({ method: 'PUT', path: '/a', object: {} }, signal)
  expect(distrusted()).toBe(1)
})

it('an answer in between means that it lives', async () => {
  const { api, speak, hush, distrusted } = silentServer()
  const calls = createApiCalls(api, 10)
  await calls.get('/a', signal)
  speak()
  expect(await calls.get('/a', signal)).toEqual({ ok: true, object: { a: 1 } })
  hush()
  await calls.get('/a', signal)
  expect(distrusted()).toBe(0)
})
