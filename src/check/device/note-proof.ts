import type { CheckPorts } from '../../core/check-ports.ts'
import type { OpenSession } from '../../core/session/session-store.ts'

/** Writes down, behind the answer, that the device of a session has proven itself now. */
export type NoteProof = (open: OpenSession) => void

const WRITE_BUDGET_MS = 5_000

/** How often a write may lose to another before it is given up: the next proof says as much. */
const MAX_WRITES = 3

/**
 * What the record knows of the last proof may lag behind by one that could not be written. A
 * browser proves its device for a request that it holds back meanwhile, so the session is in use:
 * the note of that request itself is lost where it races with this one.
 */
export const createNoteProof = ({
  sessions,
  clock,
  newBudget,
  behind,
}: Pick<CheckPorts, 'sessions' | 'clock' | 'newBudget' | 'behind'>): NoteProof => {
  const write = async (open: OpenSession, provenAtMs: number): Promise<void> => {
    const budget = newBudget(WRITE_BUDGET_MS)
    let current = open
    for (let attempt = 0; attempt < MAX_WRITES; attempt += 1) {
      const { device } = current.session
      if (device?.bound === undefined || device.bound.provenAtMs >= provenAtMs) return
      const bound = { ...device.bound, provenAtMs }
      const lastSeenAtMs = Math.max(current.session.lastSeenAtMs, provenAtMs)
      const session = { ...current.session, lastSeenAtMs, device: { ...device, bound } }
      if ((await sessions.replace(current, session, budget)) !== undefined) return
      const read = await sessions.reopen(session.tenant, current.ticket, budget)
      if (read.kind === 'none') return
      current = read.open
    }
  }
  return (open) => behind(write(open, clock.nowMs()).catch(() => undefined))
}
