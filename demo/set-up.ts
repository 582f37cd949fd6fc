import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import { freePort } from '../test/support/parts/free-port.ts'
import { startMcpServer } from '../test/support/parts/mcp-server.ts'
import { startAll } from '../test/support/parts/part-list.ts'
import {
  type Stack,
  type StackFacts,
  type StackOptions,
  startStack,
} from '../test/support/parts/stack.ts'

/** The port in the resource files; they are read where they are when the demo uses it. */
export const USUAL_PORT = 8443

/** The manifests of the demo, to be read and edited. */
export const RESOURCES_FOLDER = fileURLToPath(new URL('./resources', import.meta.url))

/** The host of the MCP server, which is at `/mcp`. */
export const MCP_HOST = 'mcp.localhost'

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

/**
 * Starts the demo. On the usual port Sallyport watches `demo/resources` itself, so an edit there is
 * live; on another port it reads a copy that names that port.
 */
export const startDemo = (wantedPort?: number): Promise<Stack> =>
  startAll(async (add) => {
    const port = wantedPort ?? (await freePort())
    const mcp = await add(startMcpServer())
    return add(
      startStack({
        port,
        hosts: [MCP_HOST],
        ...(await resourcesFor(port)),
        oidcProvider: { registersFor: `https://${MCP_HOST}:${port}/mcp` },
        envoy: { extraHosts: [{ domain: MCP_HOST, upstreamPort: mcp.port, isProtected: true }] },
      }),
    )
  })
