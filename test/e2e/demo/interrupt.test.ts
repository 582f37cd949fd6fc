import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { startChildProcess } from '../../support/parts/child-process.ts'
import { freePort, isFree } from '../../support/parts/free-port.ts'
import { temporaryFolder } from '../../support/parts/temporary-folder.ts'

const DEMO = fileURLToPath(new URL('../../../demo/main.ts', import.meta.url))

const STARTED = { timeout: 60_000 }

it('the demo says what runs and what to try, and Ctrl-C ends it and leaves nothing behind', async () => {
  const port = await freePort()
  const folder = await temporaryFolder('demo')
  const demo = await startChildProcess({
    name: 'The demo',
    command: process.execPath,
    args: [DEMO],
    env: { ...process.env, PORT: String(port), TMPDIR: folder.path },
  })
  await expect.poll(demo.output, STARTED).toContain('Ctrl-C ends everything.')
  const said = demo.output()
  for (const part of ['Envoy', 'Sallyport', 'provider', 'Redis', 'upstream', 'MCP server']) {
    expect(said).toMatch(new RegExp(`^  ${part} .*(?:https?|redis)://`, 'm'))
  }
  expect(said).toContain(`https://app.localhost:${port}/`)
  expect(said).toContain('alice / alice-password')
  expect(said.match(/^ {2}curl /gm)).toHaveLength(3)
  const server = `https://mcp.localhost:${port}/mcp`
  expect(said).toContain(`\n  claude mcp add --transport http orders ${server}\n`)
  expect(said).toContain(`\n  npx mcp-remote ${server}\n`)
  const [, file] = /^ {2}(\{"mcpServers".*\})$/m.exec(said) ?? []
  const { orders } = JSON.parse(file ?? '{}').mcpServers
  expect(orders.args.at(-1)).toBe(server)
  expect(await readFile(orders.env.NODE_EXTRA_CA_CERTS, 'utf8')).toContain('BEGIN CERTIFICATE')
  const [, address = '', token = ''] =
    /^ {2}(http:\S+\/console\/) {3}token (\S+)$/m.exec(said) ?? []
  const asked = await fetch(new URL('/v1/sessions', address), {
    headers: { authorization: `Bearer ${token}` },
  })
  expect(asked.status).toBe(200)
  expect(await isFree(port)).toBe(false)

  demo.signal('SIGINT')
  expect(await demo.exited).toEqual({ code: 0, signal: null })
  expect(await readdir(folder.path)).toEqual([])
  expect(await isFree(port)).toBe(true)
  await folder.remove()
})
