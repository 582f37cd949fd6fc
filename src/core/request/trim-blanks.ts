const isBlank = (code: number): boolean => code === 0x20 || code === 0x09

const isBlankOrLineEnd = (code: number): boolean => isBlank(code) || code === 0x0a || code === 0x0d

/** In linear time: a pattern for the last of them would try each run of them within the text. */
const trim = (text: string, isTaken: (code: number) => boolean): string => {
  let start = 0
  let end = text.length
  while (start < end && isTaken(text.charCodeAt(start))) start += 1
  while (end > start && isTaken(text.charCodeAt(end - 1))) end -= 1
  return start === 0 && end === text.length ? text : text.slice(start, end)
}

/**
 * Without spaces and tabs around it, and nothing else (RFC 6265 section 5.4, RFC 9110 section
 * 5.6.3). `String.trim` also takes off U+00A0, U+2000, U+FEFF and others, which to a browser are
 * part of a name.
 */
export const trimBlanks = (text: string): string => trim(text, isBlank)

/** The same for a body: without line ends as well (RFC 8259 section 2), and nothing else. */
export const trimBlanksAndLineEnds = (text: string): string => trim(text, isBlankOrLineEnd)
