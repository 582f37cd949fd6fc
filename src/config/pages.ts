import { defined } from './defined.ts'
import type { WrittenConfiguration } from './schema/schema.ts'

/** Whose pages they are, and in which languages. */
export interface PagesConfig {
  readonly name?: string
  readonly logoFile?: string
  /** `#rrggbb`. */
  readonly color?: string
  /** A folder. */
  readonly messages?: string
  /** Of people who name no language that there is; a language tag. */
  readonly language: string
  readonly help?: { readonly url: string; readonly label?: string }
}

/** What is written of pages, without the groups and fields that are not. */
export const pagesOf = ({
  help,
  language,
  ...brand
}: WrittenConfiguration['pages']): PagesConfig => {
  const { url, label } = help
  const written = { ...defined(brand), language }
  return url === undefined ? written : { ...written, help: { url, ...defined({ label }) } }
}
