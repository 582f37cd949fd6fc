import type { WrittenConfiguration } from './schema/schema.ts'

/** What is logged, and how. */
export interface LogConfig {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly format: 'json' | 'pretty'
  readonly decisions: 'all' | 'denied' | 'none'
  /** How people are named. */
  readonly subject: { readonly kind: 'hash' } | { readonly kind: 'claim'; readonly claim: string }
  /** What the members of lines are called. */
  readonly naming: 'sallyport' | 'opentelemetry'
}

/** The settings of the log as they count. */
export const logOf = ({
  level,
  format,
  decisions,
  subject,
  subjectClaim,
  names,
}: WrittenConfiguration['log']): LogConfig => ({
  level,
  format,
  decisions,
  subject: subject === 'hash' ? { kind: 'hash' } : { kind: 'claim', claim: subjectClaim },
  naming: format === 'json' ? names : 'sallyport',
})
