import type {
  IdentityProvider,
  OIDCClient,
  ProtectedRoute,
} from '../../src/policy/resource/resource.ts'
import { isObject, type StructuralSchema } from '../../src/resources/schema/structural-schema.ts'
import { readDefinitions } from './definitions.ts'

interface Specs {
  readonly IdentityProvider: IdentityProvider['spec']
  readonly OIDCClient: OIDCClient['spec']
  readonly ProtectedRoute: ProtectedRoute['spec']
}

const definitions = readDefinitions()

/** As the API server does it: a default of a group is filled in before those of its fields. */
const filled = (value: unknown, schema: StructuralSchema): unknown => {
  if (Array.isArray(value)) return value.map((one) => filled(one, schema.items ?? {}))
  if (!isObject(value)) return value
  const fields = Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const set = value[name] ?? structuredClone(field.default)
    return set === undefined ? [] : [[name, filled(set, field)]]
  })
  return { ...value, ...Object.fromEntries(fields) }
}

/** A specification as the definitions in deploy/crds complete it; it is not validated. */
export const withDefaults = <K extends keyof Specs>(kind: K, spec: object): Specs[K] =>
  filled(spec, definitions.get(kind) ?? {}) as Specs[K]
