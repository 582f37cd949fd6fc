/** Whose console it is, as the pages of the product show it. */
export interface ConsoleBrand {
  readonly name?: string
  /** A `data:` URL of an image. */
  readonly logo?: string
  /** Declarations of colours that are used in place of those of the console, as CSS. */
  readonly style?: string
}
