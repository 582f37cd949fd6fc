import type { Reason } from '../../core/reason/reason.ts'
import type { ReasonKind } from '../../core/reason/reason-entry.ts'
import type { PhraseKey } from '../../core/wording/phrases.ts'
import type { HeadingKey } from './heading.ts'

/** The texts of one language, as far as they are there. */
export interface Texts {
  readonly headings: Readonly<Partial<Record<HeadingKey, string>>>
  /** What is said of a reason that has no text of its own. */
  readonly kinds: Readonly<Partial<Record<ReasonKind, string>>>
  readonly reasons: Readonly<Partial<Record<Reason, string>>>
  readonly phrases: Readonly<Partial<Record<PhraseKey, string>>>
}

/** The kinds of reasons that a page is shown for. */
export type PageKind = Exclude<ReasonKind, 'allow'>

/** A translation that comes along: every heading, kind and phrase, and the reasons people meet. */
export interface Translation extends Texts {
  readonly headings: Readonly<Record<HeadingKey, string>>
  readonly kinds: Readonly<Record<PageKind, string>>
  readonly phrases: Readonly<Record<PhraseKey, string>>
}
