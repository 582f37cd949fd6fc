import { expect } from 'vitest'
import type { Told } from '../../../src/migrate/model/migration.ts'
import { sallyportIn } from '../cli/run.ts'

/** A clause of `authorize`, as it is written. */
interface WrittenClause {
  readonly cel?: string
  readonly anyOf?: readonly unknown[]
  readonly any?: readonly WrittenClause[]
  readonly [member: string]: unknown
}

/** A spec, of a route above all, as it is written. */
export interface WrittenSpec {
  readonly authorize?: readonly WrittenClause[]
  readonly rules?: readonly WrittenSpec[]
  readonly [member: string]: unknown
}

/** What came of an input. */
export interface Migrated {
  readonly manifests: readonly {
    readonly comments: readonly string[]
    readonly object: {
      readonly kind: string
      readonly metadata: { readonly name: string; readonly namespace: string }
      readonly spec: WrittenSpec
    }
  }[]
  readonly configuration: Readonly<Record<string, unknown>>
  readonly settings: readonly Told[]
}

/** Runs the command over a text, and reads what it prints for programs. */
export const migratedFrom = async (
  product: string,
  stdin: string,
  ...more: readonly string[]
): Promise<Migrated> => {
  const { out, err } = await sallyportIn({ stdin }, 'migrate', product, '-', ...more, '-o', 'json')
  expect(err).toBe('')
  return JSON.parse(out)
}

/** The specs of the objects of a kind. */
export const specsOf = ({ manifests }: Migrated, kind: string): readonly WrittenSpec[] =>
  manifests.filter(({ object }) => object.kind === kind).map(({ object }) => object.spec)

/** The spec of the first object of a kind. */
export const specOf = (migrated: Migrated, kind: string): WrittenSpec =>
  specsOf(migrated, kind)[0] ?? {}

/** Whether nobody gets in by a part of a route. */
export const isClosed = ({ authorize = [] }: WrittenSpec): boolean =>
  authorize.some(({ cel }) => String(cel).endsWith('\nfalse'))

/** How `explain` says that the manifests treat a request: its road, or that it is refused. */
export const roadOf = async (
  { manifests }: Migrated,
  url: string,
  ...more: readonly string[]
): Promise<string> => {
  const stdin = manifests.map(({ object }) => JSON.stringify(object)).join('\n---\n')
  const argv = ['explain', '--resources', '-', '--url', url, ...more, '-o', 'json']
  const { out } = await sallyportIn({ stdin }, ...argv)
  if (out === '') return 'refused'
  const { road, answer } = JSON.parse(out)
  return road ?? answer?.reason ?? 'none'
}
