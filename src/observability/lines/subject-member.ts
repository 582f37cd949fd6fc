import type { About } from '../../core/decision/decision.ts'
import type { Json } from '../../core/identity/identity.ts'
import { jsonText } from './json-text.ts'
import { memberName, type Naming } from './member-names.ts'
import { printable } from './printable.ts'
import { redactText } from './redact.ts'
import type { SubjectHash } from './subject-hash.ts'

/** How the log names people: so that nobody can be looked up, or by a claim in the clear. */
export type SubjectNaming =
  | { readonly kind: 'hash' }
  | { readonly kind: 'claim'; readonly claim: string }

/** What is written of a subject: a member of a JSON object with a comma before it, or nothing. */
export type SubjectMember = (about: Pick<About, 'subject' | 'claims'>) => string

/** The claim that is the subject itself (OpenID Connect Core section 2). */
const SUBJECT_CLAIM = 'sub'

const MAX_CLAIM = 256

/** Whether people are named by the subject itself, in the clear. */
export const isBySubject = (naming: SubjectNaming): boolean =>
  naming.kind === 'claim' && naming.claim === SUBJECT_CLAIM

const textOf = (value: Json | undefined): string | undefined => {
  if (typeof value === 'string' && value !== '') return value
  return typeof value === 'number' ? String(value) : undefined
}

/** Of somebody whose claims are not known, or are without it, the hash is written all the same. */
export const createSubjectMember = (
  subjectHash: SubjectHash,
  subject: SubjectNaming,
  naming: Naming,
): SubjectMember => {
  const hashed = `,"${memberName(naming, 'subjectHash')}":`
  const clear = `,"${memberName(naming, 'subject')}":`
  return (about) => {
    if (about.subject === undefined) return ''
    if (subject.kind === 'claim') {
      const { claim } = subject
      const value = claim === SUBJECT_CLAIM ? about.subject : textOf(about.claims?.[claim])
      if (value !== undefined) return clear + jsonText(printable(redactText(value), MAX_CLAIM))
    }
    return hashed + jsonText(subjectHash(about.subject))
  }
}
