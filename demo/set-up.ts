import { randomBytes } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import { freePort } from '../test/support/parts/free-port.ts'
import { startMcpServer } from '../test/support/parts/mcp-server.ts'
import { type AddPart, startAll } from '../test/support/parts/part-list.ts'
import {
  type Stack,
  type StackFacts,
  type StackOptions,
  startStack,
} from '../test/support/parts/stack.ts'
import { temporaryFolder } from '../test/support/parts/temporary-folder.ts'

/** The port in the resource files; they are read where they are when the demo uses it. */
export const USUAL_PORT = 8443

/** The manifests of the demo, to be read and edited. */
export const RESOURCES_FOLDER = fileURLToPath(new URL('./resources', import.meta.url))

/** The host of the MCP server, which is at `/mcp`. */
export const MCP_HOST = 'mcp.localhost'

/** Everything that the demo runs. */
export interface Demo extends Stack {
  /** Where administrators look, and what lets them in. */
  readonly console: { readonly url: string; readonly token: string }
  /** The authorities that programs in Node.js trust on this machine besides, and the demo's own. */
  readonly authoritiesFile: string
}

const startFolder = async () => {
  const { path, remove } = await temporaryFolder('demo')
  return { path, stop: remove }
}

/** The port of the console, with a token of this run. */
const createConsole = async (folder: string) => {
  const port = await freePort()
  const token = randomBytes(24).toString('hex')
  const tokenFile = `${folder}/admin-tokens`
  await writeFile(tokenFile, `you ${token}\n`, { mode: 0o600 })
  return {
    adminApi: { listen: `127.0.0.1:${port}`, tokenFile },
    console: { url: `http://localhost:${port}/console/`, token },
  }
}

/** Who has set the variable needs its authorities as well, a firm behind a proxy for example. */
const writeAuthorities = async (file: string, caPem: string): Promise<string> => {
  const named = process.env.NODE_EXTRA_CA_CERTS ?? ''
  const before = named === '' ? '' : await readFile(named, 'utf8').catch(() => '')
  await writeFile(file, `${before.trimEnd()}\n${caPem}`.trimStart())
  return file
}

/** What only the running demo knows: the authority that its certificates come from. */
const trust = (facts: StackFacts): string =>
  stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'demo-ca', namespace: 'demo' },
    data: { 'ca.crt': facts.caPem },
  })

const readResources = async (): Promise<readonly (readonly [name: string, text: string])[]> => {
  const names = await readdir(RESOURCES_FOLDER)
  return Promise.all(
    names.map(
      async (name) => [name, await readFile(`${RESOURCES_FOLDER}/${name}`, 'utf8')] as const,
    ),
  )
}

/** In an address, or as the value of a field. */
const PORTS = new RegExp(`(:\\s*)${USUAL_PORT}\\b`, 'g')

const resourcesFor = async (
  port: number,
): Promise<Pick<StackOptions, 'resources' | 'sallyport'>> => {
  if (port === USUAL_PORT) {
    return {
      resources: (facts) => ({ 'demo-ca.yaml': trust(facts) }),
      sallyport: { resourcePaths: [RESOURCES_FOLDER] },
    }
  }
  const files = await readResources()
  return {
    resources: (facts) => ({
      'demo-ca.yaml': trust(facts),
      ...Object.fromEntries(files.map(([name, text]) => [name, text.replace(PORTS, `$1${port}`)])),
    }),
  }
}

const startParts = async (wantedPort: number | undefined, add: AddPart): Promise<Demo> => {
  const port = wantedPort ?? (await freePort())
  const mcp = await add(startMcpServer())
  const folder = await add(startFolder())
  const { adminApi, console } = await createConsole(folder.path)
  const { resources, sallyport } = await resourcesFor(port)
  const stack = await add(
    startStack({
      port,
      hosts: [MCP_HOST],
      resources,
      sallyport: { ...sallyport, configuration: { adminApi } },
      oidcProvider: { registersFor: `https://${MCP_HOST}:${port}/mcp` },
      envoy: { extraHosts: [{ domain: MCP_HOST, upstreamPort: mcp.port, isProtected: true }] },
    }),
  )
  const authoritiesFile = await writeAuthorities(`${folder.path}/authorities.pem`, stack.caPem)
  return { ...stack, console, authoritiesFile }
}

/**
 * Starts the demo. On the usual port Sallyport watches `demo/resources` itself, so an edit there is
 * live; on another port it reads a copy that names that port.
 */
export const startDemo = (wantedPort?: number): Promise<Demo> =>
  startAll((add) => startParts(wantedPort, add))
