import type { TokenNames } from '../policy/applications.ts'
import { utf8Of } from '../request/byte-text.ts'
import { withoutParameters } from '../request/query.ts'
import { normalizeHeaderName, type Request } from '../request/request.ts'

/** What of a request goes on without the tokens that a rule takes from it. */
export interface WithoutTokens {
  /** Header names to take off, as the request spells them. */
  readonly removeHeaders: readonly string[]
  /** Path and query to send on instead; absent: those of the request. */
  readonly path?: string
}

const NOTHING: WithoutTokens = { removeHeaders: [] }

const restOf = ({ raw }: Request['path'], { parameters }: TokenNames): string =>
  parameters.size === 0 ? raw : withoutParameters(raw, parameters)

/**
 * Whether a path would have to be written anew that a gateway can only be told in other bytes than
 * it came: it takes text, and this holds bytes that are no UTF-8. Only raw headers show that.
 */
export const isAlteredByTaking = (
  { path, header, encoding }: Pick<Request, 'path' | 'header' | 'encoding'>,
  names: TokenNames | undefined,
): boolean => {
  if (names === undefined || encoding === 'text' || restOf(path, names) === path.raw) return false
  const sent = header(':path')
  return sent !== undefined && utf8Of(sent) === undefined
}

/**
 * Takes off every place where a rule looks for tokens, whether or not one was found and counted
 * there. The rest of the query stays as it was sent, byte for byte. Cookies are taken off with
 * ours.
 */
export const withoutTokens = (
  { path, headerNames }: Pick<Request, 'path' | 'headerNames'>,
  names: TokenNames | undefined,
): WithoutTokens => {
  if (names === undefined) return NOTHING
  const rest = restOf(path, names)
  return {
    removeHeaders: headerNames().filter((name) => names.headers.has(normalizeHeaderName(name))),
    ...(rest === path.raw ? {} : { path: rest }),
  }
}
