import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { reasons } from '../../../src/core/reason/reason.ts'
import { createMetrics } from '../../../src/observability/metrics.ts'

/** What Prometheus adds to every series of a target. */
const OF_THE_TARGET = ['namespace', 'pod', 'job', 'instance', 'le']

const { families, text } = createMetrics('1.2.3')

const ofProcess = [...(await text()).matchAll(/^# TYPE ((?:process|nodejs)_\w+) (\w+)$/gm)].map(
  ([, name = '', type]) => ({ name, type, labelNames: [] }),
)

/** The names of series, and the labels of each. */
const series = new Map(
  [...families, ...ofProcess].flatMap(({ name, type, labelNames }) => {
    const names =
      type === 'histogram' ? ['_bucket', '_count', '_sum'].map((end) => name + end) : [name]
    return names.map((one) => [one, labelNames] as const)
  }),
)

const rendered = parseAllDocuments(
  readFileSync(new URL('../../golden/chart/monitored.out.yaml', import.meta.url), 'utf8'),
).flatMap((document) => document.toJS() ?? [])

interface Asked {
  readonly where: string
  readonly expression: string
}

const alerts: readonly Asked[] = rendered
  .filter(({ kind }) => kind === 'PrometheusRule')
  .flatMap(({ spec }) => spec.groups)
  .flatMap(({ rules }) => rules)
  .map(({ alert, expr }) => ({ where: alert, expression: expr }))

const panels: readonly Asked[] = rendered
  .flatMap(({ data }) => Object.entries(Object(data)))
  .filter(([name]) => name.endsWith('.json'))
  .flatMap(([, text]) => JSON.parse(String(text)).panels)
  .flatMap(({ title, targets }) =>
    targets.map(({ expr }: { expr: string }) => ({ where: title, expression: expr })),
  )

const matches = (text: string, pattern: RegExp): readonly RegExpMatchArray[] => [
  ...text.matchAll(pattern),
]

/** The series that an expression selects, with the labels that it matches. */
const selected = (expression: string) =>
  matches(expression, /\b([a-z][a-z0-9_]*)\{([^}]*)\}/g).map(([, name = '', inside = '']) => ({
    name,
    labels: matches(inside, /([a-z_]+)\s*(?:=~|!~|!=|=)/g).map(([, label = '']) => label),
    decisions: matches(inside, /decision!?="([a-z]*)"/g).map(([, decision = '']) => decision),
  }))

const grouped = (expression: string): readonly string[] =>
  matches(expression, /\bby \(([^)]*)\)/g).flatMap(([, list = '']) => list.split(/,\s*/))

describe.each([
  ['alerts', alerts],
  ['panels of the dashboard', panels],
])('the %s ask for what the process has', (_, asked) => {
  it('there are some', () => {
    expect(asked.length).toBeGreaterThan(4)
  })

  it.each(asked.map(({ where, expression }) => [where, expression]))('%s', (_where, expression) => {
    const used = selected(expression)
    expect(used).not.toEqual([])
    // Nothing but functions and keywords is left, so that no series is overlooked.
    const rest = expression
      .replace(/\b[a-z][a-z0-9_]*\{[^}]*\}/g, '')
      .replace(/\bby \([^)]*\)/g, '')
    expect(rest).not.toMatch(/sallyport_|nodejs_|process_/)
    for (const { name, labels, decisions } of used) {
      expect([...series.keys()]).toContain(name)
      const known = [...(series.get(name) ?? []), ...OF_THE_TARGET]
      expect(known).toEqual(expect.arrayContaining([...labels, ...grouped(expression)]))
      const kinds = Object.values(reasons).map(({ kind }) => kind)
      expect([...kinds, 'allow']).toEqual(expect.arrayContaining(decisions))
    }
  })
})

it('every alert carries a severity and says what to do', () => {
  const rules = rendered
    .filter(({ kind }) => kind === 'PrometheusRule')
    .flatMap(({ spec }) => spec.groups[0].rules)
  for (const { labels, annotations } of rules) {
    expect(labels.severity).toMatch(/^(critical|warning)$/)
    expect(annotations.description).toMatch(/\.$/)
  }
})
