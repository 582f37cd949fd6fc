const UNITS: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 0.001 }

/** Seconds as a duration of ours. */
export const secondsText = (seconds: number): string => {
  const whole = Math.max(0, Math.round(seconds))
  if (whole > 0 && whole % 3600 === 0) return `${whole / 3600}h`
  return whole > 0 && whole % 60 === 0 ? `${whole / 60}m` : `${whole}s`
}

/** A duration such as `168h0m0s` in seconds; nothing for what is none. */
export const secondsIn = (text: string): number | undefined => {
  if (/^\d+$/.test(text)) return Number(text)
  if (!/^(\d+(?:\.\d+)?(?:h|ms|m|s))+$/.test(text)) return undefined
  return [...text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g)].reduce(
    (sum, [, count, unit = 's']) => sum + Number(count) * (UNITS[unit] ?? 0),
    0,
  )
}
