/** What a terminal obeys or hides instead of showing it, and what is no character at all. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu

const escaped = (character: string): string =>
  [...Array(character.length).keys()]
    .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
    .join('')

/** A text from anywhere as one line that a terminal shows as it is. */
export const printable = (text: string): string => text.replace(UNPRINTABLE, escaped)

const MAX_SHOWN = 256

/** The same of bounded length. */
export const shortened = (text: string): string => {
  const characters = [...text.slice(0, 2 * MAX_SHOWN)]
  if (text.length <= MAX_SHOWN || characters.length <= MAX_SHOWN) return printable(text)
  return `${printable(characters.slice(0, MAX_SHOWN).join(''))}… (${text.length} characters)`
}

/** A JSON Web Token, or most of one. */
const TOKEN = /eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?/g

/** The same of a header value, which may hold a token (R31). */
export const shownHeader = (value: string): string => shortened(value.replace(TOKEN, 'eyJ…'))

/** The same of a JSON value; `nothing` where there is none. */
export const shownValue = (value: unknown): string =>
  value === undefined ? 'nothing' : shortened(JSON.stringify(value))
