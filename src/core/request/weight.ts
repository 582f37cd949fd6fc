const WEIGHT = /^q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)$/i

/**
 * The weight of a choice in a header such as `accept` (RFC 9110 section 12.4.2), by its parameter,
 * from 0 to 1: 1 without one, and 0 for one that is no weight.
 */
export const weightOf = (parameter: string | undefined): number =>
  parameter === undefined ? 1 : Number(WEIGHT.exec(parameter)?.[1] ?? 0)
