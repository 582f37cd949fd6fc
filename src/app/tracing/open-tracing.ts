import { readFileSync } from 'node:fs'
import type { Config } from '../../config/config.ts'
import type { CallTracing } from '../../core/tracing.ts'
import { systemTimers } from '../../kubernetes/timers.ts'
import { decisionName } from '../../observability/lines/decision-name.ts'
import type { Logger } from '../../observability/logger.ts'
import type { Metrics } from '../../observability/metrics.ts'
import type { Tracing } from '../../tracing/tracing.ts'

/** What tells traces of calls, where there are any, for those that make calls. */
export const tracedCalls = (tracing: Tracing | undefined): { readonly tracing?: CallTracing } =>
  tracing === undefined ? {} : { tracing: tracing.calls }

/** What traces are opened with. */
export interface OpenTracingDeps {
  readonly logger: Pick<Logger, 'warn'>
  readonly metrics: Pick<Metrics, 'countSpans'>
  readonly version: string
}

const textIn = (file: string | undefined): string | undefined =>
  file === undefined ? undefined : readFileSync(file, 'utf8')

const pemsOf = ({ caFile, certFile, keyFile }: Required<Config>['tracing']['tls']) => {
  const pems = { ca: textIn(caFile), cert: textIn(certFile), key: textIn(keyFile) }
  return Object.fromEntries(Object.entries(pems).filter(([, pem]) => pem !== undefined))
}

/** Loads and opens what makes traces, where the configuration wants them; else loads nothing. */
export const openTracing = async (
  config: Config['tracing'],
  { logger, metrics, version }: OpenTracingDeps,
): Promise<Tracing | undefined> => {
  if (config === undefined) return undefined
  const { createTracing } = await import('../../tracing/tracing.ts')
  return createTracing({
    ...config,
    tls: pemsOf(config.tls),
    attributes: config.resourceAttributes,
    userAgent: `sallyport/${version}`,
    version,
    decisionName,
    after: systemTimers.after,
    count: metrics.countSpans,
    tell: (sentence) => logger.warn(sentence),
  })
}
