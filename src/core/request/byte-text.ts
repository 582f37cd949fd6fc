const BEYOND_ASCII = /[^\u0000-\u007f]/g

/** Of a UTF-16 code unit, in UTF-8. */
const MOST_BYTES_OF_UNIT = 3

const percent = (byte: string): string => `%${byte.charCodeAt(0).toString(16)}`

/**
 * The text that bytes stand for in UTF-8, one character given for each byte; `undefined` where they
 * are no UTF-8.
 */
export const utf8Of = (bytes: string): string | undefined => {
  if (bytes.search(BEYOND_ASCII) < 0) return bytes
  try {
    return decodeURIComponent(bytes.replaceAll('%', '%25').replace(BEYOND_ASCII, percent))
  } catch {
    return undefined
  }
}

const counted = (text: string): number => {
  let bytes = text.length
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at)
    if (unit > 0x7f) bytes += unit > 0x7ff ? 2 : 1
  }
  return bytes
}

/** What a text takes in UTF-8, in bytes, and for letters beyond 16 bits a little more. */
export const utf8Bytes = (text: string): number =>
  text.search(BEYOND_ASCII) < 0 ? text.length : counted(text)

/** Whether a text takes no more than that in UTF-8. One of usual length is not read for it. */
export const isWithinBytes = (text: string, most: number): boolean =>
  text.length * MOST_BYTES_OF_UNIT <= most || (text.length <= most && utf8Bytes(text) <= most)
