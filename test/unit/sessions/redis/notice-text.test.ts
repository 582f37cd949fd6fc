import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Notice } from '../../../../src/sessions/backend/notices.ts'
import { noticeTexts, readNotice } from '../../../../src/sessions/redis/notice-text.ts'

const notices: readonly Notice[] = [
  { kind: 'ended', ids: ['a', 'b'] },
  { kind: 'changed', ids: ['a'] },
  { kind: 'everything' },
]

describe('a notice as it travels', () => {
  it('is read as it was sent, with its sender', () => {
    for (const notice of notices) {
      const [text = ''] = noticeTexts('replica-1', notice)
      expect(readNotice(text)).toEqual({ from: 'replica-1', notice })
    }
  })

  it('is cut into messages of bounded size, and is none without ids', () => {
    const ids = Array.from({ length: 1_001 }, (_, at) => `id-${at}`)
    const texts = noticeTexts('r', { kind: 'ended', ids })
    expect(texts).toHaveLength(3)
    const read = texts.map((text) => readNotice(text).notice)
    expect(read.flatMap((notice) => ('ids' in notice ? notice.ids : []))).toEqual(ids)
    expect(noticeTexts('r', { kind: 'ended', ids: [] })).toEqual([])
  })

  it('that is not understood makes everything be read again', () => {
    const unknown = ['', '{', '[]', 'null', '{"kind":"renamed","ids":["a"]}', '{"kind":"ended"}']
    for (const text of [...unknown, '{"kind":"ended","ids":[1]}']) {
      expect(readNotice(text).notice).toEqual({ kind: 'everything' })
    }
  })

  it('R34: whatever it is, never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => void readNotice(text)))
    fc.assert(fc.property(fc.jsonValue(), (value) => void readNotice(JSON.stringify(value))))
  })
})
