const isBlank = (code: number): boolean => code === 0x20 || code === 0x09

/**
 * Without spaces and tabs around it, and nothing else (RFC 6265 section 5.4, RFC 9110 section
 * 5.6.3). `String.trim` also takes off U+00A0, U+2000, U+FEFF and others, which to a browser are
 * part of a name.
 */
export const trimBlanks = (text: string): string => {
  let start = 0
  let end = text.length
  while (start < end && isBlank(text.charCodeAt(start))) start += 1
  while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1
  return start === 0 && end === text.length ? text : text.slice(start, end)
}
