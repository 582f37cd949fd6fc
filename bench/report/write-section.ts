import { readFileSync, writeFileSync } from 'node:fs'

/**
 * Puts a text between the marks `<!-- name -->` and `<!-- /name -->` of a file of the repository.
 */
export const writeSection = (file: string, name: string, text: string): void => {
  const path = new URL(`../../${file}`, import.meta.url)
  const [before = '', rest = ''] = readFileSync(path, 'utf8').split(`<!-- ${name} -->\n`)
  const after = rest.split(`<!-- /${name} -->`)[1] ?? ''
  writeFileSync(path, `${before}<!-- ${name} -->\n${text}\n<!-- /${name} -->${after}`)
}
