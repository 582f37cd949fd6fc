import { type JsonObject, textIn } from '../reading/json.ts'

/** A path of the Gateway API as the `path` of a rule; nothing where it is every path. */
export const pathMatch = ({ type = 'PathPrefix', value = '/' }: JsonObject): JsonObject => {
  const path = textIn(value) ?? '/'
  if (type === 'Exact') return { path: { exact: path } }
  if (type === 'RegularExpression') return { path: { pattern: path } }
  const prefix = path.length > 1 ? path.replace(/\/$/, '') : path
  return prefix === '/' ? {} : { path: { prefix } }
}
