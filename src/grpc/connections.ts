import { constants, type ServerHttp2Session } from 'node:http2'
import type { Server } from '@grpc/grpc-js'

/** The HTTP/2 connections of a gRPC server. */
export interface Connections {
  /** Tells every peer to open no more calls here, while those already on their way are still answered. */
  readonly announceEnd: () => void
  /** Resolves when all connections are closed, or after `timeoutMs`. */
  readonly closed: (timeoutMs: number) => Promise<void>
  /** Breaks every connection, calls in flight included. */
  readonly destroy: () => void
  /** Begins to retire connections by age, so that peers spread over new replicas. */
  readonly startRetiring: () => void
  readonly stopRetiring: () => void
}

/** How old a connection may get, and how long its peer may then take to leave. */
export interface ConnectionAges {
  readonly maxAgeMs: number
  readonly graceMs: number
}

/** The highest stream id: "no new streams, but I refuse none that you have sent" (RFC 9113 section 6.8). */
const HIGHEST_STREAM_ID = 2 ** 31 - 1

const CLOSED_POLL_MS = 20

const sessionsIn = (holder: unknown): ServerHttp2Session[] => {
  const sessions: unknown =
    typeof holder === 'object' && holder !== null ? Reflect.get(holder, 'sessions') : undefined
  return sessions instanceof Set ? [...sessions] : []
}

/**
 * grpc-js keeps its sessions to itself, and what it offers is not enough: its shutdown, drain and connection age all close
 * a session in the same breath as they announce it, so calls that cross the announcement on the wire fail, and without
 * channelz its forced shutdown leaves sessions open. Tests hold every promise of this file against the pinned version.
 */
const sessionsOf = (server: Server): ServerHttp2Session[] => {
  const servers: unknown = Reflect.get(server, 'http2Servers')
  return servers instanceof Map ? [...servers.values()].flatMap(sessionsIn) : []
}

const announce = (session: ServerHttp2Session): void => {
  if (session.closed || session.destroyed) return
  session.goaway(constants.NGHTTP2_NO_ERROR, HIGHEST_STREAM_ID)
}

/** Follows the connections of `server`. The ages are checked ten times within one lifetime, which also spreads them. */
export const createConnections = (server: Server, ages: ConnectionAges): Connections => {
  const seenAtMs = new WeakMap<ServerHttp2Session, number>()
  const announced = new WeakSet<ServerHttp2Session>()
  let sweeping: NodeJS.Timeout | undefined

  const retire = (session: ServerHttp2Session, nowMs: number): void => {
    const seen = seenAtMs.get(session)
    if (seen === undefined) seenAtMs.set(session, nowMs)
    const ageMs = nowMs - (seen ?? nowMs)
    if (ageMs < ages.maxAgeMs) return
    if (!announced.has(session)) {
      announced.add(session)
      announce(session)
    }
    if (ageMs >= ages.maxAgeMs + ages.graceMs) session.close()
  }

  const sweep = (): void => {
    const nowMs = performance.now()
    for (const session of sessionsOf(server)) retire(session, nowMs)
  }

  return {
    announceEnd: () => {
      for (const session of sessionsOf(server)) announce(session)
    },
    closed: (timeoutMs) =>
      new Promise((resolve) => {
        const untilMs = performance.now() + timeoutMs
        const poll = (): void => {
          const done = sessionsOf(server).length === 0 || performance.now() >= untilMs
          if (done) resolve()
          else setTimeout(poll, CLOSED_POLL_MS)
        }
        poll()
      }),
    destroy: () => {
      for (const session of sessionsOf(server)) session.destroy()
    },
    startRetiring: () => {
      sweeping ??= setInterval(sweep, ages.maxAgeMs / 10).unref()
    },
    stopRetiring: () => clearInterval(sweeping),
  }
}
