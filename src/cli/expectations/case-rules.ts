import { isIP } from 'node:net'
import { reasons } from '../../core/reason/reason.ts'
import { nearest } from '../../core/wording/nearest.ts'
import { isAskable } from '../../explain/offline/asked-request.ts'
import { claimProblems } from '../../explain/offline/claims-text.ts'
import type { FieldPath } from '../../policy/resource/resource.ts'
import type { FieldProblem } from '../../resources/schema/field-path.ts'
import { isObject } from '../../resources/schema/structural-schema.ts'

type Fields = Readonly<Record<string, unknown>>

/** What is wrong with a field; a name leads below it. */
type Tell = (message: string, ...field: FieldPath) => FieldProblem

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f]/

const quoted = (value: unknown): string => JSON.stringify(value).slice(0, 66)

const requestRules = ({ url, method, sourceAddress }: Fields, tell: Tell) => [
  ...(typeof url !== 'string' || isAskable(url)
    ? []
    : [tell('must begin with https:// or http://, and a host', 'url')]),
  ...(typeof method !== 'string' || TOKEN.test(method)
    ? []
    : [tell(`${quoted(method)} is no HTTP method: write one such as "GET"`, 'method')]),
  ...(typeof sourceAddress !== 'string' || isIP(sourceAddress) > 0
    ? []
    : [
        tell(
          `${quoted(sourceAddress)} is no IP address: write one such as "192.0.2.7"`,
          'sourceAddress',
        ),
      ]),
]

const repeatedIn = (names: readonly string[]): readonly string[] =>
  names.filter((name, at) =>
    names.slice(0, at).some((other) => other.toLowerCase() === name.toLowerCase()),
  )

const nameRules = (headers: Fields, isPseudo: (name: string) => boolean, tell: Tell) => {
  const names = Object.keys(headers)
  return [
    ...names
      .filter((name) => !TOKEN.test(name) && !isPseudo(name))
      .map((name) => tell('is no name of a header', name)),
    ...repeatedIn(names).map((name) => tell('is there twice: leave one', name)),
  ]
}

const headerRules = ({ headers }: Fields, tell: Tell): readonly FieldProblem[] => {
  if (!isObject(headers)) return []
  const at: Tell = (message, ...field) => tell(message, 'headers', ...field)
  return [
    ...nameRules(headers, () => false, at),
    ...Object.entries(headers)
      .filter(([, value]) => typeof value === 'string' && CONTROL.test(value))
      .map(([name]) => at('holds a control character, which no header does', name)),
  ]
}

/** What is said of somebody, and so of nobody never. */
const OF_SOMEBODY = ['claims', 'claimsFile', 'scopes', 'client'] as const

const somebodyRules = (one: Fields, tell: Tell): readonly FieldProblem[] => {
  const { as, claims, claimsFile, client } = one
  return [
    ...OF_SOMEBODY.filter((name) => as === 'nobody' && one[name] !== undefined).map((name) =>
      tell('is there, and `as` is `nobody`: remove one of them', name),
    ),
    ...(claims !== undefined && claimsFile !== undefined
      ? [tell('is there beside `claims`: write one of them', 'claimsFile')]
      : []),
    ...(as === 'bearer' && client !== undefined
      ? [tell('is there, and `as` is `bearer`, which no client has: remove it', 'client')]
      : []),
    ...(claims === undefined
      ? []
      : claimProblems(claims, ['claims']).map(({ field, message }) => tell(message, ...field))),
  ]
}

const isPresence = (value: unknown): boolean =>
  isObject(value) && value.present === true && Object.keys(value).length === 1

const valueRules = (headers: Fields, tell: Tell): readonly FieldProblem[] =>
  Object.entries(headers)
    .filter(([, value]) => typeof value !== 'string' && value !== null && !isPresence(value))
    .map(([name, value]) =>
      tell(
        isObject(value) || Array.isArray(value)
          ? 'must be a text, `null` if it is not to be there, or `{ present: true }` for any value'
          : `must be a text, but is ${quoted(value)}: write it in quotes`,
        name,
      ),
    )

const isScalar = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value)

const isTold = (value: unknown): boolean =>
  value === null ||
  isPresence(value) ||
  (Array.isArray(value) ? value.every(isScalar) : isScalar(value))

const metadataRules = ({ metadata }: Fields, tell: Tell): readonly FieldProblem[] =>
  isObject(metadata)
    ? Object.entries(metadata)
        .filter(([, value]) => !isTold(value))
        .map(([key]) =>
          tell(
            'must be a value or a list of them, `null` if it is not to be there, or `{ present: true }` for any value',
            'metadata',
            key,
          ),
        )
    : []

const reasonRules = (reason: unknown, tell: Tell): readonly FieldProblem[] => {
  if (typeof reason !== 'string' || Object.hasOwn(reasons, reason)) return []
  const near = nearest(reason, Object.keys(reasons))
  const advice = near === undefined ? 'docs/reasons.md lists them' : `did you mean \`${near}\`?`
  return [tell(`${quoted(reason)} is no reason; ${advice}`, 'reason')]
}

const isPath = (name: string): boolean => name === ':path'

const expectRules = ({ expect }: Fields, tell: Tell): readonly FieldProblem[] => {
  if (!isObject(expect)) return []
  const at: Tell = (message, ...field) => tell(message, 'expect', ...field)
  if (Object.keys(expect).length === 0) {
    return [at('expects nothing: write `verdict`, `status` or another of its fields')]
  }
  const ofHeaders = (['upstream', 'response'] as const).flatMap((part) => {
    const group = expect[part]
    const headers = isObject(group) ? group.headers : undefined
    if (!isObject(headers)) return []
    const below: Tell = (message, ...field) => at(message, part, 'headers', ...field)
    return [...nameRules(headers, isPath, below), ...valueRules(headers, below)]
  })
  return [...reasonRules(expect.reason, at), ...ofHeaders, ...metadataRules(expect, at)]
}

/** What is wrong with a case besides what its schema says. */
export const brokenCaseRules = (one: unknown, path: FieldPath): readonly FieldProblem[] => {
  if (!isObject(one)) return []
  const tell: Tell = (message, ...field) => ({ field: [...path, ...field], message })
  return [
    ...requestRules(one, tell),
    ...headerRules(one, tell),
    ...somebodyRules(one, tell),
    ...expectRules(one, tell),
  ]
}
