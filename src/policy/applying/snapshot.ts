import type { PolicySource } from '../../core/policy-source.ts'
import { emptyTable, type HostTable, type OwnedHost } from '../matching/host-table.ts'

/** The current table of hosts. Until the first swap every host answers `not_synced`. */
export interface Snapshot extends PolicySource {
  /**
   * Replaces the whole table at once: a check sees the former or the new one, never a mixture
   * (R30).
   */
  readonly swap: (table: HostTable) => void
  /** Whether a table was ever swapped in. */
  readonly synced: () => boolean
  /** The hosts that were looked up since this was last called, in whichever table. */
  readonly takeAsked: () => readonly OwnedHost[]
  /** The host that was probably meant by one that is not there. */
  readonly nearest: HostTable['nearest']
  /** What `find` answers, and nobody counts as having asked. */
  readonly look: HostTable['look']
}

/** A snapshot that nothing has been swapped into yet. */
export const createSnapshot = (): Snapshot => {
  let current = emptyTable
  let askedBefore: readonly OwnedHost[] = []
  return {
    find: (request) => current.find(request),
    swap: (table) => {
      askedBefore = [...askedBefore, ...current.takeAsked()]
      current = table
    },
    nearest: (host) => current.nearest(host),
    look: (request) => current.look(request),
    synced: () => current !== emptyTable,
    takeAsked: () => {
      const asked = [...askedBefore, ...current.takeAsked()]
      askedBefore = []
      return asked
    },
  }
}
