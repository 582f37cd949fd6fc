/** A header as it goes over the wire; names are lower case. */
export type Header = readonly [name: string, value: string]

/** HPACK's static table, from index 1 (RFC 7541 appendix A). */
const STATIC: readonly Header[] = [
  [':authority', ''],
  [':method', 'GET'],
  [':method', 'POST'],
  [':path', '/'],
  [':path', '/index.html'],
  [':scheme', 'http'],
  [':scheme', 'https'],
  ...['200', '204', '206', '304', '400', '404', '500'].map((code): Header => [':status', code]),
  ['accept-charset', ''],
  ['accept-encoding', 'gzip, deflate'],
  ...[
    'accept-language accept-ranges accept access-control-allow-origin age allow authorization',
    'cache-control content-disposition content-encoding content-language content-length',
    'content-location content-range content-type cookie date etag expect expires from host',
    'if-match if-modified-since if-none-match if-range if-unmodified-since last-modified link',
    'location max-forwards proxy-authenticate proxy-authorization range referer refresh',
    'retry-after server set-cookie strict-transport-security transfer-encoding user-agent vary',
    'via www-authenticate',
  ].flatMap((names) => names.split(' ').map((name): Header => [name, ''])),
]

/** What an entry weighs beside its text (RFC 7541 section 4.1). */
const ENTRY_BYTES = 32

const sizeOf = ([name, value]: Header): number => name.length + value.length + ENTRY_BYTES

/** One direction's table of a connection: the static entries, and behind them the newest first. */
export interface HeaderTable {
  /** @throws Error where there is no such entry */
  readonly at: (index: number) => Header
  /** The index of a header, or of another with its name; 0: there is none. */
  readonly find: (header: Header) => { readonly exact: number; readonly name: number }
  /** Adds an entry, and drops as many of the oldest as it takes. */
  readonly add: (header: Header) => void
  /** Whether one more fits and drops none. */
  readonly hasRoomFor: (header: Header) => boolean
  readonly resize: (maxBytes: number) => void
  /** Another number after every change. */
  readonly version: () => number
}

/** An empty one. `maxBytes`: of its entries as RFC 7541 section 4.1 counts them. */
export const createHeaderTable = (maxBytes: number): HeaderTable => {
  const entries: Header[] = []
  let most = maxBytes
  let size = 0
  let changes = 0

  const shrinkTo = (bytes: number): void => {
    while (size > bytes) {
      const oldest = entries.pop()
      if (oldest === undefined) return
      size -= sizeOf(oldest)
    }
  }
  const all = (): readonly Header[] => [...STATIC, ...entries]
  return {
    at: (index) => {
      const found = index <= STATIC.length ? STATIC[index - 1] : entries[index - STATIC.length - 1]
      if (found === undefined) throw new Error(`There is no header ${index} in the table.`)
      return found
    },
    find: ([name, value]) => ({
      exact: all().findIndex((one) => one[0] === name && one[1] === value) + 1,
      name: all().findIndex((one) => one[0] === name) + 1,
    }),
    add: (header) => {
      changes += 1
      shrinkTo(most - sizeOf(header))
      if (sizeOf(header) > most) return
      entries.unshift(header)
      size += sizeOf(header)
    },
    hasRoomFor: (header) => size + sizeOf(header) <= most,
    resize: (bytes) => {
      changes += 1
      most = bytes
      shrinkTo(bytes)
    },
    version: () => changes,
  }
}
