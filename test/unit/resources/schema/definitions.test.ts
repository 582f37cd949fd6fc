import { describe, expect, it } from 'vitest'
import type { FieldPath } from '../../../../src/policy/resource/resource.ts'
import { CONFIG_MAP, METADATA, SECRET } from '../../../../src/resources/schema/core-schemas.ts'
import { formatField } from '../../../../src/resources/schema/field-path.ts'
import { createResourceSchema } from '../../../../src/resources/schema/schema.ts'
import {
  nodesOf,
  type StructuralSchema,
} from '../../../../src/resources/schema/structural-schema.ts'
import { valueForm } from '../../../../src/resources/schema/value-form.ts'
import { readDefinitions } from '../../../support/definitions.ts'
import { corpusFiles, corpusText, goodObjects } from '../../../support/manifest-corpus.ts'

const definitions = readDefinitions()
const schema = createResourceSchema()

interface Named {
  readonly path: string
  readonly schema: StructuralSchema
}

/** Every schema below another, with its path; members of lists and maps are called `[]`. */
const below = (path: string, parent: StructuralSchema): readonly Named[] => [
  { path, schema: parent },
  ...Object.entries(parent.properties ?? {}).flatMap(([name, it]) => below(`${path}.${name}`, it)),
  ...(parent.items ? below(`${path}[]`, parent.items) : []),
  ...(parent.additionalProperties ? below(`${path}[]`, parent.additionalProperties) : []),
  ...(parent.propertyNames ? below(`${path}{}`, parent.propertyNames) : []),
]

const everySchema = [...definitions].flatMap(([kind, spec]) => below(kind, spec))
const withOwn = [
  ...everySchema,
  ...[METADATA, SECRET, CONFIG_MAP].flatMap((it) => below('metadata', it)),
]

describe('the definitions', () => {
  it('describe every field', () => {
    const silent = everySchema.filter(({ schema: { description } }) => !description?.endsWith('.'))
    expect(silent.map(({ path }) => path)).toEqual([])
  })

  it('bound every string, list and map', () => {
    const isBounded = ({ type, ...it }: StructuralSchema): boolean => {
      if (type === 'string') return it.enum !== undefined || it.maxLength !== undefined
      if (type === 'array') return it.maxItems !== undefined
      return it.additionalProperties === undefined || it.maxProperties !== undefined
    }
    const open = everySchema.filter((it) => !isBounded(it.schema))
    expect(open.map(({ path }) => path)).toEqual([])
  })

  it('use only patterns that people are told the meaning of, with an example that is right', () => {
    const patterns = new Set(withOwn.flatMap((it) => it.schema.pattern ?? []))
    const unexplained = [...patterns].filter((pattern) => {
      const form = valueForm(pattern)
      return form === undefined || !new RegExp(pattern, 'u').test(form.example)
    })
    expect(unexplained).toEqual([])
  })

  it('have no rule that the refused manifests of the corpus do not break', () => {
    const sentences = corpusFiles('bad')
      .map((file) => corpusText(file.replace(/\.yaml$/, '.out.yaml')))
      .join('\n')
    const rules = everySchema.flatMap((it) => it.schema['x-kubernetes-validations'] ?? [])
    expect(rules.length).toBeGreaterThan(30)
    expect(rules.map((it) => it.message).filter((it) => !sentences.includes(it))).toEqual([])
  })

  it('have no field that the accepted manifests of the corpus do not set', () => {
    const used = new Set(
      goodObjects().flatMap(({ kind, manifest }) => {
        const spec = definitions.get(kind)
        return spec === undefined
          ? []
          : [...nodesOf(spec, manifest.spec)].map(({ path }) =>
              formatField([kind, ...path]).replaceAll(/\[[^\]]*\]/g, '[]'),
            )
      }),
    )
    const memberOfMap = /\.(?:matchLabels|parameters)\[\]$/
    const unused = everySchema.filter(({ path }) => !memberOfMap.test(path) && !used.has(path))
    expect(unused.map(({ path }) => path)).toEqual([])
  })
})

