import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { parse, stringify } from 'yaml'
import { renderChart } from '../../support/parts/helm.ts'
import { type PrometheusRule, promtool, ruleGroupsIn } from '../../support/parts/prometheus.ts'
import { temporaryFolder } from '../../support/parts/temporary-folder.ts'

interface Raised {
  readonly labels: Readonly<Record<string, string>>
  readonly summary: string
}

interface Scenario {
  readonly name: string
  readonly atMinute: number
  readonly isAbsent?: boolean
  /** The values of each series, by the minute. */
  readonly series: Readonly<Record<string, string>>
  /** Every alert that fires then, and no other does. */
  readonly raises: Readonly<Record<string, readonly Raised[]>>
}

const scenarios: readonly Scenario[] = parse(
  readFileSync(new URL('scenarios.yaml', import.meta.url), 'utf8'),
)

const [quiet] = scenarios
if (quiet === undefined) throw new Error('There is no scenario.')

let rules: readonly PrometheusRule[]
let groups: ReturnType<typeof ruleGroupsIn>

const render = async (...words: readonly string[]) =>
  ruleGroupsIn(await renderChart(['--set', 'prometheusRule.enabled=true', ...words]))

beforeAll(async () => {
  groups = await render()
  rules = groups.flatMap((group) => group.rules)
})

/** How a replica of the release is called. */
const podOf = (replica: string, deployment = 'sally-sallyport'): string =>
  `${deployment}-5d9f7c-${replica}`

/** A series as Prometheus has it: of a pod of the release, or of another Deployment. */
const scraped = (series: string, deployment?: string): string => {
  const [, replica = 'a'] = /pod="(\w+)"/.exec(series) ?? []
  const target = `namespace="auth", pod="${podOf(replica, deployment)}"`
  const own = series.replace(/pod="\w+"(?:, )?/, '')
  return own.includes('{') ? own.replace('{', `{${target}, `) : `${own}{${target}}`
}

const raisedBy = (alertname: string, { labels, summary }: Raised) => {
  const rule = rules.find(({ alert }) => alert === alertname)
  const { description, runbook_url } = rule?.annotations ?? {}
  return {
    exp_labels: {
      ...{ namespace: 'auth', release: 'sally', ...labels },
      ...(labels.pod === undefined ? {} : { pod: podOf(labels.pod) }),
    },
    exp_annotations: { summary, description, runbook_url },
  }
}

/** All that fires, so that an alert that should not is found whichever it is. */
const firingIn = ({ raises }: Scenario) =>
  Object.entries(raises).flatMap(([alertname, raised]) =>
    Object.entries(Object.groupBy(raised, ({ labels }) => labels.severity ?? '')).map(
      ([severity, of]) => ({
        labels: `{alertname="${alertname}", severity="${severity}"}`,
        value: of?.length ?? 0,
      }),
    ),
  )

/** A scenario as promtool takes it. */
const testOf = (scenario: Scenario) => {
  const seen = scenario.isAbsent === true ? {} : { sallyport_build_info: `1x${scenario.atMinute}` }
  const eval_time = `${scenario.atMinute}m`
  return {
    name: scenario.name,
    interval: '1m',
    input_series: Object.entries({ ...seen, ...scenario.series }).map(([series, values]) => ({
      series: scraped(series),
      values,
    })),
    alert_rule_test: Object.entries(scenario.raises).map(([alertname, raised]) => ({
      eval_time,
      alertname,
      exp_alerts: raised.map((one) => raisedBy(alertname, one)),
    })),
    promql_expr_test: [
      {
        eval_time,
        expr: 'count by (alertname, severity) (ALERTS{alertstate="firing"})',
        exp_samples: firingIn(scenario),
      },
    ],
  }
}

/** Where hours pass, rules are looked at every ten minutes: each look takes its time. */
const isLong = ({ atMinute }: Scenario): boolean => atMinute > 100

/** No alert is judged by what is left of budgets, and a month of it takes long to look at. */
const withoutBudgets = (of: typeof groups): typeof groups =>
  of.filter(({ name }) => name !== 'sallyport-budgets')

const judgeTests = async (
  tests: readonly object[],
  by: typeof groups,
  evaluation_interval: string,
): Promise<string> => {
  const folder = await temporaryFolder('alerts')
  onTestFinished(folder.remove)
  await writeFile(`${folder.path}/rules.yaml`, stringify({ groups: by }))
  const all = { rule_files: ['rules.yaml'], evaluation_interval, tests }
  await writeFile(`${folder.path}/tests.yaml`, stringify(all))
  return promtool('test', 'rules', `${folder.path}/tests.yaml`)
}

const judge = (told: readonly Scenario[], by = withoutBudgets(groups)): Promise<string> =>
  judgeTests(told.map(testOf), by, told.some(isLong) ? '10m' : '1m')

const checked = async (by: typeof groups): Promise<string> => {
  const folder = await temporaryFolder('alerts')
  onTestFinished(folder.remove)
  const file = `${folder.path}/rules.yaml`
  await writeFile(file, stringify({ groups: by }))
  return promtool('check', 'rules', '--lint-fatal', file)
}

