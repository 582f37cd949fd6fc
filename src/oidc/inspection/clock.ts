import type { Provider } from '../../core/registration/provider.ts'
import type { ClockReading } from '../../outbound/outbound-fetch.ts'
import { type Finding, finding } from './finding.ts'

/** A header of whole seconds, and the way that it took. */
const BLUR_MS = 3_000

/** How far the clock of a provider is from ours, and whether its tokens bear that. */
export const clockFinding = (
  reading: ClockReading | undefined,
  { clockSkewMs }: Pick<Provider, 'clockSkewMs'>,
): Finding => {
  if (reading === undefined) return finding('clock', 'unknown', 'The provider told no time')
  const aheadMs = reading.theirMs - reading.ourMs
  const seconds = Math.round(Math.abs(aheadMs) / 1_000)
  if (Math.abs(aheadMs) <= BLUR_MS) return finding('clock', 'well', 'Both clocks agree')
  const way = aheadMs > 0 ? 'ahead of' : 'behind'
  const text = `The clock of the provider is ${seconds} s ${way} ours`
  const allowed = `spec.clockSkew allows ${clockSkewMs / 1_000} s`
  return Math.abs(aheadMs) > clockSkewMs + BLUR_MS
    ? finding('clock', 'problem', `${text}, and ${allowed}: set the clock that is wrong (NTP)`)
    : finding('clock', 'warning', `${text}; ${allowed}: set the clock that is wrong (NTP)`)
}
