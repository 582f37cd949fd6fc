import type { CelInput } from '@bufbuild/cel'
import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import {
  CONFIG_MAP,
  customResource,
  METADATA,
  NAMESPACE,
  SECRET,
} from '../../../../src/resources/schema/core-schemas.ts'
import { definitions } from '../../../../src/resources/schema/definitions.generated.ts'
import { isAtOrBelow } from '../../../../src/resources/schema/field-path.ts'
import { rules } from '../../../../src/resources/schema/rules.generated.ts'
import { problemsOf } from '../../../../src/resources/schema/sentence.ts'
import { findingsOf } from '../../../../src/resources/schema/structural-check.ts'
import {
  nodesOf,
  pruneNulls,
  type StructuralSchema,
} from '../../../../src/resources/schema/structural-schema.ts'
import { readDefinitions } from '../../../support/definitions.ts'
import { type Draw, drawing, oneOf } from '../../../support/former/random-facts.ts'
import { formerCheck, formerRule } from '../../../support/former/schema-check.ts'
import { corpusFiles, corpusText } from '../../../support/manifest-corpus.ts'

const whole = readDefinitions()

/** Each schema as it is checked now, and with everything that the definitions say. */
const schemas: readonly (readonly [string, StructuralSchema, StructuralSchema])[] = [
  ...[...definitions].map(
    ([kind, spec]) => [kind, customResource(spec), customResource(whole.get(kind) ?? {})] as const,
  ),
  ['Secret', SECRET, SECRET],
  ['ConfigMap', CONFIG_MAP, CONFIG_MAP],
  ['Namespace', NAMESPACE, NAMESPACE],
  ['metadata', METADATA, METADATA],
]

const manifests: readonly unknown[] = corpusFiles('good')
  .concat(corpusFiles('bad'))
  .flatMap((file) => parseAllDocuments(corpusText(file)))
  .map((document) => document.toJS() as unknown)

/** Values that fit nowhere, or somewhere by accident. */
const STRANGERS: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  Number.POSITIVE_INFINITY,
  Number.NaN,
  '',
  'a',
  'a'.repeat(5_000),
  '😀'.repeat(70),
  '\u0000',
  '1h',
  'In',
  'https://a.example.com',
  [],
  ['a', 'a'],
  [{}],
  {},
  { name: 'a' },
  { 'not a key!': 'a' },
  { constructor: 1, toString: 'a' },
]

/** The value with something in it replaced, added or removed. */
const changed = (draw: Draw, value: unknown): unknown => {
  if (draw() < 0.15 || typeof value !== 'object' || value === null) {
    return structuredClone(oneOf(draw, STRANGERS))
  }
  if (Array.isArray(value)) {
    if (value.length === 0 || draw() < 0.2)
      return [...value, structuredClone(oneOf(draw, STRANGERS))]
    const at = Math.floor(draw() * value.length)
    return value.map((member, index) => (index === at ? changed(draw, member) : member))
  }
  const fields: Record<string, unknown> = { ...value }
  const names = Object.keys(fields)
  const name = names.length === 0 || draw() < 0.1 ? 'nonsense' : oneOf(draw, names)
  if (draw() < 0.15) delete fields[name]
  else fields[name] = changed(draw, fields[name])
  return fields
}

const CHANGES = 4_000

describe('a manifest is checked as by ajv: the same sentences in the same order, the same defaults', () => {
  it.each(schemas)('%s', (kind, schema, wholeSchema) => {
    const draw = drawing(kind.length)
    const former = formerCheck(wholeSchema, false)
    const objects = manifests.filter((one) => Object(one).kind === kind)
    const starts = objects.length === 0 ? manifests : objects
    let refused = 0
    for (let n = 0; n < CHANGES; n += 1) {
      const start = kind === 'metadata' ? Object(oneOf(draw, starts)).metadata : oneOf(draw, starts)
      const times = Math.floor(draw() * 4)
      const manifest = Array.from({ length: times }).reduce<unknown>(
        (value) => changed(draw, value),
        start,
      )
      const value = pruneNulls(schema, manifest)
      const problems = problemsOf(findingsOf(schema, value), false)
      expect({ problems, value }, JSON.stringify(manifest)).toEqual(former(manifest))
      if (problems.length > 0) refused += 1
    }
    expect(refused).toBeGreaterThan(CHANGES / 3)
  })
})

/** What the API server asks a rule about: values that are right by themselves, with the rule. */
const askedIn = (schema: StructuralSchema, manifest: unknown) => {
  const value = pruneNulls(schema, manifest)
  const found = findingsOf(schema, value)
  return [...nodesOf(schema, value)]
    .filter((node) => !found.some(({ path }) => isAtOrBelow(path, node.path)))
    .flatMap((node) =>
      (node.schema['x-kubernetes-validations'] ?? []).map(({ rule }) => ({
        rule,
        value: node.value as CelInput,
      })),
    )
}

const keeps = (rule: string, value: unknown): boolean => {
  try {
    return rules.get(rule)?.(value) === true
  } catch {
    return false
  }
}

describe('a rule in code says what CEL says', () => {
  it('there is code for each', () => {
    expect(rules.size).toBeGreaterThan(30)
  })

  it.each(schemas.slice(0, definitions.size))('%s', (kind, schema) => {
    const draw = drawing(kind.length)
    const starts = manifests.filter((one) => Object(one).kind === kind)
    const former = new Map([...rules.keys()].map((rule) => [rule, formerRule(rule)]))
    const seen = new Set<string>()
    const asked = new Set<string>()
    const compare = (manifest: unknown): void => {
      for (const { rule, value } of askedIn(schema, manifest)) {
        const isKept = keeps(rule, value)
        expect(isKept, `${rule} ${JSON.stringify(value)}`).toBe(former.get(rule)?.(value))
        seen.add(`${rule} ${isKept}`)
        asked.add(rule)
      }
    }
    for (const manifest of starts) compare(manifest)
    for (let n = 0; n < CHANGES / 2; n += 1) compare(changed(draw, oneOf(draw, starts)))
    const oneSided = [...asked].filter(
      (rule) => !seen.has(`${rule} true`) || !seen.has(`${rule} false`),
    )
    expect(oneSided).toEqual([])
  })
})
