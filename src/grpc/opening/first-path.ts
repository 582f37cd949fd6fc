import { createHpackDecoder } from '../native/hpack/decoder.ts'

/** Far more than the fields of a call, and far less than a peer may have us keep. */
const LIMITS = { maxTableBytes: 4_096, maxSectionBytes: 65_536 }

/**
 * The `:path` in the first header block of a connection, which no other has shaped; `undefined`
 * where it has none, or the block is none.
 */
export const firstPath = (block: Buffer): string | undefined => {
  const section = createHpackDecoder(LIMITS).decode(block, 0, block.length)
  if (section === undefined || section.isTooLarge) return undefined
  const { fields } = section
  for (let at = 0; at < fields.length; at += 2) if (fields[at] === ':path') return fields[at + 1]
  return undefined
}
