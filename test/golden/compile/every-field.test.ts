import { readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { Compilation } from '../../../src/policy/compile.ts'
import type { Resource } from '../../../src/policy/resource/resource.ts'
import { parseYaml } from '../../../src/resources/manifest/yaml-text.ts'
import { createResourceSchema } from '../../../src/resources/schema/schema.ts'
import { compiled } from '../../support/compiled.ts'
import { goodObjects } from '../../support/manifest-corpus.ts'
import {
  type Leaf,
  leaves,
  memberAt,
  type Place,
  placesIn,
  withValue,
} from '../../support/schema-fields.ts'

const FILE = 'every-setting.in.yaml'

/** Fields that change nothing of a compilation, each with the reason. */
const WITHOUT_EFFECT: Readonly<Record<string, string>> = {}

/** Fields that have one valid value, each with the reason. */
const ONE_VALUE: Readonly<Record<string, string>> = {
  'ProtectedRoute publicHosts.trusted': 'a promise that has to be made, and is refused otherwise',
}

const nameOf = ({ kind, field }: Pick<Leaf, 'kind' | 'field'>): string => `${kind} ${field}`

const schema = createResourceSchema()

const text = readFileSync(new URL(FILE, import.meta.url), 'utf8')
const manifests = parseYaml(text).documents.map(({ value }) => value)

const decoded = (manifest: unknown): Resource | undefined => {
  const result = schema.decode(manifest)
  return result.kind === 'resource' ? result.resource : undefined
}

const resources = manifests.map((manifest) => {
  const resource = decoded(manifest)
  if (resource === undefined) throw new Error(`${FILE} holds an object that is invalid.`)
  return resource
})

const kindOf = (manifest: unknown): string => String(memberAt(manifest, 'kind'))
const placesOf = (manifest: unknown): readonly Place[] =>
  placesIn(kindOf(manifest), memberAt(manifest, 'spec'))

const HOSTS = resources.flatMap((one) => (one.kind === 'ProtectedRoute' ? one.spec.hosts : []))

interface Noticeable {
  readonly problems: readonly { readonly reason: string }[]
}

/** Everything that a check can notice of a compilation, as plain data. */
const noticeable = (compilation: Compilation): Noticeable => {
  const { table, problems, providers, clients, routes } = compilation
  const answers = HOSTS.map((host) =>
    table.find({ host: host.replace('*', 'any'), contextExtensions: {} }),
  )
  const plain = (name: string, value: unknown): unknown => {
    if (name === 'generation') return undefined
    return value instanceof Set ? [...value] : value
  }
  return JSON.parse(JSON.stringify({ answers, problems, providers, clients, routes }, plain))
}

const usual = noticeable(compiled(resources))

/** All values that manifests of the corpus have for a field. */
const known = new Map<string, unknown[]>()
for (const { manifest } of goodObjects()) {
  for (const { field, value } of placesOf(manifest)) {
    const name = nameOf({ kind: kindOf(manifest), field })
    known.set(name, [...(known.get(name) ?? []), value])
  }
}

const altered = (value: unknown): readonly unknown[] => {
  if (typeof value === 'boolean') return [!value]
  if (typeof value === 'number') return [value + 1, value - 1]
  if (typeof value !== 'string') return []
  const digits = value.replace(/\d/, (digit) => String((Number(digit) % 9) + 1))
  return [digits, `${value}x`, `x${value}`, `${value}/x`]
}

/** Other values for a field, valid or not. */
const otherValues = (leaf: Leaf, value: unknown): readonly unknown[] =>
  [...altered(value), ...(leaf.schema.enum ?? []), ...(known.get(nameOf(leaf)) ?? [])].filter(
    (one) => !isDeepStrictEqual(one, value),
  )

/** `{}` says all by being there: it goes with the member of a list that it stands in. */
const isMark = ({ value }: Place): boolean => isDeepStrictEqual(value, {})

/** The manifest with other values in a place, and without it: as far as they are valid. */
const variants = (leaf: Leaf, manifest: unknown, place: Place) => {
  const steps = ['spec', ...place.steps]
  const valid = (one: unknown) => decoded(one) ?? []
  const others = otherValues(leaf, place.value).map((next) => withValue(manifest, steps, next))
  const gone = withValue(manifest, isMark(place) ? steps.slice(0, -1) : steps, undefined)
  return { others: others.flatMap(valid), gone: [gone].flatMap(valid) }
}

const all = leaves()
const places = manifests.flatMap((manifest, index) =>
  placesOf(manifest).map((place) => ({ manifest, index, place, kind: kindOf(manifest) })),
)

/** What is wrong with a field of every-setting, as a sentence. */
const complaintAbout = (leaf: Leaf): string | undefined => {
  const here = places.filter(({ kind, place }) => kind === leaf.kind && place.field === leaf.field)
  if (here.length === 0)
    return `is not set in test/golden/compile/${FILE}: set it there, away from its default`
  const telling = (which: 'others' | 'gone'): readonly Noticeable[] =>
    here
      .flatMap(({ manifest, index, place }) =>
        variants(leaf, manifest, place)[which].map((variant) =>
          noticeable(compiled(resources.map((one, at) => (at === index ? variant : one)))),
        ),
      )
      // A value that is complained about has not arrived; one that leads to nothing has.
      .filter(({ problems }) => problems.every(({ reason }) => reason !== 'Invalid'))
  const others = telling('others')
  const outcomes = others.length > 0 ? others : telling('gone')
  if (outcomes.length === 0) {
    return 'has no other valid value that is known: give it another one in a manifest of test/golden/resources/good'
  }
  return outcomes.some((outcome) => !isDeepStrictEqual(outcome, usual))
    ? undefined
    : 'is accepted, and changes nothing of what is compiled: carry it through src/policy/compile, or name it in WITHOUT_EFFECT with the reason'
}

describe('E11: every field of the three definitions', () => {
  it('E11: is found', () => {
    expect(all.length).toBeGreaterThan(80)
    expect(new Set(all.map(({ kind }) => kind)).size).toBe(3)
  })

  it.each(all.map((leaf) => [nameOf(leaf), leaf] as const))(
    'E11: %s stands in a good manifest of the corpus',
    (name) => {
      const sentence = `${name} is in no manifest of test/golden/resources/good: add it to one`
      expect(known.has(name) ? 'stands there' : sentence).toBe('stands there')
    },
  )

  it.each(all.map((leaf) => [nameOf(leaf), leaf] as const))(
    'E11: %s changes what is compiled',
    (name, leaf) => {
      const complaint = complaintAbout(leaf)
      if (name in WITHOUT_EFFECT) expect(complaint).toMatch(/changes nothing/)
      else if (name in ONE_VALUE) expect(complaint).toMatch(/has no other valid value/)
      else expect(complaint === undefined ? undefined : `${name} ${complaint}`).toBeUndefined()
    },
  )

  it('E11: that is named as without effect is one', () => {
    const names = new Set(all.map(nameOf))
    const exceptions = [...Object.keys(WITHOUT_EFFECT), ...Object.keys(ONE_VALUE)]
    expect(exceptions.filter((name) => !names.has(name))).toEqual([])
  })
})
