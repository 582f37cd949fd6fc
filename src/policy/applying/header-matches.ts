import type { HeaderMatch } from '../../core/policy/match.ts'
import { utf8Of } from '../../core/request/byte-text.ts'
import type { Request } from '../../core/request/request.ts'

/** A longer value matches nothing: what is matched costs more the longer it is. */
const MAX_LENGTH = 8 * 1024

/**
 * Whether a header has the value that a rule names, or the whole of it the pattern. Bytes that are
 * no UTF-8 have none.
 */
export const headerMatches = (
  match: HeaderMatch,
  { header, encoding }: Pick<Request, 'header' | 'encoding'>,
): boolean => {
  const sent = header(match.name)
  if (sent === undefined || sent.length > MAX_LENGTH) return false
  if (match.kind === 'value') return sent === match.value
  const text = encoding === 'bytes' ? utf8Of(sent) : sent
  return text !== undefined && match.test(text)
}
