import type { Command } from 'commander'
import type { Adding } from './terminal/adding.ts'
import { EXIT } from './terminal/exit-code.ts'
import { commandNames } from './usage/help.ts'
import { meant } from './usage/meant.ts'
import { offering } from './usage/offering.ts'
import { topics, topicText } from './usage/topics.ts'

const below = (command: Command | undefined, name: string): Command | undefined =>
  command?.commands.find((one) => one.name() === name)

const TOPICS = topics.map(({ name }) => name)

/** What may follow the words before: commands, and at the beginning topics. */
const following = (program: Command, before: readonly string[]): readonly string[] => {
  const command = before.reduce<Command | undefined>(below, program)
  const names = command === undefined ? [] : commandNames(command)
  return before.length === 0 ? [...names, ...TOPICS] : names
}

/** Adds `help`. */
export const addHelp = (program: Command, { io, end, add }: Adding): void => {
  const command = add('help', {
    summary: 'Print the help of a command, or about a topic',
    description: `Print the help of a command, as its option --help does, or about a topic: ${TOPICS.join(', ')}.`,
    examples: `
sallyport help validate

sallyport help sessions list

sallyport help exit-codes`,
  })
  const words = command.createArgument('[command...]')
  command
    .addArgument(offering(words, (before) => following(program, before)))
    .action((path: readonly string[]) => {
      const topic = topics.find(({ name }) => path.length === 1 && name === path[0])
      if (topic !== undefined) {
        io.out(topicText(topic))
        return end(EXIT.well)
      }
      let found = program
      for (const [at, name] of path.entries()) {
        const next = below(found, name)
        const known = following(program, path.slice(0, at))
        if (next === undefined)
          return command.error(`unknown command '${name}'.${meant(name, known)}`)
        found = next
      }
      return found.outputHelp()
    })
}
