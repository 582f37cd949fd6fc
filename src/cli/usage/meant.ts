import { nearest } from '../../core/wording/nearest.ts'

/** The question whether another name was meant, behind a sentence; empty where none is near. */
export const meant = (written: string, names: readonly string[]): string => {
  const near = nearest(written, names)
  return near === undefined ? '' : ` Did you mean ${near}?`
}
