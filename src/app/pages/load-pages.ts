import { readFileSync } from 'node:fs'
import type { PagesConfig } from '../../config/pages.ts'
import { accentOf } from '../../http/brand/color.ts'
import { type ReadLogo, readLogo } from '../../http/brand/logo.ts'
import { createLook, type Look } from '../../http/look.ts'
import { LANGUAGES_ALONG } from '../../http/translations/languages.ts'
import { loadTexts } from './load-texts.ts'

/** How pages look as they are configured, or everything that is wrong with their files. */
export type LoadedPages =
  | { readonly kind: 'loaded'; readonly look: Look; readonly notes: readonly string[] }
  | { readonly kind: 'problems'; readonly problems: readonly string[] }

const logoIn = async (file: string): Promise<ReadLogo> => {
  try {
    return await readLogo(readFileSync(file))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { kind: 'problem', message: `cannot be read (${why}): correct the name` }
  }
}

/** Reads the logo and the texts, and makes the look of all pages of them. Nothing is thrown. */
export const loadPages = async (config: PagesConfig): Promise<LoadedPages> => {
  const { logoFile, messages, color, language, ...brand } = config
  const logo = logoFile === undefined ? undefined : await logoIn(logoFile)
  const { texts, problems, notes } = loadTexts(messages)
  const tags = [...LANGUAGES_ALONG, ...texts.keys()]
  const all = [
    ...(logo?.kind === 'problem' ? [`pages.logoFile: ${logoFile} ${logo.message}`] : []),
    ...problems.map((problem) => `pages.messages: ${problem}`),
    ...(tags.includes(language) || problems.length > 0
      ? []
      : [`pages.language: is ${language}, but there are ${tags.join(', ')}: write one of them`]),
  ]
  if (all.length > 0) return { kind: 'problems', problems: all }
  const accent = color === undefined ? undefined : accentOf(color)
  const look = createLook(
    {
      ...brand,
      ...(logo?.kind === 'logo' ? { logo: logo.url } : {}),
      ...(accent === undefined ? {} : { accent }),
    },
    texts,
    language,
  )
  return { kind: 'loaded', look, notes: notes.map((note) => `pages.messages: ${note}`) }
}
