/** A pattern that a whole text is held against, in time linear in the text (R6). */
export interface TextPattern {
  /** As the operator wrote it. */
  readonly source: string
  readonly test: (text: string) => boolean
}
