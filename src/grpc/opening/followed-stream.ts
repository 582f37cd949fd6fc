import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { PREFACE } from '../native/http2/frames.ts'
import { createFrameWalk } from './frame-walk.ts'
import type { Opened } from './opening.ts'

/**
 * A GOAWAY frame with the highest stream id (RFC 9113 section 6.8): "begin no more calls, I refuse
 * none that you have sent".
 */
export const SHUTDOWN_NOTICE = Buffer.from('0000080700000000007fffffff00000000', 'hex')

/** A connection whose frames are followed on their way to an engine and back. */
export interface FollowedStream {
  /** What the engine takes in place of the socket. */
  readonly stream: Duplex
  /** Sends the notice between two frames, as soon as there is such a place. */
  readonly announceEnd: () => void
}

/** What was said on a connection from which nothing was read. */
const UNOPENED: Opened = {
  replay: PREFACE,
  acknowledged: 0,
  sentSettings: false,
  hasAcknowledged: false,
}

/**
 * Follows a connection for an engine that believes that it has the socket, so that the notice can
 * be put in. Where another has heard the beginning, the engine is told again what was said, what it
 * acknowledges a second time is left out, and so is what the peer acknowledges of settings that the
 * engine has not sent.
 */
export const followStream = (socket: Socket, opened?: Opened): FollowedStream => {
  const { replay, acknowledged, sentSettings, hasAcknowledged } = opened ?? UNOPENED
  const inbound = createFrameWalk(sentSettings && !hasAcknowledged ? 1 : 0)
  const outbound = createFrameWalk(acknowledged)
  let hasSpoken = sentSettings
  let isNoticeDue = false

  const sendNotice = (): void => {
    if (!isNoticeDue || !hasSpoken || !outbound.isBetween() || !socket.writable) return
    isNoticeDue = false
    socket.write(SHUTDOWN_NOTICE)
  }

  const send = (bytes: Buffer, done: (error?: Error | null) => void): void => {
    socket.write(outbound.pass(bytes), done)
    hasSpoken = true
    sendNotice()
  }

  const stream = new Duplex({
    read: () => void socket.resume(),
    write: (chunk: Buffer, _encoding, done) => send(chunk, done),
    writev: (chunks, done) => send(Buffer.concat(chunks.map(({ chunk }) => chunk)), done),
    final: (done) => void socket.end(done),
    destroy: (error, done) => {
      socket.destroy()
      done(error)
    },
  })

  const hear = (bytes: Buffer): void => {
    if (bytes.length > 0 && !stream.push(bytes)) socket.pause()
  }
  if (opened !== undefined) {
    hear(PREFACE)
    hear(inbound.pass(replay.subarray(PREFACE.length)))
  }
  const follow = opened === undefined ? (bytes: Buffer) => bytes : inbound.pass
  socket.on('data', (bytes: Buffer) => hear(follow(bytes)))
  socket.once('end', () => stream.push(null))
  socket.once('close', () => stream.destroy())

  return {
    stream,
    announceEnd: () => {
      isNoticeDue = true
      sendNotice()
    },
  }
}
