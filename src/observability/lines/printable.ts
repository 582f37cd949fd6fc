const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

const PLAIN = /^[ -~]*$/

const escaped = (character: string): string =>
  `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`

/**
 * Text that fits on a line: bounded, without characters that a terminal or a log viewer acts on.
 */
export const printable = (text: string, maxLength: number): string => {
  const shown = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text
  return PLAIN.test(shown) ? shown : shown.replace(INVISIBLE, escaped)
}
