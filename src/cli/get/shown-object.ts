import type { CustomKind } from '../../kubernetes/source/collections.ts'

/** A condition as it is written, or would be (metav1.Condition). */
export interface ShownCondition {
  readonly type: string
  readonly status: 'True' | 'False' | 'Unknown'
  readonly reason: string
  readonly message: string
  /** RFC 3339; only of a cluster. */
  readonly lastTransitionTime?: string
}

/** One host of a ProtectedRoute. */
export interface ShownHost {
  readonly host: string
  /** Absent where nobody has said yet. */
  readonly state?: 'Programmed' | 'Broken' | 'Conflicted'
  /** The ProtectedRoute that has the say there, as `namespace/name`; absent: not known. */
  readonly owner?: string
  /** When Envoy last asked, as RFC 3339; absent: never, or not known. */
  readonly lastCheckTime?: string
}

/** Something to mend. */
export interface ShownProblem {
  /** The type of the condition that says it. */
  readonly condition: string
  readonly reason: string
  /** What is wrong and what to do. */
  readonly message: string
}

/** One IdentityProvider, OIDCClient or ProtectedRoute, and how it stands. */
export interface ShownObject {
  readonly kind: CustomKind
  readonly namespace: string
  readonly name: string
  /** RFC 3339; only of a cluster. */
  readonly createdAt?: string
  readonly conditions: readonly ShownCondition[]
  /** The most fundamental first, each sentence once. */
  readonly problems: readonly ShownProblem[]
  /** ProtectedRoute. */
  readonly hosts?: readonly ShownHost[]
  /** ProtectedRoute: its OIDCClients as `namespace/name`. */
  readonly clients?: readonly string[]
  /** OIDCClient. */
  readonly clientId?: string
  /** OIDCClient: its IdentityProvider as `namespace/name`. */
  readonly provider?: string
  /** OIDCClient: what to register at the provider. */
  readonly redirectURIs?: readonly string[]
  readonly postLogoutRedirectURIs?: readonly string[]
  /** IdentityProvider. */
  readonly issuer?: string
  /** IdentityProvider: the verification keys that it publishes; absent: not known. */
  readonly keys?: number
}

const TYPES = ['Accepted', 'ResolvedRefs', 'Programmed', 'Ready']

const isFalse = ({ type, status }: ShownCondition): boolean =>
  status === 'False' && TYPES.includes(type)

/** What says no more than that a condition before it is false. */
const FOLLOWING: ReadonlySet<string> = new Set(['Invalid', 'RefsNotResolved', 'HostConflict'])

const NO_STATUS: ShownProblem = {
  condition: 'Ready',
  reason: 'NoStatus',
  message:
    'Nobody has written its status: no replica of Sallyport reads the resources of this cluster, or of this namespace, or none may write what it finds (docs/kubernetes.md).',
}

const isOutdated = (manifest: Written): boolean => {
  const { observedGeneration } = Object(manifest.status)
  const { generation } = Object(manifest.metadata)
  return typeof observedGeneration === 'number' && observedGeneration < generation
}

const OUTDATED: ShownProblem = {
  condition: 'Ready',
  reason: 'Outdated',
  message:
    'The status is about an earlier version of the object; the present one was not looked at.',
}

/** An object as it is written, with the status that somebody gave it. */
export interface Written {
  readonly kind: CustomKind
  readonly metadata: unknown
  readonly spec: unknown
  readonly status: unknown
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

const textsOf = (value: unknown): readonly string[] =>
  listOf(value).flatMap((one) => textOf(one) ?? [])

const STATES = ['Programmed', 'Broken', 'Conflicted'] as const

/** What is there, and nothing of what is not. */
const present = <T extends object>(members: T): { [K in keyof T]?: NonNullable<T[K]> } =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>
  }

const conditionsOf = (status: unknown): readonly ShownCondition[] =>
  listOf(Object(status).conditions).flatMap((one) => {
    const { type, status: is, reason, message, lastTransitionTime } = Object(one)
    if (textOf(type) === undefined) return []
    const state = is === 'True' || is === 'False' ? is : 'Unknown'
    return [
      {
        type,
        status: state,
        reason: textOf(reason) ?? '',
        message: textOf(message) ?? '',
        ...present({ lastTransitionTime: textOf(lastTransitionTime) }),
      },
    ]
  })

const problemsOf = (written: Written): readonly ShownProblem[] => {
  const conditions = conditionsOf(written.status)
  if (conditions.length === 0) return [NO_STATUS]
  const told = conditions
    .filter(isFalse)
    .toSorted((a, b) => TYPES.indexOf(a.type) - TYPES.indexOf(b.type))
    .filter(({ reason }, at) => at === 0 || !FOLLOWING.has(reason))
  const each = new Map<string, ShownProblem>()
  for (const { type, reason, message } of told) {
    if (!each.has(message)) each.set(message, { condition: type, reason, message })
  }
  return [...each.values(), ...(isOutdated(written) ? [OUTDATED] : [])]
}

const hostsOf = (written: Written, own: string): readonly ShownHost[] => {
  const told = new Map(
    listOf(Object(written.status).hosts).map((one) => [textOf(Object(one).host), Object(one)]),
  )
  return textsOf(Object(written.spec).hosts).map((host): ShownHost => {
    const { state: said, conflictingWith, lastCheckTime } = Object(told.get(host))
    const state = STATES.find((one) => one === said)
    const owner = state === undefined ? undefined : (textOf(conflictingWith) ?? own)
    return { host, ...present({ state, owner, lastCheckTime: textOf(lastCheckTime) }) }
  })
}

const referenceOf = (ref: unknown, namespace: string): string | undefined => {
  const name = textOf(Object(ref).name)
  return name === undefined ? undefined : `${textOf(Object(ref).namespace) ?? namespace}/${name}`
}

const clientsOf = (spec: unknown, namespace: string): readonly string[] => {
  const { clientRef, clientRefs, rules } = Object(spec)
  const ofRules = listOf(rules).map((rule) => Object(rule).clientRef)
  const refs = [clientRef, ...listOf(clientRefs), ...ofRules]
  return [...new Set(refs.flatMap((ref) => referenceOf(ref, namespace) ?? []))]
}

const detailsOf = (written: Written, namespace: string, own: string): Partial<ShownObject> => {
  const { kind, spec } = written
  const status = Object(written.status)
  switch (kind) {
    case 'ProtectedRoute':
      return { hosts: hostsOf(written, own), clients: clientsOf(spec, namespace) }
    case 'OIDCClient':
      return present({
        clientId: textOf(Object(spec).clientId),
        provider: referenceOf(Object(spec).providerRef, namespace),
        redirectURIs: textsOf(status.redirectURIs),
        postLogoutRedirectURIs: textsOf(status.postLogoutRedirectURIs),
      })
    case 'IdentityProvider':
      return present({
        issuer: textOf(Object(spec).issuer),
        keys: typeof status.keys === 'number' ? status.keys : undefined,
      })
  }
}

/** An object with what its status says; whatever is not as it should be is left out. */
export const showObject = (written: Written): ShownObject => {
  const metadata = Object(written.metadata)
  const namespace = textOf(metadata.namespace) ?? 'default'
  const name = textOf(metadata.name) ?? ''
  return {
    kind: written.kind,
    namespace,
    name,
    ...present({ createdAt: textOf(metadata.creationTimestamp) }),
    ...detailsOf(written, namespace, `${namespace}/${name}`),
    conditions: conditionsOf(written.status),
    problems: problemsOf(written),
  }
}
