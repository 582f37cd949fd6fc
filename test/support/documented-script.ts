import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'

const DOCUMENTATION = new URL('../../docs/', import.meta.url)

const blockOf = async (page: string, name: string, language: string): Promise<string> => {
  const text = await readFile(new URL(page, DOCUMENTATION), 'utf8')
  const [, after = ''] = text.split(`<!-- run: ${name} -->\n`)
  const [first = '', block] = after.split('```', 2)
  if (first !== '' || block?.startsWith(`${language}\n`) !== true)
    throw new Error(`docs/${page} has no ${language} to run as ${name}.`)
  return block.slice(language.length + 1)
}

/**
 * A block of shell in a page of the documentation, which a test runs as an operator would: the one
 * that follows the marker `<!-- run: name -->`. Lines that set a variable to an example are left
 * out, as whoever copies them puts in values of their own.
 * @throws Error if there is none
 */
export const documentedScript = async (page: string, name: string): Promise<string> =>
  (await blockOf(page, name, 'sh')).replaceAll(/^[A-Z_]+=\S+$\n?/gm, '')

/** The same for a part of a manifest. @throws Error if there is none */
export const documentedManifest = async (
  page: string,
  name: string,
): Promise<Readonly<Record<string, unknown>>> =>
  parse(await blockOf(page, name, 'yaml')) as Readonly<Record<string, unknown>>
