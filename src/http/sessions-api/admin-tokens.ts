import { createHash, timingSafeEqual } from 'node:crypto'
import { type AdminRole, EVERY_ROLE, type ShownToken } from '../../core/console/administrator.ts'

/** A bearer token that the admin API takes. Only its hash is kept. */
export interface AdminToken {
  /** What audit lines say. */
  readonly name: string
  readonly hash: Buffer
  readonly roles: readonly AdminRole[]
}

/** The tokens of a file, and what is wrong with its other lines, as ends of sentences. */
export interface ParsedAdminTokens {
  readonly tokens: readonly AdminToken[]
  readonly problems: readonly string[]
}

const LINE = /^(?<name>[A-Za-z0-9._@-]{1,64})\s+(?<token>\S+)(?:\s+(?<roles>\S.*))?$/
const TOKEN = /^[A-Za-z0-9._~+/-]{32,512}=*$/

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest()

const ROLES: Readonly<Record<string, readonly AdminRole[]>> = {
  view: ['view'],
  'end-sessions': EVERY_ROLE,
}

/** The roles of a list with commas; `undefined` if one is not known. */
const rolesOf = (text: string): readonly AdminRole[] | undefined => {
  const named = text.split(',').map((role) => ROLES[role.trim()])
  if (named.includes(undefined)) return undefined
  return EVERY_ROLE.filter((role) => named.some((roles) => roles?.includes(role)))
}

const parseLine = (line: string): AdminToken | string => {
  const { name, token, roles: written } = LINE.exec(line)?.groups ?? {}
  if (name === undefined || token === undefined) {
    return 'must be a name of letters, digits, `.`, `_`, `@` and `-`, a space, and a token'
  }
  if (!TOKEN.test(token)) {
    return 'must hold a token of 32 to 512 letters, digits and `._~+/-`: make one with `openssl rand -hex 32`'
  }
  const roles = written === undefined ? EVERY_ROLE : rolesOf(written)
  return roles === undefined
    ? 'must end behind the token, or name a role there: `view`, or `end-sessions`, which sees as well'
    : { name, hash: hashOf(token), roles }
}

/**
 * Reads tokens, one a line: behind its name, and before its roles, which are all without any. Empty
 * lines and those that begin with `#` do not count. Problems never hold a token.
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

/** What an `authorization` header presents (RFC 6750 section 2.1). */
export const bearerOf = (authorization: string | undefined): ShownToken | undefined => {
  const token = /^bearer +(?<token>\S+)$/i.exec(authorization ?? '')?.groups?.token
  return token === undefined ? undefined : { kind: 'token', token }
}

/** The token that is shown. Every token is compared, in constant time. */
export const findAdminToken = (
  tokens: readonly AdminToken[],
  shown: ShownToken | undefined,
): AdminToken | undefined => {
  const given = shown?.kind === 'hash' ? Buffer.from(shown.hash, 'base64url') : undefined
  const hash = given?.length === 32 ? given : hashOf(shown?.kind === 'token' ? shown.token : '')
  const matches = tokens.filter((token) => timingSafeEqual(token.hash, hash))
  return shown === undefined ? undefined : matches[0]
}
