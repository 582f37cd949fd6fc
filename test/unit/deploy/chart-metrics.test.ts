import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { reasons } from '../../../src/core/reason/reason.ts'
import { createMetrics } from '../../../src/observability/metrics.ts'
import { printDashboard } from '../../../tools/generate/chart/dashboard.ts'

/** What Prometheus adds to every series of a target. */
const OF_THE_TARGET = ['namespace', 'pod', 'job', 'instance', 'le']

const { families, text } = createMetrics('1.2.3', 1)

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

const rules = rendered
  .filter(({ kind }) => kind === 'PrometheusRule')
  .flatMap(({ spec }) => spec.groups)
  .flatMap((group) => group.rules)

const alerting = rules.filter(({ alert }) => alert !== undefined)

const alerts: readonly Asked[] = alerting.map(({ alert, expr }) => ({
  where: alert,
  expression: expr,
}))

const recordings: readonly Asked[] = rules
  .filter(({ record }) => record !== undefined)
  .map(({ record, expr }) => ({ where: record, expression: expr }))

/** What recording rules leave: the namespace, the release, and which objective it is about. */
for (const { where } of recordings) series.set(where, ['objective', 'release'])
series.set('ALERTS', ['alertname', 'alertstate', 'severity', 'release'])

const drawn = rendered
  .flatMap(({ data }) => Object.entries(Object(data)))
  .filter(([name]) => name.endsWith('.json'))
  .flatMap(([, text]) => JSON.parse(String(text)).panels)

const panels: readonly Asked[] = drawn.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr }: { expr: string }) => ({ where: title, expression: expr })),
)

const matches = (text: string, pattern: RegExp): readonly RegExpMatchArray[] => [
  ...text.matchAll(pattern),
]

/** The series that an expression selects, with the labels that it matches. */
const selected = (expression: string) =>
  matches(expression, /\b([a-z][a-z0-9_:]*|ALERTS)\{([^}]*)\}/g).map(
    ([, name = '', inside = '']) => ({
      name,
      labels: matches(inside, /([a-z_]+)\s*(?:=~|!~|!=|=)/g).map(([, label = '']) => label),
      decisions: matches(inside, /decision!?="([a-z]*)"/g).map(([, decision = '']) => decision),
    }),
  )

const grouped = (expression: string): readonly string[] =>
  matches(expression, /\bby \(([^)]*)\)/g).flatMap(([, list = '']) => list.split(/,\s*/))

describe.each([
  ['alerts', alerts],
  ['recording rules', recordings],
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
      .replace(/\b(?:[a-z][a-z0-9_:]*|ALERTS)\{[^}]*\}/g, '')
      .replace(/\bby \([^)]*\)/g, '')
    expect(rest).not.toMatch(/sallyport[_:]|nodejs_|process_/)
    for (const { name, labels, decisions } of used) {
      expect([...series.keys()]).toContain(name)
      const known = [...(series.get(name) ?? []), ...OF_THE_TARGET]
      expect(known).toEqual(expect.arrayContaining([...labels, ...grouped(expression)]))
      const kinds = Object.values(reasons).map(({ kind }) => kind)
      expect([...kinds, 'allow']).toEqual(expect.arrayContaining(decisions))
    }
  })
})

it('a count of checks by which somebody is woken is there before the first of them', async () => {
  const asked = [...alerts, ...recordings].flatMap(({ expression }) =>
    matches(expression, /\breason=~?"([^"]*)"/g).flatMap(([, list = '']) => list.split('|')),
  )
  const failing = Object.entries(reasons).flatMap(([reason, { kind }]) =>
    kind === 'unavailable' ? [reason] : [],
  )
  const fresh = await createMetrics('1.2.3').text()
  const shown = matches(fresh, /^sallyport_checks_total\{.*reason="(\w+)"\} 0$/gm)
  expect(asked).not.toEqual([])
  expect(new Set(shown.map(([, reason]) => reason))).toEqual(new Set([...asked, ...failing]))
})

it('every alert carries a severity and says what to do', () => {
  for (const { labels, annotations } of alerting) {
    expect(labels.severity).toMatch(/^(critical|warning)$/)
    expect(annotations.description).toMatch(/\.$/)
  }
})

const DOCUMENTATION = new URL('../../../docs/', import.meta.url)

