import type { TokenNames } from '../policy/applications.ts'
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
  const rest =
    names.parameters.size === 0 ? path.raw : withoutParameters(path.raw, names.parameters)
  return {
    removeHeaders: headerNames().filter((name) => names.headers.has(normalizeHeaderName(name))),
    ...(rest === path.raw ? {} : { path: rest }),
  }
}
