import type { Rule } from '../../../core/policy/policy.ts'
import type { MetadataEntry } from '../../../core/policy/told.ts'
import type { FieldPath } from '../../resource/resource.ts'
import type { ProtectedRouteMetadata } from '../../resource/resource-specs.generated.ts'
import { toldOf } from '../clause/told.ts'
import type { Findings } from '../object/findings.ts'

/** Set by this service on every answer, or by Envoy. */
const OWN_KEYS: ReadonlySet<string> = new Set([
  'reason',
  'route',
  'rule',
  'left_out',
  'ext_authz_duration',
])

const KEY = /^[a-z0-9_.-]{1,63}$/

const keyOf = (
  written: string,
  taken: ReadonlySet<string>,
  field: FieldPath,
  findings: Findings,
): string => {
  if (!KEY.test(written)) {
    const message = `The key ${JSON.stringify(written)} is not made of 1 to 63 lower-case letters, digits, \`_\`, \`.\` and \`-\``
    findings.add(field, message)
  }
  if (OWN_KEYS.has(written)) {
    findings.add(field, `The key "${written}" is set by this service or by Envoy: choose another`)
  }
  if (taken.has(written)) findings.add(field, `The key "${written}" is listed twice: remove one`)
  return written
}

/** What a rule tells Envoy; absent: nothing but what every answer says. */
type MetadataTerms = Pick<Rule, 'metadata'>

/** What a rule has from its route. */
export const inheritedMetadata = ({ metadata }: MetadataTerms): MetadataTerms =>
  metadata === undefined ? {} : { metadata }

/** The entries of `metadata`. */
export const metadataOf = (
  written: readonly ProtectedRouteMetadata[] | undefined,
  field: FieldPath,
  findings: Findings,
): MetadataTerms => {
  if (written === undefined || written.length === 0) return {}
  const keys = new Set<string>()
  const metadata = written.flatMap((entry, index): readonly MetadataEntry[] => {
    const here = [...field, index]
    const key = keyOf(entry.key, keys, [...here, 'key'], findings)
    keys.add(key)
    const told = toldOf(entry, here, findings)
    return told === undefined ? [] : [{ key, told }]
  })
  return { metadata }
}
