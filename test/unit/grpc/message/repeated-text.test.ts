import { expect, it } from 'vitest'
import { createRepeatedTexts } from '../../../../src/grpc/message/repeated-text.ts'

const reading = () => {
  const { read, made } = createRepeatedTexts()
  return {
    made,
    read: (text: string) => {
      const bytes = Buffer.from(`<${text}>`)
      return read(bytes, 1, bytes.length - 1)
    },
  }
}

it.each(['accept', 'ä', ''])(
  'a text that is met again (%j) is kept, and no memory but its own',
  (text) => {
    const { read } = reading()
    expect(read(text).text).toBe(text)
    const kept = read(text)
    expect(kept.text).toBe(text)
    expect(kept.bytes.buffer.byteLength).toBe(Buffer.byteLength(text))
    expect(read(text)).toBe(kept)
  },
)

it('texts that are made up one after the other take the place of none', () => {
  const { read, made } = reading()
  const names = ['accept', 'cookie', 'user-agent', ':path', 'x-request-id']
  for (const name of [...names, ...names]) read(name)
  const kept = names.map(read)
  for (let at = 0; at < 5_000; at += 1) {
    const name = (Math.imul(at, 0x9e3779b1) >>> 0).toString(36)
    expect(read(name).text).toBe(name)
  }
  const before = made()
  expect(names.map(read)).toEqual(kept)
  expect(names.every((name, at) => read(name) === kept[at])).toBe(true)
  expect(made()).toBe(before)
})

it.each([
  ['0', true],
  ['10', true],
  ['4294967295', true],
  ['', false],
  ['1a', false],
  ['a1', false],
  ['-1', false],
])('knows whether %j is a number, the first time and later', (text, isNumber) => {
  const { read } = reading()
  expect([read(text), read(text), read(text)].map((one) => one.isNumber)).toEqual([
    isNumber,
    isNumber,
    isNumber,
  ])
})
