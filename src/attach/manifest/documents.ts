import { parseAllDocuments } from 'yaml'
import type { AttachFile } from './attachment.ts'

/** The documents of one file as data. */
export const documentsOf = ({ text }: AttachFile): readonly unknown[] =>
  parseAllDocuments(text).map((document) => document.toJS())

/** Several files as one stream of YAML; a line names each. */
export const joinFiles = (files: readonly AttachFile[]): string =>
  files
    .map(({ name, text }) => (files.length === 1 ? text : `# ---- ${name}\n${text}`))
    .join('---\n')
