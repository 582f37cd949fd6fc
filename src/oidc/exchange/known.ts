import type { ExchangeOutcome } from '../../core/provider/token-exchange.ts'
import type { SharedAnswer } from '../../core/session/shared-answers.ts'
import { parseJsonObject } from '../../outbound/json.ts'
import type { Asked } from './asking.ts'

/** What is kept of an exchange: its answer, or that an operator has to mend something. */
type Outcome = ExchangeOutcome | { readonly kind: 'refused'; readonly detail: string }

/** An exchange that was asked for before. */
export interface Known {
  readonly outcome: Outcome
  readonly untilMs: number
  /** As it is shared. */
  readonly text: string
}

/** An outcome as replicas share it. */
export const textOf = (outcome: Asked | Extract<Outcome, { kind: 'refused' }>): string =>
  JSON.stringify(outcome)

const outcomeIn = (text: string, untilMs: number): Outcome | undefined => {
  const { kind, token, detail, expiresAtMs } = parseJsonObject(text) ?? {}
  if (kind === 'token' && typeof token === 'string') {
    const ends = typeof expiresAtMs === 'number' ? { expiresAtMs } : {}
    return { kind, token, ...ends, untilMs }
  }
  const isRefusal = kind === 'subject_refused' || kind === 'refused'
  return isRefusal && typeof detail === 'string' ? { kind, detail } : undefined
}

/** What replicas share, read; `undefined`: it is nothing that was written here. */
export const readKnown = ({ text, untilMs }: SharedAnswer): Known | undefined => {
  const outcome = outcomeIn(text, untilMs)
  return outcome === undefined ? undefined : { outcome, untilMs, text }
}
