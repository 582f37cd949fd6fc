/** Red, green and blue, from 0 to 255. */
type Rgb = readonly [red: number, green: number, blue: number]

/** What text needs at least against what is behind it (WCAG 2.2, 1.4.3). */
const READABLE = 4.5

const WHITE: Rgb = [255, 255, 255]
const BLACK: Rgb = [0, 0, 0]

/** The card that a page is on, in each theme. */
const CARDS = { light: WHITE, dark: [27, 33, 43] } as const satisfies Record<string, Rgb>

const COLOR = /^#(?<red>[0-9a-f]{2})(?<green>[0-9a-f]{2})(?<blue>[0-9a-f]{2})$/i

/** Reads `#rrggbb`; `undefined` for anything else. */
const parseColor = (text: string): Rgb | undefined => {
  const { red, green, blue } = COLOR.exec(text)?.groups ?? {}
  if (red === undefined || green === undefined || blue === undefined) return undefined
  return [Number.parseInt(red, 16), Number.parseInt(green, 16), Number.parseInt(blue, 16)]
}

const linear = (channel: number): number => {
  const share = channel / 255
  return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
}

const luminance = ([red, green, blue]: Rgb): number =>
  0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)

/** The contrast of two colours, from 1 to 21 (WCAG 2.2, "contrast ratio"). */
const contrast = (one: Rgb, other: Rgb): number => {
  const [light, dark] = [luminance(one), luminance(other)].toSorted((a, b) => b - a)
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05)
}

const mixed = (color: Rgb, other: Rgb, share: number): Rgb => [
  Math.round(color[0] + (other[0] - color[0]) * share),
  Math.round(color[1] + (other[1] - color[1]) * share),
  Math.round(color[2] + (other[2] - color[2]) * share),
]

const written = (color: Rgb): string =>
  `#${color.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`

const STEPS = 50

/** The colour itself where it can be read on the card, else the nearest one towards `end`. */
const readable = (color: Rgb, card: Rgb, end: Rgb): Rgb => {
  for (let step = 0; step < STEPS; step += 1) {
    const one = mixed(color, end, step / STEPS)
    if (contrast(one, card) >= READABLE) return one
  }
  return end
}

/** The colours of one theme that follow from an accent colour, as CSS writes them. */
interface ThemeColors {
  /** Of links and outlines. */
  readonly accent: string
  /** Behind the text of the main button: the colour as it was given. */
  readonly fill: string
  readonly onFill: string
}

/** An accent colour in both themes. */
export interface Accent {
  readonly light: ThemeColors
  readonly dark: ThemeColors
}

/**
 * What an accent colour comes to: text in it is darkened or lightened as far as it takes to be
 * read, and the text on it is black or white. `undefined`: it is not written as `#rrggbb`.
 */
export const accentOf = (text: string): Accent | undefined => {
  const color = parseColor(text)
  if (color === undefined) return undefined
  const fill = written(color)
  const onFill = written(contrast(color, WHITE) >= READABLE ? WHITE : BLACK)
  const themed = (card: Rgb, end: Rgb): ThemeColors => ({
    accent: written(readable(color, card, end)),
    fill,
    onFill,
  })
  return { light: themed(CARDS.light, BLACK), dark: themed(CARDS.dark, WHITE) }
}
