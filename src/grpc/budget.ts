import type { Budget } from '../core/time/budget.ts'

/** A budget that can be ended. */
export interface EndableBudget extends Budget {
  /** Aborts the signal, or the one that will be asked for. */
  readonly end: (reason: unknown) => void
}

/** A budget whose signal is made when it is first read: most checks end without one. */
export const createBudget = (): EndableBudget => {
  let controller: AbortController | undefined
  let ended: { readonly reason: unknown } | undefined
  return {
    get signal(): AbortSignal {
      if (controller === undefined) {
        controller = new AbortController()
        if (ended !== undefined) controller.abort(ended.reason)
      }
      return controller.signal
    },
    end: (reason) => {
      ended = { reason }
      controller?.abort(reason)
    },
  }
}
