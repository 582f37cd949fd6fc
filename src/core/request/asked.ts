import type { Request } from './request.ts'

/** What clauses may look at besides the identity. */
export interface Asked {
  readonly request: Pick<
    Request,
    'method' | 'host' | 'authority' | 'path' | 'header' | 'headerNames' | 'address' | 'encoding'
  >
  readonly nowMs: number
  /** How far the clock of whoever authenticated the caller may differ; absent: not at all. */
  readonly clockSkewMs?: number
}
