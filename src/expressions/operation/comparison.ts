import { isSame, orderOf } from '../value/equality.ts'
import type { Meter } from '../value/meter.ts'
import type { List, Value } from '../value/value.ts'
import type { Operation, Operations, Outcome, Overload } from './operation.ts'

const NUMBERS = ['int', 'uint', 'double'] as const

const ORDERED: readonly Overload[] = [
  ...NUMBERS.flatMap((one) => NUMBERS.map((other): Overload => [[one, other], 'bool'])),
  [['string', 'string'], 'bool'],
  [['bool', 'bool'], 'bool'],
  [['bytes', 'bytes'], 'bool'],
  [['timestamp', 'timestamp'], 'bool'],
  [['duration', 'duration'], 'bool'],
]

const ordered = (holds: (order: number) => boolean): Operation => ({
  as: 'operator',
  overloads: ORDERED,
  run: (meter, one, other) => {
    const order = orderOf(one, other, meter)
    return order === undefined ? undefined : holds(order)
  },
})

const isMember = (meter: Meter, value: Value, list: List): boolean => {
  for (let index = 0; index < list.size && meter.left >= 0; index += 1) {
    if (isSame(value, list.at(index), meter)) return true
  }
  return false
}

const isIn = (meter: Meter, value: Value, within: Value): Outcome => {
  if (typeof within !== 'object' || within === null) return undefined
  if (within.kind === 'list') return isMember(meter, value, within)
  return within.kind === 'map' ? within.has(value) : undefined
}

const isEach = (meter: Meter, members: List, list: List): boolean => {
  for (let index = 0; index < members.size && meter.left >= 0; index += 1) {
    if (!isMember(meter, members.at(index), list)) return false
  }
  return true
}

const isAny = (meter: Meter, members: List, list: List): boolean => {
  for (let index = 0; index < members.size && meter.left >= 0; index += 1) {
    if (isMember(meter, members.at(index), list)) return true
  }
  return false
}

const ofLists = (holds: (meter: Meter, one: List, other: List) => boolean): Operation => ({
  as: 'function',
  overloads: [[['list', 'list'], 'bool']],
  run: (meter, one, other) => {
    if (typeof one !== 'object' || typeof other !== 'object' || !one || !other) return undefined
    return one.kind === 'list' && other.kind === 'list' ? holds(meter, one, other) : undefined
  },
})

/** Equality, order, membership, and what the members of two lists have in common. */
export const comparison: Operations = {
  '_==_': {
    as: 'operator',
    overloads: [[['any', 'any'], 'bool']],
    run: (meter, one, other) => isSame(one, other, meter),
  },
  '_!=_': {
    as: 'operator',
    overloads: [[['any', 'any'], 'bool']],
    run: (meter, one, other) => !isSame(one, other, meter),
  },
  '_<_': ordered((order) => order < 0),
  '_<=_': ordered((order) => order <= 0),
  '_>_': ordered((order) => order > 0),
  '_>=_': ordered((order) => order >= 0),
  '@in': {
    as: 'operator',
    overloads: [
      [['any', 'list'], 'bool'],
      [['any', 'map'], 'bool'],
    ],
    run: isIn,
  },
  '!_': {
    as: 'operator',
    overloads: [[['bool'], 'bool']],
    run: (_, one) => (typeof one === 'boolean' ? !one : undefined),
  },
  'sets.contains': ofLists((meter, one, other) => isEach(meter, other, one)),
  'sets.intersects': ofLists(isAny),
  'sets.equivalent': ofLists(
    (meter, one, other) => isEach(meter, one, other) && isEach(meter, other, one),
  ),
}
