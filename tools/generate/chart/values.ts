import { isMap, isScalar, type Pair, parseDocument, type YAMLMap } from 'yaml'

/** One value that an operator may set, as `values.yaml` documents it. */
export interface DocumentedValue {
  /** Such as `image.tag`. */
  readonly path: string
  /** What is set unless told otherwise, as JSON. */
  readonly defaultJson: string
  readonly description: string
}

const MARK = /^ -- /

const keyOf = ({ key }: Pair): string => (isScalar(key) ? String(key.value) : '')

const commentOf = ({ key }: Pair): string => (isScalar(key) ? (key.commentBefore ?? '') : '')

/** The lines of a comment from its ` -- ` on; absent where there is none. */
const descriptionOf = (comment: string): string | undefined => {
  const lines = comment.split('\n')
  const start = lines.findLastIndex((line) => MARK.test(line))
  if (start < 0) return undefined
  const [first = '', ...more] = lines.slice(start)
  return [first.replace(MARK, ''), ...more.map((line) => line.trim())].join(' ')
}

/** The comment before the first member of a map belongs to the map in the syntax tree. */
const commentsOf = (map: YAMLMap): readonly string[] =>
  map.items.map((pair, index) => {
    const own = commentOf(pair)
    return index === 0 && own === '' ? (map.commentBefore ?? '') : own
  })

const collect = (map: YAMLMap, path: readonly string[]): readonly DocumentedValue[] => {
  const comments = commentsOf(map)
  return map.items.flatMap((pair, index) => {
    const here = [...path, keyOf(pair)]
    const description = descriptionOf(comments[index] ?? '')
    const { value } = pair
    if (description === undefined && isMap(value)) return collect(value, here)
    if (description === undefined) {
      throw new Error(`values.yaml: ${here.join('.')} has no comment that begins with "# -- "`)
    }
    const json = JSON.stringify(
      isMap(value) || !isScalar(value) ? Object(value).toJSON() : value.value,
    )
    return [{ path: here.join('.'), defaultJson: json, description }]
  })
}

/** Every documented value, in the order of the file. @throws Error if one is not documented */
export const readValues = (text: string): readonly DocumentedValue[] => {
  const { contents } = parseDocument(text)
  if (!isMap(contents)) throw new Error('values.yaml: there is no value in it')
  return collect(contents, [])
}
