import { parseHost } from '../../policy/matching/host.ts'
import { type JsonObject, objectIn, textIn } from '../reading/json.ts'
import { beginningWith } from '../writing/patterns.ts'

/** Which requests a chain is for. */
export interface ChainMatch {
  readonly hosts: readonly string[]
  readonly match: JsonObject
  /** What a host has to begin with; absent where it is named as a whole. */
  readonly hostBegins?: string
  /** Why it cannot be said. */
  readonly beyond: string | undefined
}

const EVERYTHING: ChainMatch = { hosts: [], match: {}, hostBegins: '', beyond: undefined }

const hostOf = (authority: string): string | undefined => {
  const parsed = parseHost(authority.replace(/:\d*$/, ''))
  return parsed.ok && parsed.value.includes('.') ? parsed.value : undefined
}

/** The hosts of other chains for which a chain holds as well. */
export const hostsOfOthers = (
  { hostBegins }: ChainMatch,
  known: readonly string[],
): readonly string[] =>
  hostBegins === undefined ? [] : known.filter((host) => host.startsWith(hostBegins))

/** Reads the `match` of a chain: by host, by path, or by another header. */
export const chainMatch = (written: unknown): ChainMatch => {
  const { header, equality, prefix } = objectIn(written)
  const [name, whole, begun] = [textIn(header)?.toLowerCase(), textIn(equality), textIn(prefix)]
  const text = whole ?? begun
  if (name === undefined || text === undefined) return EVERYTHING
  if (name === ':authority' || name === 'host') {
    const host = hostOf(text)
    return host === undefined
      ? {
          ...EVERYTHING,
          hostBegins: text.toLowerCase(),
          beyond: `${text} is the beginning of a host, and no host`,
        }
      : {
          hosts: [host],
          match: {},
          ...(whole === undefined ? { hostBegins: text.toLowerCase() } : {}),
          beyond: undefined,
        }
  }
  if (name === ':path') {
    const path = whole === undefined ? { pattern: beginningWith(text) } : { exact: whole }
    return text === '/' && whole === undefined ? EVERYTHING : { ...EVERYTHING, match: { path } }
  }
  if (name.startsWith(':')) return { ...EVERYTHING, beyond: `${name} chooses no rule` }
  const value = whole === undefined ? { pattern: beginningWith(text) } : { value: whole }
  return { ...EVERYTHING, match: { headers: [{ name, ...value }] } }
}
