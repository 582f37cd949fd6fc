import type { Notice } from '../backend/notices.ts'

/** A notice as it travels, and which replica sent it. */
export interface SentNotice {
  readonly from: string
  readonly notice: Notice
}

/** So many ids travel in one message: some 24 KiB. */
const MAX_IDS = 500

const chunksOf = (ids: readonly string[]): readonly (readonly string[])[] =>
  Array.from({ length: Math.ceil(ids.length / MAX_IDS) }, (_, at) =>
    ids.slice(at * MAX_IDS, (at + 1) * MAX_IDS),
  )

/** The messages of a notice: several when it has many ids, none when it has no id. */
export const noticeTexts = (from: string, notice: Notice): readonly string[] =>
  notice.kind === 'everything'
    ? [JSON.stringify({ from, kind: notice.kind })]
    : chunksOf(notice.ids).map((ids) => JSON.stringify({ from, kind: notice.kind, ids }))

const isIds = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((id) => typeof id === 'string')

const parse = (text: string): Readonly<Record<string, unknown>> => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

/** Reads a message. What is not understood, of a later version say, counts as `everything`. */
export const readNotice = (text: string): SentNotice => {
  const { from, kind, ids } = parse(text)
  const sender = typeof from === 'string' ? from : ''
  const isKnown = kind === 'ended' || kind === 'changed'
  return isKnown && isIds(ids)
    ? { from: sender, notice: { kind, ids } }
    : { from: sender, notice: { kind: 'everything' } }
}
