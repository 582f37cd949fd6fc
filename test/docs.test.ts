import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { configurationFields } from '../src/config/fields.ts'
import { faults } from '../src/core/fault.ts'
import { reasons } from '../src/core/reason.ts'
import { printConfiguration } from '../tools/generate/configuration.ts'
import { ownMetrics, printMetrics } from '../tools/generate/metrics.ts'
import { printReasons } from '../tools/generate/reasons.ts'

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')

const found = (text: string, pattern: RegExp): readonly string[] =>
  [...text.matchAll(pattern)].map((match) => match[1] ?? '').toSorted()

const sorted = (names: readonly string[]): readonly string[] => names.toSorted()

describe('generated pages are current', () => {
  test.each([
    ['docs/reference/configuration.md', printConfiguration],
    ['docs/reference/metrics.md', printMetrics],
    ['docs/reasons.md', printReasons],
  ])('%s', (path, print) => {
    expect(read(path)).toBe(print())
  })
})

describe('everything is documented and nothing is dead', () => {
  test('every configuration field has a row, and every row is a field', () => {
    const rows = found(read('docs/reference/configuration.md'), /^\| `([a-zA-Z.]+)` \|/gm)
    expect(rows).toEqual(sorted(configurationFields.map(({ path }) => path.join('.'))))
  })

  test('every metric has a row, and every row is a metric', () => {
    const rows = found(read('docs/reference/metrics.md'), /^\| `(sallyport_[a-z_]+)` \|/gm)
    expect(rows).toEqual(sorted(ownMetrics().map(({ name }) => name)))
  })

  test('every reason has an anchor, and every anchor is a reason', () => {
    const anchors = found(read('docs/reasons.md'), /^### ([a-z_]+)$/gm)
    expect(anchors).toEqual(sorted(Object.keys(reasons)))
  })

  test('every fault says what it means under its reason', () => {
    const text = read('docs/reasons.md')
    for (const [code, { meaning }] of Object.entries(faults)) {
      const section = text.split(`### ${code}\n`)[1]?.split('\n### ')[0]
      expect(section, code).toContain(meaning)
    }
  })

  test('the operations page names only metrics and fields that exist', () => {
    const text = read('docs/operations.md')
    const metrics = ownMetrics().map(({ name }) => name)
    for (const name of found(text, /\b(sallyport_[a-z_]+)/g)) expect(metrics).toContain(name)
    const fields = configurationFields.map(({ path }) => path.join('.'))
    const groups = new Set(configurationFields.map(({ path }) => path[0]))
    const named = found(text, /`([a-z]+(?:\.[a-zA-Z]+)+)`/g).filter((name) =>
      groups.has(name.split('.')[0]),
    )
    for (const name of named) {
      expect(
        fields.some((field) => field === name || field.startsWith(`${name}.`)),
        name,
      ).toBe(true)
    }
  })
})
