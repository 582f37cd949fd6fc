import { Command, CommanderError, Option } from 'commander'
import { configurationFields, type Field } from '../config/schema/fields.ts'
import { addAttach } from './attach-command.ts'
import { addDoctor } from './doctor/doctor-command.ts'
import { addTest } from './expectations/test-command.ts'
import { addExplain } from './explain/explain-command.ts'
import { type AddCommand, addSessions } from './sessions/sessions-command.ts'
import {
  type Adding,
  append,
  insecureOption,
  outputOption,
  repeatable,
  url,
} from './terminal/adding.ts'
import { EXIT, type ExitCode } from './terminal/exit-code.ts'
import { fullName, helpFormat } from './terminal/help.ts'
import type { Io } from './terminal/io.ts'
import { version, versionLine } from './version.ts'

const METAVARIABLES: Readonly<Partial<Record<Field['kind'], string>>> = {
  address: ' <address>',
  boolean: '',
  choice: ' <word>',
  files: ' <file>',
  paths: ' <path>',
  'redis-url': ' <url>',
}

const LISTS: ReadonlySet<Field['kind']> = new Set(['files', 'paths'])

const fieldDescription = ({ description, words, default: value }: Field): string => {
  const oneOf = words === undefined ? '' : ` One of ${words.join(', ')}.`
  return `${description}${oneOf}${value === undefined || String(value) === '' ? '' : ` (default ${String(value)})`}`
}

const fieldOption = (field: Field, flag: string): Option => {
  const usage = `${flag}${METAVARIABLES[field.kind] ?? ' <value>'}`
  const option = new Option(usage, fieldDescription(field))
  return LISTS.has(field.kind)
    ? option.argParser((value: string, before?: readonly string[]) => append(value, before))
    : option
}

const flagged = configurationFields.flatMap((field) =>
  field.flag === undefined ? [] : [{ flag: field.flag, option: fieldOption(field, field.flag) }],
)

const addServe = ({ io, end, add }: Adding): void => {
  const command = add('serve', {
    summary: 'Answer checks until told to stop',
    description:
      'Answer the checks of Envoy until told to stop.\n\n' +
      'Every field of the configuration can be set in the file or by an environment variable, the common ones by a flag: flags win over variables, variables over the file. docs/reference/configuration.md lists them all.',
    examples: `
# Serve with a configuration file
sallyport serve --config sallyport.yaml

# Try out a folder of resources without a configuration file
sallyport serve --resources ./resources --log-format pretty

# Keep sessions in Redis
sallyport serve --session-store redis --redis-url redis://127.0.0.1:6379 --key-file ./session-key`,
  }).option('-c, --config <file>', 'The configuration file. Also SALLYPORT_CONFIG.')
  for (const { option } of flagged) command.addOption(option)
  command.action(async (options: Readonly<Record<string, unknown>>) => {
    const { config } = options
    const given = flagged.map(({ flag, option }) => [flag, options[option.attributeName()]])
    const { serve } = await import('./serve.ts')
    end(
      await serve(io, {
        ...(typeof config === 'string' ? { config } : {}),
        flags: Object.fromEntries(given),
      }),
    )
  })
}

const addValidate = ({ io, end, add }: Adding): void => {
  add('validate <path...>', {
    summary: 'Find every problem in resource files',
    description:
      'Find every problem in resource files: files, or folders of them. Each is printed with its file, line, object, field and what to do. Ends with 1 if there is one. What is surely not meant is a warning, such as a rule that asks for a scope which no client requests.',
    examples: `
# Check a folder
sallyport validate ./resources

# Check a repository that does not hold the Secrets
sallyport validate --skip-references ./deploy

# What is to be registered at the provider?
sallyport validate --verbose ./resources

# For a program
sallyport validate --output json ./resources`,
  })
    .option(
      '--skip-references',
      'Accept references to Secrets and ConfigMaps that are not among the files.',
      false,
    )
    .option('--strict', 'End with 1 if there are warnings, too.', false)
    .option(
      '-c, --config <file>',
      'The configuration file of `serve`, for what the platform requires (`requirements`). Also SALLYPORT_CONFIG.',
    )
    .option(
      '-v, --verbose',
      'Also print the redirect URIs and sign-out URIs to register at the providers, and whose upstreams get no identity headers of other products.',
      false,
    )
    .addOption(insecureOption())
    .addOption(outputOption())
    .action(async (paths: readonly string[], options) => {
      const { validate } = await import('./validate.ts')
      end(await validate(io, paths, options))
    })
}

