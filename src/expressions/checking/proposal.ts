import { nearest } from '../../core/wording/nearest.ts'

/** A list that is longer is not told. */
const MOST_TOLD = 16

/** What to write instead of a name that nobody knows. */
export const proposal = (name: string, names: readonly string[]): string => {
  const meant = nearest(name, names)
  if (meant !== undefined) return `perhaps \`${meant}\` is meant`
  return names.length > MOST_TOLD
    ? 'docs/authorization.md lists what there is'
    : `there are ${names.map((one) => `\`${one}\``).join(', ')}`
}
