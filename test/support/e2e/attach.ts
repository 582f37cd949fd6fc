import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { KubernetesObject } from '../parts/kubernetes-client.ts'

const MAIN = fileURLToPath(new URL('../../../src/main.ts', import.meta.url))

interface AttachOutput {
  readonly files: readonly {
    readonly name: string
    readonly documents: readonly KubernetesObject[]
  }[]
}

/**
 * What `sallyport attach` prints: file name → its documents. @throws Error with what it says if it
 * refuses
 */
export const attach = async (
  ...words: readonly string[]
): Promise<ReadonlyMap<string, readonly KubernetesObject[]>> => {
  const args = [MAIN, 'attach', ...words, '--output', 'json']
  const { stdout } = await promisify(execFile)(process.execPath, args)
  const { files } = JSON.parse(stdout) as AttachOutput
  return new Map(files.map(({ name, documents }) => [name, documents]))
}
