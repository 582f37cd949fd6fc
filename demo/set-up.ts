import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import { type Stack, type StackFacts, startStack } from '../test/support/parts/stack.ts'

/** The port in the resource files; they are read where they are when the demo uses it. */
export const USUAL_PORT = 8443

/** The manifests of the demo, to be read and edited. */
export const RESOURCES_FOLDER = fileURLToPath(new URL('./resources', import.meta.url))

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

/**
 * Starts the demo. On the usual port Sallyport watches `demo/resources` itself, so an edit there is
 * live; on another port it reads a copy that names that port.
 */
export const startDemo = async (port?: number): Promise<Stack> => {
  if (port === USUAL_PORT) {
    return startStack({
      port,
      resources: (facts) => ({ 'demo-ca.yaml': trust(facts) }),
      sallyport: { resourcePaths: [RESOURCES_FOLDER] },
    })
  }
  const files = await readResources()
  return startStack({
    ...(port === undefined ? {} : { port }),
    resources: (facts) => ({
      'demo-ca.yaml': trust(facts),
      ...Object.fromEntries(
        files.map(([name, text]) => [name, text.replaceAll(`:${USUAL_PORT}`, `:${facts.port}`)]),
      ),
    }),
  })
}
