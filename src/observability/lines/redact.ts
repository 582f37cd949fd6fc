const REDACTED = '[redacted]'

/** Names of fields whose value is never written, whatever it is. */
const SECRET_NAME =
  /^(?:authorization|proxy-authorization|headers?|code|state|key)$|cookie|token$|tokens$|secret|password|passwd|verifier|ticket|assertion|nonce|credential|private_?key/i

type Replacement = readonly [pattern: RegExp, replacement: string | ((found: string) => string)]

/** Segments joined by dots, without what begins like a JWT. */
const withoutJwt = (segments: string): string => {
  const at = segments.search(/\beyJ[\w-]{5}/)
  return at < 0 ? segments : segments.slice(0, at) + REDACTED
}

/**
 * Each is linear in a text that a downstream chose: whatever repeats before something that may be
 * missing is bounded, or begins only where its own characters do not come before.
 */
const replacements: readonly Replacement[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, REDACTED],
  [/(?<![\w-])[\w-]+(?:\.[\w-]*)+/g, withoutJwt],
  [/\bs1\.[\w-]{16,}\.[\w-]{16,}/g, REDACTED],
  [/\b(bearer|basic|dpop)\s+[\w.~+/=-]{4,}/gi, `$1 ${REDACTED}`],
  [/(\b[a-z][a-z0-9+.-]{0,30}:\/\/)[^/?#@\s]*@/gi, `$1${REDACTED}@`],
  [/(__(?:host|secure)-[^=;\s]{0,128})=[^;\s]*/gi, `$1=${REDACTED}`],
  [
    /\b(code|state|nonce|ticket|[a-z_]*token|[a-z_]*secret|[a-z_]*password|code_verifier|code_challenge|client_assertion|id_token_hint|login_hint)(=|"\s*:\s*")[^&\s"',;]+/gi,
    `$1$2${REDACTED}`,
  ],
  [/\b(authorization|(?:set-)?cookie)(\s*[:=]\s*).+/gi, `$1$2${REDACTED}`],
]

/**
 * What every replacement needs to find something: text without it, as nearly all is, needs no
 * closer look.
 */
const SUSPICIOUS = /[=:]|\beyJ|\bs1\.|\b(?:bearer|basic|dpop)\s|PRIVATE KEY/i

/**
 * Text without what looks like a token, code, cookie, password or private key (R31). The second
 * line of defence: nothing is to pass such text in the first place.
 */
export const redactText = (text: string): string =>
  SUSPICIOUS.test(text)
    ? replacements.reduce(
        (kept, [pattern, replacement]) =>
          typeof replacement === 'string'
            ? kept.replace(pattern, replacement)
            : kept.replace(pattern, replacement),
        text,
      )
    : text

const MAX_DEPTH = 6

const redactError = (error: Error, depth: number): unknown => ({
  name: error.name,
  message: redactText(error.message),
  ...('code' in error ? { code: redactValue(error.code, depth + 1) } : {}),
  ...(error.stack === undefined ? {} : { stack: redactText(error.stack) }),
  ...(error.cause === undefined ? {} : { cause: redactValue(error.cause, depth + 1) }),
})

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

const redactEntries = (value: object, depth: number): unknown =>
  Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      SECRET_NAME.test(name) ? REDACTED : redactValue(member, depth + 1),
    ]),
  )

/**
 * A value as it may be written: plain data with secrets replaced; anything that is not plain data
 * is left out whole.
 */
const redactValue = (value: unknown, depth: number): unknown => {
  if (typeof value === 'string') return redactText(value)
  if (typeof value !== 'object' || value === null) {
    return ['number', 'boolean'].includes(typeof value) || value === null ? value : undefined
  }
  if (depth > MAX_DEPTH) return REDACTED
  if (value instanceof Error) return redactError(value, depth)
  if (Array.isArray(value)) return value.map((item) => redactValue(item, depth + 1))
  return isPlain(value) ? redactEntries(value, depth) : REDACTED
}

/** What goes beside a message in a log line. */
export type Fields = Readonly<Record<string, unknown>>

/** The fields of a log line with every secret replaced, at any depth. */
export const redactFields = (fields: Fields): Fields =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      SECRET_NAME.test(name) ? REDACTED : redactValue(value, 0),
    ]),
  )
