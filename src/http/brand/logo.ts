/** A logo as pages show it, or what is wrong with its file; the message reads on from its name. */
export type ReadLogo =
  | { readonly kind: 'logo'; readonly url: string }
  | { readonly kind: 'problem'; readonly message: string }

/** A page carries its logo; a longer file would be sent with each of them. */
export const MOST_LOGO_BYTES = 48 * 1024

const MOST_PIXELS = 4_096

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

const isPng = (bytes: Buffer): boolean => bytes.subarray(0, PNG.length).equals(PNG)

/** The size in the first chunk (PNG, section 11.2.1). */
const pngProblem = (bytes: Buffer): string | undefined => {
  if (bytes.length < 33 || bytes.toString('latin1', 12, 16) !== 'IHDR') {
    return 'is a PNG that is cut short: export it again'
  }
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)]
  return width === 0 || height === 0 || width > MOST_PIXELS || height > MOST_PIXELS
    ? `is a PNG of ${width} by ${height} pixels: make it at most ${MOST_PIXELS} wide and high`
    : undefined
}

const looksLikeXml = (bytes: Buffer): boolean => /^\uFEFF?\s*</.test(bytes.toString('utf8', 0, 256))

const urlOf = (type: string, bytes: Buffer): string =>
  `data:${type};base64,${bytes.toString('base64')}`

/**
 * Reads the file of a logo: a PNG, or an SVG in which nothing runs and nothing is loaded. What it
 * is, its content says, not its name.
 */
export const readLogo = async (bytes: Buffer): Promise<ReadLogo> => {
  const problem = (message: string): ReadLogo => ({ kind: 'problem', message })
  if (bytes.length > MOST_LOGO_BYTES) {
    return problem(
      `has ${bytes.length} bytes: make it at most ${MOST_LOGO_BYTES}, as every page carries it`,
    )
  }
  if (isPng(bytes)) {
    const wrong = pngProblem(bytes)
    return wrong === undefined ? { kind: 'logo', url: urlOf('image/png', bytes) } : problem(wrong)
  }
  if (!looksLikeXml(bytes)) return problem('is neither an SVG nor a PNG: export it as one of them')
  const { svgProblem } = await import('./svg.ts')
  const wrong = svgProblem(bytes)
  return wrong === undefined ? { kind: 'logo', url: urlOf('image/svg+xml', bytes) } : problem(wrong)
}
