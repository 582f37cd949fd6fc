import { readFileSync } from 'node:fs'

const { dependencies } = JSON.parse(
  readFileSync(new URL('../../../tools/providers/npm/package.json', import.meta.url), 'utf8'),
) as { dependencies: Readonly<Record<string, string>> }

/** The pinned version of a provider from npm. @throws Error if it has none */
export const npmVersion = (name: string): string => {
  const version = dependencies[name]
  if (version === undefined) throw new Error(`tools/providers/npm does not pin ${name}`)
  return version
}
