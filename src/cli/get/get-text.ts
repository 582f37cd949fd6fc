import { printable } from '../../explain/words/printable.ts'
import type { CustomKind } from '../../kubernetes/source/collections.ts'
import type { Paint, Style } from '../terminal/colour.ts'
import { type Column, table } from '../terminal/table.ts'
import { qualified } from './kinds.ts'
import type { ShownHost, ShownObject } from './shown-object.ts'

/** How objects are printed for a person. */
export interface TextOptions {
  readonly wide: boolean
  /** Say the namespace of each. */
  readonly namespaces: boolean
  readonly nowMs: number
  readonly paint: Paint
}

const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'm'],
  [1_000, 's'],
] as const

/** How long ago a time was, in its largest unit; `undefined` where there is no time. */
const since = (time: string | undefined, nowMs: number): string | undefined => {
  const ms = time === undefined ? Number.NaN : nowMs - Date.parse(time)
  if (Number.isNaN(ms)) return undefined
  const [unit, letter] = UNITS.find(([size]) => ms >= size) ?? UNITS[3]
  return `${Math.max(0, Math.floor(ms / unit))}${letter}`
}

const statusOf = ({ conditions }: ShownObject, wanted: string): string =>
  conditions.find(({ type }) => type === wanted)?.status ?? 'Unknown'

/** Why an object is not ready, or that it is, in one word. */
const reasonOf = ({ conditions, problems }: ShownObject): string =>
  problems[0]?.reason ?? conditions.find(({ type }) => type === 'Ready')?.reason ?? ''

const hostText = (own: string, { host, state, owner }: ShownHost): string => {
  if (state === 'Broken') return `${host} (503)`
  return owner === undefined || owner === own ? host : `${host} (of ${owner})`
}

const MOST_HOSTS = 3

const hostsText = ({ namespace, name, hosts = [] }: ShownObject, wide: boolean): string => {
  const all = hosts.map((host) => hostText(`${namespace}/${name}`, host))
  const shown = wide ? all : all.slice(0, MOST_HOSTS)
  const left = all.length - shown.length
  return [...shown, ...(left === 0 ? [] : [`and ${left} more`])].join(', ')
}

const withoutOwn = (namespace: string, name: string): string =>
  name.startsWith(`${namespace}/`) ? name.slice(namespace.length + 1) : name

const clientsText = ({ namespace, clients = [] }: ShownObject): string | undefined =>
  clients.length === 0 ? undefined : clients.map((one) => withoutOwn(namespace, one)).join(', ')

const lastCheck = ({ hosts = [] }: ShownObject): string | undefined =>
  hosts
    .flatMap(({ lastCheckTime }) => lastCheckTime ?? [])
    .toSorted()
    .at(-1)

const ofKind = (kind: CustomKind, { wide, nowMs }: TextOptions): readonly Column<ShownObject>[] => {
  switch (kind) {
    case 'ProtectedRoute':
      return [
        ['HOSTS', (one) => hostsText(one, wide)],
        ['CLIENTS', clientsText],
        ['LAST CHECK', (one) => since(lastCheck(one), nowMs)],
      ]
    case 'OIDCClient':
      return [
        ['CLIENT ID', ({ clientId }) => clientId],
        ['PROVIDER', ({ namespace, provider }) => provider && withoutOwn(namespace, provider)],
      ]
    case 'IdentityProvider':
      return [
        ['ISSUER', ({ issuer }) => issuer],
        ['KEYS', ({ keys }) => (keys === undefined ? undefined : String(keys))],
      ]
  }
}

const shown = ([title, value]: Column<ShownObject>): Column<ShownObject> => [
  title,
  (one) => {
    const text = value(one)
    return text === undefined ? undefined : printable(text)
  },
]

const columnsOf = (
  kind: CustomKind,
  isAlone: boolean,
  options: TextOptions,
): readonly Column<ShownObject>[] => [
  ...(options.namespaces
    ? ([['NAMESPACE', ({ namespace }) => printable(namespace)]] satisfies Column<ShownObject>[])
    : []),
  ['NAME', ({ name }) => printable(isAlone ? name : `${qualified(kind)}/${name}`)],
  ...ofKind(kind, options).map(shown),
  ['ACCEPTED', (one) => statusOf(one, 'Accepted')],
  ...(options.wide
    ? ([['RESOLVED REFS', (one) => statusOf(one, 'ResolvedRefs')]] satisfies Column<ShownObject>[])
    : []),
  ...(options.wide && kind === 'ProtectedRoute'
    ? ([['PROGRAMMED', (one) => statusOf(one, 'Programmed')]] satisfies Column<ShownObject>[])
    : []),
  ['READY', (one) => statusOf(one, 'Ready')],
  ['REASON', (one) => printable(reasonOf(one))],
  ['AGE', ({ createdAt }) => since(createdAt, options.nowMs)],
]

const STYLES: Readonly<Record<string, Style>> = { True: 'good', False: 'bad', Unknown: 'warning' }

/** The words of conditions stand by themselves between two blanks, and names hold none. */
const coloured = (text: string, paint: Paint): string =>
  text.replace(/(?<= {2})(?:True|False|Unknown)(?= {2}|$)/gm, (word) =>
    paint(STYLES[word] ?? 'warning', word),
  )

const problemLines = ({ kind, namespace, name, problems }: ShownObject): readonly string[] =>
  problems.length === 0
    ? []
    : [
        `${kind} ${namespace}/${name}:`,
        ...problems.map(({ condition, reason, message }) => `  ${condition} ${reason}: ${message}`),
      ].map(printable)

/** A table of each kind, and below what is wrong with which object. Empty without objects. */
export const objectsText = (objects: readonly ShownObject[], options: TextOptions): string => {
  const byKind = [...Map.groupBy(objects, ({ kind }) => kind)]
  const tables = byKind.map(([kind, some]) =>
    coloured(table(columnsOf(kind, byKind.length === 1, options), some), options.paint),
  )
  const problems = objects.flatMap(problemLines).map((line) => `${line}\n`)
  return [...tables, ...(problems.length === 0 ? [] : [problems.join('')])].join('\n')
}

/** The names of objects as kubectl writes them. */
export const namesText = (objects: readonly ShownObject[]): string =>
  objects.map(({ kind, name }) => `${printable(`${qualified(kind)}/${name}`)}\n`).join('')
