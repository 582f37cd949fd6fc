import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { printDashboard } from '../../tools/generate/chart/dashboard.ts'
import { objectsOf, renderChart } from '../support/parts/helm.ts'
import { installed } from '../support/parts/installed.ts'

/** What the schema of Grafana says against a dashboard. */
const judge = (input: string): string => {
  const { status, stderr } = spawnSync(installed('dashboard/judge', 'dashboard'), { input })
  const said = String(stderr)
  expect(status).toBe(said === '' ? 0 : 1)
  return said
}

const rendered = async (...words: readonly string[]): Promise<string> => {
  const objects = objectsOf(await renderChart(['--set', 'grafanaDashboard.enabled=true', ...words]))
  const { data } = Object(objects.find(({ metadata }) => metadata.name.endsWith('-dashboard')))
  return data['sallyport.json']
}

it('the dashboard of the chart is one by the schema that Grafana publishes', async () => {
  expect(judge(await rendered())).toBe('')
})

it.each([
  ['"gridPos"', '"gridpos"', "unexpected field 'gridpos'"],
  ['"refId"', '"refID"', "unexpected field 'refID'"],
  ['"expr": "count', '"exprs": "count', "unexpected field 'exprs'"],
  ['"annotations"', '"remarks"', 'annotations: required field is missing'],
  ['"legendFormat": "p50"', '"legendFormat": 50', 'cannot unmarshal number'],
])('the schema is asked about everything: %s as %s is found', (right, wrong, said) => {
  expect(judge(printDashboard().replaceAll(right, wrong))).toContain(said)
})

it('without an address of the runbooks it has no links, and is a dashboard all the same', async () => {
  for (const address of ['docs/runbooks', 'null']) {
    const text = await rendered('--set', `prometheusRule.runbookBaseURL=${address}`)
    expect(text).not.toMatch(/"links"|docs\/runbooks/)
    const { panels } = JSON.parse(printDashboard())
    for (const panel of panels) delete panel.links
    expect(JSON.parse(text).panels).toEqual(panels)
  }
})

it('its links lead to where the runbooks are published', async () => {
  const text = await rendered('--set', 'prometheusRule.runbookBaseURL=https://wiki.example.com/a')
  expect(text).toContain('"https://wiki.example.com/a/sallyport-absent.md"')
  expect(text).not.toContain('docs/runbooks')
  expect(judge(text)).toBe('')
})
