import { chown, readdir } from 'node:fs/promises'
import { type Outcome, podman, podmanArgs, podmanPrints } from './container-store.ts'
import type { Launch } from './sallyport.ts'

/** A container that may do as little as one can: no root, no capabilities, nothing to write to. */
export interface Container {
  /** The command that runs Sallyport in it; the container sees the folder at its own path. */
  readonly launch: (args: readonly string[], folder: string) => Promise<Launch>
  /** Runs a command in it besides. */
  readonly exec: (command: readonly string[]) => Promise<Outcome>
  /** What differs from the image in its file system, one path a line. */
  readonly differences: () => Promise<string>
  /** Ends it, if it runs, and removes it. */
  readonly remove: () => Promise<void>
}

/** Of the user in the image. */
const UID = 65_532

const RESTRICTIONS = [
  '--read-only',
  '--read-only-tmpfs=false',
  '--cap-drop=all',
  '--security-opt=no-new-privileges',
  '--ulimit=nofile=4096:4096',
  '--ulimit=nproc=1024:1024',
]

let started = 0

/**
 * Prepares a container. The `host` network reaches what other parts serve on 127.0.0.1; on `none`
 * the container is by itself.
 */
export const createContainer = (image: string, network: 'host' | 'none'): Container => {
  started += 1
  const name = `sallyport-${process.pid}-${started}`
  const launch = async (args: readonly string[], folder: string): Promise<Launch> => {
    for (const path of ['.', ...(await readdir(folder))]) await chown(`${folder}/${path}`, UID, UID)
    const place = [`--name=${name}`, `--network=${network}`, `--volume=${folder}:${folder}:ro`]
    // Podman leaves health checks to systemd, which is not everywhere.
    const run = ['run', '--no-healthcheck', ...RESTRICTIONS, ...place, image, ...args]
    return { command: 'podman', args: podmanArgs(run) }
  }
  return {
    launch,
    exec: (command) => podman('exec', name, ...command),
    differences: () => podmanPrints('diff', name),
    remove: async () => {
      await podman('rm', '--force', name)
    },
  }
}
