/** How a client stands at present, besides its provider. */
export interface ClientStanding {
  /** Why nobody can sign in by it; a sentence without its full stop that begins with the field. */
  readonly hindrance?: string
  /** What is odd about it although it can be used; sentences without their full stop. */
  readonly notes: readonly string[]
}

/** Asks by the name of a client; `undefined`: there is nothing to say. Does no I/O. */
export type ClientStandingOf = (client: string) => ClientStanding | undefined
