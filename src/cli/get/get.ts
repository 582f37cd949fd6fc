import { systemClock } from '../../app/system.ts'
import type { CustomKind } from '../../kubernetes/source/collections.ts'
import { paintOn } from '../terminal/colour.ts'
import { complain } from '../terminal/complain.ts'
import { EXIT, type ExitCode } from '../terminal/exit-code.ts'
import type { Io } from '../terminal/io.ts'
import { dataText, type Output } from '../terminal/output.ts'
import { meant } from '../usage/meant.ts'
import type { Found } from './found.ts'
import { type ClusterOptions, chooseCluster, findInCluster } from './from-cluster.ts'
import { type FileOptions, findInFiles } from './from-files.ts'
import { namesText, objectsText } from './get-text.ts'
import { readKinds } from './kinds.ts'
import type { ShownObject } from './shown-object.ts'

/** The options of `get`. */
export interface GetOptions extends ClusterOptions, Omit<FileOptions, 'resources'> {
  /** Files and folders, in the place of a cluster. */
  readonly resources?: readonly string[]
  /** Absent: that of the context; of files, all. */
  readonly namespace?: string
  readonly allNamespaces: boolean
  readonly output: Output | 'wide' | 'name'
}

/** An object that was named. */
interface Wanted {
  /** Absent: wherever is looked. */
  readonly namespace?: string
  readonly name: string
}

/** A name, alone or behind its namespace. */
const NAME = /^(?:[^/]+\/)?[^/]+$/

const wantedOf = (text: string): Wanted => {
  const [first = '', second] = text.split('/')
  return second === undefined ? { name: first } : { namespace: first, name: second }
}

const isWanted = (object: ShownObject, { namespace, name }: Wanted): boolean =>
  object.name === name && (namespace === undefined || object.namespace === namespace)

/** Where is looked, and what was found there. */
interface Looked extends Found {
  /** Empty: everywhere. */
  readonly namespaces: readonly string[]
}

const lookInFiles = async (
  io: Io,
  options: GetOptions & { readonly resources: readonly string[] },
): Promise<Looked> => {
  const { namespace, allNamespaces } = options
  const namespaces = namespace === undefined || allNamespaces ? [] : [namespace]
  return { ...(await findInFiles(io, options)), namespaces }
}

const lookInCluster = async (
  io: Io,
  kinds: readonly CustomKind[],
  wanted: readonly Wanted[],
  options: GetOptions,
): Promise<Looked> => {
  const cluster = await chooseCluster(io, options)
  if (!('load' in cluster)) return { objects: [], problems: cluster, namespaces: [] }
  const usual = options.namespace ?? cluster.namespace ?? 'default'
  const named = wanted.map(({ namespace = usual }) => namespace)
  const where = named.length === 0 ? [usual] : [...new Set(named)]
  const namespaces = options.allNamespaces ? [] : where
  return { ...(await findInCluster(cluster, kinds, namespaces)), namespaces }
}

const placeOf = (namespaces: readonly string[]): string =>
  namespaces.length === 0 ? '' : ` in ${namespaces.map((one) => `namespace ${one}`).join(' and ')}`

const missing = (
  { namespace, name }: Wanted,
  kinds: readonly CustomKind[],
  { objects, namespaces }: Looked,
): string => {
  const place = placeOf(namespace === undefined ? namespaces : [namespace])
  const names = objects.map((one) => one.name)
  return `There is no ${kinds.join(' or ')} ${name}${place}.${meant(name, names)}`
}

const print = async (
  io: Io,
  { output }: GetOptions,
  objects: readonly ShownObject[],
  namespaces: boolean,
): Promise<void> => {
  switch (output) {
    case 'json':
    case 'yaml':
      return io.out(await dataText(output, { items: objects }))
    case 'name':
      return io.out(namesText(objects))
    default: {
      const paint = paintOn(io, 'out')
      const nowMs = systemClock.nowMs()
      io.out(objectsText(objects, { wide: output === 'wide', namespaces, nowMs, paint }))
    }
  }
}

/**
 * Prints objects with how they stand: as the status in a cluster says, or as files would come to.
 * Their state does not count for the exit code; that one is missing, or cannot be read, does.
 */
export const get = async (
  io: Io,
  kindWords: string,
  names: readonly string[],
  options: GetOptions,
): Promise<ExitCode> => {
  const read = readKinds(kindWords)
  if (!read.ok) {
    complain(io, read.problems)
    io.err('See `sallyport get --help`.\n')
    return EXIT.usage
  }
  const { kinds } = read
  const misnamed = names.filter((name) => !NAME.test(name))
  if (misnamed.length > 0) {
    complain(
      io,
      misnamed.map((name) => `'${name}' is no name: write NAME, or NAMESPACE/NAME.`),
    )
    io.err('See `sallyport get --help`.\n')
    return EXIT.usage
  }
  const wanted = names.map(wantedOf)
  const { resources } = options
  const looked =
    resources === undefined
      ? await lookInCluster(io, kinds, wanted, options)
      : await lookInFiles(io, { ...options, resources })
  const there = looked.objects.filter(
    ({ kind, namespace }) =>
      kinds.includes(kind) &&
      (looked.namespaces.length === 0 || looked.namespaces.includes(namespace)),
  )
  const isShown = (object: ShownObject): boolean =>
    wanted.length === 0 || wanted.some((one) => isWanted(object, one))
  const objects = kinds.flatMap((kind) => there.filter((one) => one.kind === kind && isShown(one)))
  const absent = wanted.filter((one) => !there.some((object) => isWanted(object, one)))
  complain(io, looked.problems)
  const isUnread = looked.problems.length > 0
  if (!isUnread || objects.length > 0) {
    await print(io, options, objects, looked.namespaces.length !== 1)
  }
  if (isUnread) return EXIT.problem
  complain(
    io,
    absent.map((one) => missing(one, kinds, { ...looked, objects: there })),
  )
  if (wanted.length === 0 && objects.length === 0) {
    io.err(`There is no ${kinds.join(', ')}${placeOf(looked.namespaces)}.\n`)
  }
  return absent.length === 0 ? EXIT.well : EXIT.problem
}
