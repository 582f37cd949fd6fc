import { type AddressInfo, createServer, type Socket } from 'node:net'

/**
 * What a server that is no real Redis does with a command: it answers, or does to the connection
 * what it likes.
 */
export type Script = (words: readonly string[], socket: Socket) => string | undefined

/**
 * A server that speaks just enough of the protocol to fail in ways that a real Redis cannot be made
 * to fail.
 */
export interface ScriptedRedis {
  readonly url: string
  /** The commands that came, in order, without those of the handshake. */
  readonly commands: readonly (readonly string[])[]
  readonly stop: () => Promise<void>
}

const HANDSHAKE: Readonly<Record<string, string>> = {
  hello: '%1\r\n+proto\r\n:3\r\n',
  info: '$9\r\nloading:0\r\n',
}

/** Takes one whole command from the front; `undefined` if there is none. */
const takeCommand = (text: string): { words: string[]; rest: string } | undefined => {
  const head = /^\*(\d+)\r\n/.exec(text)
  if (head === null) return undefined
  const words: string[] = []
  let at = head[0].length
  while (words.length < Number(head[1])) {
    const length = /^\$(\d+)\r\n/.exec(text.slice(at))
    if (length === null) return undefined
    const from = at + length[0].length
    const to = from + Number(length[1])
    if (text.length < to + 2) return undefined
    words.push(text.slice(from, to))
    at = to + 2
  }
  return { words, rest: text.slice(at) }
}

/** Listens on a free port. The script sees the handshake too, and may answer it otherwise. */
export const startScriptedRedis = async (script: Script): Promise<ScriptedRedis> => {
  const commands: string[][] = []
  const sockets = new Set<Socket>()

  const answer = (words: string[], socket: Socket): void => {
    const standard = HANDSHAKE[words[0]?.toLowerCase() ?? '']
    if (standard === undefined) commands.push(words)
    const reply = script(words, socket) ?? standard
    if (reply !== undefined && socket.writable) socket.write(reply)
  }

  const server = createServer((socket) => {
    sockets.add(socket)
    let text = ''
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined)
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      text += chunk
      for (let next = takeCommand(text); next !== undefined; next = takeCommand(text)) {
        text = next.rest
        answer(next.words, socket)
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    commands,
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
