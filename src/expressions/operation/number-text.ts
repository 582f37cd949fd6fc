const LEAST_EXPONENT = -4
const EXPONENT_FROM = 6

/** A double as Go writes its shortest form: `0.5`, `1e+06`, `+Inf`. */
export const doubleText = (value: number): string => {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  if (value === 0) return Object.is(value, -0) ? '-0' : '0'
  const [digits = '', power = '0'] = value.toExponential().split('e')
  const exponent = Number(power)
  if (exponent < LEAST_EXPONENT || exponent >= EXPONENT_FROM) {
    const sign = exponent < 0 ? '-' : '+'
    return `${digits}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`
  }
  return exponent < 0
    ? value.toFixed(digits.replace(/[-.]/g, '').length - 1 - exponent)
    : String(value)
}

const DOUBLE =
  /^[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[iI]nf(?:inity)?|[nN]a[nN])$/

const LONGEST = 400

/** The double that a text stands for; `undefined` for none. */
export const parseDouble = (text: string): number | undefined => {
  if (text.length > LONGEST || !DOUBLE.test(text)) return undefined
  if (/n/i.test(text)) {
    if (/^n|^[+-]n/i.test(text)) return Number.NaN
    return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  }
  const value = Number(text)
  return Number.isFinite(value) ? value : undefined
}

const INTEGER = /^[+-]?[0-9]{1,20}$/

/** The integer that a text stands for in decimal; `undefined` for none. */
export const parseInteger = (text: string): bigint | undefined =>
  INTEGER.test(text) ? BigInt(text.replace(/^\+/, '')) : undefined

const TRUE = ['1', 't', 'T', 'TRUE', 'true', 'True']
const FALSE = ['0', 'f', 'F', 'FALSE', 'false', 'False']

/** The boolean that a text stands for; `undefined` for none. */
export const parseBoolean = (text: string): boolean | undefined => {
  if (TRUE.includes(text)) return true
  return FALSE.includes(text) ? false : undefined
}
