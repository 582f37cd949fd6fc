import { asFault } from '../core/reason/fault.ts'
import { oneAtATime } from '../core/time/one-at-a-time.ts'
import { createKeyRing, type KeyRing, type KeyRingDeps } from './key-ring.ts'

/** What looking after keys takes. */
export interface LookingAfterDeps extends KeyRingDeps {
  /** Calls once after a time, unless the returned function is called before. */
  readonly after: (ms: number, run: () => void) => () => void
  /** A sentence for the log when keys cannot be looked after, and when they can be again. */
  readonly tell: (sentence: string) => void
}

/** A ring that is kept up to date. */
export interface LookedAfterKeys extends Pick<KeyRing, 'signer' | 'published'> {
  /** Settles when the keys were found or made for the first time, or could not be. Never throws. */
  readonly begun: Promise<void>
  /** Why they cannot be looked after at present, as a sentence. */
  readonly problem: () => string | undefined
  /** Ends looking after them; what is known stays. */
  readonly close: () => void
}

/** How often keys are looked after: what another replica made is known here after as long. */
const EVERY_MS = 60_000

/** And how soon again where that failed. */
const AGAIN_MS = 2_000

/** Begins at once. `whose`: the keys as a sentence begins with them. */
export const lookAfterKeys = (whose: string, deps: LookingAfterDeps): LookedAfterKeys => {
  const { signer, published, renew: renewRing } = createKeyRing(deps)
  let problem: string | undefined
  let isClosed = false
  let cancel = (): void => undefined

  const note = (now: string | undefined): void => {
    if (now !== undefined && problem === undefined) {
      deps.tell(`${whose} cannot be looked after: ${now}`)
    }
    if (now === undefined && problem !== undefined) deps.tell(`${whose} are looked after again.`)
    problem = now
  }

  const renew = oneAtATime(async () => {
    cancel()
    try {
      await renewRing()
      note(undefined)
    } catch (thrown) {
      note(asFault(thrown).message)
    }
    if (isClosed) return
    cancel = deps.after(problem === undefined ? EVERY_MS : AGAIN_MS, () => void renew())
  })

  return {
    signer,
    published,
    begun: renew(),
    problem: () => problem,
    close: () => {
      isClosed = true
      cancel()
    },
  }
}
