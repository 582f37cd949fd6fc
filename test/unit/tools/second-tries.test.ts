import { describe, expect, it } from 'vitest'
import { wordsOn } from '../../../tools/second-tries-reporter.ts'

describe('what is said of tests that passed at the second attempt', () => {
  it('is nothing where all passed at the first', () => {
    expect(wordsOn([])).toBe('')
  })

  it('names each, with what its first attempt said', () => {
    const words = wordsOn([
      { name: 'a.test.ts › one', said: 'expected 1 to be 2\n- 2\n+ 1' },
      { name: 'b.test.ts › two', said: 'timed out' },
    ])
    expect(words).toContain('  a.test.ts › one\n    expected 1 to be 2\n    - 2\n    + 1\n')
    expect(words).toContain('  b.test.ts › two\n    timed out\n')
  })
})
