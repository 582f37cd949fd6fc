import { readFileSync } from 'node:fs'

/**
 * The pinned version of a Go module that a provider is built from.
 * @throws Error if tools/providers/<folder> does not require the module
 */
export const goVersion = (folder: string, module: string): string => {
  const file = new URL(`../../../tools/providers/${folder}/go.mod`, import.meta.url)
  const line = readFileSync(file, 'utf8')
    .split('\n')
    .find((each) => each.includes(`${module} v`))
  const version = line?.match(/ v(\S+)/)?.[1]
  if (version === undefined) throw new Error(`tools/providers/${folder} does not pin ${module}`)
  return version
}
