import { readFile, symlink, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { parseAllDocuments } from 'yaml'
import { startChildProcess, waitUntilReady } from './child-process.ts'
import { freePort } from './free-port.ts'
import { installed } from './installed.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** The MCP server of `deploy/examples/mcp`, with the tools `search` and `refund`. */
export interface RunningMcpServer {
  readonly port: number
  /** What it wrote: each refund is a line. */
  readonly output: () => string
  readonly stop: () => Promise<void>
}

const EXAMPLE = fileURLToPath(new URL('../../../deploy/examples/mcp/server.yaml', import.meta.url))

/** The files that its Deployment runs, as the ConfigMap has them: name → text. */
export const mcpServerFiles = async (): Promise<Readonly<Record<string, string>>> => {
  const documents = parseAllDocuments(await readFile(EXAMPLE, 'utf8'))
  const objects = documents.map((document) => document.toJS())
  return objects.find(({ kind }) => kind === 'ConfigMap').data
}

/** Starts it on 127.0.0.1. @throws Error if the SDK is not installed */
export const startMcpServer = async (): Promise<RunningMcpServer> => {
  const packages = installed('clients/npm/node_modules', 'clients-npm')
  const folder = await temporaryFolder('mcp')
  for (const [name, text] of Object.entries(await mcpServerFiles())) {
    await writeFile(`${folder.path}/${name}`, text)
  }
  await symlink(packages, `${folder.path}/node_modules`)
  const port = await freePort()
  const child = await startChildProcess({
    name: 'The MCP server',
    command: process.execPath,
    args: [`${folder.path}/server.mjs`],
    env: { ...process.env, HOST: '127.0.0.1', PORT: String(port) },
  })
  await waitUntilReady('The MCP server', child, async () => child.output().includes('listening'))
  return {
    port,
    output: child.output,
    stop: async () => {
      await child.stop()
      await folder.remove()
    },
  }
}
