import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Timers } from '../native/deps.ts'
import { followStream, SHUTDOWN_NOTICE } from './followed-stream.ts'
import { createOpening, type Opened, type OpeningDeps } from './opening.ts'

/** A connection, whoever serves it. */
export interface Connection {
  /** Asks the peer to begin no more calls here. Calls that are on their way are still taken. */
  readonly announceEnd: () => void
}

/** Who serves what. */
export interface DoorDeps extends OpeningDeps {
  /** Serves checks on a connection whose beginning was heard here. */
  readonly serveChecks: (socket: Socket, opened: Opened) => Connection
  /** Serves everything else on what takes the place of a socket. */
  readonly serveOthers: (stream: Duplex) => void
  /** Called when a peer said too little for too long, and was left. */
  readonly onSilence: () => void
  readonly timers: Timers
}

/**
 * How long the beginning of a connection may take, and each frame before its first call. A peer
 * that has said all that it must may wait with its first call for as long as connections live.
 */
export const OPENING_MS = 10_000

/** Gives each connection to the engine that its first call is for. */
export const createDoor =
  (deps: DoorDeps): ((socket: Socket) => Connection) =>
  (socket) => {
    const opening = createOpening(deps)
    let served: Connection | undefined
    let hasSpoken = false
    let isEndDue = false
    let endPatience: (() => void) | undefined

    const leave = (): void => {
      deps.onSilence()
      socket.destroy()
    }
    const wait = (isPartial: boolean): void => {
      if (isPartial) endPatience ??= deps.timers.after(OPENING_MS, leave)
      else {
        endPatience?.()
        endPatience = undefined
      }
    }

    const announceEnd = (): void => {
      isEndDue = true
      if (served !== undefined) served.announceEnd()
      else if (hasSpoken && socket.writable) socket.write(SHUTDOWN_NOTICE)
    }

    const serve = (opened: Opened, isCheck: boolean): Connection => {
      if (isCheck) return deps.serveChecks(socket, opened)
      const followed = followStream(socket, opened)
      deps.serveOthers(followed.stream)
      return followed
    }

    const hear = (bytes: Buffer): void => {
      const { reply, isPartial, opened } = opening.take(bytes)
      if (reply.length > 0) {
        socket.write(reply)
        if (isEndDue && !hasSpoken) socket.write(SHUTDOWN_NOTICE)
        hasSpoken = true
      }
      wait(isPartial)
      if (opened === undefined) return
      socket.off('data', hear)
      served = serve(opened, opened.isCheck)
      if (isEndDue) served.announceEnd()
    }

    wait(true)
    socket.on('data', hear)
    socket.once('close', () => wait(false))
    return { announceEnd }
  }
