import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { installed } from './installed.ts'

/** How a command ended that was run to its end. */
export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

const runFile = promisify(execFile)

const store = (): readonly string[] => [
  '--root',
  installed('containers/store', 'containers'),
  '--runroot',
  installed('containers/run', 'containers'),
  '--storage-driver',
  'overlay',
]

/** The command that builds images in the store of the tests. */
export const buildahCommand = (): string => ['buildah', ...store()].join(' ')

/** The arguments of podman that run a subcommand on that store. */
export const podmanArgs = (args: readonly string[]): readonly string[] => [
  ...store(),
  '--cgroup-manager',
  'cgroupfs',
  '--runtime',
  'runc',
  ...args,
]

/** Runs podman on that store, whatever its exit code. */
export const podman = async (...args: readonly string[]): Promise<Outcome> => {
  try {
    return { code: 0, ...(await runFile('podman', podmanArgs(args))) }
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as Partial<Outcome>
    if (typeof code !== 'number') throw error
    return { code, stdout, stderr }
  }
}

/** What podman prints. @throws Error with what it says if it fails */
export const podmanPrints = async (...args: readonly string[]): Promise<string> => {
  const { code, stdout, stderr } = await podman(...args)
  if (code === 0) return stdout.trim()
  throw new Error(`podman ${args.join(' ')} ended with ${code}:\n${stderr}`)
}
