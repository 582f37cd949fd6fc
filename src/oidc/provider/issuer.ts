const MAX_SHOWN = 200

/** A value from outside, as a message may show it: bounded, printable, without userinfo. */
export const shown = (value: unknown): string => {
  if (value === undefined) return 'absent'
  const text = JSON.stringify(value) ?? 'nothing'
  const safe = text.replace(/\/\/[^/@"]*@/, '//').replace(/[^\x20-\x7e]/g, '?')
  return safe.length <= MAX_SHOWN ? safe : `${safe.slice(0, MAX_SHOWN)}…`
}

const withoutSlash = (text: string): string => text.replace(/\/$/, '')

const withoutScheme = (text: string): string => text.replace(/^https?:/i, '')

const only = (expected: string, came: string): string | undefined => {
  if (withoutSlash(expected) === withoutSlash(came)) return 'the slash at the end'
  if (expected.toLowerCase() === came.toLowerCase()) return 'upper and lower case'
  if (withoutScheme(expected) === withoutScheme(came)) return 'the scheme'
  return undefined
}

/**
 * How an issuer that came differs from the one that was expected; issuers are compared to the
 * letter (OpenID Connect Core 1.0 section 3.1.3.7). Completes a sentence such as "Its iss claim …";
 * without its full stop.
 */
export const issuerDifference = (expected: string, came: unknown): string => {
  if (typeof came !== 'string' || came === '') {
    return `is ${shown(came)}, and not ${shown(expected)}`
  }
  const part = only(expected, came)
  const difference =
    part === undefined ? '' : `: only ${part} ${part.includes(' and ') ? 'differ' : 'differs'}`
  return `is ${shown(came)}, and not ${shown(expected)}${difference}`
}

/**
 * The same where any of several issuers would do. One that differs in its spelling alone is named;
 * with `showOther`, any other as well.
 */
export const issuerDifferenceAmong = (
  expected: readonly string[],
  came: string,
  showOther: boolean,
): string => {
  const [nearest] = expected.filter((one) => only(one, came) !== undefined)
  if (nearest !== undefined) return issuerDifference(nearest, came)
  if (!showOther) return 'names no provider that is accepted here'
  const issuers = [...new Set(expected)].slice(0, 5).map(shown).join(', ')
  return `is ${shown(came)}, and none of those that are accepted here: ${issuers}`
}
