import { globSync, readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { configurationFields } from '../../../src/config/schema/fields.ts'
import { readValues } from '../../../tools/generate/chart/values.ts'

interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly properties?: Readonly<Record<string, Schema>>
}

const chart = (name: string): string =>
  readFileSync(new URL(`../../../charts/sallyport/${name}`, import.meta.url), 'utf8')

const text = chart('values.yaml')
const schema = JSON.parse(chart('values.schema.json'))
const isValid = new Ajv({ strict: false }).compile(schema)

const documented = readValues(text).map(({ path }) => path)
const defaults = (): Record<string, unknown> => parse(text)

/** The defaults with one value changed. */
const changed = (path: string, change: (before: unknown) => unknown): unknown => {
  const values = defaults()
  const names = path.split('.')
  const last = names.pop() ?? ''
  const parent = names.reduce<Record<string, unknown>>((at, name) => Object(at[name]), values)
  parent[last] = change(parent[last])
  return values
}

const groupsOf = (path: string): readonly string[] =>
  path.split('.').map((_, index, names) => names.slice(0, index).join('.'))

const groups = [...new Set(documented.flatMap(groupsOf))].filter((path) => path !== '')

/** A group that is shared with other charts. */
const SHARED = 'global'

const schemaOf = (path: string): Schema =>
  path.split('.').reduce<Schema>((at, name) => {
    const next: Schema = at.properties?.[name] ?? {}
    return next.$ref === undefined ? next : schema.$defs[next.$ref.replace('#/$defs/', '')]
  }, schema)

/** Fields that the chart has no need of, each with its reason. */
const NOT_OF_THE_CHART: Readonly<Record<string, string>> = {
  'resources.files.paths': 'resources come from the API server',
  'resources.kubernetes.kubeconfigFile': 'the service account of the pod',
}

const leavesOf = (node: unknown, path: readonly string[]): readonly string[] =>
  typeof node === 'object' && node !== null && !Array.isArray(node)
    ? Object.entries(node).flatMap(([name, child]) => leavesOf(child, [...path, name]))
    : [path.join('.')]

/** What some set of values makes of the configuration: the paths of its fields. */
const renderedFields = globSync('*.out.yaml', {
  cwd: new URL('../../golden/chart/', import.meta.url),
}).flatMap((name) => {
  const file = new URL(`../../golden/chart/${name}`, import.meta.url)
  const objects = parseAllDocuments(readFileSync(file, 'utf8')).map((one) => Object(one.toJS()))
  const maps = objects.flatMap(({ data }) => Object(data)['sallyport.yaml'] ?? [])
  return maps.flatMap((map) => leavesOf(parse(map), []))
})

/** Values on top of others, as Helm lays them. */
const merged = (below: unknown, above: unknown): unknown => {
  const isGroup = typeof above === 'object' && above !== null && !Array.isArray(above)
  if (!isGroup) return above
  const members = Object.entries(above).map(([name, one]) => [
    name,
    merged(Object(below)[name], one),
  ])
  return { ...Object(below), ...Object.fromEntries(members) }
}

/** The examples of values in a page. */
const examplesIn = (page: string): readonly unknown[] => {
  const file = readFileSync(new URL(`../../../${page}`, import.meta.url), 'utf8')
  return [...file.matchAll(/```yaml\n# values\.yaml\n([\s\S]*?)```/g)].map(([, example]) =>
    parse(example ?? ''),
  )
}

describe('the values of the chart', () => {
  it('are as documented: the defaults are valid', () => {
    expect(documented.length).toBeGreaterThan(100)
    isValid(defaults())
    expect(isValid.errors).toBeNull()
  })

  it.each(configurationFields.map(({ path }) => path.join('.')))(
    'can say %s of the configuration',
    (field) => {
      if (field in NOT_OF_THE_CHART) return
      const isFree = schemaOf(`config.${field}`).type !== undefined
      expect(isFree || renderedFields.includes(field)).toBe(true)
    },
  )

  it('docs/install.md: the values that it shows are valid', () => {
    const examples = examplesIn('docs/install.md')
    expect(examples).toHaveLength(2)
    for (const example of examples) {
      isValid(merged(defaults(), example))
      expect(isValid.errors).toBeNull()
    }
  })

  it('a misspelt value is refused at the top', () => {
    expect(isValid({ ...defaults(), replicaCount: 3 })).toBe(false)
  })

  it.each(groups.filter((group) => group !== SHARED))(
    'a misspelt value of %s is refused',
    (group) => {
      expect(isValid(changed(group, (before) => ({ ...Object(before), typo: 1 })))).toBe(false)
    },
  )

  it('what other charts share globally is none of ours', () => {
    expect(isValid(changed(SHARED, (before) => ({ ...Object(before), of: 'others' })))).toBe(true)
  })

  it.each(documented)('%s: something of another kind is refused', (path) => {
    const other = (before: unknown): unknown =>
      typeof before === 'object' && before !== null ? 'words' : [{ a: 1 }]
    expect(isValid(changed(path, other))).toBe(false)
  })

  it.each(groups)('every member of %s that the schema knows has a default', (group) => {
    const known = Object.keys(schemaOf(group).properties ?? {})
    expect(known).not.toEqual([])
    const members = documented.filter((path) => path.startsWith(`${group}.`))
    const names = new Set(members.map((path) => path.slice(group.length + 1).split('.')[0]))
    expect(known.filter((name) => !names.has(name))).toEqual([])
  })

  it('every value that the schema knows at the top has a default', () => {
    const names = new Set(documented.map((path) => path.split('.')[0]))
    expect(Object.keys(schema.properties).filter((name) => !names.has(name))).toEqual([])
  })
})
