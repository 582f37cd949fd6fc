import { reasons } from '../../core/reason/reason.ts'
import type { ReasonEntry } from '../../core/reason/reason-entry.ts'

const known: Readonly<Record<string, ReasonEntry>> = reasons

const entryOf = (reason: string): ReasonEntry | undefined =>
  Object.hasOwn(known, reason) ? known[reason] : undefined

/** What a reason says to the person who meets it; nothing of one that is not known. */
export const messageOf = (reason: string): string => entryOf(reason)?.message ?? ''

/** What an operator does about it; nothing of one that is not known. */
export const remedyOf = (reason: string): string => entryOf(reason)?.remedy ?? ''
