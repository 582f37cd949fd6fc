import { asFault, type Fault } from '../../../core/reason/fault.ts'

/** Keeps open connections logged in while credentials come and go. */
export interface Relogin {
  /** New credentials may be there: shows them to Redis, again and again until it takes them. */
  readonly now: () => void
  readonly close: () => void
}

/** A new password may be written down before Redis knows it. */
const RETRY_MS = 1_000

/** Also logs in every `intervalMs`, if that is given. */
export const createRelogin = (deps: {
  readonly logIn: () => Promise<void>
  readonly intervalMs?: number
  /** Hears of the first refusal in a row. */
  readonly onRefused: (fault: Fault) => void
}): Relogin => {
  let retry: NodeJS.Timeout | undefined
  let isRefused = false
  let isClosed = false

  const attempt = async (): Promise<void> => {
    clearTimeout(retry)
    try {
      await deps.logIn()
      isRefused = false
    } catch (error) {
      if (!isRefused) deps.onRefused(asFault(error))
      isRefused = true
      if (!isClosed) retry = setTimeout(attempt, RETRY_MS)
    }
  }

  const { intervalMs } = deps
  const timer = intervalMs === undefined ? undefined : setInterval(attempt, intervalMs)
  return {
    now: () => void attempt(),
    close: () => {
      isClosed = true
      clearInterval(timer)
      clearTimeout(retry)
    },
  }
}
