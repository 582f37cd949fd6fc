import type { Clock } from '../core/time/clock.ts'

/** The places that this process has for waiting forms. */
export interface FormPlaces {
  /** Takes a place of a namespace for a form, until `ttlMs` from now; false if there is none. */
  readonly take: (namespace: string, form: string, ttlMs: number) => boolean
  /** Gives the place of a form back; nothing happens if it has none here. */
  readonly giveBack: (form: string) => void
}

/**
 * How many forms this process keeps at a time for the clients of one namespace: whoever is not
 * signed in can have one kept, so their number must end somewhere, whatever a tenant makes; and
 * nobody may use up what is another's.
 */
const MAX_PER_NAMESPACE = 500

/** Counts places by namespace. */
export const createFormPlaces = (clock: Clock): FormPlaces => {
  const keptUntilMs = new Map<string, Map<string, number>>()

  const forgetEnded = (nowMs: number): void => {
    for (const [namespace, forms] of keptUntilMs) {
      for (const [form, endMs] of forms) if (endMs <= nowMs) forms.delete(form)
      if (forms.size === 0) keptUntilMs.delete(namespace)
    }
  }

  return {
    take: (namespace, form, ttlMs) => {
      const nowMs = clock.nowMs()
      forgetEnded(nowMs)
      const forms = keptUntilMs.get(namespace) ?? new Map<string, number>()
      if (forms.size >= MAX_PER_NAMESPACE) return false
      keptUntilMs.set(namespace, forms.set(form, nowMs + ttlMs))
      return true
    },
    giveBack: (form) => {
      for (const forms of keptUntilMs.values()) forms.delete(form)
    },
  }
}
