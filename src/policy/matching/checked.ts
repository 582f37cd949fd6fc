/** The outcome of reading a value that an operator wrote: the value, or what is wrong with it. */
export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  /** Completes the sentence "<field> …" and says what to write instead. */
  | { readonly ok: false; readonly message: string }

/** A value that is right. */
export const right = <T>(value: T): Checked<T> => ({ ok: true, value })

/** A value that must be mended. */
export const wrong = (message: string): Checked<never> => ({ ok: false, message })
