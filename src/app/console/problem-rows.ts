import type { ProblemRow } from '../../core/console/console-data.ts'
import { ended } from '../../core/wording/ended.ts'
import { objectKey } from '../../policy/resource/resource.ts'
import type { LocatedProblem } from '../../resources/manifest/diagnostics.ts'
import { formatField } from '../../resources/schema/field-path.ts'
import type { Compiled } from './compiled.ts'

/** What of a compilation problems are told from. */
export type CompiledProblems = Pick<Compiled, 'located' | 'warnings' | 'objects'>

type Said = Omit<LocatedProblem, 'file' | 'line' | 'column'> & Partial<LocatedProblem>

const placeOf = ({ file, line, column }: Said): Pick<ProblemRow, 'place'> =>
  file === undefined || file === '' ? {} : { place: `${file}:${line}:${column}` }

/** Everything that is wrong with the resources, and what of them is surely not meant. */
export const problemRows = ({
  located,
  warnings,
  objects,
}: CompiledProblems): readonly ProblemRow[] => {
  const onLastGood = new Set(
    objects.flatMap(({ ref, inForce }) => (inForce === 'last_good' ? [objectKey(ref)] : [])),
  )
  const rowOf = (said: Said, severity: ProblemRow['severity']): ProblemRow => {
    const { object, field, message, file } = said
    return {
      severity,
      ...(object === undefined ? {} : { kind: object.kind }),
      object: object === undefined ? (file ?? '') : `${object.namespace}/${object.name}`,
      ...(field === '' ? {} : { field }),
      sentence: ended(message),
      ...placeOf(said),
      servesLastGood: object !== undefined && onLastGood.has(objectKey(object)),
    }
  }
  return [
    ...located.map((one) => rowOf(one, 'problem')),
    ...warnings.map(({ object, field, message }) =>
      rowOf({ object, field: formatField(field), message }, 'warning'),
    ),
  ]
}
