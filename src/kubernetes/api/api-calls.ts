import { type ApiFailure, failureOf } from './api-failure.ts'
import type { ApiResponse, ApiServer, ApiWrite } from './api-server.ts'
import { readRefusal } from './refusal.ts'

/** The object that the API server answered with, or why it did not. */
export type ApiAnswer =
  | { readonly ok: true; readonly object: unknown }
  | { readonly ok: false; readonly failure: ApiFailure }

/** Calls that are over soon: anything but a list or a watch. */
export interface ApiCalls {
  /** Never rejects. */
  readonly get: (path: string, signal: AbortSignal) => Promise<ApiAnswer>
  /** Never rejects. */
  readonly write: (write: ApiWrite, signal: AbortSignal) => Promise<ApiAnswer>
}

/** No object is larger: etcd refuses far smaller ones. */
const MAX_CHARACTERS = 16 * 1_024 * 1_024

const readText = async ({ body }: ApiResponse): Promise<string> => {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true })
    if (text.length > MAX_CHARACTERS) throw new Error('The API server sent an answer without end')
  }
  return text
}

const answerOf = async (response: ApiResponse): Promise<ApiAnswer> => {
  const isDone = response.status >= 200 && response.status < 300
  if (!isDone) return { ok: false, failure: await readRefusal(response) }
  return { ok: true, object: JSON.parse(await readText(response)) }
}

/**
 * One answer that does not come may be a slow API server; two in a row are a connection that is
 * dead.
 */
const MOST_TIMEOUTS = 2

/** Calls that give up after `timeoutMs`. */
export const createApiCalls = (api: ApiServer, timeoutMs: number): ApiCalls => {
  let timeouts = 0
  const bounded = async (
    signal: AbortSignal,
    call: (signal: AbortSignal) => Promise<ApiResponse>,
  ): Promise<ApiAnswer> => {
    const timeout = AbortSignal.timeout(timeoutMs)
    try {
      const answer = await answerOf(await call(AbortSignal.any([signal, timeout])))
      timeouts = 0
      return answer
    } catch (error) {
      if (!timeout.aborted) return { ok: false, failure: failureOf(error) }
      timeouts += 1
      if (timeouts % MOST_TIMEOUTS === 0) api.distrust()
      return { ok: false, failure: { message: `no answer within ${timeoutMs / 1_000} seconds` } }
    }
  }
  return {
    get: (path, signal) => bounded(signal, (bound) => api.get(path, bound)),
    write: (write, signal) => bounded(signal, (bound) => api.write(write, bound)),
  }
}
