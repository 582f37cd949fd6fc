import type { Ask, Drawn, Link } from './dashboard-panels.ts'

/** The unit of what is counted by the second. */
export const perSecond = 'reqps'

/** What every query of the process's own series is narrowed by. */
const HERE = 'namespace="$namespace", pod=~"$pod"'

const WINDOW = '[$__rate_interval]'

/** How fast a counter of these replicas grows. */
export const rate = (name: string, labels = ''): string =>
  `rate(${name}{${labels === '' ? '' : `${labels}, `}${HERE}}${WINDOW})`

/** By how much it grew in the time that is shown. */
export const grew = (name: string, labels = ''): string =>
  `increase(${name}{${labels === '' ? '' : `${labels}, `}${HERE}}[$__range])`

/** What a share of the values of a histogram stays within. */
export const quantile = (share: number, name: string, labels = '', by = 'le'): string =>
  `histogram_quantile(${share}, sum by (${by}) (${rate(`${name}_bucket`, labels)}))`

/** A gauge of these replicas. */
export const is = (name: string): string => `${name}{${HERE}}`

/** What a recording rule says of the namespace. */
export const objective = (name: string): string => `${name}{namespace="$namespace"}`

/** A page that a panel leads to. */
export const runbook = (title: string, page: string): Link => ({ title, page: `sallyport-${page}` })

/** The middle and the slow end of a histogram. */
export const p50And99 = (name: string, labels = ''): readonly Ask[] => [
  { expr: quantile(0.5, name, labels), legend: 'p50' },
  { expr: quantile(0.99, name, labels), legend: 'p99' },
]

/** A panel with its queries, or with one. */
export const panel = (
  title: string,
  unit: string,
  asks: readonly Ask[] | string,
  more: Partial<Drawn> = {},
): Drawn => ({
  title,
  unit,
  asks: typeof asks === 'string' ? [{ expr: asks, legend: '' }] : asks,
  ...more,
})

/** One query whose series are called by a label. */
export const by = (label: string, expr: string): readonly Ask[] => [
  { expr, legend: `{{${label}}}` },
]

/** What is denied with 503. */
export const FAILED = 'decision="unavailable"'
