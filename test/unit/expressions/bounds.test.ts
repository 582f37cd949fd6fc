import { expect, test } from 'vitest'
import { partBounds } from '../../../src/expressions/syntax/bounds.ts'
import type { Node } from '../../../src/expressions/syntax/node.ts'
import { problems } from '../../support/expressions.ts'

/** A chain of so many selections, which counts how often a part is looked at. */
const chain = (length: number) => {
  let looks = 0
  let node: Node = { kind: 'name', at: 0, name: 'claims' }
  for (let at = 0; at < length; at += 1) {
    const operand: Node = node
    node = {
      kind: 'select',
      at: 0,
      field: 'a',
      get operand(): Node {
        looks += 1
        return operand
      },
    }
  }
  return { node, looks: () => looks }
}

test('R6: how large an expression is takes a time that grows with its size, not with the square', () => {
  const short = chain(100)
  const long = chain(1_000)
  expect(partBounds(short.node).join()).toContain('101 deep')
  expect(partBounds(long.node).join()).toContain('1001 deep')
  expect(long.looks()).toBe(10 * short.looks())
})

test('R6: long rows of blanks never reach the parser, which takes the square of them', () => {
  const message = 'The expression has more than 256 blanks in a row: remove some of them'
  for (const blank of [' ', '\n', '\t']) {
    const [said] = problems(`claims.a${blank.repeat(257)}== 1`)
    expect(`The expression ${said}`).toBe(message)
    expect(problems(`claims.a${blank.repeat(256)}== 1`)).toEqual([])
  }
})
