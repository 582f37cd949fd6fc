import type { Goes, Told } from '../../migrate/model/migration.ts'

const SHOWN: Readonly<Record<Goes, string>> = {
  manifest: 'in a manifest',
  configuration: 'in sallyport.yaml',
  gateway: 'at the gateway',
  'built-in': 'nothing to set',
  none: 'not carried over',
}

/** The line about one setting: where it went, or why it did not. */
export const toldLine = ({ setting, goes, words, closes }: Told): string =>
  `${setting}: ${closes === true ? 'not carried over, and closed by it' : SHOWN[goes]}: ${words}`

/** What there is to do about some settings, and not only to know. */
export const isToDo = ({ goes }: Told): boolean => goes === 'configuration' || goes === 'gateway'

/** What was lost on the way. */
export const isLost = ({ goes }: Told): boolean => goes === 'none'
