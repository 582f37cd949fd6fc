import type { PolicyLookup, PolicySource } from '../../core/policy-source.ts'
import { eachInSteps, type Steps } from '../../core/time/steps.ts'
import { nearestHost } from './nearest-host.ts'

/**
 * What a host answers with: a policy, the sentence that says why it has none that can be used, or
 * the clients that are called back there.
 */
export type HostAnswer = Extract<PolicyLookup, { readonly kind: 'found' | 'broken' | 'callbacks' }>

/** One host with its owner's answer. */
export interface HostEntry {
  /**
   * Canonical (R4): a name, or `*.` and a name, which stands for one or more labels before that
   * name.
   */
  readonly host: string
  readonly answer: HostAnswer
}

/** A host as its owner names it. */
export interface OwnedHost {
  /** `namespace/name` of the ProtectedRoute. */
  readonly owner: string
  readonly host: string
}

/** Hosts and their owners, frozen at one moment. */
export interface HostTable extends PolicySource {
  /** What `find` answers, and nobody counts as having asked. */
  readonly look: PolicySource['find']
  /** The hosts that were looked up since this was last called, each once. */
  readonly takeAsked: () => readonly OwnedHost[]
  /** The host that was probably meant by one that is not there. */
  readonly nearest: (host: string) => string | undefined
}

/**
 * The context extension by which the gateway's route names the ProtectedRoute that it expects (R3).
 */
export const ROUTE_EXTENSION = 'sallyport.dev/route'

/** The table before the first complete snapshot: no host is known, and none is unknown (R30). */
export const emptyTable: HostTable = Object.freeze({
  find: (): PolicyLookup => ({ kind: 'not_synced' }),
  look: (): PolicyLookup => ({ kind: 'not_synced' }),
  takeAsked: () => [],
  nearest: () => undefined,
})

const NONE: PolicyLookup = Object.freeze({ kind: 'none' })

/** `undefined`: no route owns it. */
const ownerOf = (answer: HostAnswer): string | undefined => {
  if (answer.kind === 'callbacks') return undefined
  return answer.kind === 'found' ? answer.policy.name : answer.policy
}

/** A host of the table, and whether anybody asked about it since that was last looked at. */
interface Slot {
  readonly host: string
  readonly owner: string | undefined
  readonly answer: HostAnswer
  isAsked: boolean
}

const slotOf = ({ host, answer }: HostEntry): Slot => ({
  host,
  answer,
  owner: ownerOf(answer),
  isAsked: false,
})

const namedRoute = (extensions: Readonly<Record<string, string>>): string | undefined =>
  Object.hasOwn(extensions, ROUTE_EXTENSION) ? extensions[ROUTE_EXTENSION] : undefined

/**
 * The table of these hosts. A host must not occur twice. Looking one up takes a step per label,
 * whatever the size.
 */
export const createHostTable = function* (entries: Iterable<HostEntry>): Steps<HostTable> {
  const exact = new Map<string, Slot>()
  const bySuffix = new Map<string, Slot>()
  yield* eachInSteps(entries, (entry) => {
    const { host } = entry
    if (host.startsWith('*.')) bySuffix.set(host.slice(2), slotOf(entry))
    else exact.set(host, slotOf(entry))
  })
  let asked: Slot[] = []

  const covering = (host: string): Slot | undefined => {
    for (let dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) {
      const slot = bySuffix.get(host.slice(dot + 1))
      if (slot !== undefined) return slot
    }
    return undefined
  }
  const noteAsked = (slot: Slot): void => {
    if (slot.isAsked || slot.owner === undefined) return
    slot.isAsked = true
    asked.push(slot)
  }

  const slotOfHost = (host: string): Slot | undefined => exact.get(host) ?? covering(host)

  const answerOf = (
    { answer, owner }: Slot,
    extensions: Readonly<Record<string, string>>,
  ): PolicyLookup => {
    const named = namedRoute(extensions)
    if (named === undefined || named === owner) return answer
    return { kind: 'conflict', policy: owner ?? named }
  }
  const find: PolicySource['find'] = ({ host, contextExtensions }) => {
    const slot = slotOfHost(host)
    if (slot === undefined) return NONE
    noteAsked(slot)
    return answerOf(slot, contextExtensions)
  }
  const look: PolicySource['find'] = ({ host, contextExtensions }) => {
    const slot = slotOfHost(host)
    return slot === undefined ? NONE : answerOf(slot, contextExtensions)
  }
  const takeAsked = (): readonly OwnedHost[] => {
    const taken = asked
    asked = []
    for (const slot of taken) slot.isAsked = false
    return taken.flatMap(({ owner, host }) => (owner === undefined ? [] : [{ owner, host }]))
  }
  const hosts = function* (): Generator<string> {
    yield* exact.keys()
    for (const suffix of bySuffix.keys()) yield `*.${suffix}`
  }
  const nearest: HostTable['nearest'] = (host) =>
    slotOfHost(host) === undefined ? nearestHost(host, hosts()) : undefined
  return Object.freeze({ find, look, takeAsked, nearest })
}
