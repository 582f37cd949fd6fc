import { Document, Scalar, visit } from 'yaml'
import type { Migration, WrittenManifest } from '../model/migration.ts'
import { oneLine } from './one-line.ts'

/** Texts that another reader of YAML takes for something else are quoted, such as `on`. */
const OPTIONS = { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false } as const

/** What ends a line for readers of YAML 1.1, and stands raw in texts that others write. */
const OLD_BREAKS = /[\u0085\u2028\u2029]/g

const escaped = (one: string): string => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`

/** Such a text is quoted, with escapes, so that every reader finds one line. */
const yamlOf = (value: unknown): string => {
  const document = new Document(value, OPTIONS)
  visit(document, {
    Scalar: (_, node) => {
      if (typeof node.value === 'string' && node.value.search(OLD_BREAKS) >= 0) {
        node.type = Scalar.QUOTE_DOUBLE
      }
    },
  })
  return document.toString(OPTIONS).replaceAll(OLD_BREAKS, escaped)
}

const asComment = (text: string): string =>
  text
    .split('\n')
    .map((line) => (line === '' ? '#' : `# ${oneLine(line)}`))
    .join('\n')

const documentText = ({ comments, object }: WrittenManifest): string =>
  [...comments.map((line) => `${asComment(oneLine(line))}\n`), yamlOf(object)].join('')

const configurationText = (configuration: Migration['configuration']): string =>
  Object.keys(configuration).length === 0
    ? ''
    : `${asComment(`For sallyport.yaml:\n${yamlOf(configuration).trimEnd()}`)}\n`

/**
 * The manifests as a stream of YAML that can be applied as it is; what belongs into the
 * configuration of the process is a comment in front.
 */
export const migrationText = ({ manifests, configuration }: Migration): string => {
  const head = configurationText(configuration)
  const stream = manifests.map(documentText).join('---\n')
  return head === '' ? stream : `${head}---\n${stream}`
}
