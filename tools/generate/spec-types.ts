import type { StructuralSchema } from '../../src/resources/schema/structural-schema.ts'
import { type Crd, specOf } from './crd.ts'

interface Interface {
  readonly name: string
  readonly schema: StructuralSchema
}

const HEADER = `// Generated from deploy/crds by tools/generate/resources.ts. Edit the definitions, not this file.
`

const pascal = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1)

const singular = (name: string): string => (name.endsWith('s') ? name.slice(0, -1) : name)

const wrap = (text: string, width: number): readonly string[] => {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
      continue
    }
    line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

const comment = (text: string | undefined, indent: string): string => {
  if (text === undefined) return ''
  const safe = text.replaceAll('*/', '*\u200b/')
  if (indent.length + safe.length + 7 <= 100) return `${indent}/** ${safe} */\n`
  const lines = wrap(safe, 97 - indent.length).map((line) => `${indent} * ${line}`)
  return `${indent}/**\n${lines.join('\n')}\n${indent} */\n`
}

/**
 * Whether a decoded object always has the field: the author must write it, or a default fills it
 * in.
 */
const isAlwaysThere = (parent: StructuralSchema, name: string, schema: StructuralSchema): boolean =>
  parent.required?.includes(name) === true || schema.default !== undefined

const typeOf = (schema: StructuralSchema, name: string): string => {
  if (schema.enum !== undefined) return schema.enum.map((value) => `'${value}'`).join(' | ')
  if (schema.type === 'array') {
    const item = typeOf(schema.items ?? {}, singular(name))
    return `readonly ${item.includes(' | ') ? `(${item})` : item}[]`
  }
  if (schema.type === 'object') return objectType(schema, name)
  if (schema.type === 'integer') return 'number'
  return schema.type ?? 'string | number | boolean'
}

const objectType = (schema: StructuralSchema, name: string): string => {
  if (schema.additionalProperties !== undefined) {
    return `Readonly<Record<string, ${typeOf(schema.additionalProperties, name)}>>`
  }
  return schema.properties === undefined ? 'Readonly<Record<string, never>>' : name
}

/** The objects below a schema that get a name, depth first in the order of the definition. */
const interfacesBelow = (schema: StructuralSchema, name: string): readonly Interface[] => {
  if (schema.items !== undefined) return interfacesBelow(schema.items, singular(name))
  if (schema.properties === undefined) return []
  const below = Object.entries(schema.properties).flatMap(([field, child]) =>
    interfacesBelow(child, name + pascal(field)),
  )
  return [{ name, schema }, ...below]
}

const printInterface = ({ name, schema }: Interface, base: string, shown: string): string => {
  const fields = Object.entries(schema.properties ?? {}).map(([field, child]) => {
    const mark = isAlwaysThere(schema, field, child) ? '' : '?'
    const line = `  readonly ${field}${mark}: ${typeOf(child, base + pascal(field))}\n`
    return comment(child.description, '  ') + line
  })
  return `${comment(schema.description, '')}export interface ${shown || name} {\n${fields.join('')}}\n`
}

const printKind = (crd: Crd): string => {
  const kind = crd.spec.names.kind
  const [spec, ...nested] = interfacesBelow(specOf(crd), kind)
  if (spec === undefined) throw new Error(`${kind} has an empty spec`)
  const below = nested.map((entry) => printInterface(entry, entry.name, ''))
  return [printInterface(spec, kind, `${kind}Spec`), ...below].join('\n')
}

/**
 * The TypeScript types of every `spec`, as it is after validation: fields with a default are always
 * there.
 */
export const printSpecTypes = (crds: readonly Crd[]): string =>
  [HEADER, ...crds.map(printKind)].join('\n')
