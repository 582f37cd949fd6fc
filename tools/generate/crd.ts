import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

/** A structural schema, as far as the generators read it. */
export interface Schema {
  readonly description?: string
  readonly type?: 'object' | 'array' | 'string' | 'boolean' | 'integer' | 'number'
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly additionalProperties?: Schema
  readonly enum?: readonly string[]
  readonly default?: unknown
  readonly pattern?: string
  readonly format?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly maxProperties?: number
  readonly 'x-kubernetes-list-type'?: 'set' | 'map' | 'atomic'
  readonly 'x-kubernetes-list-map-keys'?: readonly string[]
  readonly 'x-kubernetes-validations'?: readonly { readonly message: string }[]
}

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
      { readonly name: string; readonly schema: { readonly openAPIV3Schema: Schema } },
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
export const schemaOf = (crd: Crd): Schema => crd.spec.versions[0].schema.openAPIV3Schema

/** The schema of `spec`. */
export const specOf = (crd: Crd): Schema => {
  const spec = schemaOf(crd).properties?.spec
  if (spec === undefined) throw new Error(`${crd.spec.names.kind} has no spec in its schema`)
  return spec
}
