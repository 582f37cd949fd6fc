import { createMetrics } from '../../src/observability/metrics.ts'
import type { Family } from '../../src/observability/series/family.ts'
import { keepCurrent } from './output.ts'

const INTRODUCTION = `# Metrics

Generated from the metrics of \`src/observability\`; edit those and run \`make generate\`.

\`GET /metrics\` on the admin port answers in the Prometheus text format. Besides these there are the usual \`process_…\` and
\`nodejs_…\` metrics, event loop lag and garbage collection among them. The values of the label \`decision\` are the kinds of
[reasons](../reasons.md): \`allow\`, \`login\`, \`redirect\`, \`page\`, \`challenge\`, \`forbid\`, \`reject\`, \`unavailable\`.
A request that is answered with 302 to the provider is a \`login\`; without it, the same reason is a \`challenge\`.
`

const row = ({ name, type, help, labelNames }: Family): string => {
  const labels = labelNames.map((label) => `\`${label}\``).join(', ')
  return `| \`${name}\` | ${type} | ${labels === '' ? '–' : labels} | ${help} |`
}

/** The metrics of our own, those of routes among them. */
export const ownMetrics = (): readonly Family[] => createMetrics('0.0.0', 1).families

/** The text of docs/reference/metrics.md. */
export const printMetrics = (): string =>
  [
    INTRODUCTION,
    '| metric | type | labels | meaning |',
    '| --- | --- | --- | --- |',
    ...ownMetrics().map(row),
    '',
  ].join('\n')

if (import.meta.main) {
  process.exitCode = keepCurrent('docs/reference/metrics.md', printMetrics())
}
