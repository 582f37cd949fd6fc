/** What was absent at the last login of a client, although a header or a rule names it. */
export interface AbsentClaims {
  /** Of claims, never their values; at least one, and a few at most. */
  readonly names: readonly string[]
  /** The fields of the client that would have more places looked at. */
  readonly fields: readonly string[]
}

/** Asks by the name of a client; `undefined`: nothing was, or nobody signed in here. */
export type AbsentClaimsOf = (client: string) => AbsentClaims | undefined

/** The same as a sentence without its full stop. */
export const tellAbsent = ({ names, fields }: AbsentClaims): string => {
  const told = `Note: at the last login there was no claim ${names.join(', ')}, which headers or rules name`
  return fields.length === 0 ? told : `${told}; ${fields.join(' and ')} would have more looked at`
}
