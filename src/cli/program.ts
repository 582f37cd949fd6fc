import { Command, CommanderError } from 'commander'
import { addAttach } from './attach-command.ts'
import { addCompletion } from './completion/completion-command.ts'
import { addDoctor } from './doctor/doctor-command.ts'
import { addTest } from './expectations/test-command.ts'
import { addExplain } from './explain/explain-command.ts'
import { addGet } from './get/get-command.ts'
import { addHealthcheck } from './healthcheck-command.ts'
import { addHelp } from './help-command.ts'
import { addMigrate } from './migrate/migrate-command.ts'
import { addServe } from './serve-command.ts'
import { addSessions } from './sessions/sessions-command.ts'
import { addSubjectHash } from './subject-hash-command.ts'
import type { AddCommand, Adding } from './terminal/adding.ts'
import { complain } from './terminal/complain.ts'
import { EXIT, type ExitCode } from './terminal/exit-code.ts'
import type { Io } from './terminal/io.ts'
import { helpFormat } from './usage/help.ts'
import { topics } from './usage/topics.ts'
import { collectUsageProblems } from './usage/usage-problems.ts'
import { addValidate } from './validate-command.ts'
import { addVersion, versionLine } from './version.ts'

const DESCRIPTION =
  'Sallyport guards the hosts behind an Envoy: it sends browsers to the OpenID provider and brings them back with a session, checks the access tokens of API callers, and tells the upstream who is calling.\n\n' +
  'Wherever a file is read, `-` is standard input. Exit codes: 0 all is well, 1 a problem was found, 2 the command line was not understood.'

const TOPICS = topics.map(({ name, summary }) => `${name} (${summary})`).join(', ')

/** The program with all of its commands, which nothing has been asked of yet. */
export const createProgram = (io: Io, end: (code: ExitCode) => void): Command => {
  const program = new Command('sallyport')
    .description(DESCRIPTION)
    .usage('COMMAND [options]')
    .version(versionLine(), '--version', 'Print the version.')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .configureHelp({ formatHelp: helpFormat('', `Topics of "sallyport help": ${TOPICS}.`) })
    .helpOption('-h, --help', 'Print this help.')
  const addTo: AddCommand = (parent, usage, { summary, description, examples }) =>
    parent
      .command(usage)
      .summary(summary)
      .description(description)
      .helpCommand(false)
      .helpOption('-h, --help', 'Print this help.')
      .configureHelp({ formatHelp: helpFormat(examples) })
  const adding: Adding = { io, end, add: (usage, text) => addTo(program, usage, text) }
  addServe(adding)
  addValidate(adding)
  addExplain(adding)
  addTest(adding)
  addDoctor(adding)
  addGet(adding)
  addAttach(adding)
  addMigrate(adding)
  addSessions(io, end, addTo, program)
  addHealthcheck(adding)
  addSubjectHash(adding)
  addCompletion(program, adding)
  addVersion(adding)
  addHelp(program, adding)
  return program
}

const ASKED_FOR: ReadonlySet<string> = new Set([
  'commander.help',
  'commander.helpDisplayed',
  'commander.version',
])

const usageCode = ({ code, exitCode }: CommanderError): ExitCode =>
  ASKED_FOR.has(code) && exitCode === 0 ? EXIT.well : EXIT.usage

/** Several readers of standard input, such as those of manifests and of their status, share it. */
const readOnce = (io: Io): Io => {
  let text: ReturnType<Io['stdin']> | undefined
  const stdin = () => {
    text ??= io.stdin()
    return text
  }
  return { ...io, stdin }
}

/**
 * Runs one command line, without the program's own name, and resolves with its exit code. Never
 * rejects.
 */
export const run = async (argv: readonly string[], around: Io): Promise<ExitCode> => {
  const io = readOnce(around)
  let code: ExitCode = EXIT.well
  const program = createProgram(io, (ended) => {
    code = ended
  })
  const problems = collectUsageProblems(program, io.environment)
  try {
    await program.parseAsync(argv.length === 0 ? ['--help'] : [...argv], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) {
      complain(io, [error instanceof Error ? error.message : String(error)])
      return EXIT.problem
    }
    code = usageCode(error)
    if (code === EXIT.well) return code
  }
  if (problems.found().length === 0) return code
  complain(io, problems.found())
  io.err(`${problems.hint()}\n`)
  return EXIT.usage
}
