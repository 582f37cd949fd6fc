import type { PolicyLookup, PolicySource } from '../core/ports.ts'

/**
 * What a host answers with: a policy, or the sentence that says why it has none that can be used.
 */
export type HostAnswer = Extract<PolicyLookup, { readonly kind: 'found' | 'broken' }>

/** One host with its owner's answer. */
export interface HostEntry {
  /**
   * Canonical (R4): a name, or `*.` and a name, which stands for one or more labels before that
   * name.
   */
  readonly host: string
  readonly answer: HostAnswer
}

/** Hosts and their owners, frozen at one moment. */
export type HostTable = PolicySource

/**
 * The context extension by which the gateway's route names the ProtectedRoute that it expects (R3).
 */
export const ROUTE_EXTENSION = 'sallyport.dev/route'

/** The table before the first complete snapshot: no host is known, and none is unknown (R30). */
export const emptyTable: HostTable = Object.freeze({
  find: (): PolicyLookup => ({ kind: 'not_synced' }),
})

const NONE: PolicyLookup = Object.freeze({ kind: 'none' })

const ownerOf = (answer: HostAnswer): string =>
  answer.kind === 'found' ? answer.policy.name : answer.policy

const namedRoute = (extensions: Readonly<Record<string, string>>): string | undefined =>
  Object.hasOwn(extensions, ROUTE_EXTENSION) ? extensions[ROUTE_EXTENSION] : undefined

/**
 * The table of these hosts. A host must not occur twice. Looking one up takes a step per label,
 * whatever the size.
 */
export const createHostTable = (entries: Iterable<HostEntry>): HostTable => {
  const exact = new Map<string, HostAnswer>()
  const bySuffix = new Map<string, HostAnswer>()
  for (const { host, answer } of entries) {
    if (host.startsWith('*.')) bySuffix.set(host.slice(2), answer)
    else exact.set(host, answer)
  }

  const covering = (host: string): HostAnswer | undefined => {
    for (let dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) {
      const answer = bySuffix.get(host.slice(dot + 1))
      if (answer !== undefined) return answer
    }
    return undefined
  }

  const find: PolicySource['find'] = ({ host, contextExtensions }) => {
    const answer = exact.get(host) ?? covering(host)
    if (answer === undefined) return NONE
    const owner = ownerOf(answer)
    const named = namedRoute(contextExtensions)
    return named === undefined || named === owner ? answer : { kind: 'conflict', policy: owner }
  }
  return Object.freeze({ find })
}