describe('the rules of the chart', () => {
  it('pass promtool, as they are and with whole numbers as bounds', async () => {
    expect(await checked(groups)).toContain(`SUCCESS: ${rules.length} rules found`)
    const seconds = (name: string): string => `prometheusRule.slo.${name}.seconds=1`
    const whole = await render('--set', ['latency', 'edits', 'signOuts'].map(seconds).join(','))
    expect(await checked(whole)).toContain('SUCCESS')
  })

  it('every alert is raised by a scenario, and has what it watches in the quiet one', () => {
    const raised = scenarios.flatMap(({ raises }) => Object.keys(raises))
    const alerts = rules.flatMap(({ alert }) => alert ?? [])
    expect(new Set(raised)).toEqual(new Set(alerts))
    expect(quiet.raises).toEqual({})
    const watched = rules
      .filter(({ alert }) => alert !== undefined && alert !== 'SallyportAbsent')
      .flatMap(({ expr }) => [...expr.matchAll(/\bsallyport_\w+/g)].map(([name]) => name))
    const there = Object.keys(quiet.series).map((one) => one.replace(/\{.*/, ''))
    expect(there).toEqual(expect.arrayContaining([...new Set(watched)]))
  })

  it('raise what each scenario says, in its words, and nothing else', async () => {
    const [short, long] = [scenarios.filter((one) => !isLong(one)), scenarios.filter(isLong)]
    for (const told of [short, long]) expect(await judge(told)).toContain('SUCCESS')
  })

  it('are about their own release: nothing that happens to another in the namespace raises any', async () => {
    const theirs = scenarios.flatMap(({ series }, at) =>
      Object.entries(series).map(([one, values]) => ({
        series: scraped(one, at % 2 === 0 ? `sally-sallyport-${at}` : `of-${at}-sally-sallyport`),
        values,
      })),
    )
    const ours = { series: scraped('sallyport_build_info'), values: '1x90' }
    const isQuietAt = (minute: number) => ({
      eval_time: `${minute}m`,
      expr: 'ALERTS{alertstate="firing"}',
      exp_samples: [],
    })
    const tests = {
      interval: '1m',
      input_series: [ours, ...theirs],
      promql_expr_test: [12, 20, 90].map(isQuietAt),
    }
    expect(await judgeTests([tests], withoutBudgets(groups), '1m')).toContain('SUCCESS')
  })

  it('say what is left of each budget', async () => {
    const month = scenarios.find(({ name }) => name === 'one of fifty decisions fails')
    if (month === undefined) throw new Error('There is no such scenario.')
    const tests = {
      interval: '1m',
      input_series: [
        ...testOf(month).input_series,
        ...Object.entries({
          'sallyport_edit_effect_seconds_bucket{le="5"}': '0+995x90',
          sallyport_edit_effect_seconds_count: '0+1000x90',
        }).map(([series, values]) => ({ series: scraped(series), values })),
      ],
      promql_expr_test: ['availability', 'edits'].map((objective, at) => ({
        eval_time: '20m',
        expr: `round(sallyport:budget_left:ratio_30d{objective="${objective}"}, 0.01)`,
        exp_samples: [
          {
            labels: `{namespace="auth", release="sally", objective="${objective}"}`,
            value: [-19, 0.5][at],
          },
        ],
      })),
    }
    expect(await judgeTests([tests], groups, '10m')).toContain('SUCCESS')
  })

  it('are judged: a threshold that is a little lower is found by the quiet scenario', async () => {
    const value = 'prometheusRule.alerts.SallyportChecksUnavailable.perSecond=0.08'
    const lower = withoutBudgets(await render('--set-json', value))
    await expect(judge([quiet], lower)).rejects.toThrow('SallyportChecksUnavailable')
  })
})

describe('what is set', () => {
  it('switches an alert off, and with the objectives the alerts about their budgets', async () => {
    const off = await render(
      '--set',
      'prometheusRule.alerts.SallyportAbsent.enabled=false,prometheusRule.slo.enabled=false',
    )
    const names = off.flatMap((group) => group.rules).map(({ alert, record }) => alert ?? record)
    const gone = rules
      .map(({ alert, record }) => alert ?? record)
      .filter((name) => !names.includes(name))
    expect(gone.filter((name) => name?.startsWith('Sallyport') === true).toSorted()).toEqual([
      'SallyportAbsent',
      ...Array(2).fill('SallyportAvailabilityBudgetBurns'),
      ...Array(2).fill('SallyportLatencyBudgetBurns'),
    ])
    expect(names.some((name) => name?.startsWith('sallyport:'))).toBe(false)
  })

  it('is the severity, the wait, the threshold, more labels, and where the runbooks are', async () => {
    const alert = 'prometheusRule.alerts.SallyportClockOff'
    const changed = await render(
      '--set',
      `${alert}.severity=info,${alert}.for=1h,${alert}.seconds=30,prometheusRule.alertLabels.team=edge`,
      '--set',
      'prometheusRule.runbookBaseURL=https://wiki.example.com/sallyport',
    )
    const rule = changed
      .flatMap((group) => group.rules)
      .find((one) => one.alert === 'SallyportClockOff')
    expect(rule).toMatchObject({
      expr: expect.stringMatching(/ > 30$/),
      for: '1h',
      labels: { severity: 'info', team: 'edge' },
      annotations: { runbook_url: 'https://wiki.example.com/sallyport/sallyport-clock-off.md' },
    })
  })
})
