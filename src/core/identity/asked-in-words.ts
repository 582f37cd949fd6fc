import type { AskedAuthentication } from './asked-authentication.ts'
import type { Claims, Json } from './identity.ts'

/** Text of a provider is shown no longer than this. */
const MOST_SHOWN = 64

const shown = (acr: Json | undefined): string => {
  if (acr === undefined || acr === null) return 'no authentication context (acr)'
  if (typeof acr !== 'string') return 'an authentication context (acr) that is no text'
  const printable = acr.replace(/[^\x20-\x7e]/g, '?')
  const text = printable.length > MOST_SHOWN ? `${printable.slice(0, MOST_SHOWN)}...` : printable
  return `the authentication context "${text}"`
}

const ago = (authTime: Json | undefined, nowMs: number): string => {
  if (typeof authTime !== 'number') return 'no time of it (auth_time)'
  const seconds = Math.round(nowMs / 1_000 - authTime)
  return seconds < 0 ? 'a time of it that lies ahead' : `a time of it ${seconds} s ago`
}

/** What was asked for, as a page says it. */
export const askedInWords = ({ acrValues, maxAgeMs }: AskedAuthentication): string => {
  const parts = [
    ...(acrValues === undefined
      ? []
      : [`one of the authentication contexts ${acrValues.join(', ')}`]),
    ...(maxAgeMs === undefined ? [] : [`a sign-in of the last ${maxAgeMs / 1_000} s`]),
  ]
  return `Asked for: ${parts.join(', and ')}.`
}

/** What came instead, as a page says it. */
export const cameInWords = (
  { acrValues, maxAgeMs }: AskedAuthentication,
  { acr, auth_time: authTime }: Claims,
  nowMs: number,
): string => {
  const parts = [
    ...(acrValues === undefined ? [] : [shown(acr)]),
    ...(maxAgeMs === undefined ? [] : [ago(authTime, nowMs)]),
  ]
  return `The provider named: ${parts.join(', and ')}.`
}
