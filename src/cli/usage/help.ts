import type { Command, Help, Option } from 'commander'

const WIDTH = 100

const indented = (text: string, spaces: number): string =>
  text.replace(/^(?=.)/gm, ' '.repeat(spaces))

const wrapped = (helper: Help, text: string, indent: number): string =>
  indented(helper.boxWrap(text, WIDTH - indent), indent)

const section = (title: string, body: readonly string[]): readonly string[] =>
  body.length === 0 ? [] : [`${title}:`, ...body, '']

const defaultNote = ({ defaultValue }: Option): string =>
  defaultValue === undefined || defaultValue === false ? '' : ` (default ${defaultValue})`

const option = (helper: Help, one: Option): string =>
  [
    indented(helper.optionTerm(one), 4),
    wrapped(helper, `${one.description}${defaultNote(one)}`, 8),
  ].join('\n')

/** The commands below one that help lists. */
export const commandNames = (command: Command): readonly string[] =>
  command
    .createHelp()
    .visibleCommands(command)
    .map((one) => one.name())

const commands = (command: Command, helper: Help): readonly string[] => {
  const visible = helper.visibleCommands(command)
  const width = Math.max(0, ...visible.map((one) => one.name().length)) + 3
  return visible.map((one) => `  ${one.name().padEnd(width)}${one.summary()}`)
}

/** A command with those above it, as it is typed. */
export const fullName = (command: Command): string =>
  command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`

const closing = (command: Command): readonly string[] =>
  command.commands.length === 0
    ? []
    : ['', `Use "${fullName(command)} COMMAND --help" for more about a command.`]

/**
 * Help in the order of kubectl: what it does, examples, commands, options, then how to write it.
 */
export const helpFormat =
  (examples: string, last = '') =>
  (command: Command, helper: Help): string =>
    [
      helper.boxWrap(helper.commandDescription(command), WIDTH),
      '',
      ...section('Examples', examples === '' ? [] : [indented(examples.trim(), 2)]),
      ...section('Commands', commands(command, helper)),
      ...section(
        'Options',
        helper.visibleOptions(command).map((one) => option(helper, one)),
      ),
      'Usage:',
      `  ${helper.commandUsage(command)}`,
      ...closing(command),
      ...(last === '' ? [] : [helper.boxWrap(last, WIDTH)]),
      '',
    ].join('\n')
