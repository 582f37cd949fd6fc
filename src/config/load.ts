import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseDurationMs } from '../core/time/duration.ts'
import { adminApiOf } from './admin-api/admin-api-config.ts'
import { baseFolder, type Config, defaultSource, toConfig } from './config.ts'
import { didYouMean } from './did-you-mean.ts'
import { readDocument } from './document.ts'
import { absoluteNames, unreadableNames, withAbsoluteNames } from './file-names.ts'
import {
  CONFIG_FILE_VARIABLE,
  type Environment,
  type Flags,
  type Override,
  readEnvironment,
  readFlags,
} from './overlay.ts'
import { type PagesConfig, pagesOf } from './pages.ts'
import type { ConfigProblem, Origin } from './problem.ts'
import { proxyVariableProblems } from './proxy.ts'
import { brokenRules } from './rules.ts'
import { adminApi } from './schema/admin-api-schema.ts'
import { configurationFields } from './schema/fields.ts'
import { pages } from './schema/pages-schema.ts'
import {
  check,
  configurationSchema,
  requirements,
  type WrittenConfiguration,
} from './schema/schema.ts'
import type { Issue } from './schema/shape.ts'
import { tracingVariableProblems } from './tracing.ts'
import { type Tree, valueAt, withoutEmptyGroups, withValueAt } from './tree.ts'

/** What the configuration is made from: flag over environment over file over default. */
export interface ConfigInput {
  /** The configuration file; absent: none is read. */
  readonly file?: string
  /** What stands for the content of that file where it is none, such as standard input. */
  readonly given?:
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'unreadable'; readonly message: string }
  readonly environment: Environment
  readonly flags: Flags
  /**
   * Where relative names in the environment and in flags begin; those in the file begin beside it.
   */
  readonly workingFolder: string
}

/** A usable configuration, or everything that keeps it from being one. */
export type LoadedConfig =
  | { readonly kind: 'loaded'; readonly config: Config }
  | { readonly kind: 'problems'; readonly problems: readonly ConfigProblem[] }

type Locate = (path: readonly PropertyKey[]) => Origin

const unread = (message: string) => {
  const origin: Origin = { kind: 'default' }
  return { tree: {}, locate: () => origin, problems: [{ field: '', message, origin }] }
}

const readFile = (file: string, { workingFolder, given }: ConfigInput) => {
  if (given?.kind === 'text') return readDocument(given.text, file)
  if (given !== undefined) return unread(`configuration file ${file} ${given.message}`)
  try {
    return readDocument(readFileSync(resolve(workingFolder, file), 'utf8'), file)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
    const message =
      code === 'ENOENT'
        ? `configuration file ${file} does not exist: correct --config or ${CONFIG_FILE_VARIABLE}`
        : `configuration file ${file} cannot be read (${code}): name a file this process may read`
    return unread(message)
  }
}

const applied = (tree: Tree, overrides: readonly Override[], workingFolder: string): Tree =>
  overrides.reduce((whole, { field, value }) => {
    const isFile = ['file', 'files', 'folder', 'paths'].includes(field.kind)
    return withValueAt(whole, field.path, isFile ? absoluteNames(value, workingFolder) : value)
  }, tree)

const locateIn =
  (overrides: readonly Override[], locateInFile: Locate): Locate =>
  (path) => {
    const dotted = path.map(String)
    const override = overrides.findLast(({ field }) =>
      field.path.every((name, index) => dotted[index] === name),
    )
    return override?.origin ?? locateInFile(path)
  }

const nameOf = (path: readonly PropertyKey[]): string =>
  path
    .map((name) => (typeof name === 'number' ? `[${name}]` : `.${String(name)}`))
    .join('')
    .replace(/^\./, '')

const SECRETS = new Map([
  ['password', 'passwordFile'],
  ['username', 'usernameFile'],
  ['key', 'keyFile'],
  ['cert', 'certFile'],
  ['ca', 'caFile'],
])

const knownIn = (path: readonly PropertyKey[]): readonly string[] => [
  ...new Set(
    configurationFields
      .filter((field) => path.every((name, index) => field.path[index] === name))
      .flatMap((field) => field.path[path.length] ?? []),
  ),
]

