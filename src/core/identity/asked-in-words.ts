import type { Phrase } from '../wording/phrase.ts'
import type { AskedAuthentication } from './asked-authentication.ts'
import type { Claims, Json } from './identity.ts'

/** Text of a provider is shown no longer than this. */
const MOST_SHOWN = 64

const contextThatCame = (acr: Json | undefined): Phrase => {
  if (acr === undefined || acr === null) return 'came_without_context'
  if (typeof acr !== 'string') return 'came_with_odd_context'
  const printable = acr.replace(/[^\x20-\x7e]/g, '?')
  const context = printable.length > MOST_SHOWN ? `${printable.slice(0, MOST_SHOWN)}...` : printable
  return { key: 'came_with_context', values: { context } }
}

const timeThatCame = (authTime: Json | undefined, nowMs: number): Phrase => {
  if (typeof authTime !== 'number') return 'came_without_time'
  const seconds = Math.round(nowMs / 1_000 - authTime)
  return seconds < 0 ? 'came_from_ahead' : { key: 'came_from', values: { time: { seconds } } }
}

/** What was asked for, as a page says it. */
export const askedInWords = ({ acrValues, maxAgeMs }: AskedAuthentication): readonly Phrase[] => [
  ...(acrValues === undefined
    ? []
    : [{ key: 'asked_for_context', values: { contexts: acrValues.join(', ') } } as const]),
  ...(maxAgeMs === undefined
    ? []
    : [{ key: 'asked_for_recent', values: { time: { seconds: maxAgeMs / 1_000 } } } as const]),
]

/** What came instead, as a page says it. */
export const cameInWords = (
  { acrValues, maxAgeMs }: AskedAuthentication,
  { acr, auth_time: authTime }: Claims,
  nowMs: number,
): readonly Phrase[] => [
  ...(acrValues === undefined ? [] : [contextThatCame(acr)]),
  ...(maxAgeMs === undefined ? [] : [timeThatCame(authTime, nowMs)]),
]
