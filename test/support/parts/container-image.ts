import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { buildahCommand, podmanPrints } from './container-store.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** What an image says of itself. */
export interface ImageMetadata {
  readonly Architecture: string
  readonly Healthcheck: { readonly Test: readonly string[] }
  readonly RootFS: { readonly Layers: readonly string[] }
  readonly Config: {
    readonly User: string
    readonly ExposedPorts: Readonly<Record<string, unknown>>
    readonly Entrypoint: readonly string[]
    readonly Cmd: readonly string[]
    readonly Env: readonly string[]
    readonly Labels: Readonly<Record<string, string>>
  }
}

/** An image in the store of the tests. */
export interface BuiltImage {
  readonly name: string
  readonly metadata: ImageMetadata
  /** The folder where its file system is to be seen, for as long as it is mounted. */
  readonly mount: () => Promise<string>
  readonly unmount: () => Promise<void>
}

/** Where an image is for. */
export type Architecture = 'amd64' | 'arm64'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

const runFile = promisify(execFile)

/** What npm must know on this machine to reach its registry. */
interface NpmSettings {
  readonly text: string
  /** Certificates that it trusts besides its own. */
  readonly caFile?: string
}

const npmSettings = async (): Promise<NpmSettings> => {
  const { stdout } = await runFile('npm', ['config', 'list', '--json'], { cwd: ROOT })
  const { registry, cafile, userconfig } = JSON.parse(stdout) as Readonly<Record<string, string>>
  const own = userconfig !== undefined && existsSync(userconfig) ? await readFile(userconfig) : ''
  const text = `${own}\nregistry=${registry}\n`
  const caFile = cafile ?? process.env.NODE_EXTRA_CA_CERTS
  return caFile ? { text: `${text}cafile=${caFile}\n`, caFile } : { text }
}

/**
 * Builds the Dockerfile as it stands, on the stand-ins for the image that it starts from. What has
 * not changed since the last time is taken from the store. The settings of npm are a secret, which
 * no image keeps; a file of certificates is mounted beside it.
 */
export const buildImage = async (architecture: Architecture = 'amd64'): Promise<BuiltImage> => {
  const name = `localhost/sallyport:${architecture}`
  const folder = await temporaryFolder('image')
  const { text, caFile } = await npmSettings()
  await writeFile(`${folder.path}/npmrc`, text, { mode: 0o600 })
  const certificates = caFile === undefined ? [] : ['--volume', `${caFile}:${caFile}:ro`]
  const secret = ['--secret', `id=npmrc,src=${folder.path}/npmrc`]
  const options = ['--isolation', 'chroot', '--pull-never', '--layers', ...secret, ...certificates]
  const env = { ...process.env, BUILDER: buildahCommand(), PLATFORM: `linux/${architecture}` }
  try {
    await runFile(`${ROOT}tools/image/build.sh`, [name, ...options], { env, maxBuffer: 1 << 26 })
  } finally {
    await folder.remove()
  }
  const [metadata] = JSON.parse(await podmanPrints('image', 'inspect', name)) as [ImageMetadata]
  return {
    name,
    metadata,
    mount: () => podmanPrints('image', 'mount', name),
    unmount: async () => {
      await podmanPrints('image', 'unmount', name)
    },
  }
}
