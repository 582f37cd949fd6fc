import { writeFileSync } from 'node:fs'
import { registerHooks } from 'node:module'

/**
 * For `--import`: notes the files of packages that a process loads, and writes them as JSON to the
 * file that the query of this module names, when the process ends.
 */
const to = new URL(import.meta.url).searchParams.get('to')

const loaded = new Set<string>()

registerHooks({
  load: (url, context, nextLoad) => {
    const [, file] = url.split('/node_modules/')
    if (file !== undefined) loaded.add(file)
    return nextLoad(url, context)
  },
})

process.on('exit', () => {
  if (to !== null) writeFileSync(to, JSON.stringify([...loaded]))
})
