import { type Command, InvalidArgumentError, Option } from 'commander'
import type { ExitCode } from './exit-code.ts'
import type { Io } from './io.ts'

/** What the help of a command says besides its options. */
export interface CommandText {
  readonly summary: string
  readonly description: string
  readonly examples: string
}

/** Adds a command below another one. */
export type AddCommand = (parent: Command, usage: string, text: CommandText) => Command

/** A command that has been added and can be given its options and its action. */
export interface Adding {
  readonly io: Io
  readonly end: (code: ExitCode) => void
  readonly add: (usage: string, text: CommandText) => Command
}

/** Collects the values of an option that may be repeated. */
export const append = <T>(value: T, before: readonly T[] | undefined): readonly T[] => [
  ...(before ?? []),
  value,
]

/** The option of every command that reads resources. */
export const insecureOption = (): Option =>
  new Option(
    '--allow-insecure-issuers',
    'Accept http issuers, as `serve` does with this flag. For local trials.',
  ).default(false)

/** An option that may be repeated, whose values are kept in order. */
export const repeatable = (flags: string, description: string): Option =>
  new Option(flags, description).argParser((value: string, before?: readonly string[]) =>
    append(value, before),
  )

/** Reads an argument that has to be a URL with a host. */
export const url = (text: string): string => {
  if (/^https?:\/\/[^/?#]/i.test(text)) return text
  throw new InvalidArgumentError('It must begin with https:// or http://, and a host.')
}
