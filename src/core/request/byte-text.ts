const BEYOND_ASCII = /[^\u0000-\u007f]/g

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

/** What a text takes in UTF-8, in bytes, and for letters beyond 16 bits a little more. */
export const utf8Bytes = (text: string): number => {
  let bytes = text.length
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at)
    if (unit > 0x7f) bytes += unit > 0x7ff ? 2 : 1
  }
  return bytes
}
