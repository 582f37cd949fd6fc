import type { PreparedAllow } from '../../core/decision/decision.ts'
import type { CheckResponseWriter } from './check-response.ts'
import type { Told } from './metadata.ts'

/**
 * The parts of an allow that were encoded before: the headers that are set, then the names, and the
 * headers of the answer.
 */
export interface PreparedParts {
  readonly bytes: Buffer
  /** Where the names that are taken off begin. */
  readonly removalsAt: number
  /** The whole field. */
  readonly metadata: Uint8Array
}

/** Writes headers and names; throws where one of them cannot be sent. */
export interface ListWriter {
  readonly headers: (headers: PreparedAllow['setHeaders']) => void
  /** All but those that are set. */
  readonly removals: (
    names: PreparedAllow['removeHeaders'],
    set: PreparedAllow['setHeaders'],
  ) => void
  readonly responseHeaders: (headers: PreparedAllow['responseHeaders']) => void
  readonly metadata: (told: Told) => Uint8Array
}

/**
 * The parts of prepared allows, each encoded once and kept for as long as the allow is. Begins a
 * message of the writer where it encodes one.
 */
export const createPreparedParts = (
  writer: CheckResponseWriter,
  write: ListWriter,
): ((prepared: PreparedAllow) => PreparedParts) => {
  const kept = new WeakMap<PreparedAllow, PreparedParts>()

  const encode = (prepared: PreparedAllow): PreparedParts => {
    const { setHeaders, removeHeaders, responseHeaders } = prepared
    writer.begin()
    write.headers(setHeaders)
    const removalsAt = writer.size()
    write.removals(removeHeaders, setHeaders)
    write.responseHeaders(responseHeaders)
    return { bytes: writer.parts(), removalsAt, metadata: write.metadata(prepared) }
  }

  return (prepared) => {
    const known = kept.get(prepared)
    if (known !== undefined) return known
    const made = encode(prepared)
    kept.set(prepared, made)
    return made
  }
}
