import { reasons } from '../../core/reason/reason.ts'
import type { ReasonEntry } from '../../core/reason/reason-entry.ts'
import { type Html, html } from '../page/html.ts'

const known: Readonly<Record<string, ReasonEntry>> = reasons

const entryOf = (reason: string): ReasonEntry | undefined =>
  Object.hasOwn(known, reason) ? known[reason] : undefined

/** What a reason says to the person who meets it; nothing of one that is not known. */
export const messageOf = (reason: string): string => entryOf(reason)?.message ?? ''

/** What an operator does about it; nothing of one that is not known. */
export const remedyOf = (reason: string): string => entryOf(reason)?.remedy ?? ''

/** A sentence in which names stand between backticks. */
export const withCode = (sentence: string): Html =>
  html`${sentence.split('`').map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : part))}`
