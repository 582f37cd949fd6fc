/**
 * How long it is remembered that a session at the provider has ended: longer than any login is
 * under way between its code and its session.
 */
export const ENDED_TTL_MS = 60_000

/** What the replay guard calls a session at the provider that has ended. */
export const endedAtProvider = (issuer: string, sid: string): string =>
  `sid-ended:${JSON.stringify([issuer, sid])}`
