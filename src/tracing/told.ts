const LONGEST = 64

/** A status or a code; the text of the collector is not repeated. */
const whyOf = (error: Error): string => {
  const code = 'code' in error ? error.code : undefined
  if (typeof code === 'number') return `it answers with status ${code}`
  return typeof code === 'string' ? code.slice(0, LONGEST) : 'no answer, or none in time'
}

/** Makes what says once that spans are not taken, and once that they are again. */
export const createTold = (
  place: string,
  tell: (sentence: string) => void,
): ((error: Error | undefined) => void) => {
  let isAway = false
  return (error) => {
    if (error === undefined) {
      if (isAway) tell(`Traces: ${place} takes spans again.`)
      isAway = false
      return
    }
    if (!isAway) {
      tell(
        `Traces: ${place} does not take spans: ${whyOf(error)}. They are lost until it does (sallyport_trace_spans_total); checks go on.`,
      )
    }
    isAway = true
  }
}
