/** What an attempt to get a token came to. */
export type Outcome =
  | { readonly ok: true; readonly token: string }
  /** `why` is a sentence without its full stop. Lasting is what somebody has to mend. */
  | { readonly ok: false; readonly isLasting: boolean; readonly why: string }

/** No token. */
export const failed = (isLasting: boolean, why: string): Outcome => ({ ok: false, isLasting, why })
