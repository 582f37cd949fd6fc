import type { Match, PathMatch } from '../../../core/policy/match.ts'
import type { Checked } from '../../matching/checked.ts'
import { exactPath, pathPattern, prefixPath } from '../../matching/path-pattern.ts'
import type { FieldPath } from '../../resource/resource.ts'
import type {
  ProtectedRouteRuleMatch,
  ProtectedRouteRuleMatchPath,
} from '../../resource/resource-specs.generated.ts'
import { sourceAddressesOf } from '../clause/source-addresses.ts'
import type { Findings } from '../object/findings.ts'
import { matchHeadersOf } from './match-headers.ts'

const PATH_READERS = {
  exact: exactPath,
  prefix: prefixPath,
  pattern: pathPattern,
} as const satisfies Readonly<Record<string, (written: string) => Checked<PathMatch>>>

const PATH_KINDS = ['exact', 'prefix', 'pattern'] as const

const pathOf = (
  path: ProtectedRouteRuleMatchPath,
  field: FieldPath,
  findings: Findings,
): PathMatch | undefined => {
  const kinds = PATH_KINDS.filter((kind) => path[kind] !== undefined)
  const [kind] = kinds
  if (kind === undefined || kinds.length > 1) {
    findings.add(field, 'The path has not exactly one of `exact`, `prefix` and `pattern`: keep one')
    return undefined
  }
  const written = path[kind] ?? ''
  const subject = kind === 'pattern' ? 'pattern' : 'path'
  return findings.take([...field, kind], subject, written, PATH_READERS[kind](written))
}

const PARTS = ['path', 'methods', 'headers', 'sourceAddresses'] as const

/** One member of `match`. */
export const matchOf = (
  written: ProtectedRouteRuleMatch,
  field: FieldPath,
  findings: Findings,
): Match => {
  const { path, methods, headers, sourceAddresses } = written
  if (PARTS.every((part) => written[part] === undefined)) {
    const message =
      'The match has none of `path`, `methods`, `headers` and `sourceAddresses`, so it would match everything'
    findings.add(field, message)
  }
  const compiled = path === undefined ? undefined : pathOf(path, [...field, 'path'], findings)
  return {
    ...(compiled === undefined ? {} : { path: compiled }),
    ...(methods === undefined ? {} : { methods: new Set(methods) }),
    ...(headers && { headers: matchHeadersOf(headers, [...field, 'headers'], findings) }),
    ...(sourceAddresses && {
      sourceAddresses: sourceAddressesOf(sourceAddresses, [...field, 'sourceAddresses'], findings),
    }),
  }
}
