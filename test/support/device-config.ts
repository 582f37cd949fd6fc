import { attributesIn } from './device-jar.ts'
import { valuesOf, type WireAnswer } from './device-wire.ts'

/** A rule of the scope of a session; the last that matches decides. */
interface ScopeRule {
  readonly type: string
  readonly domain: string
  readonly path: string
}

/** A session of a browser as its server describes it. */
export interface DeviceConfig {
  readonly id: string
  readonly refreshPath: string
  readonly rules: readonly ScopeRule[]
  /** The name of the cookie that is bound. */
  readonly cookieName: string
  readonly initiators: readonly string[]
}

/** What a server asks a browser to bind. */
export interface Registration {
  readonly path: string
  readonly challenge: string
  readonly authorization: string
}

const parameter = (value: string, name: string): string | undefined =>
  new RegExp(`;\\s*${name}="([^"]*)"`).exec(value)?.[1]

/** What an answer asks to be bound; `undefined` where it asks for nothing that a browser does. */
export const registrationIn = (answer: WireAnswer): Registration | undefined => {
  const [value] = valuesOf(answer, 'secure-session-registration')
  if (value === undefined || !/^\((?:(?:ES256|RS256) ?)+\);/.test(value)) return undefined
  const [path, challenge] = [parameter(value, 'path'), parameter(value, 'challenge')]
  return path === undefined || challenge === undefined
    ? undefined
    : { path, challenge, authorization: parameter(value, 'authorization') ?? '' }
}

/** The challenge of an answer for the session of this name. */
export const challengeIn = (answer: WireAnswer, id: string): string | undefined =>
  valuesOf(answer, 'secure-session-challenge')
    .map((value) => /^"([^"]*)";id="([^"]*)"$/.exec(value))
    .find((found) => found?.[2] === id)?.[1]

const COMPARED = ['path', 'secure', 'httponly', 'samesite', 'domain'] as const

const fits = (written: string, set: string | undefined): boolean => {
  if (set === undefined) return true
  const [one, other] = [attributesIn(written), attributesIn(set.slice(set.indexOf(';')))]
  return COMPARED.every((name) => one.get(name) === other.get(name))
}

/** The members of a JSON object, each of which may be anything. */
export const jsonIn = ({ body }: Pick<WireAnswer, 'body'>): Record<string, unknown> | undefined => {
  try {
    const read: unknown = JSON.parse(body)
    return typeof read === 'object' && read !== null && !Array.isArray(read)
      ? (read as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

interface WrittenCredential {
  readonly type?: string
  readonly name?: string
  readonly attributes?: string
}

interface WrittenScope {
  readonly include_site?: boolean
  readonly scope_specification?: readonly ScopeRule[]
}

/**
 * What Chromium makes of the answer to a registration. Whatever it rejects without a word is
 * `undefined`: attributes with an age, or other ones than the cookie has; a scope that says nothing
 * of the site.
 */
export const configIn = (answer: WireAnswer): DeviceConfig | undefined => {
  const members = answer.status === 200 ? jsonIn(answer) : undefined
  if (members === undefined || members.continue === false) return undefined
  const { session_identifier: id, refresh_url: refreshPath } = members
  const scope = (members.scope ?? {}) as WrittenScope
  const [credential, ...more] = (members.credentials ?? []) as readonly WrittenCredential[]
  const { type, name, attributes = '' } = credential ?? {}
  if (typeof id !== 'string' || id === '' || typeof refreshPath !== 'string') return undefined
  if (type !== 'cookie' || name === undefined || more.length > 0) return undefined
  if (typeof scope.include_site !== 'boolean') return undefined
  const named = attributesIn(attributes)
  if (named.has('max-age') || named.has('expires')) return undefined
  if (named.get('path') !== '/' || !named.has('secure') || named.has('domain')) return undefined
  const set = valuesOf(answer, 'set-cookie').find((line) => line.startsWith(`${name}=`))
  if (!fits(attributes, set)) return undefined
  return {
    id,
    refreshPath,
    rules: scope.scope_specification ?? [],
    cookieName: name,
    initiators: (members.allowed_refresh_initiators ?? []) as readonly string[],
  }
}

/** Whether requests of this path wait for the cookie of a session. */
export const isInScope = ({ rules, refreshPath }: DeviceConfig, path: string): boolean => {
  const [plain = ''] = path.split('?')
  if (plain === refreshPath) return false
  const last = rules.findLast(
    (rule) => plain === rule.path || plain.startsWith(`${rule.path.replace(/\/$/, '')}/`),
  )
  return last?.type !== 'exclude'
}
