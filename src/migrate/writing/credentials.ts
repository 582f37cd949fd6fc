import { isObject, type JsonObject } from '../reading/json.ts'

const withoutIn = (text: string): string => {
  const parsed = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*@/i.test(text) ? URL.parse(text) : null
  if (parsed === null || (parsed.username === '' && parsed.password === '')) return text
  parsed.username = ''
  parsed.password = ''
  return parsed.href
}

/** A value whose URLs hold neither user name nor password, which would stand in a manifest. */
const withoutAnywhere = (value: unknown): unknown => {
  if (typeof value === 'string') return withoutIn(value)
  if (Array.isArray(value)) return value.map(withoutAnywhere)
  return isObject(value) ? withoutCredentials(value) : value
}

/** The same object, whose URLs hold neither user name nor password. */
export const withoutCredentials = (object: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, withoutAnywhere(value)]))

/** What stands above an object of whose URLs credentials were left out. */
export const credentialComments = (before: JsonObject, after: JsonObject): readonly string[] =>
  JSON.stringify(before) === JSON.stringify(after)
    ? []
    : ['User names and passwords that stood in its URLs are left out: nothing here sends them.']