/** A change that must be refused, and the field that the problem must name. */
interface Mutation {
  readonly what: string
  readonly value: unknown
  readonly field?: string
}

const wrongTypes: Readonly<Record<string, unknown>> = {
  string: {},
  boolean: 'text',
  array: 'text',
  object: [],
}

const textMutations = (it: StructuralSchema): readonly Mutation[] => [
  ...(it.maxLength ? [{ what: 'too long', value: 'a'.repeat(it.maxLength + 1) }] : []),
  ...(it.minLength ? [{ what: 'empty', value: '' }] : []),
  ...(it.pattern ? [{ what: 'malformed', value: '\u0000' }] : []),
  ...(it.enum ? [{ what: 'unknown', value: 'Nonsense' }] : []),
]

const listMutations = (it: StructuralSchema, value: unknown): readonly Mutation[] => {
  if (!Array.isArray(value)) return []
  const many = Array.from({ length: (it.maxItems ?? 0) + 1 }, () => value[0])
  const repeats = it['x-kubernetes-list-type'] === 'set' && value.length > 0
  return [
    ...(value.length > 0 ? [{ what: 'too many', value: many }] : []),
    ...(it.minItems ? [{ what: 'too few', value: [] }] : []),
    ...(repeats
      ? [{ what: 'repeated', value: [...value, value[0]], field: `[${value.length}]` }]
      : []),
  ]
}

const objectMutations = (it: StructuralSchema, value: unknown): readonly Mutation[] => {
  if (it.type !== 'object') return []
  if (it.maxProperties !== undefined) {
    const names = Array.from({ length: it.maxProperties + 1 }, (_, index) => `name${index}`)
    const many = Object.fromEntries(names.map((name) => [name, 'a']))
    return [{ what: 'too many', value: many }]
  }
  const extra = { what: 'extra', value: { ...Object(value), nonsense: 1 }, field: '.nonsense' }
  const missing = (it.required ?? []).map((name) => {
    const { [name]: _, ...rest } = Object(value)
    return { what: `without ${name}`, value: rest, field: `.${name}` }
  })
  return [extra, ...missing]
}

const mutationsOf = (it: StructuralSchema, value: unknown): readonly Mutation[] => [
  { what: 'of another type', value: wrongTypes[it.type ?? ''] ?? { a: 1 } },
  ...textMutations(it),
  ...listMutations(it, value),
  ...objectMutations(it, value),
]

const replaceAt = (root: unknown, path: FieldPath, value: unknown): unknown => {
  const [first, ...rest] = path
  if (first === undefined) return value
  if (Array.isArray(root)) {
    return root.map((it, index) => (index === first ? replaceAt(it, rest, value) : it))
  }
  return { ...Object(root), [first]: replaceAt(Object(root)[first], rest, value) }
}

describe('every bound of every field is enforced, and the problem names the field', () => {
  it.each([...definitions.keys()])('%s', (kind) => {
    const spec = definitions.get(kind) ?? {}
    const ignored: string[] = []
    let count = 0
    for (const { manifest } of goodObjects().filter((it) => it.kind === kind)) {
      for (const node of nodesOf(spec, manifest.spec, ['spec'])) {
        for (const mutation of mutationsOf(node.schema, node.value)) {
          const field = formatField(node.path) + (mutation.field ?? '')
          const decoded = schema.decode(replaceAt(manifest, node.path, mutation.value))
          const problems = decoded.kind === 'refused' ? decoded.problems : []
          const named = problems.some((it) => formatField(it.field) === field)
          if (!named) ignored.push(`${field} ${mutation.what}: ${JSON.stringify(problems)}`)
          count += 1
        }
      }
    }
    expect(count).toBeGreaterThan(100)
    expect(ignored).toEqual([])
  })
})
