import { Option } from 'commander'
import { configurationFields, type Field } from '../config/schema/fields.ts'
import { type Adding, append } from './terminal/adding.ts'
import { STDIN } from './terminal/standard-input.ts'

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

const notRead = (flag: string): string =>
  `${flag}: serve reads its files again when they change, so that \`${STDIN}\` (standard input) is for --config alone: name a file.`

/** Adds `serve`. */
export const addServe = ({ io, end, add }: Adding): void => {
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
    const { config, ...others } = options
    const unread = flagged.filter(({ option }) =>
      [others[option.attributeName()]].flat().includes(STDIN),
    )
    for (const { flag } of unread) command.error(notRead(flag))
    if (unread.length > 0) return
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
