import { expect, it } from 'vitest'
import { createRepeatedTexts } from '../../../../src/grpc/message/repeated-text.ts'

it.each(['accept', 'ä', ''])('a text that is kept (%j) keeps no memory but its own', (text) => {
  const bytes = Buffer.from(`<${text}>`)
  const texts = createRepeatedTexts()
  const kept = texts.read(bytes, 1, bytes.length - 1)
  expect(kept.text).toBe(text)
  expect(kept.bytes.buffer.byteLength).toBe(Buffer.byteLength(text))
  expect(texts.read(bytes, 1, bytes.length - 1)).toBe(kept)
})
