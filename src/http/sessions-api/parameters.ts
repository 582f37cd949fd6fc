/** The query of a request, decoded: each name once. */
export type Parameters = ReadonlyMap<string, string>

/** A parameter that cannot be used, and a sentence about it. */
export interface ParameterProblem {
  readonly parameter: string
  readonly message: string
}

const MAX_VALUE = 1_024
const MAX_SHOWN = 64

/** What a value must not hold: nothing of it could ever have been kept, and logs show it. */
const CONTROL = /[\p{Cc}\p{Cs}]/u

const decode = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}

const shown = (name: string): string =>
  JSON.stringify(name.length > MAX_SHOWN ? `${name.slice(0, MAX_SHOWN)}…` : name).slice(1, -1)

const valueProblem = (value: string | undefined): string | undefined => {
  if (value === undefined) return 'is not encoded as a URL demands: encode it as UTF-8'
  if (value === '') return 'is empty: give it a value or leave it out'
  if (value.length > MAX_VALUE) return `is longer than ${MAX_VALUE} characters`
  return CONTROL.test(value) ? 'holds control characters' : undefined
}

/** Takes a query apart. Only `known` names may be in it, each once, each with a value. */
export const parseParameters = (
  query: string,
  known: readonly string[],
): { readonly parameters: Parameters; readonly problems: readonly ParameterProblem[] } => {
  const parameters = new Map<string, string>()
  const problems: ParameterProblem[] = []
  for (const pair of query.split('&').filter((part) => part !== '')) {
    const equals = pair.indexOf('=')
    const name = decode(equals < 0 ? pair : pair.slice(0, equals)) ?? pair
    const value = decode(equals < 0 ? '' : pair.slice(equals + 1))
    const message = known.includes(name)
      ? parameters.has(name)
        ? 'is there more than once: keep one'
        : valueProblem(value)
      : `is not known here: use ${known.join(', ')}`
    if (message !== undefined) problems.push({ parameter: shown(name), message })
    else parameters.set(name, value ?? '')
  }
  return { parameters, problems }
}
