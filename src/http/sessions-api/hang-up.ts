import type { ServerResponse } from 'node:http'
import type { After } from './read-body.ts'

/** An answer is read by then, over whatever line; more than that holds a place for nothing. */
const MOST_READING_MS = 20_000

/** Hangs up on whoever does not read an answer that has ended. */
export const hangUpLater = (response: ServerResponse, after: After): void => {
  if (response.closed) return
  const cancel = after(MOST_READING_MS, () => void response.destroy())
  response.once('close', cancel)
}
