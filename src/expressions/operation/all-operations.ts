import { arithmetic } from './arithmetic.ts'
import { collections } from './collections.ts'
import { comparison } from './comparison.ts'
import { conversions } from './conversion.ts'
import type { Operation } from './operation.ts'
import { texts } from './texts.ts'
import { times } from './times.ts'

/** Every function and operator, but for those that decide which of their operands is evaluated. */
export const operations: ReadonlyMap<string, Operation> = new Map(
  Object.entries({
    ...arithmetic,
    ...collections,
    ...comparison,
    ...conversions,
    ...texts,
    ...times,
  }),
)