const unknownField = (parent: readonly PropertyKey[], name: string): string => {
  const known = knownIn(parent)
  const byFile = SECRETS.get(name)
  return byFile !== undefined && known.includes(byFile)
    ? `cannot be set inline: write it to a file and name that in ${nameOf([...parent, byFile])}`
    : `is not a known field: ${didYouMean(name, known)}`
}

const issueProblems = (issue: Issue, locate: Locate): readonly ConfigProblem[] => {
  const at = (path: readonly PropertyKey[], message: string): ConfigProblem => ({
    field: nameOf(path),
    message,
    origin: locate(path),
  })
  if (issue.kind === 'unknown') {
    return issue.names.map((key) => at([...issue.path, key], unknownField(issue.path, key)))
  }
  if (issue.kind === 'no-group') {
    const known = knownIn(issue.path).join(', ')
    return [at(issue.path, `must be a group of fields: ${known}`)]
  }
  return [at(issue.path, issue.message)]
}

const isGroup = (path: string): boolean =>
  configurationFields.some((field) => field.path.join('.').startsWith(`${path}.`))

const sorted = (problems: readonly ConfigProblem[]): readonly ConfigProblem[] =>
  problems.toSorted(({ origin: a }, { origin: b }) =>
    a.kind === 'file' && b.kind === 'file' ? a.line - b.line || a.column - b.column : 0,
  )

/** What Kubernetes sets in every container. */
const IN_CLUSTER = 'KUBERNETES_SERVICE_HOST'

const SOURCE = ['resources', 'source']

const PROXY_URL = ['outbound', 'proxy', 'url']

const TRACING_ENDPOINT = ['tracing', 'endpoint']

const isFilesField = ([group, member]: readonly (string | number)[]): boolean =>
  group === 'resources' && member === 'files'

/** The written configuration as a whole, with what cannot be read of it. */
const readWhole = (input: ConfigInput) => {
  const { file, workingFolder } = input
  const document = file === undefined ? readDocument('', '') : readFile(file, input)
  const environment = readEnvironment(input.environment)
  const overrides = [...environment.overrides, ...readFlags(input.flags)]
  const fromFile = withAbsoluteNames(
    withoutEmptyGroups(document.tree, isGroup),
    baseFolder(file, workingFolder),
  )
  const tree = applied(fromFile, overrides, workingFolder)
  const locate = locateIn(
    overrides,
    file === undefined ? () => ({ kind: 'default' }) : document.locate,
  )
  return { document, environment, tree, locate }
}

/** What routes meet in the process as it is written, or what is wrong with the requirements. */
export type LoadedRequirements =
  | {
      readonly kind: 'loaded'
      readonly requirements: Config['requirements']
      /** `check.budget`; its default where what is written cannot be read. */
      readonly budgetMs: number
      /** Whether `assertions.issuer` says anything. */
      readonly hasAssertionIssuer: boolean
      /** The audience that lets administrators in, and the route that alone may have it. */
      readonly keptAudience?: { readonly audience: string; readonly route: string }
      /** `resources.files.paths`, absolute; none where a cluster is the source. */
      readonly manifestPaths: readonly string[]
    }
  | { readonly kind: 'problems'; readonly problems: readonly ConfigProblem[] }

const manifestPathsIn = (tree: Tree): readonly string[] => {
  if (valueAt(tree, SOURCE) === 'kubernetes') return []
  const written = valueAt(tree, ['resources', 'files', 'paths'])
  return Array.isArray(written) ? written.filter((path) => typeof path === 'string') : []
}

const budgetIn = (tree: Tree): number => {
  const read = check.read(tree.check ?? {}, ['check'])
  const { value } = read.issues.length === 0 ? read : check.read({}, ['check'])
  return parseDurationMs((value as WrittenConfiguration['check']).budget) ?? 0
}

