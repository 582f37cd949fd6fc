import type { Told } from './told.ts'

/** What Envoy's own filters and logs are told under one key. */
export interface MetadataEntry {
  readonly key: string
  readonly told: Told
}
