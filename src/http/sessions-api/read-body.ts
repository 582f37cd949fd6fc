import type { IncomingMessage } from 'node:http'
import type { BodySender, ReadBody } from '../../core/console/console-site.ts'

/** Reads bodies of requests, of strangers few at a time and not for long. */
export type BodyReader = (
  request: IncomingMessage,
  maxBytes: number,
  sender: BodySender,
) => Promise<ReadBody>

/** Calls once after a time, unless the returned function is called before. */
export type After = (ms: number, run: () => void) => () => void

const MISSING = { kind: 'missing' } as const

/** So many strangers may send something at a time, and each for so long. */
const MAX_STRANGERS = 8
const STRANGER_TIME_MS = 2_000

/** What is too long is left where it is: the answer still has to get through. */
const readWhole = async (request: IncomingMessage, maxBytes: number): Promise<ReadBody> => {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      bytes += chunk.length
      if (bytes > maxBytes) return MISSING
      chunks.push(chunk)
    }
  } catch {
    return MISSING
  }
  return { kind: 'text', text: Buffer.concat(chunks).toString('utf8') }
}

/** Makes what reads bodies; whatever has not come in time is not waited for. */
export const createBodyReader = (after: After): BodyReader => {
  let strangers = 0

  const inTime = async (request: IncomingMessage, maxBytes: number): Promise<ReadBody> => {
    const { promise: late, resolve } = Promise.withResolvers<ReadBody>()
    const cancel = after(STRANGER_TIME_MS, () => resolve(MISSING))
    return Promise.race([readWhole(request, maxBytes), late]).finally(cancel)
  }

  return async (request, maxBytes, sender) => {
    if (sender === 'administrator') return readWhole(request, maxBytes)
    if (strangers >= MAX_STRANGERS) return { kind: 'busy' }
    strangers += 1
    return inTime(request, maxBytes).finally(() => {
      strangers -= 1
    })
  }
}