const pages = new Map(
  globSync('runbooks/*.md', { cwd: DOCUMENTATION }).map((path) => [
    `docs/${path}`,
    readFileSync(new URL(path, DOCUMENTATION), 'utf8'),
  ]),
)

const pageOf = (url: string): string => pages.get(url) ?? ''

/** A summary as a page has it: what is filled in when it fires is a name there. */
const inWords = (summary: string): string =>
  summary.replaceAll(/\{\{ \$(?:labels\.)?(\w+)[^}]*\}\}/g, '`$1`')

const values = parse(
  readFileSync(new URL('../../../charts/sallyport/values.yaml', import.meta.url), 'utf8'),
).prometheusRule.alerts

describe('runbooks', () => {
  it('every alert has one, and each is of an alert', () => {
    const urls = alerting.map(({ annotations }) => annotations.runbook_url)
    expect([...new Set(urls)].toSorted()).toEqual([...pages.keys()].toSorted())
  })

  it.each(alerting.map((rule) => [`${rule.alert} ${rule.labels.pace ?? ''}`, rule]))(
    '%s: begins with its sentence, and names its values',
    (_, { alert, annotations }) => {
      const page = pageOf(annotations.runbook_url)
      expect(page).toMatch(new RegExp(`^# ${alert}\n\n`))
      const sentence = inWords(annotations.summary)
      expect(page.split('\n\n')[1]?.slice(0, sentence.length + 1)).toBe(`${sentence} `)
      expect(page).toContain(`\`prometheusRule.alerts.${alert}.enabled: false\``)
      const { enabled: _enabled, for: _for, severity: _severity, ...thresholds } = values[alert]
      const [, silence = ''] = page.split('## Silence')
      for (const name of Object.keys(thresholds)) expect(silence).toContain(`\`${name}\``)
    },
  )

  it('are what panels of the dashboard lead to, all of them', () => {
    const dashboard = JSON.parse(printDashboard())
    const urls = dashboard.panels.flatMap(
      ({ links = [] }: { links?: readonly { url: string }[] }) => links.map(({ url }) => url),
    )
    expect([...new Set(urls)].toSorted()).toEqual([...pages.keys()].toSorted())
  })

  it('ask for what the process has', () => {
    for (const [path, page] of pages) {
      const asked = matches(page, /^```promql\n(.*?)^```$/gms).map(([, text = '']) => text)
      expect(asked, path).not.toEqual([])
      const names = asked.flatMap((text) =>
        matches(text, /\bsallyport[\w:]+/g).map(([name]) => name),
      )
      const known = [...series.keys()]
      for (const name of names) expect(known, `${path}: ${name}`).toContain(name)
    }
  })
})

it('the dashboard narrows every query to the namespace, and those of the process to the replicas', () => {
  for (const { expression, where } of panels) {
    for (const { name, labels } of selected(expression)) {
      const isRecorded = name.includes(':') || name === 'ALERTS'
      expect(labels, where).toContain('namespace')
      expect(labels.includes('pod'), where).toBe(!isRecorded)
    }
  }
})

it('no panel lists what is counted from the beginning and has not happened', () => {
  const counted = /\bsallyport_(?:checks|sign_ins|session_refreshes|client_refusals)_total\{/
  const listing = panels.filter(
    ({ expression }) =>
      counted.test(expression) &&
      grouped(expression).some((label) => ['reason', 'outcome', 'client'].includes(label)),
  )
  expect(listing.length).toBeGreaterThan(4)
  for (const { where, expression } of listing) expect(expression, where).toMatch(/ > 0\)?$/)
})

it('no panel lies on another, and each has a title of its own', () => {
  const taken = new Set<string>()
  for (const { gridPos } of drawn) {
    const { x, y, w, h } = gridPos
    expect(x + w).toBeLessThanOrEqual(24)
    for (let at = x; at < x + w; at += 1) {
      for (let line = y; line < y + h; line += 1) {
        expect(taken.has(`${at} ${line}`)).toBe(false)
        taken.add(`${at} ${line}`)
      }
    }
  }
  expect(new Set(drawn.map(({ title }) => title)).size).toBe(drawn.length)
})

it('the budgets of two releases in a namespace are told apart', () => {
  const asked = drawn.flatMap(({ targets = [] }) => targets)
  const budgets = asked.filter(({ expr }: { expr: string }) => expr.includes('budget_left'))
  expect(budgets).toHaveLength(1)
  expect(budgets[0].legendFormat).toBe('{{release}}: {{objective}}')
})
