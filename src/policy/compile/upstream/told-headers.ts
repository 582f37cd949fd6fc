import { PLAIN_FORM } from '../../../core/decision/header-value.ts'
import type { ToldHeader } from '../../../core/policy/upstream.ts'
import type { Checked } from '../../matching/checked.ts'
import type { FieldPath } from '../../resource/resource.ts'
import type { ProtectedRouteRuleUpstreamHeader } from '../../resource/resource-specs.generated.ts'
import { toldOf } from '../clause/told.ts'
import type { Findings } from '../object/findings.ts'

/** Reads headers that somebody is told something in; each name once. */
export const toldHeadersOf = (
  written: readonly ProtectedRouteRuleUpstreamHeader[],
  field: FieldPath,
  findings: Findings,
  checkName: (name: string) => Checked<string>,
): readonly ToldHeader[] => {
  const names = new Set<string>()
  return written.flatMap((header, index): readonly ToldHeader[] => {
    const here = [...field, index]
    const { format = PLAIN_FORM.format, encoding = PLAIN_FORM.encoding } = header
    const checked = checkName(header.name)
    const name = findings.take([...here, 'name'], 'header', header.name, checked)
    const told = toldOf(header, here, findings, true)
    if (name === undefined || told === undefined) return []
    if (names.has(name)) findings.add([...here, 'name'], `The header "${name}" is listed twice`)
    names.add(name)
    return [{ name, told, format, encoding }]
  })
}
