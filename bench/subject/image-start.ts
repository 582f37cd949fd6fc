import { readFileSync } from 'node:fs'
import type { Build } from './build.ts'

/** How the image of a build starts Node.js. */
export interface ImageStart {
  readonly flags: readonly string[]
  /** Where compiled code is kept, if it is; a folder of the build here. */
  readonly compileCache: string | undefined
}

/** What the Dockerfile of a build says. @throws Error where it does not say it as it did */
export const imageStartOf = (build: Build): ImageStart => {
  const dockerfile = readFileSync(`${build.folder}/Dockerfile`, 'utf8')
  const [, list] = /^ENTRYPOINT (\[.*\])$/m.exec(dockerfile) ?? []
  if (list === undefined) throw new Error('The Dockerfile has no ENTRYPOINT in its form of a list.')
  const words: unknown = JSON.parse(list)
  if (!Array.isArray(words)) throw new Error('The ENTRYPOINT is no list.')
  const flags = words.map(String).filter((word) => word.startsWith('--'))
  const isCached = /^ENV .*\bNODE_COMPILE_CACHE=/m.test(dockerfile)
  return { flags, compileCache: isCached ? `${build.folder}/compile-cache` : undefined }
}
