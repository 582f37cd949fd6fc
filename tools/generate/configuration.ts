import { configurationFields, type Field } from '../../src/config/schema/fields.ts'
import { keepCurrent } from './output.ts'

const INTRODUCTION = `# The configuration of the process

Generated from \`src/config/schema/schema.ts\`; edit that and run \`make generate\`.

\`sallyport serve --config sallyport.yaml\` reads one YAML document. Every field can be set in four ways; the first of these that
sets it wins:

1. the **flag** of \`sallyport serve\`, for the common ones;
2. the **environment variable**: the field's path in upper case, joined by \`_\`, with \`_\` before each capital letter, so
   \`check.maxHeaderBytes\` is \`SALLYPORT_CHECK_MAX_HEADER_BYTES\`. Lists are separated by commas; a command is a JSON array of
   texts, \`requirements\` a JSON array of groups. An empty variable sets nothing.
   \`SALLYPORT_CONFIG\` names the configuration file when \`--config\` is absent;
3. the **file**;
4. the **default**; – stands for none: the field is unset.

Unknown fields and unknown \`SALLYPORT_…\` variables are errors, except the variables that Kubernetes sets for Services
(\`…_SERVICE_HOST\`, \`…_PORT_…\`). All problems are reported at once, each with its place and what to do. Durations are whole
units such as \`500ms\`, \`4s\`, \`1h30m\`. Secrets are given by file only. Relative file names begin beside the configuration
file; those in variables and flags, where the process was started.
`

const TYPE_NAMES: Readonly<Record<Exclude<Field['kind'], 'choice'>, string>> = {
  address: 'address',
  addresses: 'list of addresses',
  attributes: 'list of `name=value`',
  boolean: '`true` or `false`',
  clients: 'list of `namespace/name`',
  command: 'list: a program and its arguments',
  duration: 'duration',
  file: 'file',
  files: 'list of files',
  folder: 'folder',
  integer: 'whole number',
  namespaces: 'list of namespaces',
  hosts: 'list of hosts',
  networks: 'list of networks',
  paths: 'list of files and folders',
  'proxy-url': 'URL',
  'redis-url': 'URL',
  requirements: 'list of requirements',
  text: 'text',
  texts: 'list of texts',
}

const cell = (text: string): string => text.replaceAll('|', '\\|')

const typeOf = (field: Field): string => {
  if (field.kind === 'choice') return (field.words ?? []).map((word) => `\`${word}\``).join(', ')
  const name = TYPE_NAMES[field.kind]
  return field.range === undefined ? name : `${name}, ${field.range}`
}

const defaultOf = ({ default: value }: Field): string => {
  if (value === undefined) return '–'
  return `\`${Array.isArray(value) ? JSON.stringify(value) : String(value)}\``
}

const setBy = ({ variable, flag }: Field): string =>
  [`\`${variable}\``, ...(flag === undefined ? [] : [`\`${flag}\``])].join('<br>')

const row = (field: Field): string => {
  const cells = [
    `\`${field.path.join('.')}\``,
    setBy(field),
    typeOf(field),
    defaultOf(field),
    field.description,
  ]
  return `| ${cells.map(cell).join(' | ')} |`
}

const section = (name: string, fields: readonly Field[]): string =>
  [
    `## ${name}`,
    '',
    '| field | environment variable, flag | type | default | meaning |',
    '| --- | --- | --- | --- | --- |',
    ...fields.map(row),
    '',
  ].join('\n')

/** The text of docs/reference/configuration.md. */
export const printConfiguration = (): string => {
  const groups = Map.groupBy(configurationFields, ({ path }) => path[0] ?? '')
  return [INTRODUCTION, ...[...groups].map(([name, fields]) => section(name, fields))].join('\n')
}

if (import.meta.main) {
  process.exitCode = keepCurrent('docs/reference/configuration.md', printConfiguration())
}
