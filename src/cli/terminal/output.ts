import { Option } from 'commander'
import { printable } from '../../explain/words/printable.ts'
import type { Io } from './io.ts'

/** For a person, or the same data for a program in one of two notations. */
export type Output = 'text' | 'json' | 'yaml'

/** The formats that every command has which prints data. */
const FORMATS = ['text', 'json', 'yaml'] as const

/** The option that says how a command prints its result. `more` are formats of that command. */
export const outputOption = (more: readonly string[] = []): Option => {
  const formats = [...FORMATS, ...more]
  const words = `${formats.slice(0, -1).join(', ')} or ${formats.at(-1)}`
  return new Option('-o, --output <format>', `How to print the result: ${words}.`)
    .choices(formats)
    .default('text')
}

/** Texts that another reader of YAML takes for something else are quoted, such as `on`. */
const YAML_OPTIONS = { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false } as const

/** Where all texts are quoted, escapes of JSON are those of YAML as well. */
const QUOTED = { defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'QUOTE_DOUBLE' } as const

const shownLines = (text: string): string => text.split('\n').map(printable).join('\n')

/** Data in the notation of a format. A terminal shows what is in it, and obeys none of it. */
export const dataText = async (output: 'json' | 'yaml', data: unknown): Promise<string> => {
  if (output === 'json') return `${shownLines(JSON.stringify(data, null, 2))}\n`
  const { stringify } = await import('yaml')
  const text = stringify(data, YAML_OPTIONS)
  return shownLines(text) === text
    ? text
    : shownLines(stringify(data, { ...YAML_OPTIONS, ...QUOTED }))
}

/** Prints data for a program, or what `text` makes of it for a person. */
export const printResult = async (
  io: Io,
  output: Output,
  data: unknown,
  text: () => string,
): Promise<void> => io.out(output === 'text' ? text() : await dataText(output, data))
