/** An object of JSON, whose members nobody has looked at. */
export type JsonObject = Readonly<Record<string, unknown>>

/** Whether it is an object, and no list. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The object that it is, or an empty one. */
export const objectIn = (value: unknown): JsonObject => (isObject(value) ? value : {})

/** The members of the list that it is. */
export const listIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** The text that it is, numbers and booleans included; nothing for an empty one. */
export const textIn = (value: unknown): string | undefined => {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** The texts of a list; a text by itself is a list of one. */
export const textsIn = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).flatMap((one) => textIn(one) ?? [])

/** An object without the members that are not there. */
export const withoutAbsent = (object: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined))
