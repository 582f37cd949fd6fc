// An application that speaks by its standard input and output, before mcp-remote, which finds the way for it.
// CLIENT_ID: what it is registered as; unset, it registers itself.
// CLIENT_DOCUMENT: the URL of its document, which is its client id where such are taken.
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { obey } from './commands.mjs'
import { freePort, tell } from './person.mjs'

const HERE = import.meta.dirname
const PROXY = join(HERE, 'node_modules/mcp-remote/dist/proxy.js')
const OPENED = /^https:\S+$/

const { CLIENT_ID, CLIENT_DOCUMENT } = process.env
const identity =
  CLIENT_ID === undefined
    ? []
    : ['--static-oauth-client-info', JSON.stringify({ client_id: CLIENT_ID })]
const document = CLIENT_DOCUMENT === undefined ? [] : ['--client-metadata-url', CLIENT_DOCUMENT]

await obey(async (url, hear) => {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [
      ...['--import', join(HERE, 'watch.mjs'), PROXY, url, String(await freePort())],
      ...['--host', '127.0.0.1', '--callback-path', '/callback'],
      ...identity,
      ...document,
    ],
    env: {
      ...process.env,
      // The command that opens the browser of a desktop runs this one instead, which does nothing.
      BROWSER: 'true',
      DISPLAY: '',
      WAYLAND_DISPLAY: '',
      MCP_REMOTE_CONFIG_DIR: await mkdtemp(join(tmpdir(), 'mcp-remote-')),
    },
    stderr: 'pipe',
  })
  createInterface({ input: transport.stderr }).on('line', (line) => {
    if (line.startsWith('{"asked"')) tell(JSON.parse(line))
    else if (OPENED.test(line)) tell({ open: line })
  })
  const client = new Client({ name: 'desk', version: '1.0.0' })
  client.fallbackNotificationHandler = async () => hear()
  await client.connect(transport)
  return {
    call: (name) => client.callTool({ name, arguments: {} }),
    close: () => client.close(),
  }
})
