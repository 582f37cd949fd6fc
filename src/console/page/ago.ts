import { type Html, html } from './html.ts'

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

const units = [
  [DAY_MS, 'd'],
  [HOUR_MS, 'h'],
  [MINUTE_MS, 'min'],
] as const

/** How long something lasts, in its largest unit. */
const spanOf = (ms: number): string => {
  const found = units.find(([unitMs]) => ms >= unitMs)
  if (found === undefined) return `${Math.round(ms / SECOND_MS)} s`
  const [unitMs, name] = found
  return `${Math.floor(ms / unitMs)} ${name}`
}

/** When something was or will be, seen from now; the exact time is in the element. */
export const agoOf = (atMs: number, nowMs: number): Html => {
  const exact = new Date(atMs).toISOString()
  const ms = nowMs - atMs
  const words = ms >= 0 ? `${spanOf(ms)} ago` : `in ${spanOf(-ms)}`
  return html`<time datetime="${exact}" title="${exact}">${words}</time>`
}
