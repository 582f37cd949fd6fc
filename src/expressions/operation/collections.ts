import { numberOf } from '../value/equality.ts'
import { type Meter, spendKeys, spendLetters, TOO_COSTLY } from '../value/meter.ts'
import { lengthOf } from '../value/text.ts'
import { Failure, type List, type Value } from '../value/value.ts'
import type { Operations, Outcome } from './operation.ts'

/** What is said where a key is not there. */
export const NO_KEY = new Failure('there is no such key')

const BEYOND = new Failure('the index is outside of the list')

const size = (meter: Meter, value: Value): Outcome => {
  if (typeof value === 'string') {
    return spendLetters(meter, value.length) ? BigInt(lengthOf(value)) : TOO_COSTLY
  }
  if (typeof value !== 'object' || value === null) return undefined
  switch (value.kind) {
    case 'list':
      return BigInt(value.size)
    case 'map': {
      const count = value.size()
      if (count instanceof Failure) return count
      return spendKeys(meter, count) ? BigInt(count) : TOO_COSTLY
    }
    case 'bytes':
      return BigInt(value.bytes.length)
    case 'uint':
    case 'timestamp':
    case 'duration':
    case 'type':
      return undefined
  }
}

const member = (list: List, key: Value): Outcome => {
  const index = numberOf(key)
  if (index === undefined) return undefined
  const isWhole = typeof index === 'bigint' || Number.isInteger(index)
  return isWhole && index >= 0 && index < list.size ? list.at(Number(index)) : BEYOND
}

const at = (_: Meter, within: Value, key: Value): Outcome => {
  if (typeof within !== 'object' || within === null) return undefined
  if (within.kind === 'map') return within.get(key) ?? NO_KEY
  return within.kind === 'list' ? member(within, key) : undefined
}

/** How much a value holds, and what it holds under a key or an index. */
export const collections: Operations = {
  size: {
    as: 'either',
    overloads: [
      [['string'], 'int'],
      [['bytes'], 'int'],
      [['list'], 'int'],
      [['map'], 'int'],
    ],
    run: size,
  },
  '_[_]': {
    as: 'operator',
    overloads: [
      [['list', 'int'], 'any'],
      [['list', 'uint'], 'any'],
      [['list', 'double'], 'any'],
      [['map', 'any'], 'any'],
    ],
    run: at,
  },
}
