import { type Complaint, type Leaf, leaf, type ShapeSchema } from './shape.ts'

/** Names a received value by its type, for messages. */
export const nameOfType = (value: unknown): string => {
  if (value === undefined) return 'nothing'
  if (value === null) return 'empty'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a group of fields'
  if (typeof value === 'string') return 'text'
  return `a ${typeof value}`
}

/** What is wrong with a text; absent: nothing. */
type Judge = (text: string) => string | undefined

/** Refuses, with this message, a text that is not right. */
export const unless =
  (isRight: (text: string) => boolean, message: string): Judge =>
  (text) =>
    isRight(text) ? undefined : message

/** The one complaint about a whole value, or none. */
export const complaint = (message: string | undefined): readonly Complaint[] =>
  message === undefined ? [] : [{ message }]

/** What is said where something of another type is written. */
export const notThat = (what: string, value: unknown): string =>
  `must be ${what}, but is ${nameOfType(value)}`

/** A text: what it is called where something else is written, and what is judged of it. */
export interface TextShape {
  readonly what: string
  readonly judge?: Judge
  readonly schema?: ShapeSchema
}

const textSchema = ({ schema }: TextShape): ShapeSchema => ({ type: 'string', ...schema })

/** A field that holds one text. */
export const textField = (shape: TextShape, notes: object): Leaf<string> =>
  leaf({ ...textSchema(shape), ...notes }, (value) =>
    complaint(typeof value === 'string' ? shape.judge?.(value) : notThat(shape.what, value)),
  )

/** A list of texts, and what each must be. */
interface ListShape {
  readonly what: string
  readonly item: TextShape
  /** What is said of an empty list; absent: it may be empty. */
  readonly empty?: string
}

/** A field that holds a list of texts; each is judged. */
export const listField = (
  { what, item, empty }: ListShape,
  notes: object,
): Leaf<readonly string[]> => {
  const schema = { ...(empty === undefined ? {} : { minItems: 1 }), type: 'array' }
  const judged = (value: unknown): string | undefined =>
    typeof value === 'string' ? item.judge?.(value) : notThat(item.what, value)
  return leaf({ ...schema, items: textSchema(item), ...notes }, (value) => {
    if (!Array.isArray(value)) return [{ message: notThat(what, value) }]
    if (value.length === 0) return complaint(empty)
    return value.flatMap((each: unknown, at) => {
      const message = judged(each)
      return message === undefined ? [] : [{ at, message }]
    })
  })
}

/** A text that says something. */
export const nonEmpty = (what: string): TextShape => ({
  what,
  judge: unless((text) => text !== '', `must be ${what}, but is empty`),
  schema: { minLength: 1 },
})
