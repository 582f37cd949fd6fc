/** Where in the configuration something is, from the top. */
export type Path = readonly (string | number)[]

/** What keeps a value from being what its shape says. */
export type Issue =
  | { readonly kind: 'wrong'; readonly path: Path; readonly message: string }
  /** Names in a group that are none of its members. */
  | { readonly kind: 'unknown'; readonly path: Path; readonly names: readonly string[] }
  /** Something else where a group of fields is expected. */
  | { readonly kind: 'no-group'; readonly path: Path }

/** JSON Schema (draft 2020-12) of what may be written, with the field notes of the leaves. */
export interface ShapeSchema {
  readonly properties?: Readonly<Record<string, ShapeSchema>>
  readonly [keyword: string]: unknown
}

/** What was read: usable if there are no issues. */
export interface Reading {
  readonly value: unknown
  readonly issues: readonly Issue[]
}

/** What a part of the configuration must be; `T` is what it then is, defaults filled in. */
export interface Shape<T> {
  readonly schema: ShapeSchema
  /** Finds every issue, in the order of the members; a value of `undefined` is one not written. */
  readonly read: (value: unknown, path: Path) => Reading
  /** Never there: holds the type. */
  readonly type?: T
}

/** The shape of one field, before it is said what counts while it is not written. */
export interface Leaf<T> extends Shape<T> {
  readonly default: (value: T) => Shape<T>
  readonly optional: () => Shape<T | undefined>
}

/** What is wrong with a value, and where below it. */
export interface Complaint {
  readonly at?: number
  readonly message: string
}

/** A field whose value is taken as it is written where nothing is complained about. */
export const leaf = <T>(
  schema: ShapeSchema,
  complaints: (value: unknown) => readonly Complaint[],
): Leaf<T> => {
  const read = (value: unknown, path: Path): Reading => ({
    value,
    issues: complaints(value).map(({ at, message }) => ({
      kind: 'wrong',
      path: at === undefined ? path : [...path, at],
      message,
    })),
  })
  return {
    schema,
    read,
    default: (unwritten) => ({
      schema: { default: unwritten, ...schema },
      read: (value, path) => read(value === undefined ? unwritten : value, path),
    }),
    optional: () => ({
      schema,
      read: (value, path) => (value === undefined ? { value, issues: [] } : read(value, path)),
    }),
  }
}

type Members = Readonly<Record<string, Shape<unknown>>>

/** The type of what a shape reads. */
export type Written<S> = S extends Shape<infer T> ? T : never

type OptionalNames<M extends Members> = {
  [K in keyof M]: undefined extends Written<M[K]> ? K : never
}[keyof M]

type WrittenGroup<M extends Members> = {
  readonly [K in Exclude<keyof M, OptionalNames<M>>]: Written<M[K]>
} & { readonly [K in OptionalNames<M>]?: Written<M[K]> }

const isGroup = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Fields and groups by name, and no others. Every member counts as written empty if it is not. */
export const group = <M extends Members>(members: M): Shape<WrittenGroup<M>> => {
  const entries = Object.entries(members)
  return {
    schema: {
      default: {},
      type: 'object',
      properties: Object.fromEntries(entries.map(([name, { schema }]) => [name, schema])),
      additionalProperties: false,
    },
    read: (written, path) => {
      const value = written === undefined ? {} : written
      if (!isGroup(value)) return { value, issues: [{ kind: 'no-group', path }] }
      const own = (name: string) => (Object.hasOwn(value, name) ? value[name] : undefined)
      const readings = entries.map(
        ([name, member]) => [name, member.read(own(name), [...path, name])] as const,
      )
      const names = Object.keys(value).filter((name) => !Object.hasOwn(members, name))
      return {
        value: Object.fromEntries(
          readings.flatMap(([name, reading]) =>
            reading.value === undefined ? [] : [[name, reading.value]],
          ),
        ),
        issues: [
          ...readings.flatMap(([, { issues }]) => issues),
          ...(names.length === 0 ? [] : [{ kind: 'unknown', path, names } as const]),
        ],
      }
    },
  }
}
