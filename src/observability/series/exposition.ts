import type { Family, Sample } from './family.ts'

const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')

const escapedValue = (text: string): string => escaped(text).replaceAll('"', '\\"')

const numberText = (value: number): string => {
  if (Number.isNaN(value)) return 'Nan'
  if (Number.isFinite(value)) return `${value}`
  return value < 0 ? '-Inf' : '+Inf'
}

const sampleLine = (name: string, { end = '', labels, value }: Sample): string => {
  const pairs = labels.map(([label, of]) => `${label}="${escapedValue(of)}"`).join(',')
  return `${name}${end}${pairs === '' ? '' : `{${pairs}}`} ${numberText(value)}`
}

/** One family in the Prometheus text format 0.0.4, without a line break at its end. */
export const familyText = ({ name, help, type, samples }: Family): string =>
  [
    `# HELP ${name} ${escaped(help)}`,
    `# TYPE ${name} ${type}`,
    ...samples().map((sample) => sampleLine(name, sample)),
  ].join('\n')
