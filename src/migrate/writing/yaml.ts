import { stringify } from 'yaml'
import type { Migration, WrittenManifest } from '../model/migration.ts'
import { oneLine } from './one-line.ts'

/** Texts that another reader of YAML takes for something else are quoted, such as `on`. */
const OPTIONS = { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false } as const

const asComment = (text: string): string =>
  text
    .split('\n')
    .map((line) => (line === '' ? '#' : `# ${line}`))
    .join('\n')

const documentText = ({ comments, object }: WrittenManifest): string =>
  [...comments.map((line) => `${asComment(oneLine(line))}\n`), stringify(object, OPTIONS)].join('')

const configurationText = (configuration: Migration['configuration']): string =>
  Object.keys(configuration).length === 0
    ? ''
    : `${asComment(`For sallyport.yaml:\n${stringify(configuration, OPTIONS).trimEnd()}`)}\n`

/**
 * The manifests as a stream of YAML that can be applied as it is; what belongs into the
 * configuration of the process is a comment in front.
 */
export const migrationText = ({ manifests, configuration }: Migration): string => {
  const head = configurationText(configuration)
  const stream = manifests.map(documentText).join('---\n')
  return head === '' ? stream : `${head}---\n${stream}`
}
