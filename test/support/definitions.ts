import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import type { StructuralSchema } from '../../src/resources/schema/structural-schema.ts'

/** The API group and version of the custom resources. */
const API_VERSION = 'sallyport.dev/v1alpha1'

interface Definition {
  readonly spec: {
    readonly group: string
    readonly names: { readonly kind: string }
    readonly versions: readonly {
      readonly name: string
      readonly schema: { readonly openAPIV3Schema: StructuralSchema }
    }[]
  }
}

const FOLDER = new URL('../../deploy/crds/', import.meta.url)

const readDefinition = (name: string): readonly [string, StructuralSchema] => {
  const { spec }: Definition = parse(readFileSync(new URL(name, FOLDER), 'utf8'))
  const version = spec.versions.find((it) => `${spec.group}/${it.name}` === API_VERSION)
  const schema = version?.schema.openAPIV3Schema.properties?.spec
  if (schema === undefined) {
    throw new Error(`${fileURLToPath(new URL(name, FOLDER))} does not define ${API_VERSION}`)
  }
  return [spec.names.kind, schema]
}

/**
 * The schema of `spec` by kind, read from deploy/crds: the very manifests that are installed into a
 * cluster, with every description as it is there.
 */
export const readDefinitions = (): ReadonlyMap<string, StructuralSchema> =>
  new Map(
    readdirSync(FOLDER)
      .filter((name) => name.endsWith('.yaml'))
      .map(readDefinition),
  )
