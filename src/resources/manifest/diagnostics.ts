import {
  type FieldPath,
  type ObjectRef,
  objectKey,
  type Problem,
} from '../../policy/resource/resource.ts'
import { formatField } from '../schema/field-path.ts'

/** A place in a file; lines and columns count from 1. */
export interface Location {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** Finds the place of a field, or of the nearest field around it that is written down. */
export type Locate = (object: ObjectRef, field: FieldPath) => Location | undefined

/** Something an operator must mend, and where. Never holds the value of a Secret. */
export interface LocatedProblem extends Location {
  /** Absent where the text is not even an object with a name. */
  readonly object?: ObjectRef
  /** As people write it: `spec.rules[0].match`; empty for the whole. */
  readonly field: string
  /** Completes the sentence that object and field begin. */
  readonly message: string
}

/** Where something is that has no place: the object came from elsewhere, or the file is gone. */
export const NOWHERE: Location = { file: '', line: 0, column: 0 }

/** A problem of the policy compiler with its place in the files. */
export const locateProblem = (
  { object, field, message }: Pick<Problem, 'object' | 'field' | 'message'>,
  locate: Locate,
): LocatedProblem => ({
  ...(locate(object, field) ?? NOWHERE),
  object,
  field: formatField(field),
  message,
})

/** One line: `routes.yaml:12:5: ProtectedRoute shop/shop spec.hosts[0]: "Shop" is not …`. */
export const formatProblem = ({ object, field, message, ...at }: LocatedProblem): string => {
  const place = at.file === '' ? [] : [`${at.file}:${at.line}:${at.column}:`]
  const subject = [object === undefined ? '' : objectKey(object), field].filter(Boolean).join(' ')
  return [...place, ...(subject === '' ? [] : [`${subject}:`]), message].join(' ')
}

/** By the files, and within them by the places. */
export const inOrderOfPlace = (a: LocatedProblem, b: LocatedProblem): number => {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1
  return a.line - b.line || a.column - b.column
}

/** Problems in the order of their places, as a person mends them. */
export const sortProblems = (problems: readonly LocatedProblem[]): readonly LocatedProblem[] =>
  problems.toSorted(inOrderOfPlace)
