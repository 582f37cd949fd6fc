import type { DecisionPoint } from './policy/decision-point.ts'
import type { Awaitable } from './time/awaitable.ts'
import type { Budget } from './time/budget.ts'

/** What a decision point made of the facts that it was told. */
export type Ruling =
  | { readonly kind: 'permitted' }
  /** `detail` is for the log: why, as far as it said so; bounded and printable. */
  | { readonly kind: 'denied'; readonly detail: string }

/** How one asking ended, and where its answer came from. */
export interface AskingFacts {
  /** `unavailable`: no decision was had. */
  readonly outcome: Ruling['kind'] | 'unavailable'
  /** `shared`: by a call for the same facts that was under way. */
  readonly from: 'call' | 'shared' | 'memory'
  readonly durationMs: number
}

/** Those who decide elsewhere, and are asked. */
export interface DecisionPoints {
  /**
   * @param facts JSON, in the form that the decision point takes; equal facts are equal texts.
   * @throws Fault `decision_point_unavailable` for whatever is neither of the two rulings.
   */
  readonly ask: (point: DecisionPoint, facts: string, budget: Budget) => Awaitable<Ruling>
}
