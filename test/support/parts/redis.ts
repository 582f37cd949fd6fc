import { connect } from 'node:net'
import { patient } from '../patience.ts'
import { type ChildProcess, startChildProcess, waitUntilReady } from './child-process.ts'
import { freePort } from './free-port.ts'
import { installed } from './installed.ts'
import { temporaryFolder } from './temporary-folder.ts'
import type { Certificates } from './tls.ts'

/** A real Redis with nothing in it. */
export interface RunningRedis {
  readonly port: number
  /** Without the password, when there is one. */
  readonly url: string
  /** Of a socket, if one was asked for. */
  readonly socketPath: string
  /** The port for TLS, if that was asked for. */
  readonly tlsPort: number
  /** Ends it as a crash would (SIGKILL). What it held is gone, unless `saveData` was asked for. */
  readonly kill: () => Promise<void>
  /** Starts it again on the same port after `kill`, or restarts it. */
  readonly restart: () => Promise<void>
  /** Stops answering without closing connections (SIGSTOP). */
  readonly freeze: () => void
  /** Goes on after `freeze`. */
  readonly resume: () => void
  /** Sends one command and gives the raw reply (RESP), for looking into the store from a test. */
  readonly command: (...words: readonly string[]) => Promise<string>
  readonly output: () => string
  readonly stop: () => Promise<void>
}

/** What a test may ask of its Redis. */
export interface RedisOptions {
  readonly password?: string
  /** Every write reaches the disk, so that data survives `restart`. */
  readonly saveData?: boolean
  /** Also listens for TLS, and lets in whom the same authority has given a certificate. */
  readonly tls?: Pick<Certificates, 'caFile' | 'certFile' | 'keyFile'>
  /** More words for the command line. */
  readonly args?: readonly string[]
}

/** What makes a server listen for TLS and ask for client certificates. */
const tlsArgs = (port: number, tls: RedisOptions['tls']): readonly string[] =>
  tls === undefined
    ? []
    : [
        ...['--tls-port', String(port), '--tls-auth-clients', 'yes'],
        ...['--tls-cert-file', tls.certFile, '--tls-key-file', tls.keyFile],
        ...['--tls-ca-cert-file', tls.caFile],
      ]

const encode = (words: readonly string[]): string =>
  `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`

/** One command on a connection of its own; the reply ends when the server closes after QUIT. */
const send = (
  port: number,
  password: string | undefined,
  words: readonly string[],
): Promise<string> =>
  new Promise((resolve, reject) => {
    const commands = [...(password === undefined ? [] : [['AUTH', password]]), words, ['QUIT']]
    const socket = connect({ port, host: '127.0.0.1' })
    let reply = ''
    socket
      .setEncoding('utf8')
      .setTimeout(patient(2_000), () => socket.destroy(new Error('Redis is silent')))
    socket.on('connect', () => socket.write(commands.map(encode).join('')))
    socket.on('data', (chunk: string) => {
      reply += chunk
    })
    socket.on('error', reject)
    socket.on('close', () => {
      const withoutLogin = password === undefined ? reply : reply.replace(/^\+OK\r\n/, '')
      resolve(withoutLogin.replace(/\+OK\r\n$/, '').trimEnd())
    })
  })

/**
 * Starts a Redis on a free port of 127.0.0.1. @throws Error if it is not installed or does not
 * start
 */
export const startRedis = async (options: RedisOptions = {}): Promise<RunningRedis> => {
  const command = installed('redis/redis-server', 'redis')
  const folder = await temporaryFolder('redis')
  const port = await freePort()
  const tlsPort = options.tls === undefined ? 0 : await freePort()
  const socketPath = `${folder.path}/redis.sock`
  const { password } = options
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder.path, '--save', '']
  args.push('--unixsocket', socketPath, ...tlsArgs(tlsPort, options.tls), ...(options.args ?? []))
  if (password !== undefined) args.push('--requirepass', password)
  if (options.saveData === true) args.push('--appendonly', 'yes', '--appendfsync', 'always')

  const start = async (): Promise<ChildProcess> => {
    const child = await startChildProcess({ name: 'Redis', command, args })
    const isReady = async () => (await send(port, password, ['PING'])) === '+PONG'
    await waitUntilReady('Redis', child, isReady)
    return child
  }
  let child = await start()

  const kill = async (): Promise<void> => {
    child.signal('SIGKILL')
    await child.exited
  }
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    socketPath,
    tlsPort,
    kill,
    restart: async () => {
      await child.stop()
      child = await start()
    },
    freeze: () => child.signal('SIGSTOP'),
    resume: () => child.signal('SIGCONT'),
    command: (...words) => send(port, password, words),
    output: () => child.output(),
    stop: async () => {
      child.signal('SIGCONT')
      await child.stop()
      await folder.remove()
    },
  }
}
