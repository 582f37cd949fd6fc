import type { Client } from '../registration/client.ts'
import type { Compatibility } from './compatibility.ts'
import type { Told } from './told.ts'

/**
 * What stands in `Authorization` when a request goes on: a token of the session, or of a caller who
 * came with one; what the access token of either was exchanged for; what the caller sent, whatever
 * it is; nothing.
 */
export type AuthorizationKind = 'AccessToken' | 'IDToken' | 'Exchange' | 'Keep' | 'Remove'

/** How a list is written: as JSON, or member by member with one character between. */
export type HeaderFormat = 'JSON' | 'CommaSeparated' | 'PipeSeparated'

/** What becomes of characters beyond printable ASCII. */
export type HeaderEncoding = 'Percent' | 'UTF8'

/** The form of a value in a header. */
export interface HeaderForm {
  readonly format: HeaderFormat
  readonly encoding: HeaderEncoding
}

/** A header that somebody is told something in. */
export interface ToldHeader extends HeaderForm {
  /** Lower case. */
  readonly name: string
  readonly told: Told
}

/** Whether what a header tells depends on the request. */
export const isToldByRequest = ({ told }: ToldHeader): boolean =>
  told.kind === 'expression' && told.expression.looksAt === 'request'

/** A statement that is signed for one upstream about who is calling. */
export interface AssertionTerms {
  /** The header that carries it, lower case. */
  readonly header: string
  /** `aud`: whom it is for (RFC 7519 section 4.1.3). */
  readonly audience: string
  /** The claims that it carries besides: one name per level, the first never one of its own. */
  readonly claims: readonly (readonly string[])[]
  readonly lifetimeMs: number
}

/**
 * What a token is to be exchanged for (RFC 8693 section 2.1); at least one of the three is there.
 */
interface ExchangeTarget {
  /** The name of the service that the new token is for, as the provider knows it. */
  readonly audience?: string
  /** Where that service is (RFC 8707). */
  readonly resource?: string
  readonly scopes: readonly string[]
}

/** What becomes of the access token of whoever is calling before the upstream gets one. */
export interface Exchange extends ExchangeTarget {
  /** As whom a token is exchanged that no session holds; absent: there is none but of sessions. */
  readonly client?: Client
  /**
   * Who acts for the caller (RFC 8693 section 1.1), and is named in the new token; absent: nobody.
   */
  readonly actor?: Client
  /** Absent: the provider chooses between the two. */
  readonly requestedTokenType?: 'access_token' | 'jwt'
  /** Whether a token that nobody here can read is taken for the one that was asked for. */
  readonly takesOpaque: boolean
}

/** What the upstream receives. */
export interface Upstream {
  readonly authorization: AuthorizationKind
  /**
   * The operator's own; the default identity headers are made in identity-headers.ts. Names of the
   * two never meet.
   */
  readonly headers: readonly ToldHeader[]
  /** Whether one of these looks at the request, so that it is made at every check. */
  readonly toldByRequest?: true
  /** Absent: none is signed. */
  readonly assertion?: AssertionTerms
  /** Whose header names are set besides; absent: nobody's. */
  readonly compatibility?: Compatibility
  /** Well-known identity headers that a caller may send, spelled so; absent: none. */
  readonly passHeaders?: ReadonlySet<string>
}
