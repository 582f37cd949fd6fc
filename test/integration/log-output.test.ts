import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test, vi } from 'vitest'
import { aCheckRequest, createCheckClient } from '../support/check-client.ts'
import { startSallyport } from '../support/parts/sallyport.ts'
import { temporaryFolder } from '../support/parts/temporary-folder.ts'
import { SHOP, SHOP_SECRET } from '../support/resource-folder.ts'

const WRITER = fileURLToPath(new URL('../support/log-writer.ts', import.meta.url))

/** Some 500 KiB: more than a pipe holds. */
const MANY = 40_000

/** Less than a batch: none of it leaves before the process ends. */
const FEW = 4_000

const linesOf = (count: number): string =>
  Array.from({ length: count }, (_, n) => `line ${n}\n`).join('')

/** The process, whose standard output is not read before `read` is called. */
const startWriter = () => {
  const writer = spawn(process.execPath, [WRITER, String(MANY), 'of itself'])
  onTestFinished(() => void writer.kill('SIGKILL'))
  const ended = once(writer, 'close')
  return {
    hasWritten: async () => {
      for await (const text of writer.stderr.setEncoding('utf8')) {
        if (String(text).includes('written')) return
      }
    },
    read: async () => {
      let text = ''
      writer.stdout.setEncoding('utf8').on('data', (part: string) => {
        text += part
      })
      await ended
      return text
    },
  }
}

test.each([
  ['close', MANY],
  ['of itself', MANY],
  ['exit', FEW],
  ['throw', FEW],
])('every line is written, in its order, by a process that ends by %s', async (ending, count) => {
  const folder = await temporaryFolder('log')
  onTestFinished(folder.remove)
  const file = `${folder.path}/log`
  const output = openSync(file, 'w')
  const stdio = ['ignore', output, 'ignore'] as const
  const writer = spawn(process.execPath, [WRITER, String(count), ending], { stdio: [...stdio] })
  await once(writer, 'close')
  closeSync(output)
  expect(readFileSync(file, 'utf8')).toBe(linesOf(count))
})

test('every line waits for a reader that comes late', async () => {
  const writer = startWriter()
  await writer.hasWritten()
  expect(await writer.read()).toBe(linesOf(MANY))
})

test('R33: when the process has ended, the line of every check is in the log', async () => {
  const checks = 300
  const sallyport = await startSallyport({
    resources: { 'shop.yaml': SHOP, 'secret.yaml': SHOP_SECRET },
  })
  onTestFinished(async () => void (await sallyport.stop()))
  const client = createCheckClient(`127.0.0.1:${sallyport.grpcPort}`)
  const asked = Array.from({ length: checks }, (_, n) =>
    client.check(aCheckRequest({ path: `/orders/${n}` })),
  )
  await Promise.all(asked)
  sallyport.signal('SIGTERM')
  expect(await sallyport.exited()).toEqual({ code: 0, signal: null })
  await vi.waitFor(() => expect(sallyport.log().at(-1)).toMatchObject({ message: 'Stopped.' }), {
    timeout: 10_000,
  })
  const paths = sallyport.decisions().map(({ path }) => path)
  expect(paths.toSorted()).toEqual(asked.map((_, n) => `/orders/${n}`).toSorted())
})
