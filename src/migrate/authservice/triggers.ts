import { isObject, type JsonObject, listIn, textIn } from '../reading/json.ts'
import { beginningWith, foundAnywhere, literally, usablePattern } from '../writing/patterns.ts'

/** The public rules that trigger rules come to; nothing where they cannot be said. */
export type TriggersRead =
  | { readonly kind: 'rules'; readonly rules: readonly JsonObject[] }
  | { readonly kind: 'beyond' }

/** The whole paths that a pattern surely matches, or those in which it is found. */
const pathOf = (one: unknown, isWhole: boolean): JsonObject | undefined => {
  if (!isObject(one)) return undefined
  const [exact, prefix, suffix, regex] = [one.exact, one.prefix, one.suffix, one.regex].map(textIn)
  if (exact !== undefined) return { path: { exact } }
  if (prefix !== undefined)
    return prefix === '/' ? { path: { prefix } } : patternOf(beginningWith(prefix))
  if (suffix !== undefined) return patternOf(`.*${literally(suffix)}`)
  return regex === undefined ? undefined : patternOf(isWhole ? regex : foundAnywhere(regex))
}

const patternOf = (text: string): JsonObject | undefined => {
  const pattern = usablePattern(text)
  return pattern === undefined ? undefined : { path: { pattern } }
}

const pathsOf = (list: unknown, isWhole: boolean): readonly JsonObject[] | undefined => {
  const read = listIn(list).map((one) => pathOf(one, isWhole))
  return read.includes(undefined) ? undefined : read.filter((one) => one !== undefined)
}

/** Which paths are let through without a session. A pattern makes public what it matches whole. */
export const triggerRules = (triggers: unknown): TriggersRead => {
  const [trigger, ...more] = listIn(triggers).filter(isObject)
  if (trigger === undefined) return { kind: 'rules', rules: [] }
  const excluded = pathsOf(trigger.excluded_paths, true)
  const included = pathsOf(trigger.included_paths, false)
  if (more.length > 0 || excluded === undefined || included === undefined) return { kind: 'beyond' }
  const everything = [{ path: { prefix: '/' } }]
  return {
    kind: 'rules',
    rules: [
      ...(excluded.length === 0 ? [] : [{ name: 'excluded', match: excluded, public: true }]),
      ...(included.length === 0
        ? []
        : [
            { name: 'included', match: included },
            { name: 'otherwise', match: everything, public: true },
          ]),
    ],
  }
}
