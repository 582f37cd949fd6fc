import type { Command } from 'commander'
import type { Adding } from '../terminal/adding.ts'
import { EXIT } from '../terminal/exit-code.ts'
import { SHELLS, type Shell } from './shells.ts'

/** The command that the scripts ask; it belongs to them, and may change with them. */
const ASK = '__complete'

const addAsk = (program: Command, { io, end }: Adding): void => {
  program
    .command(`${ASK} [words...]`, { hidden: true })
    .helpOption(false)
    .action(async (words: readonly string[]) => {
      const { candidatesFor } = await import('./candidates.ts')
      const { words: found, files } = candidatesFor(program, words.slice(0, -1), words.at(-1) ?? '')
      for (const { word, description } of found) {
        io.out(description === '' ? `${word}\n` : `${word}\t${description}\n`)
      }
      io.out(files ? ':files\n' : ':\n')
      end(EXIT.well)
    })
}

/** Adds `completion`, and the hidden command that its scripts ask. */
export const addCompletion = (program: Command, adding: Adding): void => {
  const { io, end, add } = adding
  const command = add('completion', {
    summary: 'Print a script that completes command lines',
    description:
      'Print the script by which a shell completes commands, options, kinds, formats and names of files. It asks the program itself, so that it stays right when that is updated.',
    examples: `
# Bash, in this shell and in those to come (needs no bash-completion)
source <(sallyport completion bash)
echo 'source <(sallyport completion bash)' >> ~/.bashrc

# Zsh: in ~/.zshrc behind compinit, or as a file of fpath
source <(sallyport completion zsh)
sallyport completion zsh > "\${fpath[1]}/_sallyport"

# Fish
sallyport completion fish > ~/.config/fish/completions/sallyport.fish`,
  })
  const shell = command.createArgument('<shell>').choices(Object.keys(SHELLS))
  command.addArgument(shell).action((name: Shell) => {
    io.out(SHELLS[name])
    end(EXIT.well)
  })
  addAsk(program, adding)
}
