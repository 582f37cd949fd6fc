import {
  type Argument,
  type Command,
  CommanderError,
  InvalidArgumentError,
  type Option,
} from 'commander'
import { CONFIG_FILE_VARIABLE } from '../../config/overlay.ts'
import { EXIT } from '../terminal/exit-code.ts'
import type { Io } from '../terminal/io.ts'
import { STDIN } from '../terminal/standard-input.ts'
import { commandNames, fullName } from './help.ts'
import { meant } from './meant.ts'

/** Everything that is wrong with a command line. */
export interface UsageProblems {
  /** Each a sentence, in the order in which they were met. */
  readonly found: () => readonly string[]
  /** Where to read on. */
  readonly hint: () => string
}

const flagsOf = (command: Command): readonly string[] => {
  const visible = command.createHelp().visibleOptions(command)
  return visible.flatMap(({ long }) => long ?? [])
}

/** What follows the first unknown option is unknown, too: among it are the values of those. */
const unknownOptions = (command: Command): readonly string[] => {
  const end = command.args.indexOf('--')
  const written = end === -1 ? command.args : command.args.slice(0, end)
  const names = written.filter((word) => /^-./.test(word)).map((word) => word.replace(/=.*$/s, ''))
  return names.map((name) => `unknown option '${name}'.${meant(name, flagsOf(command))}`)
}

const ended = (text: string): string => (/[.?]$/.test(text) ? text : `${text}.`)

const sentencesOf = (command: Command, code: string, message: string): readonly string[] => {
  if (code === 'commander.unknownOption') return unknownOptions(command)
  if (code !== 'commander.unknownCommand') return [ended(message.replace(/^error: /, ''))]
  const [name = ''] = command.args
  return [`unknown command '${name}'.${meant(name, commandNames(command))}`]
}

/** What an option that is not known makes of the arguments behind it says nothing. */
const FOLLOWING: ReadonlySet<string> = new Set([
  'commander.missingArgument',
  'commander.excessArguments',
])

type Parsed = Pick<Option, 'parseArg'> & { readonly argChoices?: readonly string[] | undefined }

/** Notes a value that is refused and goes on, so that the next one is looked at as well. */
const noteRefused = (one: Parsed, title: string, note: (sentence: string) => void): void => {
  const parse = one.parseArg
  if (parse === undefined) return
  one.parseArg = <T>(value: string, previous: T): T => {
    try {
      return value === undefined ? previous : parse(value, previous)
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error
      const near = meant(value, one.argChoices ?? [])
      note(`${title} '${value}' is invalid. ${error.message}${near}`)
      return previous
    }
  }
}

const isFile = (text: string): boolean =>
  /(?:^|<)(?:file|path|files|paths)(?:\.\.\.)?(?:>|$)/.test(text)

const valuesOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value])

const isGiven = (value: unknown): number => valuesOf(value).filter((one) => one === STDIN).length

type Environment = Io['environment']

/** What an option that takes a file was given: by the command line, or by the environment. */
const fileOf = (command: Command, option: Option, environment: Environment): unknown => {
  const given = command.getOptionValue(option.attributeName())
  return given === undefined && option.long === '--config'
    ? environment[CONFIG_FILE_VARIABLE]
    : given
}

/** How often a command line and its environment name standard input where a file may be. */
const timesStdin = (command: Command, environment: Environment): number => {
  const options = command.options
    .filter(({ flags }) => isFile(flags))
    .map((option) => fileOf(command, option, environment))
  const written = command.registeredArguments.flatMap((argument, at) =>
    isFile(argument.name()) ? [command.processedArgs[at]] : [],
  )
  return [...options, ...written].reduce<number>((sum, value) => sum + isGiven(value), 0)
}

const TWICE = `\`${STDIN}\` is standard input, which can be read once: name it once, and files for the rest.`

/**
 * Makes a program tell all that is wrong with a command line, instead of the first of it. Nothing
 * runs while anything is.
 */
export const collectUsageProblems = (program: Command, environment: Environment): UsageProblems => {
  const sentences: string[] = []
  const codes = new Set<string>()
  let where = program

  const watch = (command: Command): void => {
    const note = (sentence: string): void => {
      where = command
      sentences.push(sentence)
    }
    const error = (message: string, { code = '' }: { readonly code?: string } = {}): void => {
      const isEcho = codes.has('commander.unknownOption') && FOLLOWING.has(code)
      if (!isEcho) for (const sentence of sentencesOf(command, code, message)) note(sentence)
      codes.add(code)
    }
    command.error = error as Command['error']
    for (const one of command.options) noteRefused(one, `option '${one.flags}' argument`, note)
    for (const one of command.registeredArguments) {
      noteRefused(one as Argument & Parsed, `argument '${one.name()}'`, note)
    }
    command.commands.forEach(watch)
  }
  watch(program)
  program.hook('preAction', (_, command) => {
    if (timesStdin(command, environment) > 1) command.error(TWICE)
    if (sentences.length > 0) throw new CommanderError(EXIT.usage, 'sallyport.usage', '')
  })
  return { found: () => sentences, hint: () => `See \`${fullName(where)} --help\`.` }
}
