/** By octet, whether a field name may have it: a token in lower case (RFC 9113 section 8.2.1). */
const isOfName: readonly boolean[] = Array.from({ length: 256 }, (_, octet) =>
  /^[!#$%&'*+\-.^_`|~0-9a-z]$/.test(String.fromCharCode(octet)),
)

const SPACE = 0x20
const TAB = 0x09

/** Fields that speak of a connection, which HTTP/2 has no use for (section 8.2.2). */
const CONNECTION_FIELDS: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
])

const isName = (name: string): boolean => {
  for (let at = 0; at < name.length; at += 1) {
    if (isOfName[name.charCodeAt(at)] !== true) return false
  }
  return name.length > 0
}

const isPadding = (octet: number): boolean => octet === SPACE || octet === TAB

const isValue = (value: string): boolean => {
  if (value.length === 0) return true
  if (isPadding(value.charCodeAt(0)) || isPadding(value.charCodeAt(value.length - 1))) return false
  for (let at = 0; at < value.length; at += 1) {
    const octet = value.charCodeAt(at)
    if (octet === 0 || octet === 0x0a || octet === 0x0d) return false
  }
  return true
}

const ZERO = 0x30
const NINE = 0x39

/** The number that a string of decimal digits spells; `undefined` for every other string. */
export const decimal = (text: string): number | undefined => {
  if (text.length === 0 || text.length > 15) return undefined
  for (let at = 0; at < text.length; at += 1) {
    const octet = text.charCodeAt(at)
    if (octet < ZERO || octet > NINE) return undefined
  }
  return Number(text)
}

/** Whether a name is that of a pseudo-header field (section 8.3). */
export const isPseudo = (name: string): boolean => name.charCodeAt(0) === 0x3a

/**
 * Whether a field, pseudo-header fields apart, is one that HTTP/2 allows in a request or in its
 * trailers (section 8.2).
 */
export const isAllowedField = (name: string, value: string): boolean => {
  if (!isName(name) || !isValue(value)) return false
  if (name === 'te') return value === 'trailers'
  return !CONNECTION_FIELDS.has(name)
}

/** The pseudo-header fields of a request; one that was not sent is absent (section 8.3.1). */
export interface PseudoFields {
  method?: string
  scheme?: string
  authority?: string
  path?: string
}

const SLOTS: ReadonlyMap<string, keyof PseudoFields> = new Map([
  [':method', 'method'],
  [':scheme', 'scheme'],
  [':authority', 'authority'],
  [':path', 'path'],
])

/** Notes a pseudo-header field; whether it is one of a request, and the first of its name. */
export const notePseudo = (pseudo: PseudoFields, name: string, value: string): boolean => {
  const slot = SLOTS.get(name)
  if (slot === undefined || pseudo[slot] !== undefined || !isValue(value)) return false
  pseudo[slot] = value
  return true
}

/** Whether a request has the pseudo-header fields that it must have, and no others. */
export const isComplete = ({ method, scheme, authority, path }: PseudoFields): boolean => {
  if (method === undefined || !isName(method.toLowerCase())) return false
  if (method === 'CONNECT') {
    return scheme === undefined && path === undefined && authority !== undefined
  }
  if (scheme === undefined || scheme === '' || path === undefined) return false
  return path.startsWith('/') || (path === '*' && method === 'OPTIONS')
}

/** Whether fields may be the trailers of a request: such as are allowed, none of them pseudo. */
export const areTrailers = (fields: readonly string[]): boolean => {
  for (let at = 0; at < fields.length; at += 2) {
    if (!isAllowedField(fields[at] ?? '', fields[at + 1] ?? '')) return false
  }
  return true
}
