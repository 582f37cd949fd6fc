import { expect, it } from 'vitest'
import { ended } from '../../../../src/core/wording/ended.ts'

it.each([
  ['It is away', 'It is away.'],
  ['It is away.', 'It is away.'],
  ['Is it away?', 'Is it away?'],
  ['Look!', 'Look!'],
])('%s becomes %s as a sentence', (text, sentence) => {
  expect(ended(text)).toBe(sentence)
})
