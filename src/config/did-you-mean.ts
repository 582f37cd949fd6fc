import { nearest } from '../core/wording/nearest.ts'

/** A sentence that offers the probable word, or all of them when there are few. */
export const didYouMean = (written: string, words: readonly string[]): string => {
  const word = nearest(written, words)
  if (word !== undefined) return `did you mean ${word}?`
  return words.length <= 12 ? `known here: ${words.join(', ')}` : 'see `sallyport serve --help`'
}
