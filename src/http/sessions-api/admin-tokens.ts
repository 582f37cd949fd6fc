import { createHash, timingSafeEqual } from 'node:crypto'

/** A bearer token that the admin API takes. Only its hash is kept. */
export interface AdminToken {
  /** What audit lines say. */
  readonly name: string
  readonly hash: Buffer
}

/** The tokens of a file, and what is wrong with its other lines, as ends of sentences. */
export interface ParsedAdminTokens {
  readonly tokens: readonly AdminToken[]
  readonly problems: readonly string[]
}

const LINE = /^(?<name>[A-Za-z0-9._@-]{1,64})\s+(?<token>\S+)$/
const TOKEN = /^[A-Za-z0-9._~+/-]{32,512}=*$/

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest()

const parseLine = (line: string): AdminToken | string => {
  const { name, token } = LINE.exec(line)?.groups ?? {}
  if (name === undefined || token === undefined) {
    return 'must be a name of letters, digits, `.`, `_`, `@` and `-`, a space, and a token'
  }
  return TOKEN.test(token)
    ? { name, hash: hashOf(token) }
    : 'must hold a token of 32 to 512 letters, digits and `._~+/-`: make one with `openssl rand -hex 32`'
}

/**
 * Reads tokens, one a line behind its name; empty lines and those that begin with `#` do not count.
 * Problems never hold a token.
 */
export const parseAdminTokens = (text: string): ParsedAdminTokens => {
  const tokens: AdminToken[] = []
  const problems: string[] = []
  for (const [index, written] of text.split(/\r?\n/).entries()) {
    const line = written.trim()
    if (line === '' || line.startsWith('#')) continue
    const parsed = parseLine(line)
    if (typeof parsed === 'string') problems.push(`line ${index + 1} ${parsed}.`)
    else tokens.push(parsed)
  }
  if (tokens.length === 0 && problems.length === 0) problems.push('it holds no token.')
  return { tokens, problems }
}

/**
 * The name of the token that an `authorization` header presents (RFC 6750 section 2.1). Every token
 * is compared, in constant time.
 */
export const findAdminToken = (
  tokens: readonly AdminToken[],
  authorization: string | undefined,
): string | undefined => {
  const presented = /^bearer +(?<token>\S+)$/i.exec(authorization ?? '')?.groups?.token
  const hash = hashOf(presented ?? '')
  const matches = tokens.filter((token) => timingSafeEqual(token.hash, hash))
  return presented === undefined ? undefined : matches[0]?.name
}
