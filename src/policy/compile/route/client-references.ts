import type { FieldPath, ProtectedRoute } from '../../resource/resource.ts'
import type { Findings } from '../object/findings.ts'

/** An OIDCClient that a route or one of its rules names, and where. */
export interface ClientReference {
  readonly namespace: string
  readonly name: string
  readonly field: FieldPath
}

/** The clients of a route by its parts. */
export interface ClientReferences {
  /** Each client once; those of the route come first. */
  readonly all: readonly ClientReference[]
  /** Of the route-level settings. */
  readonly ofRoute: readonly ClientReference[]
  /** Of the rule at this place. */
  readonly ofRule: (index: number) => readonly ClientReference[]
  /** Whether a rule has a client of its own. */
  readonly hasParts: boolean
}

/** `namespace/name` of the client. */
export const clientNameOf = ({ namespace, name }: Omit<ClientReference, 'field'>): string =>
  `${namespace}/${name}`

const routeClients = (
  { metadata, spec }: ProtectedRoute,
  findings: Findings,
): readonly ClientReference[] => {
  const { namespace } = metadata
  const { clientRef, clientRefs = [] } = spec
  const field = ['spec', 'clientRefs']
  if (clientRef !== undefined && clientRefs.length > 0) {
    findings.add(field, '`clientRef` and `clientRefs` exclude each other: list every client here')
  }
  const names = new Set<string>()
  const listed = clientRefs.map((ref, index): ClientReference => {
    if (names.has(ref.name)) {
      const message = `The name "${ref.name}" is taken by a member before it, and a link chooses a client by its name: remove or rename one`
      findings.add([...field, index], message)
    }
    names.add(ref.name)
    return { namespace, ...ref, field: [...field, index] }
  })
  const single =
    clientRef === undefined ? [] : [{ namespace, ...clientRef, field: ['spec', 'clientRef'] }]
  return [...single, ...listed]
}

const ruleClients = ({
  metadata,
  spec,
}: ProtectedRoute): readonly (ClientReference | undefined)[] =>
  spec.rules.map(({ clientRef }, index) =>
    clientRef === undefined
      ? undefined
      : {
          namespace: metadata.namespace,
          ...clientRef,
          field: ['spec', 'rules', index, 'clientRef'],
        },
  )

/** Those of rules that are not among these yet, each once; browsers know them by their names. */
const further = (
  known: readonly ClientReference[],
  ofRules: readonly ClientReference[],
  findings: Findings,
): readonly ClientReference[] => {
  const byName = new Map(known.map((ref) => [ref.name, ref]))
  return ofRules.filter((ref) => {
    const former = byName.get(ref.name)
    if (former === undefined) byName.set(ref.name, ref)
    else if (former.namespace !== ref.namespace) {
      const message = `OIDCClient ${clientNameOf(ref)} has the name of OIDCClient ${clientNameOf(former)}, and the browser remembers clients of one host by their names: rename one`
      findings.add(ref.field, message)
    }
    return former === undefined
  })
}

/**
 * The clients of a route and of its rules. A hint and the remembered choice name a client by its
 * own name alone, so no two may have the same.
 */
export const clientReferencesOf = (route: ProtectedRoute, findings: Findings): ClientReferences => {
  const ofRoute = routeClients(route, findings)
  const byRule = ruleClients(route)
  const ofRules = byRule.flatMap((ref) => ref ?? [])
  return {
    all: [...ofRoute, ...further(ofRoute, ofRules, findings)],
    ofRoute,
    ofRule: (index) => {
      const own = byRule[index]
      return own === undefined ? ofRoute : [own]
    },
    hasParts: ofRules.length > 0,
  }
}
