import { agoOf } from '../page/ago.ts'
import { type Html, html } from '../page/html.ts'

/** More than this is no matter of networks, and of the whole seconds that HTTP tells. */
const TOO_FAR_MS = 5_000

/** Time enough to get another certificate. */
const SOON_MS = 14 * 86_400_000

/** How far a clock is from ours. */
export const clockWords = (aheadMs: number): Html => {
  const seconds = Math.round(Math.abs(aheadMs) / 1_000)
  const words =
    seconds === 0 ? 'as ours' : `${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} ours`
  const tone = Math.abs(aheadMs) > TOO_FAR_MS ? 'bad' : 'good'
  return html`<span class="${tone}">${words}</span>`
}

const expiryTone = (leftMs: number): string => {
  if (leftMs < 0) return 'bad'
  return leftMs < SOON_MS ? 'warn' : 'good'
}

/** When a certificate expires, or that it has. */
export const expiryWords = (expiresAtMs: number, nowMs: number): Html => {
  const leftMs = expiresAtMs - nowMs
  const verb = leftMs < 0 ? 'expired' : 'expires'
  return html`<span class="${expiryTone(leftMs)}">${verb} ${agoOf(expiresAtMs, nowMs)}</span>`
}
