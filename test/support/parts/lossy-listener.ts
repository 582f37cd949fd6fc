import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { until } from './until.ts'

/** An HTTP server whose machine drops the packets that ask for a connection. */
export interface LossyListener {
  readonly port: number
  /** Resolves when somebody has asked for a connection, and was not heard. */
  readonly asked: () => Promise<void>
  /** From now on connections are taken: what is sent again is heard. */
  readonly heal: () => void
  readonly stop: () => Promise<void>
}

/** Listens, stops accepting until a byte comes in, and then answers every request with `{}`. */
const PROGRAM = `
const { createServer } = require('node:http')
const { readSync } = require('node:fs')
const server = createServer((request, response) => response.end('{}'))
server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
  require('node:fs').writeSync(1, String(server.address().port) + '\\n')
  readSync(0, Buffer.alloc(1))
})
`

const SYN_SENT = '02'

/** Who waits for an answer to the first packet, by the kernel's own list. */
const waiting = (port: number): number => {
  const address = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const lines = readFileSync('/proc/net/tcp', 'utf8').split('\n')
  return lines.filter((line) => line.includes(` ${address} ${SYN_SENT} `)).length
}

const portOf = async ({ stdout }: ChildProcess): Promise<number> => {
  if (stdout === null) throw new Error('The listener has no output.')
  const [line] = await once(stdout, 'data')
  return Number(String(line))
}

/** Fills the queue of connections that nobody accepts; then the kernel drops what asks for more. */
const fill = async (port: number): Promise<readonly Socket[]> => {
  const sockets: Socket[] = []
  await until('the queue of the listener is full', async () => {
    sockets.push(connect(port, '127.0.0.1').on('error', () => undefined))
    return waiting(port) > 0
  })
  return sockets
}

/** Starts on a free port of 127.0.0.1. */
export const startLossyListener = async (): Promise<LossyListener> => {
  const child = spawn(process.execPath, ['--eval', PROGRAM], { stdio: ['pipe', 'pipe', 'inherit'] })
  const port = await portOf(child)
  const fillers = await fill(port)
  const before = waiting(port)
  return {
    port,
    asked: () => until('a connection is asked for', async () => waiting(port) > before),
    heal: () => {
      for (const socket of fillers) socket.destroy()
      child.stdin?.write('x')
    },
    stop: async () => {
      for (const socket of fillers) socket.destroy()
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}
