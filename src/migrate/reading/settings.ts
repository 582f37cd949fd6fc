/** One setting of the input. */
export interface Setting {
  /** Its name in the table of the product. */
  readonly name: string
  /** Its name as it is written in the input. */
  readonly written: string
  readonly value: unknown
}
