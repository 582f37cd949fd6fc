import { type ClientTls, type Connection, openConnection } from './connection.ts'
import type { Answered, WireRequest } from './exchanges.ts'

/**
 * Opens a connection that becomes another one when its peer takes no more requests, as any does
 * that is old. What the peer did not take is sent again; nobody notices. `failed`: what was wrong
 * with one of them.
 */
export const openLane = async (
  address: { readonly url: string; readonly tls?: ClientTls },
  failed: (error: Error) => void,
): Promise<Connection> => {
  let current: Connection | undefined
  let waiting: (readonly [WireRequest, Answered])[] = []
  let isClosed = false

  const open = async (): Promise<void> => {
    const opened = await openConnection(address, { failed, leaving })
    if (isClosed) return opened.close()
    current = opened
    const again = waiting
    waiting = []
    for (const [request, answered] of again) opened.send(request, answered)
  }
  const leaving = (refused: readonly (readonly [WireRequest, Answered])[]): void => {
    waiting.push(...refused)
    // A peer may say first that it will leave, and later what it did not take.
    if (current === undefined) return
    current = undefined
    void open()
  }
  await open()
  return {
    send: (request, answered) => {
      if (current === undefined) waiting.push([request, answered])
      else current.send(request, answered)
    },
    close: () => {
      isClosed = true
      current?.close()
    },
  }
}