const addHealthcheck = ({ io, end, add }: Adding): void => {
  add('healthcheck', {
    summary: 'Ask a running process whether it is ready',
    description:
      'Ask a running process whether it is ready. With --check also ask it for one check, as Envoy does, about a host that nobody owns: it has to be denied with 404. Ends with 0 if all is well and with 1 if not. Meant for container images and for `helm test`.',
    examples: `
# The process on this machine
sallyport healthcheck

# Another port
sallyport healthcheck --admin http://127.0.0.1:19090

# Through the Services of a release
sallyport healthcheck --admin http://sallyport-admin.auth.svc:9090 --check sallyport.auth.svc:9001`,
  })
    .addOption(
      new Option('--admin <url>', 'Where the admin port is.')
        .argParser(url)
        .default('http://127.0.0.1:9090'),
    )
    .option('--check <address>', 'Where the gRPC port is, as host:port.')
    .option('--check-ca <file>', 'PEM certificates that vouch for it. Unset: plain text.')
    .option('--check-cert <file>', 'PEM client certificate that is shown to it.')
    .option('--check-key <file>', 'PEM private key that belongs to --check-cert.')
    .option('--check-name <name>', 'The name that its certificate must carry. Unset: the host.')
    .action(async (options) => {
      const { healthcheck } = await import('./healthcheck.ts')
      end(await healthcheck(io, { ...options, timeoutMs: 5_000 }))
    })
}

const addSubjectHash = ({ io, end, add }: Adding): void => {
  add('subject-hash <name>', {
    summary: 'Print what the log calls somebody',
    description:
      'Print what the log calls a subject: the value of `subjectHash` in its lines. One hash for each key file, that of the newest first; lines from before a change of keys have an older one.',
    examples: `
# The lines of somebody, by the subject that the provider names them by
grep "$(sallyport subject-hash --config sallyport.yaml 248289761001 | head -1)" sallyport.log

# In a pod
kubectl exec deploy/sallyport -- node dist/main.js subject-hash 248289761001`,
  })
    .option('-c, --config <file>', 'The configuration file. Also SALLYPORT_CONFIG.')
    .addOption(repeatable('--key-file <file>', 'A key file, instead of those of `keys.files`.'))
    .addOption(outputOption())
    .action(async (name: string, options) => {
      const { subjectHash } = await import('./subject-hash.ts')
      end(subjectHash(io, name, options))
    })
}

const addVersion = ({ io, end, add }: Adding): void => {
  add('version', {
    summary: 'Print the version',
    description: 'Print the version of Sallyport and of Node.js.',
    examples: `
sallyport version
sallyport version --output json`,
  })
    .addOption(outputOption())
    .action((options) => end(version(io, options)))
}

const addHelp = (program: Command, { add }: Adding): void => {
  add('help [command...]', {
    summary: 'Print the help of a command',
    description: 'Print the help of a command, as its option --help does.',
    examples: `
sallyport help validate
sallyport help sessions list`,
  }).action((path: readonly string[]) => {
    const found = path.reduce((command: Command, name): Command => {
      const next = command.commands.find((one) => one.name() === name)
      return next ?? command.error(`error: unknown command '${name}'`, { exitCode: EXIT.usage })
    }, program)
    found.outputHelp()
  })
}

const DESCRIPTION =
  'Sallyport guards the hosts behind an Envoy: it sends browsers to the OpenID provider and brings them back with a session, checks the access tokens of API callers, and tells the upstream who is calling.\n\n' +
  'Exit codes: 0 all is well, 1 a problem was found, 2 the command line was not understood.'

const createProgram = (io: Io, end: (code: ExitCode) => void): Command => {
  const program = new Command('sallyport')
    .description(DESCRIPTION)
    .usage('COMMAND [options]')
    .version(versionLine(), '--version', 'Print the version.')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .configureHelp({ formatHelp: helpFormat('') })
    .helpOption('-h, --help', 'Print this help.')
  const addTo: AddCommand = (parent, usage, { summary, description, examples }) => {
    const command = parent.command(usage)
    return command
      .summary(summary)
      .description(description)
      .helpCommand(false)
      .helpOption('-h, --help', 'Print this help.')
      .configureHelp({ formatHelp: helpFormat(examples) })
      .showHelpAfterError(`See \`${fullName(command)} --help\`.`)
  }
  const add: Adding['add'] = (usage, text) => addTo(program, usage, text)
  const adding: Adding = { io, end, add }
  addServe(adding)
  addValidate(adding)
  addExplain(adding)
  addTest(adding)
  addDoctor(adding)
  addAttach(adding)
  addSessions(io, end, addTo, program)
  addHealthcheck(adding)
  addSubjectHash(adding)
  addVersion(adding)
  addHelp(program, adding)
  return program.showHelpAfterError('See `sallyport --help`.')
}

const ASKED_FOR: ReadonlySet<string> = new Set([
  'commander.help',
  'commander.helpDisplayed',
  'commander.version',
])

const usageCode = ({ code, exitCode }: CommanderError): ExitCode =>
  ASKED_FOR.has(code) && exitCode === 0 ? EXIT.well : EXIT.usage

/**
 * Runs one command line, without the program's own name, and resolves with its exit code. Never
 * rejects.
 */
export const run = async (argv: readonly string[], io: Io): Promise<ExitCode> => {
  let code: ExitCode = EXIT.well
  const program = createProgram(io, (ended) => {
    code = ended
  })
  try {
    await program.parseAsync(argv.length === 0 ? ['--help'] : [...argv], { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return usageCode(error)
    io.err(`error: ${error instanceof Error ? error.message : String(error)}\n`)
    return EXIT.problem
  }
}
