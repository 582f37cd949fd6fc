/** Where a page of sessions ended, and the next one goes on. */
export interface PageMark {
  /** Which of the lists that a query reads. */
  readonly list: number
  readonly expiresAtMs: number
  readonly id: string
}

const PAGE_MARK = /^(?<list>[0-9]{1,3})\.(?<expires>[0-9]{1,15})\.(?<id>[A-Za-z0-9_-]{43})$/

/** A page mark as text that needs no quoting in a URL. */
export const formatPageMark = ({ list, expiresAtMs, id }: PageMark): string =>
  `${list}.${expiresAtMs}.${id}`

/** Reads it back; `undefined` for everything that is no page mark. */
export const parsePageMark = (text: string): PageMark | undefined => {
  const { list, expires, id } = PAGE_MARK.exec(text)?.groups ?? {}
  if (list === undefined || expires === undefined || id === undefined) return undefined
  return { list: Number(list), expiresAtMs: Number(expires), id }
}
