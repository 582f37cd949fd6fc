/** Regions are 676 pairs of letters and 1000 numbers; a language has as many entries at most. */
const known = new Map<string, string>()

const maximized = (tag: string): string => {
  const { language, script } = new Intl.Locale(tag).maximize()
  return script === undefined ? language : `${language}-${script}`
}

/** A code of ISO 3166-1 or of UN M.49 (RFC 5646 section 2.2.4). */
const isRegion = (subtag: string): boolean => /^(?:[a-z]{2}|[0-9]{3})$/i.test(subtag)

/** A script, or a language inside of another, which the likely script is not looked for. */
const isOfScript = (subtag: string): boolean => /^[a-z]{3,4}$/i.test(subtag)

/**
 * A language tag or range with the script that its readers have, which it is not cut short of:
 * `zh-Hant` of `zh-TW`, `zh-Hans` of `zh`. `undefined`: it names a script, or is no language of two
 * or three letters. Costs a look-up after the first time, whatever somebody sends.
 */
export const withLikelyScript = (tag: string): string | undefined => {
  const [language = '', second = ''] = tag.split('-', 2)
  if (!/^[a-z]{2,3}$/i.test(language) || isOfScript(second)) return undefined
  const asked = isRegion(second) ? `${language}-${second}` : language
  const before = known.get(asked)
  if (before !== undefined) return before
  const found = maximized(asked)
  known.set(asked, found)
  return found
}
