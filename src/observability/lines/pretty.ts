const LEVELS: Readonly<Record<string, string>> = {
  debug: 'DEBUG',
  info: 'INFO ',
  warn: 'WARN ',
  error: 'ERROR',
}

const valueText = (value: unknown): string =>
  typeof value === 'string' && /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value)

/** One line for a person from one JSON log line: time of day, level, message, then the fields. */
export const prettyLine = (json: string): string => {
  const { level, time, message, ...fields }: Record<string, unknown> = JSON.parse(json)
  const clock = String(time).slice(11, 23)
  const rest = Object.entries(fields).map(([name, value]) => `${name}=${valueText(value)}`)
  return `${[clock, LEVELS[String(level)] ?? level, message, ...rest].join(' ')}\n`
}
