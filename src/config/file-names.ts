import { accessSync, constants, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { configurationFields, type Field } from './schema/fields.ts'
import { type Tree, valueAt, withValueAt } from './tree.ts'

const isNamed = ({ kind }: Field): boolean =>
  kind === 'file' || kind === 'files' || kind === 'folder' || kind === 'paths'

const fileFields = configurationFields.filter(isNamed)

/**
 * A value of a file field with its names made absolute; anything that is no name is left to be
 * reported.
 */
export const absoluteNames = (value: unknown, folder: string): unknown => {
  if (typeof value === 'string' && value !== '') return resolve(folder, value)
  return Array.isArray(value) ? value.map((item) => absoluteNames(item, folder)) : value
}

/**
 * The tree with every file name absolute, defaults among them: relative names begin at `folder`.
 */
export const withAbsoluteNames = (tree: Tree, folder: string): Tree =>
  fileFields.reduce((whole, { path, default: fallback }) => {
    const value = valueAt(whole, path) ?? fallback
    return value === undefined ? whole : withValueAt(whole, path, absoluteNames(value, folder))
  }, tree)

const NAMES: Readonly<Record<string, string>> = {
  ENOENT: 'which does not exist: make it, or correct the name',
  EACCES: 'which this process may not read: change its owner or mode',
  ENOTDIR: 'which does not exist, as a part of its path is a file: correct the name',
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'

const misplaced = (name: string, kind: Field['kind']): string | undefined => {
  const isFolder = statSync(name).isDirectory()
  if (isFolder && kind !== 'paths' && kind !== 'folder') {
    return `names ${name}, which is a folder: name a file`
  }
  return !isFolder && kind === 'folder'
    ? `names ${name}, which is a file: name a folder`
    : undefined
}

const unreadable = (name: string, kind: Field['kind']): string | undefined => {
  try {
    accessSync(name, constants.R_OK)
    return misplaced(name, kind)
  } catch (error) {
    return `names ${name}, ${NAMES[codeOf(error)] ?? `which cannot be read (${codeOf(error)})`}`
  }
}

/** A file name that cannot be used, and the field that holds it. */
export interface UnreadableName {
  readonly path: readonly (string | number)[]
  readonly message: string
}

const problemsOf = ({ path, kind }: Field, value: unknown): readonly UnreadableName[] => {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) =>
      problemsOf({ path, kind } as Field, item).map(({ message }) => ({
        path: [...path, index],
        message,
      })),
    )
  }
  const message = typeof value === 'string' ? unreadable(value, kind) : undefined
  return message === undefined ? [] : [{ path, message }]
}

/**
 * What Redis asks for is read at each connection, and may come later than the process, as a Secret
 * that is mounted when it is there. Until then the session store says what is missing.
 */
const mayComeLater = ({ path }: Field): boolean => path.slice(0, 2).join('.') === 'sessions.redis'

/**
 * Every file that the configuration names, that is needed at the start, and that cannot be read.
 */
export const unreadableNames = (tree: Tree): readonly UnreadableName[] =>
  fileFields
    .filter((field) => !mayComeLater(field))
    .flatMap((field) => problemsOf(field, valueAt(tree, field.path)))
