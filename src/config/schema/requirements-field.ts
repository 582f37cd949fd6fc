import { type Complaint, type Leaf, leaf } from './shape.ts'
import { nameOfType, notThat } from './text-fields.ts'

/** One member of `requirements` as it is written; its clauses are read by whoever knows them. */
export interface WrittenRequirement {
  readonly name: string
  readonly namespaces?: { readonly names?: readonly string[]; readonly selector?: unknown }
  readonly authorize?: readonly unknown[]
  readonly removeHeaders?: readonly string[]
}

/** The most that are read. */
const MOST = 64

const NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/

const HEADER = /^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$/

/** What carries the request itself, or what this service answers for. */
const KEPT: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'cookie',
  'host',
  'te',
  'transfer-encoding',
  'upgrade',
])

type Group = Readonly<Record<string, unknown>>

const isGroup = (value: unknown): value is Group =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const unknownIn = (group: Group, known: readonly string[], where: string): readonly string[] =>
  Object.keys(group)
    .filter((name) => !known.includes(name))
    .map((name) => `has an unknown field ${where}${name}: known here: ${known.join(', ')}`)

const listProblems = (
  value: unknown,
  field: string,
  judge: (text: string) => string | undefined,
): readonly string[] => {
  if (!Array.isArray(value) || value.length === 0 || value.length > MOST) {
    return [`has in ${field} ${nameOfType(value)}: write a list of 1 to ${MOST} texts`]
  }
  return value.flatMap((each: unknown) => {
    const problem = typeof each === 'string' ? judge(each) : `is ${nameOfType(each)}`
    return problem === undefined
      ? []
      : [`has in ${field} ${JSON.stringify(each)}, which ${problem}`]
  })
}

const namespaceProblem = (text: string): string | undefined =>
  NAME.test(text) ? undefined : 'is not the name of a namespace'

const headerProblem = (text: string): string | undefined => {
  if (!HEADER.test(text)) {
    return 'is not the name of a header in lower case: letters, digits and inner `-`'
  }
  return KEPT.has(text) ? 'no request can do without: leave it out' : undefined
}

const namespacesProblems = (value: unknown): readonly string[] => {
  if (!isGroup(value)) return [`has in namespaces ${nameOfType(value)}: write names or selector`]
  const { names, selector } = value
  if ((names === undefined) === (selector === undefined)) {
    return [
      'needs in namespaces exactly one of names and selector; for every namespace leave it out',
    ]
  }
  return [
    ...unknownIn(value, ['names', 'selector'], 'namespaces.'),
    ...(names === undefined ? [] : listProblems(names, 'namespaces.names', namespaceProblem)),
    ...(selector === undefined || isGroup(selector)
      ? []
      : [
          `has in namespaces.selector ${nameOfType(selector)}: write matchLabels or matchExpressions`,
        ]),
  ]
}

const MEMBERS = ['name', 'namespaces', 'authorize', 'removeHeaders']

const memberProblems = (member: unknown): readonly string[] => {
  if (!isGroup(member))
    return [notThat('a group with name, and authorize or removeHeaders', member)]
  const { name, namespaces, authorize, removeHeaders } = member
  return [
    ...unknownIn(member, MEMBERS, ''),
    ...(typeof name === 'string' && NAME.test(name)
      ? []
      : ['needs a name of at most 63 lower-case letters, digits and `-`']),
    ...(namespaces === undefined ? [] : namespacesProblems(namespaces)),
    ...(authorize === undefined && removeHeaders === undefined
      ? ['requires nothing: add authorize or removeHeaders']
      : []),
    ...(authorize === undefined || (Array.isArray(authorize) && authorize.length > 0)
      ? []
      : [`has in authorize ${nameOfType(authorize)}: write a list of clauses`]),
    ...(removeHeaders === undefined
      ? []
      : listProblems(removeHeaders, 'removeHeaders', headerProblem)),
  ]
}

const repeated = (members: readonly unknown[]): readonly Complaint[] => {
  const names = members.map((member) => (isGroup(member) ? member.name : undefined))
  return names.flatMap((name, at) =>
    typeof name === 'string' && names.indexOf(name) < at
      ? [{ at, message: `has the name ${JSON.stringify(name)} of a member before it: rename one` }]
      : [],
  )
}

const SCHEMA = {
  type: 'array',
  maxItems: MOST,
  items: {
    type: 'object',
    required: ['name'],
    additionalProperties: false,
    properties: {
      name: { type: 'string', pattern: NAME.source },
      namespaces: {
        type: 'object',
        additionalProperties: false,
        properties: {
          names: { type: 'array', items: { type: 'string' } },
          selector: { type: 'object' },
        },
      },
      authorize: { type: 'array', items: { type: 'object' } },
      removeHeaders: { type: 'array', items: { type: 'string' } },
    },
  },
} as const

/** What the platform requires of routes: a list of groups. */
export const requirementsField = (description: string): Leaf<readonly WrittenRequirement[]> =>
  leaf({ ...SCHEMA, kind: 'requirements', description }, (value) => {
    if (!Array.isArray(value) || value.length > MOST) {
      return [{ message: notThat(`a list of at most ${MOST} groups`, value) }]
    }
    const each = value.flatMap((member: unknown, at) =>
      memberProblems(member).map((message) => ({ at, message })),
    )
    return [...each, ...repeated(value)]
  })
