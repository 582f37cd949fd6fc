import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** What the lock file says of a package, as far as it is read here. */
export interface LockedPackage {
  readonly version: string
  readonly dev?: true
  readonly os?: readonly string[]
  readonly cpu?: readonly string[]
}

const LOCK = fileURLToPath(new URL('../../package-lock.json', import.meta.url))

/** The packages of the lock file that the service runs with: path below the root → package. */
export const productionPackages = (): Readonly<Record<string, LockedPackage>> => {
  const { packages } = JSON.parse(readFileSync(LOCK, 'utf8')) as {
    readonly packages: Readonly<Record<string, LockedPackage>>
  }
  const production = Object.entries(packages).filter(([path, each]) => path !== '' && !each.dev)
  return Object.fromEntries(production)
}

/** The name of a package, from the path of its folder. */
export const packageName = (path: string): string =>
  path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
