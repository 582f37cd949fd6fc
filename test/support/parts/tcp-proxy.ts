import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** Forwards bytes to a port of this machine, until it is told otherwise. */
export interface TcpProxy {
  readonly port: number
  /** Breaks every connection; new ones are taken. */
  readonly drop: () => void
  /** From now on nothing passes, and nobody is told: connections stay open, also new ones. */
  readonly stall: () => void
  /** New connections pass again; those that stalled stay as they are. */
  readonly resume: () => void
  /** Connections that are open. */
  readonly connections: () => number
  readonly stop: () => Promise<void>
}

/** Starts on a free port of 127.0.0.1. */
export const startTcpProxy = async (targetPort: number): Promise<TcpProxy> => {
  const pairs = new Set<readonly [Socket, Socket]>()
  let isStalled = false

  const forward = (socket: Socket): void => {
    const target = connect(targetPort, '127.0.0.1')
    const pair = [socket, target] as const
    pairs.add(pair)
    const end = (): void => {
      pairs.delete(pair)
      for (const one of pair) one.destroy()
    }
    for (const one of pair) one.on('error', end).on('close', end)
    if (isStalled) return
    socket.pipe(target)
    target.pipe(socket)
  }
  const server = createServer(forward).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const drop = (): void => {
    for (const [socket] of pairs) socket.destroy()
  }
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    drop,
    stall: () => {
      isStalled = true
      for (const [socket, target] of pairs) {
        socket.unpipe(target).pause()
        target.unpipe(socket).pause()
      }
    },
    resume: () => {
      isStalled = false
    },
    connections: () => pairs.size,
    stop: async () => {
      drop()
      server.close()
      await once(server, 'close')
    },
  }
}