/** What is wrong with who administers, but for files, which are where the process runs. */
const adminApiIn = (tree: Tree) => {
  const { value, issues } = adminApi.read(tree.adminApi, ['adminApi'])
  const broken = brokenRules(tree).filter(({ path }) => path[0] === 'adminApi')
  const { assertion } =
    issues.length > 0 ? {} : (adminApiOf(value as WrittenConfiguration['adminApi']).adminApi ?? {})
  const kept = assertion && { audience: assertion.audience, route: assertion.route }
  return { issues, broken, ...(kept === undefined ? {} : { keptAudience: kept }) }
}

/**
 * Reads what the platform requires and keeps for itself, whatever is wrong elsewhere in the
 * configuration.
 */
export const loadRequirements = (input: ConfigInput): LoadedRequirements => {
  const { document, tree, locate } = readWhole(input)
  const { value, issues } = requirements.read(tree.requirements, ['requirements'])
  const { keptAudience, ...ofAdminApi } = adminApiIn(tree)
  const problems = [
    ...document.problems,
    ...[...issues, ...ofAdminApi.issues].flatMap((issue) => issueProblems(issue, locate)),
    ...ofAdminApi.broken.map(({ path, message }) => ({
      field: nameOf(path),
      message,
      origin: locate(path),
    })),
  ]
  if (problems.length > 0) return { kind: 'problems', problems: sorted(problems) }
  return {
    kind: 'loaded',
    requirements: value as Config['requirements'],
    budgetMs: budgetIn(tree),
    hasAssertionIssuer: (valueAt(tree, ['assertions', 'issuer']) ?? '') !== '',
    manifestPaths: manifestPathsIn(tree),
    ...(keptAudience === undefined ? {} : { keptAudience }),
  }
}

/** What pages are configured to be, or what is wrong with that. */
export type LoadedPagesConfig =
  | { readonly kind: 'loaded'; readonly pages: PagesConfig }
  | { readonly kind: 'problems'; readonly problems: readonly ConfigProblem[] }

/** Reads how pages are to look, whatever is wrong elsewhere in the configuration. */
export const loadPagesConfig = (input: ConfigInput): LoadedPagesConfig => {
  const { tree, locate } = readWhole(input)
  const { value, issues } = pages.read(tree.pages, ['pages'])
  const found = [...brokenRules(tree), ...unreadableNames(tree)]
    .filter(({ path }) => path[0] === 'pages')
    .map(({ path, message }) => ({ field: nameOf(path), message, origin: locate(path) }))
  const problems = [...issues.flatMap((issue) => issueProblems(issue, locate)), ...found]
  return problems.length > 0
    ? { kind: 'problems', problems: sorted(problems) }
    : { kind: 'loaded', pages: pagesOf(value as WrittenConfiguration['pages']) }
}

/** Reads and checks the whole configuration. Every problem is found at once; nothing is thrown. */
export const loadConfig = (input: ConfigInput): LoadedConfig => {
  const { document, environment, tree, locate } = readWhole(input)
  const parsed = configurationSchema.read(tree, [])
  const isInCluster = (input.environment[IN_CLUSTER] ?? '') !== ''
  const source = valueAt(tree, SOURCE) ?? defaultSource(isInCluster)
  const unreadable = unreadableNames(tree).filter(
    ({ path }) => (source === 'files' && document.problems.length === 0) || !isFilesField(path),
  )
  const found = [...brokenRules(tree), ...unreadable].map(({ path, message }) => ({
    field: nameOf(path),
    message,
    origin: locate(path),
  }))
  const problems = [
    ...document.problems,
    ...environment.problems,
    ...(valueAt(tree, PROXY_URL) === undefined ? proxyVariableProblems(input.environment) : []),
    ...tracingVariableProblems(valueAt(tree, TRACING_ENDPOINT) !== undefined, input.environment),
    ...parsed.issues.flatMap((issue) => issueProblems(issue, locate)),
    ...found,
  ]
  if (problems.length === 0) {
    const written = parsed.value as WrittenConfiguration
    return { kind: 'loaded', config: toConfig(written, isInCluster, input.environment) }
  }
  return { kind: 'problems', problems: sorted(problems) }
}
