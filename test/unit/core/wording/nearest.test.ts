import { describe, expect, it } from 'vitest'
import { nearest } from '../../../../src/core/wording/nearest.ts'

describe('the word that was probably meant', () => {
  it.each([
    ['clientld', ['clientId', 'scopes'], 'clientId'],
    ['ISSUER', ['issuer'], 'issuer'],
    ['lsiten', ['listen', 'level'], 'listen'],
    ['ur', ['url', 'cel'], 'url'],
    ['exampel', ['sample', 'example'], 'example'],
  ])('of %s among %j is %s', (written, words, meant) => {
    expect(nearest(written, words)).toBe(meant)
  })

  it.each([
    ['banana', ['issuer', 'scopes']],
    ['x', []],
    ['a'.repeat(101), ['a'.repeat(101)]],
  ])('of %s among %j is none', (written, words) => {
    expect(nearest(written, words)).toBeUndefined()
  })
})
