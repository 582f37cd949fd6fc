/**
 * More than this, in number or in characters, is looked at by nobody: the path counts as one that
 * cannot be read.
 */
const MAX_READINGS = 64
const MAX_CHARACTERS = 8 * 1024

/** A path on its way through a reader; nobody matches it before it was decoded once. */
interface Step {
  readonly text: string
  readonly isDecoded: boolean
}

const ESCAPES = /(?:%[0-9a-f]{2})+/gi
const ENCODED_SLASH = /%2f/gi

/** What a careful reader refuses and a careless one takes for something else. */
const UNREADABLE = /[\\#\u0000-\u001f\u007f]|%u[0-9a-f]{4}/i

const hasDotSegment = (text: string): boolean =>
  text.split(/[/;]/).some((segment) => segment === '.' || segment === '..')

/** @throws URIError for bytes that are no UTF-8 */
const decoded = (text: string): string => text.replace(ESCAPES, decodeURIComponent)

/** Decoded, with an encoded slash kept for what it is within a segment. */
const decodedButSlashes = (text: string): string =>
  text.split(ENCODED_SLASH).map(decoded).join('%2F')

const withoutParameters = (text: string): string => text.replace(/;[^/]*/g, '')
const before = (text: string, mark: string): string => {
  const at = text.indexOf(mark)
  return at < 1 ? text : text.slice(0, at)
}
const withMergedSlashes = (text: string): string => text.replace(/\/{2,}/g, '/')
/** `//name/path` is another host to who resolves it as a reference (RFC 3986 section 4.2). */
const withoutAuthority = (text: string): string =>
  text.startsWith('//') ? text.replace(/^\/+[^/]*/, '') || '/' : text

const next = ({ text, isDecoded }: Step): readonly Step[] => [
  { text: decoded(text), isDecoded: true },
  { text: decodedButSlashes(text), isDecoded: true },
  ...[
    withoutParameters(text) || '/',
    text.replace(/;[^/]*$/, '') || '/',
    before(text, ';'),
    isDecoded ? before(text, '?') : text,
    withMergedSlashes(text),
    withoutAuthority(text),
  ].map((changed) => ({ text: changed, isDecoded })),
]

const collect = (encoded: string): ReadonlyMap<string, Step> | undefined => {
  const steps = new Map<string, Step>()
  let characters = 0
  const waiting: Step[] = [{ text: encoded, isDecoded: false }]
  for (let step = waiting.pop(); step !== undefined; step = waiting.pop()) {
    const key = `${step.isDecoded} ${step.text}`
    if (steps.has(key)) continue
    characters += step.text.length
    if (steps.size >= MAX_READINGS || characters > MAX_CHARACTERS) return undefined
    if (step.isDecoded && (UNREADABLE.test(step.text) || hasDotSegment(step.text))) return undefined
    steps.set(key, step)
    waiting.push(...next(step))
  }
  return steps
}

/**
 * Every path that a reader may take an encoded path for (R5): decoded once or as often as there is
 * something to decode, an encoded slash taken for a separator or not, parameters (`;`) kept, taken
 * off every segment, off the last or off the whole, empty segments kept or merged, an encoded `?`
 * taken for the end, in whichever order. `undefined` where one of them has dot segments or bytes
 * that are refused, and where there are too many to look at.
 */
export const readingsOf = (encoded: string): ReadonlySet<string> | undefined => {
  try {
    const steps = collect(encoded)
    if (steps === undefined) return undefined
    const readings = [...steps.values()].filter(({ isDecoded }) => isDecoded)
    return new Set(readings.map(({ text }) => text))
  } catch {
    return undefined
  }
}
