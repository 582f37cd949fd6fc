import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { StructuralSchema } from '../../src/resources/schema/structural-schema.ts'

/** A custom resource definition, as far as the generators read it. */
export interface Crd {
  readonly spec: {
    readonly group: string
    readonly names: {
      readonly kind: string
      readonly plural: string
      readonly shortNames: readonly string[]
    }
    readonly versions: readonly [
      { readonly name: string; readonly schema: { readonly openAPIV3Schema: StructuralSchema } },
    ]
  }
}

/** The definitions of a folder, in the order of their kinds. */
export const readCrds = (folder: string): readonly Crd[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .map((name): Crd => parse(readFileSync(join(folder, name), 'utf8')))
    .sort((a, b) => (a.spec.names.kind < b.spec.names.kind ? -1 : 1))

/** The schema of the whole object. */
export const schemaOf = (crd: Crd): StructuralSchema => crd.spec.versions[0].schema.openAPIV3Schema

/** The schema of `spec`. */
export const specOf = (crd: Crd): StructuralSchema => {
  const spec = schemaOf(crd).properties?.spec
  if (spec === undefined) throw new Error(`${crd.spec.names.kind} has no spec in its schema`)
  return spec
}
