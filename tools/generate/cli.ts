import type { Argument, Command, Option } from 'commander'
import { createProgram } from '../../src/cli/program.ts'
import { fullName } from '../../src/cli/usage/help.ts'
import { type Topic, topics } from '../../src/cli/usage/topics.ts'
import { type Shape, shapes } from './cli-shapes.ts'
import { keepCurrent } from './output.ts'

const INTRODUCTION = `# The command line

Generated from the program itself; edit \`src/cli\` and run \`make generate\`. \`sallyport help\` says the same.

- Options may stand anywhere behind the command; \`--\` ends them. All that is wrong with a command line is told at once, with the
  name that was probably meant, and nothing is done.
- Wherever a file is read, \`-\` is standard input, once in a command line. Of \`serve\` that is the configuration alone, since it
  reads its other files again when they change. Key files are read by name.
- What went wrong is on standard error, each a line that begins with \`sallyport: \`.
- \`get\` reads the cluster that kubectl would ask: \`--kubeconfig\`, \`KUBECONFIG\`, \`~/.kube/config\` or the service account of the pod,
  with \`--context\`, \`--namespace\` and \`--all-namespaces\`. It takes the right to list the kinds, as \`deploy/rbac\` grants it.

## Completion

\`sallyport completion bash|zsh|fish\` prints a script that completes commands, options, formats, kinds, gateways and names of
files. It asks the program, so that it is printed once and stays right.

| shell | how |
| --- | --- |
| Bash | \`source <(sallyport completion bash)\` in \`~/.bashrc\`; it needs nothing besides, and runs in version 3.2 |
| Zsh | the same behind \`compinit\` in \`~/.zshrc\`, or the script as \`_sallyport\` in a folder of \`fpath\` |
| Fish | \`sallyport completion fish > ~/.config/fish/completions/sallyport.fish\` |
`

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

const rows = (list: readonly (readonly [string, string])[]): readonly string[] =>
  list.map(([word, meaning]) => `| \`${word}\` | ${cell(meaning)} |`)

const tableOf = (
  titles: string,
  list: readonly (readonly [string, string])[],
): readonly string[] => [`| ${titles} |`, '| --- | --- |', ...rows(list), '']

const topicSection = ({ name, introduction, rows: list, more }: Topic): string =>
  [
    `## ${name.charAt(0).toUpperCase()}${name.slice(1).replace('-', ' ')}`,
    '',
    introduction,
    '',
    ...tableOf('what | meaning', list),
    ...(more === undefined ? [] : [more.introduction, '', ...tableOf('what | meaning', more.rows)]),
  ].join('\n')

const shapeSection = ({ command, introduction, members }: Shape): string =>
  [
    `### The data of ${command}`,
    '',
    ...(introduction === '' ? [] : [introduction, '']),
    ...tableOf('member | meaning', members),
  ].join('\n')

const defaultOf = ({ defaultValue }: Option): string =>
  defaultValue === undefined || defaultValue === false ? '' : ` (default ${defaultValue})`

const optionRow = (option: Option): readonly [string, string] => [
  option.flags,
  `${option.description}${option.mandatory ? ' Required.' : ''}${defaultOf(option)}`,
]

const argumentWords = (argument: Argument): string => {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`
  return argument.required ? `<${name}>` : `[${name}]`
}

const usageOf = (command: Command): string =>
  [fullName(command), ...command.registeredArguments.map(argumentWords)].join(' ')

const withBelow = (command: Command): readonly Command[] => {
  const visible = command.createHelp().visibleCommands(command)
  return visible.flatMap((one) => [one, ...withBelow(one)])
}

const commandSection = (command: Command): string =>
  [
    `### ${fullName(command)}`,
    '',
    command.description(),
    '',
    `\`${usageOf(command)}${command.commands.length === 0 ? '' : ' COMMAND'}\``,
    '',
    ...(command.options.length === 0
      ? []
      : tableOf('option | meaning', command.options.map(optionRow))),
  ].join('\n')

const NOBODY = {
  out: () => undefined,
  err: () => undefined,
  isTerminal: { out: false, err: false },
  stdin: async () => ({ kind: 'text', text: '' }) as const,
  environment: {},
  workingFolder: '.',
}

/** The text of docs/reference/cli.md. */
export const printCli = (): string => {
  const commands = withBelow(createProgram(NOBODY, () => undefined))
  return [
    INTRODUCTION,
    ...topics.map(topicSection),
    '## Commands\n',
    ...commands.map(commandSection),
    '## Data\n\nWhat `--output json` and `--output yaml` print. Members may be added; those that are there keep their meaning. `?` stands behind one that may be absent.\n',
    ...shapes.map(shapeSection),
  ].join('\n')
}

if (import.meta.main) process.exitCode = keepCurrent('docs/reference/cli.md', printCli())
