import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { createKeys, generateKey, parseKeys } from '../../../../src/sessions/sealing/keys.ts'
import { keyText } from '../../../support/process-keys.ts'
import { seededRandom } from '../../../support/seeded-random.ts'

const parsed = (...texts: string[]) => {
  const result = parseKeys(texts)
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return result.keys
}

const problems = (...texts: string[]) => {
  const result = parseKeys(texts)
  return result.ok ? [] : result.problems
}

describe('a key list', () => {
  it('takes 32 bytes in base64 or base64url, padded or not, with a line end', () => {
    const bytes = Buffer.from(keyText('umlaut'), 'base64')
    const spellings = [
      bytes.toString('base64'),
      bytes.toString('base64url'),
      `${bytes.toString('base64')}\n`,
      bytes.toString('base64').replaceAll('=', ''),
    ]
    const ids = spellings.map((text) => parsed(text)[0].id)
    expect(new Set(ids).size).toBe(1)
  })

  it('names each wrong key by its place, says what is wrong, and never shows it', () => {
    const short = Buffer.alloc(16, 7).toString('base64')
    const found = problems(keyText('a'), short, 'not base64!', '', keyText('a'))
    expect(found.map(({ index, message }) => `${index}: ${message}`)).toEqual([
      '1: holds 16 bytes; it must hold 32 random bytes in base64.',
      '2: is not base64; it must hold 32 random bytes in base64.',
      '3: is empty; it must hold 32 random bytes in base64.',
      '4: is the same key as one before it; remove one of them.',
    ])
    expect(JSON.stringify(found)).not.toContain(short)
  })

  it('needs at least one key', () => {
    expect(problems()).toEqual([{ index: 0, message: 'is missing; at least one key is needed.' }])
  })

  it('can be replaced while it is in use', () => {
    const [first] = parsed(keyText('a'))
    const [second] = parsed(keyText('b'))
    const keys = createKeys([first])
    keys.replace([second, first])
    expect(keys.newest()).toBe(second)
    expect(keys.find(first.id)).toBe(first)
    keys.replace([second])
    expect(keys.find(first.id)).toBeUndefined()
  })
})

describe('a process key', () => {
  it('gives each purpose its own key, always the same one', () => {
    const [key] = parsed(keyText('a'))
    const [again] = parsed(keyText('a'))
    expect(key.derive('seal').equals(again.derive('seal'))).toBe(true)
    expect(key.derive('seal').equals(key.derive('session record'))).toBe(false)
    expect(key.derive('seal')).toBe(key.derive('seal'))
  })

  it('R31: a printed key shows nothing of the key', () => {
    const text = keyText('a')
    const printed = inspect(parsed(text)[0], { depth: 10, showHidden: true })
    expect(printed).not.toContain(text)
    expect(printed).not.toContain(Buffer.from(text, 'base64').toString('hex').slice(0, 8))
    expect(JSON.stringify(parsed(text)[0])).not.toContain(text)
  })

  it('is generated from the randomness of the process', () => {
    expect(generateKey(seededRandom('a')).id).toBe(generateKey(seededRandom('a')).id)
    expect(generateKey(seededRandom('a')).id).not.toBe(generateKey(seededRandom('b')).id)
  })
})
