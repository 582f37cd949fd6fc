import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const TOOLS = fileURLToPath(new URL('../../../.tools/', import.meta.url))

/**
 * The path of an installed part below `.tools/`.
 * @throws Error that names the make target which installs it; a missing part never skips a test
 */
export const installed = (path: string, makeTarget: string): string => {
  const full = `${TOOLS}${path}`
  if (existsSync(full)) return full
  throw new Error(`${path} is not installed. Please run: make ${makeTarget}`)
}
