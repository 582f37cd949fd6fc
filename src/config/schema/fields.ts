import type { FieldKind } from './field-kinds.ts'
import { configurationSchema } from './schema.ts'

/** One setting of the process, as the reference, the environment and the flags know it. */
export interface Field {
  /** Names from the top, for example `['grpc', 'tls', 'certFile']`. */
  readonly path: readonly string[]
  readonly kind: FieldKind
  readonly description: string
  /** The environment variable that sets it. */
  readonly variable: string
  /** The option of `sallyport serve` that sets it; the common fields have one. */
  readonly flag?: string
  /** Absent: unset unless configured. */
  readonly default?: unknown
  /** The allowed words of a choice. */
  readonly words?: readonly string[]
  /** The bounds of a number or a duration, in words. */
  readonly range?: string
}

interface Node {
  readonly properties?: Readonly<Record<string, Node>>
  readonly kind?: FieldKind
  readonly description?: string
  readonly flag?: string
  readonly range?: string
  readonly default?: unknown
  readonly enum?: readonly string[]
}

/**
 * The environment variable of a field: its path in upper case, joined by `_`, with `_` before each
 * capital: `sessions.redis.keyPrefix` is `SALLYPORT_SESSIONS_REDIS_KEY_PREFIX`.
 */
export const variableOf = (path: readonly string[]): string =>
  ['SALLYPORT', ...path.map((name) => name.replace(/[A-Z]/g, '_$&').toUpperCase())].join('_')

const leaf = (path: readonly string[], kind: FieldKind, node: Node): Field => ({
  path,
  kind,
  description: node.description ?? '',
  variable: variableOf(path),
  ...(node.flag === undefined ? {} : { flag: node.flag }),
  ...(node.default === undefined ? {} : { default: node.default }),
  ...(node.enum === undefined ? {} : { words: node.enum }),
  ...(node.range === undefined ? {} : { range: node.range }),
})

const collect = (node: Node, path: readonly string[]): readonly Field[] => {
  if (node.kind !== undefined) return [leaf(path, node.kind, node)]
  return Object.entries(node.properties ?? {}).flatMap(([name, child]) =>
    collect(child, [...path, name]),
  )
}

/** Every field of the configuration, in the order of the reference. */
export const configurationFields: readonly Field[] = collect(configurationSchema.schema, [])
