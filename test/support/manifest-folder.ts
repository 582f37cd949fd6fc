import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { temporaryFolder } from './parts/temporary-folder.ts'

/** A folder of manifests, written to in the ways that people, editors and Kubernetes write. */
export interface ManifestFolder {
  readonly path: string
  readonly pathOf: (name: string) => string
  readonly write: (name: string, content: string | Uint8Array) => Promise<void>
  /** As most editors save: a hidden file beside it, then a rename over it. */
  readonly saveByRename: (name: string, text: string) => Promise<void>
  /** As the kubelet writes a ConfigMap volume: a fresh folder, and `..data` swapped over to it. */
  readonly mount: (revision: string, files: Readonly<Record<string, string>>) => Promise<void>
  readonly move: (from: string, to: string) => Promise<void>
  readonly removeEntry: (name: string) => Promise<void>
  readonly remove: () => Promise<void>
}

/** An empty folder below a temporary one, so that it can vanish and return itself. */
export const manifestFolder = async (): Promise<ManifestFolder> => {
  const outer = await temporaryFolder('manifests')
  const pathOf = (name: string) => join(outer.path, name)
  const write = async (name: string, content: string | Uint8Array) => {
    await mkdir(dirname(pathOf(name)), { recursive: true })
    await writeFile(pathOf(name), content)
  }
  const move = (from: string, to: string) => rename(pathOf(from), pathOf(to))
  const linkIfAbsent = async (target: string, name: string) => {
    await symlink(target, pathOf(name)).catch(() => undefined)
  }
  return {
    path: outer.path,
    pathOf,
    write,
    move,
    saveByRename: async (name, text) => {
      await write(`${name}~`, text)
      await move(`${name}~`, name)
    },
    mount: async (revision, files) => {
      for (const [name, text] of Object.entries(files)) await write(`..${revision}/${name}`, text)
      await symlink(`..${revision}`, pathOf('..data_tmp'))
      await move('..data_tmp', '..data')
      for (const name of Object.keys(files)) await linkIfAbsent(join('..data', name), name)
    },
    removeEntry: (name) => rm(pathOf(name), { recursive: true }),
    remove: outer.remove,
  }
}

/** A manifest of a route for one host. */
export const routeText = (name: string, host = `${name}.example.com`): string =>
  `apiVersion: sallyport.dev/v1alpha1
kind: ProtectedRoute
metadata: { name: ${name} }
spec: { hosts: [${host}], clientRef: { name: shop } }
`
