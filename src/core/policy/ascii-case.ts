/**
 * A text with `A` to `Z` in lower case, and every other letter as it is: by the tables of Unicode
 * the Kelvin sign (U+212A) would become a `k`, and one id another.
 */
export const asciiLower = (text: string): string =>
  text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
