import { once } from 'node:events'
import {
  createSecureServer,
  createServer,
  type Http2SecureServer,
  type Http2Server,
  type ServerHttp2Stream,
} from 'node:http2'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { ClientTls } from '../../bench/client/connection.ts'
import type { WireAnswer } from '../../bench/client/exchanges.ts'
import { type LoadOptions, load } from '../../bench/client/load.ts'
import { createCertificates } from '../support/parts/tls.ts'

const LARGE = 200_000

/** Answers with what it was sent, in headers of its own, and trailers. */
const echo = (stream: ServerHttp2Stream, headers: NodeJS.Dict<string | string[]>): void => {
  const chunks: Buffer[] = []
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  stream.on('end', () => {
    stream.respond(
      { ':status': 302, 'x-number': headers['x-number'], 'x-path': headers[':path'] },
      { waitForTrailers: true },
    )
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
    stream.end(Buffer.concat(chunks))
  })
}

const serve = async (server: Http2Server | Http2SecureServer): Promise<number> => {
  // The client leaves when it has seen enough.
  server.on('stream', (stream) => stream.on('error', () => undefined))
  server.on('session', (session) => session.on('error', () => undefined))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

const options = (changes: Partial<LoadOptions>): LoadOptions => ({
  url: '',
  connections: 2,
  concurrency: 16,
  requests: 300,
  request: (n) => ({
    headers: [
      [':method', 'POST'],
      [':scheme', 'http'],
      [':authority', 'bench'],
      [':path', `/check/${n % 7}?a=%20b`],
      ['x-number', String(n)],
    ],
    body: Buffer.from(`the body of ${n}`),
  }),
  judge: () => undefined,
  ...changes,
})

const seenBy = async (url: string, changes: Partial<LoadOptions> = {}, tls?: ClientTls) => {
  const answers: WireAnswer[] = []
  const judge = (answer: WireAnswer): void => void answers.push(answer)
  await load(options({ url, judge, ...(tls === undefined ? {} : { tls }), ...changes }))
  return answers
}

const expectEveryAnswer = (answers: readonly WireAnswer[]): void => {
  const told = answers.map(({ headers, body, trailers }) => [
    headers.get(':status'),
    headers.get('x-path'),
    body.toString(),
    trailers.get('grpc-status'),
    Number(headers.get('x-number')),
  ])
  const expected = answers.map((_, n) => [
    '302',
    `/check/${n % 7}?a=%20b`,
    `the body of ${n}`,
    '0',
    n,
  ])
  expect(told.toSorted((a, b) => Number(a.at(-1)) - Number(b.at(-1)))).toEqual(expected)
}

describe('the client of the benchmarks', () => {
  it('hears every answer, each on its own stream', async () => {
    const port = await serve(createServer().on('stream', echo))
    const answers = await seenBy(`http://127.0.0.1:${port}`)
    expect(answers).toHaveLength(300)
    expectEveryAnswer(answers)
  })

  it('does so over TLS, and at a rate', async () => {
    const { certPem: cert, keyPem: key, caPem: ca, remove } = await createCertificates(['bench'])
    onTestFinished(remove)
    const port = await serve(createSecureServer({ cert, key }).on('stream', echo))
    const tls = { ca, servername: 'bench' }
    const answers = await seenBy(`https://127.0.0.1:${port}`, { ratePerSecond: 5_000 }, tls)
    expect(answers).toHaveLength(300)
    expectEveryAnswer(answers)
  })

  it('waits for the room that the server gives it, and never takes more', async () => {
    const port = await serve(
      createServer({ settings: { initialWindowSize: 300_000 } }).on('stream', echo),
    )
    const body = Buffer.alloc(LARGE, 'x')
    const answers = await seenBy(`http://127.0.0.1:${port}`, {
      requests: 20,
      request: () => ({
        headers: [
          [':method', 'POST'],
          [':scheme', 'http'],
          [':authority', 'bench'],
          [':path', '/'],
        ],
        body,
      }),
    })
    expect(answers.map((answer) => answer.body.length)).toEqual(Array(20).fill(LARGE))
  })

  it('ends with the first answer that is wrong', async () => {
    const port = await serve(createServer().on('stream', echo))
    const judge = ({ headers }: WireAnswer): void => {
      if (headers.get('x-number') === '42') throw new Error('Expected another answer.')
    }
    const run = load(options({ url: `http://127.0.0.1:${port}`, judge }))
    await expect(run).rejects.toThrow('Expected another answer.')
  })

  it('goes on elsewhere when a connection is to end, and loses nothing', async () => {
    let connections = 0
    const server = createServer().on('stream', (stream, headers) => {
      echo(stream, headers)
      if (stream.id === 9) stream.session?.goaway(0, 9)
    })
    server.on('session', () => {
      connections += 1
    })
    const port = await serve(server)
    const answers = await seenBy(`http://127.0.0.1:${port}`, { requests: 60 })
    expect(answers).toHaveLength(60)
    expectEveryAnswer(answers)
    expect(connections).toBeGreaterThan(2)
  })

  it('ends when a peer goes away with a fault', async () => {
    const server = createServer().on('stream', (stream) => stream.session?.goaway(11))
    const port = await serve(server)
    const run = load(options({ url: `http://127.0.0.1:${port}` }))
    await expect(run).rejects.toThrow('went away with code 11')
  })

  it('ends when a stream is reset, and when nobody listens', async () => {
    const server = createServer().on('stream', (stream) => stream.close(8))
    const port = await serve(server)
    const url = `http://127.0.0.1:${port}`
    await expect(load(options({ url }))).rejects.toThrow('was reset with code 8')
    await new Promise((resolve) => server.close(resolve))
    await expect(load(options({ url }))).rejects.toThrow('ECONNREFUSED')
  })
})
