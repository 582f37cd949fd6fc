import type { Argument, Command, Option } from 'commander'
import { wordsOffered } from '../usage/offering.ts'

/** A word that may stand where the cursor is. */
interface Candidate {
  readonly word: string
  /** One line; empty where there is nothing to say. */
  readonly description: string
}

/** Everything that may stand where the cursor is. */
export interface Candidates {
  readonly words: readonly Candidate[]
  /** Whether names of files may, too. */
  readonly files: boolean
}

const NOTHING: Candidates = { words: [], files: false }

const plain = (words: readonly string[]): readonly Candidate[] =>
  words.map((word) => ({ word, description: '' }))

const firstSentence = (text: string): string => /^.*?(?=[.:](?:\s|$))/s.exec(text)?.[0] ?? text

const takesFiles = (name: string): boolean => /^<?\[?(?:file|path)s?(?:\.\.\.)?[>\]]?$/.test(name)

const valueName = ({ flags }: Option): string => /[<[][^>\]]+[>\]]/.exec(flags)?.[0] ?? ''

const valuesOf = (option: Option): Candidates => ({
  words: plain(wordsOffered(option, []) ?? []),
  files: takesFiles(valueName(option)),
})

/** How far a command line has come. */
interface Place {
  readonly command: Command
  readonly operands: readonly string[]
  /** The option whose value comes next. */
  readonly awaiting?: Option | undefined
  /** Behind `--` there are no options. */
  readonly isPastOptions: boolean
}

const optionNamed = (command: Command, word: string): Option | undefined => {
  const name = word.replace(/=.*$/s, '')
  return command.options.find(
    ({ long, short }) =>
      long === name || (short !== undefined && word.startsWith(short) && !word.startsWith('--')),
  )
}

const awaits = (option: Option | undefined, word: string): boolean =>
  option?.required === true && (word === option.long || word === option.short)

const step = (place: Place, word: string): Place => {
  const { command, operands, awaiting, isPastOptions } = place
  if (awaiting !== undefined) return { ...place, awaiting: undefined }
  if (isPastOptions || !/^-./.test(word)) {
    const next = command.commands.find((one) => operands.length === 0 && one.name() === word)
    return next === undefined
      ? { ...place, operands: [...operands, word] }
      : { ...place, command: next }
  }
  if (word === '--') return { ...place, isPastOptions: true }
  const option = optionNamed(command, word)
  return awaits(option, word) ? { ...place, awaiting: option } : place
}

const optionsOf = (command: Command): readonly Candidate[] =>
  command
    .createHelp()
    .visibleOptions(command)
    .flatMap(({ long, description }) =>
      long == null ? [] : [{ word: long, description: firstSentence(description) }],
    )

const argumentAt = ({ command, operands }: Place): Argument | undefined => {
  const all = command.registeredArguments
  return all[operands.length] ?? all.findLast(({ variadic }) => variadic)
}

const operandsOf = (place: Place): Candidates => {
  const { command, operands } = place
  const below = operands.length > 0 ? [] : command.createHelp().visibleCommands(command)
  const commands = below.map((one) => ({ word: one.name(), description: one.summary() }))
  const argument = argumentAt(place)
  if (argument === undefined) return { words: commands, files: false }
  return {
    words: [...commands, ...plain(wordsOffered(argument, operands) ?? [])],
    files: takesFiles(argument.name()),
  }
}

const inlineValues = (command: Command, current: string): Candidates => {
  const [, name = ''] = /^(--[^=]+=)/.exec(current) ?? []
  const option = optionNamed(command, current)
  if (option?.required !== true) return NOTHING
  const { words, files } = valuesOf(option)
  return { words: words.map((one) => ({ ...one, word: `${name}${one.word}` })), files }
}

const anyOf = (place: Place, current: string): Candidates => {
  if (place.awaiting !== undefined) return valuesOf(place.awaiting)
  if (place.isPastOptions || !current.startsWith('-')) return operandsOf(place)
  return current.includes('=')
    ? inlineValues(place.command, current)
    : { words: optionsOf(place.command), files: false }
}

/**
 * What may stand at the end of a command line.
 * @param before The words before it, without the name of the program
 * @param current What is written of it; empty: nothing yet
 */
export const candidatesFor = (
  program: Command,
  before: readonly string[],
  current: string,
): Candidates => {
  const start: Place = { command: program, operands: [], isPastOptions: false }
  const { words, files } = anyOf(before.reduce(step, start), current)
  return { words: words.filter(({ word }) => word.startsWith(current)), files }
}
