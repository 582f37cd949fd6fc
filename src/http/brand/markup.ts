import { isStringOneByteRepresentation } from 'node:v8'

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escaped = (character: string): string =>
  ESCAPES[character] ?? `&#${character.codePointAt(0)};`

/** A string of bytes: V8 keeps what was replaced in a text of wide characters wide. */
const narrowed = (ascii: string): string => Buffer.from(ascii, 'latin1').toString('latin1')

/**
 * Text as it may stand in HTML, attributes included. Whatever is not ASCII becomes a reference, so
 * that a page is a string of bytes: one wide character would make all of it, its logo too, ten
 * times as dear to encode. U+0080 to U+009F stay, as references to them mean something else (HTML,
 * section 13.2.5.80).
 */
export const escapeHtml = (text: string): string => {
  const html = text.replace(/[&<>"']|[^\0-\u009f]/gu, escaped)
  return isStringOneByteRepresentation(html) ? html : narrowed(html)
}

/** What every page has of a brand, as HTML. */
export interface BrandMarkup {
  /** Above everything; empty without a name. */
  readonly head: string
  /** After what the title of a page says. */
  readonly titleEnd: string
}

/** The logo stands for the name, which whoever does not see it is told. */
export const createBrandMarkup = ({
  name,
  logo,
}: {
  readonly name?: string
  readonly logo?: string
}): BrandMarkup => {
  if (name === undefined) return { head: '', titleEnd: '' }
  const said = escapeHtml(name)
  const shown = logo === undefined ? said : `<img src="${escapeHtml(logo)}" alt="${said}">`
  return { head: `<p class="brand">${shown}</p>\n`, titleEnd: ` &#8211; ${said}` }
}
