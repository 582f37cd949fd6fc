import type { PolicySource } from '../core/ports.ts'
import { emptyTable, type HostTable } from './host-table.ts'

/** The current table of hosts. Until the first swap every host answers `not_synced`. */
export interface Snapshot extends PolicySource {
  /**
   * Replaces the whole table at once: a check sees the former or the new one, never a mixture
   * (R30).
   */
  readonly swap: (table: HostTable) => void
  /** Whether a table was ever swapped in. */
  readonly synced: () => boolean
}

/** A snapshot that nothing has been swapped into yet. */
export const createSnapshot = (): Snapshot => {
  let current = emptyTable
  return {
    find: (request) => current.find(request),
    swap: (table) => {
      current = table
    },
    synced: () => current !== emptyTable,
  }
}
