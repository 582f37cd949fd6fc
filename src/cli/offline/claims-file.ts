import { type ReadClaims, readClaimsText } from '../../explain/offline/claims-text.ts'
import { readManifestFile } from '../../resources/manifest-files.ts'
import type { NamedText } from '../terminal/standard-input.ts'

/** The claims of what was read, or why there are none. */
export const readClaims = ({ name, text }: NamedText): ReadClaims =>
  text.kind === 'text'
    ? readClaimsText(text.text, name)
    : { kind: 'problems', problems: [`${name}: ${text.message}`] }

/** The same of a file. Never rejects. */
export const readClaimsFile = async (name: string): Promise<ReadClaims> =>
  readClaims({ name, text: await readManifestFile(name) })
