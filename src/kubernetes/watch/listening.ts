import type { ApiFailure } from '../api/api-failure.ts'
import { failureOf } from '../api/api-failure.ts'
import type { ApiResponse, ApiServer } from '../api/api-server.ts'
import { readRefusal } from '../api/refusal.ts'
import type { Timers } from '../timers.ts'

/** What was read to its end, or why it was not. */
export type Heard = { readonly ok: true } | { readonly ok: false; readonly failure: ApiFailure }

/** How to listen. */
export interface ListeningOptions {
  readonly api: ApiServer
  readonly timers: Timers
  /**
   * Hearing nothing for so long means that the connection is dead, whatever the operating system
   * believes.
   */
  readonly silenceMs: number
  /** Aborted when nobody wants to know any more. */
  readonly signal: AbortSignal
  /** Called whenever anything arrives in an answer that is a success. */
  readonly onHeard: () => void
}

/** No object is larger: etcd refuses far smaller ones. */
const MAX_LINE_CHARACTERS = 16 * 1_024 * 1_024

const tooLong = (): Error => new Error('The API server sent a line without end')

const readLines = async (
  { body }: ApiResponse,
  onHeard: () => void,
  onLine: (line: string) => void,
): Promise<void> => {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of body) {
    onHeard()
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > MAX_LINE_CHARACTERS) throw tooLong()
    for (const line of lines) if (line !== '') onLine(line)
  }
  if (rest !== '') onLine(rest)
}

/**
 * Reads an answer of the API server line by line until it ends, breaks, or falls silent. A line
 * that `onLine` throws at breaks it too. Never rejects.
 */
export const listen = async (
  path: string,
  { api, timers, silenceMs, signal, onHeard }: ListeningOptions,
  onLine: (line: string) => void,
): Promise<Heard> => {
  const silent = new AbortController()
  const fallSilent = (): void => silent.abort()
  let cancel = timers.after(silenceMs, fallSilent)
  const heard = (): void => {
    cancel()
    cancel = timers.after(silenceMs, fallSilent)
    onHeard()
  }
  try {
    const response = await api.get(path, AbortSignal.any([signal, silent.signal]))
    if (response.status !== 200) return { ok: false, failure: await readRefusal(response) }
    heard()
    await readLines(response, heard, onLine)
    return { ok: true }
  } catch (error) {
    if (!silent.signal.aborted) return { ok: false, failure: failureOf(error) }
    api.distrust()
    const message = `nothing was heard for ${silenceMs / 1_000} seconds`
    return { ok: false, failure: { message } }
  } finally {
    cancel()
  }
}
