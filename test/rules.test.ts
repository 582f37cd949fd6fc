import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const ROOT = new URL('../', import.meta.url).pathname

const ruleNumbers = (text: string, pattern: RegExp): readonly number[] =>
  [...text.matchAll(pattern)].map((match) => Number(match[1]))

const threatModel = new Set(
  ruleNumbers(readFileSync(`${ROOT}SECURITY.md`, 'utf8'), /\| R(\d+) \|/g),
)

const tested = new Set(
  globSync('test/**/*.{test,contract}.ts', { cwd: ROOT }).flatMap((file) =>
    ruleNumbers(readFileSync(ROOT + file, 'utf8'), /['"`]R(\d+): /g),
  ),
)

describe('the rules of the threat model', () => {
  it('are all there', () => {
    expect([...threatModel].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 34 }, (_, i) => i + 1),
    )
  })

  it.each([...threatModel])('number %i has a test named after it', (rule) => {
    expect(tested.has(rule)).toBe(true)
  })
})
