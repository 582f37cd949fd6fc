import { printable } from '../../explain/words/printable.ts'
import type { InputFile, Migration, MigrationOptions, Told } from '../../migrate/model/migration.ts'
import { PRODUCT_NAMES, type ProductName } from '../../migrate/product-names.ts'
import { complain } from '../terminal/complain.ts'
import { EXIT, type ExitCode } from '../terminal/exit-code.ts'
import type { Io } from '../terminal/io.ts'
import { dataText, type Output } from '../terminal/output.ts'
import { readNamed } from '../terminal/standard-input.ts'
import { meant } from '../usage/meant.ts'
import { isLost, isToDo, toldLine } from './told-lines.ts'

/** What is migrated. */
interface MigrateSubject {
  readonly product: string
  readonly files: readonly string[]
}

/** The options of `migrate`. */
interface MigrateCommandOptions {
  readonly host?: readonly string[]
  readonly name?: string
  readonly namespace: string
  readonly verbose: boolean
  readonly output: Output
}

const NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/
const USAGE = 'See `sallyport migrate --help`.'

const isProduct = (name: string): name is ProductName =>
  (PRODUCT_NAMES as readonly string[]).includes(name)

const unknownProduct = (name: string): string =>
  `There is no product ${JSON.stringify(name)} to migrate from.${meant(name, PRODUCT_NAMES)} Known are ${PRODUCT_NAMES.join(', ')}.`

const usageProblems = async (
  { product }: MigrateSubject,
  { host = [], name, namespace }: MigrateCommandOptions,
): Promise<readonly string[]> => {
  const { hostsAmong } = await import('../../migrate/writing/hosts.ts')
  const names = { '--name': name, '--namespace': namespace }
  return [
    ...(isProduct(product) ? [] : [unknownProduct(product)]),
    ...hostsAmong(host).others.map(
      (one) => `--host: ${JSON.stringify(one)} is no host name: write it as in shop.example.com`,
    ),
    ...Object.entries(names).flatMap(([option, value]) =>
      value === undefined || NAME.test(value)
        ? []
        : [`${option}: ${JSON.stringify(value)} is no name: lower-case letters, digits and -`],
    ),
  ]
}

interface FilesRead {
  readonly files: readonly InputFile[]
  readonly problems: readonly string[]
}

const readFiles = async (io: Io, names: readonly string[]): Promise<FilesRead> => {
  const read = await Promise.all(names.map((one) => readNamed(io, one)))
  return {
    files: read.flatMap(({ name, text }) =>
      text.kind === 'text' ? [{ name, text: text.text }] : [],
    ),
    problems: read.flatMap(({ name, text }) =>
      text.kind === 'text' ? [] : [`${name}: ${text.message}`],
    ),
  }
}

const tellOn = (io: Io, told: readonly Told[], verbose: boolean): void => {
  const notes = told.filter((one) => !isLost(one) && (verbose || isToDo(one)))
  for (const one of notes) io.err(`${printable(`Note: ${toldLine(one)}`)}\n`)
  complain(io, told.filter(isLost).map(toldLine))
}

const printed = async (
  { manifests, configuration, told }: Migration,
  output: Output,
): Promise<string> => {
  if (output === 'text') {
    const { migrationText } = await import('../../migrate/writing/yaml.ts')
    return migrationText({ manifests, configuration, told })
  }
  const written = manifests.map(({ comments, object }) => ({ comments, object }))
  return dataText(output, { manifests: written, configuration, settings: told })
}

const optionsOf = ({ host = [], name, namespace }: MigrateCommandOptions): MigrationOptions => ({
  hosts: host,
  namespace,
  meant,
  ...(name === undefined ? {} : { name }),
})

const refuse = (io: Io, problems: readonly string[], code: ExitCode): ExitCode => {
  complain(io, problems)
  if (code === EXIT.usage) io.err(`${USAGE}\n`)
  return code
}

/**
 * Prints the manifests that take the place of another product's configuration. Ends with 1 where a
 * setting was not carried over, so that a script does not pass over it.
 */
export const migrate = async (
  io: Io,
  subject: MigrateSubject,
  options: MigrateCommandOptions,
): Promise<ExitCode> => {
  const wrong = await usageProblems(subject, options)
  if (wrong.length > 0 || !isProduct(subject.product)) return refuse(io, wrong, EXIT.usage)
  const { files, problems } = await readFiles(io, subject.files)
  if (problems.length > 0) return refuse(io, problems, EXIT.problem)
  const { migrations } = await import('../../migrate/products.ts')
  const read = migrations[subject.product](files, optionsOf(options))
  if (read.kind === 'unreadable') return refuse(io, read.problems, EXIT.problem)
  const { migration } = read
  io.out(await printed(migration, options.output))
  if (options.output === 'text') tellOn(io, migration.told, options.verbose)
  return migration.told.some(isLost) ? EXIT.problem : EXIT.well
}
