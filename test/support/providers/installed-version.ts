import { readFileSync } from 'node:fs'
import { installed } from '../parts/installed.ts'

/**
 * The version of a provider that comes from the distribution.
 * @throws Error that names the make target which installs it
 */
export const installedVersion = (name: string): string =>
  readFileSync(installed(`providers/${name}/version`, `provider-${name}`), 'utf8').trim()
