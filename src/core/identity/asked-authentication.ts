/** What a rule asks of how and when somebody authenticated; at least one of the two is set. */
export interface AskedAuthentication {
  /** The authentication contexts of which `acr` has to name one; never empty. */
  readonly acrValues?: readonly string[]
  /** How long ago it may have been, in milliseconds: whole seconds. */
  readonly maxAgeMs?: number
}
