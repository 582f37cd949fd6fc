import type { Accent } from './brand/color.ts'
import { type BrandMarkup, createBrandMarkup } from './brand/markup.ts'
import { createPageStyle, type PageStyle } from './brand/style.ts'
import type { Language } from './language/language.ts'
import type { Texts } from './language/texts.ts'
import { createLanguages, type Languages } from './translations/languages.ts'

/** Where people get help. */
export interface Help {
  /** `https`, `mailto` or `tel`. */
  readonly url: string
  /** In every language; absent: the phrase `help`. */
  readonly label?: string
}

/** What pages show of whoever runs the service. All of it may be absent. */
export interface Brand {
  readonly name?: string
  /** A `data:` URL of an image. */
  readonly logo?: string
  readonly accent?: Accent
  readonly help?: Help
}

/** How pages look, and in which languages they speak. Made once, and used for every page. */
export interface Look extends Omit<Brand, 'accent'> {
  readonly markup: BrandMarkup
  readonly style: PageStyle
  readonly languages: Languages
}

/** What one page is made with. */
export interface PageSetting {
  readonly look: Look
  readonly language: Language
  readonly requestId: string
}

/**
 * The look of a brand. `written`: texts that go before those that come along, by language tag;
 * `fallback`: the language of whoever names none that there is.
 */
export const createLook = (
  { accent, ...brand }: Brand = {},
  written: ReadonlyMap<string, Texts> = new Map(),
  fallback?: string,
): Look => ({
  ...brand,
  markup: createBrandMarkup(brand),
  style: createPageStyle(accent),
  languages: createLanguages(written, fallback),
})
