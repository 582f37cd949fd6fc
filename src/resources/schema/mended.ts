/** The host in a URL or in a host and port; the text itself where there is none. */
const hostIn = (text: string): string => {
  const [, host] = /^(?:[a-z]+:\/\/)?([^/:]+\.[^/:]+)(?::[0-9]+)?(?:\/.*)?$/.exec(text) ?? []
  return host ?? text
}

/**
 * What people most likely meant: another case, no spaces, a unit, the host alone, one slash more or
 * less.
 */
const mendings: readonly ((text: string) => string)[] = [
  (text) => text.trim(),
  (text) => text.toLowerCase(),
  (text) => text.toUpperCase(),
  (text) => text.toLowerCase().replaceAll('_', '-'),
  (text) => (/^[0-9]+$/.test(text) ? `${text}s` : text),
  (text) => hostIn(text.toLowerCase()),
  (text) => (/^[\w-]+(?:\/[\w-]+)*$/.test(text) ? `/${text}` : text),
  (text) => text.toLowerCase().replace(/^.*@/, ''),
  (text) => (/^[0-9]+(?:\.[0-9]+){3}$/.test(text) ? `${text}/32` : text),
  (text) => text.replace(/^http:/, 'https:'),
  (text) => text.replace(/[/.]+$/, ''),
  (text) => text.replace(/[?#].*$/, ''),
  (text) => `__Host-${text.replace(/^__(?:Host|Secure)-/i, '')}`,
]

/** A spelling of the value that the pattern accepts, if there is an obvious one. */
export const mended = (text: string, pattern: string): string | undefined => {
  const accepted = new RegExp(pattern, 'u')
  return mendings.map((mend) => mend(text)).find((spelling) => accepted.test(spelling))
}
