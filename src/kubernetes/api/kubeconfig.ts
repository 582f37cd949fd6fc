import { statSync } from 'node:fs'
import type { KubeConfig } from '@kubernetes/client-node'

/** Where the kubeconfig is found, and which of its contexts is meant. */
export interface KubeconfigChoice {
  /**
   * Files that are merged as kubectl merges those of `KUBECONFIG`: the first that says something
   * wins, and one that is not there is passed over. Empty: `~/.kube/config`, else the service
   * account of the pod.
   */
  readonly files: readonly string[]
  /** Instead of files: the text itself. */
  readonly text?: string
  /** Absent: the current one. */
  readonly context?: string
}

/** A context that can be used, or a sentence about why there is none. */
export type ChosenContext =
  | {
      readonly ok: true
      readonly server: string
      /** That of the context; absent where it names none. */
      readonly namespace?: string
      readonly load: () => Promise<KubeConfig>
    }
  | {
      readonly ok: false
      readonly message: string
      /** The contexts that there are, where the one that was named is not among them. */
      readonly contexts?: readonly string[]
    }

const library = () => import('@kubernetes/client-node')

type Named = { readonly name: string }

const without = <T extends Named>(some: readonly T[], known: readonly Named[]): T[] =>
  some.filter(({ name }) => !known.some((one) => one.name === name))

const isThere = (file: string): boolean => statSync(file, { throwIfNoEntry: false }) !== undefined

/** What the parser of YAML throws: its message quotes lines of the text, and these have secrets. */
interface ParserError extends Error {
  /** May end with a word of the text. */
  readonly reason: string
  /** Counted from 0. */
  readonly mark?: { readonly line: number; readonly column: number }
}

const isOfParser = (error: unknown): error is ParserError =>
  error instanceof Error && error.name === 'YAMLException' && 'reason' in error

/** Without what reasons say of the text itself: a tag, an alias, a name. */
const withoutText = (reason: string): string => reason.replace(/\s*(?:: |"|!?<).*$/s, '')

const whyOf = (error: unknown): string => {
  if (!isOfParser(error)) return error instanceof Error ? error.message : String(error)
  const { reason, mark } = error
  const place = mark === undefined ? '' : `line ${mark.line + 1}, column ${mark.column + 1}: `
  return `${place}${withoutText(reason)}`
}

/**
 * Has a kubeconfig read by the library.
 *
 * @throws Error that names the kubeconfig which cannot be used, and says nothing of its text
 */
export const readKubeconfig = (name: string, read: () => void): void => {
  try {
    read()
  } catch (error) {
    throw new Error(`${name} cannot be read: ${whyOf(error)}`)
  }
}

const merge = (into: KubeConfig, other: KubeConfig): void => {
  other.clusters = without(other.clusters ?? [], into.clusters)
  other.users = without(other.users ?? [], into.users)
  other.contexts = without(other.contexts ?? [], into.contexts)
  const hasCurrent = (into.currentContext ?? '') !== ''
  into.mergeConfig(other, hasCurrent)
}

const loadFiles = async (files: readonly string[]): Promise<KubeConfig> => {
  const { KubeConfig: Loader } = await library()
  const config = new Loader()
  const there = files.filter(isThere)
  if (there.length === 0) throw new Error(`the kubeconfig ${files.join(', ')} does not exist`)
  for (const [at, file] of there.entries()) {
    const one = at === 0 ? config : new Loader()
    readKubeconfig(`the kubeconfig ${file}`, () => one.loadFromFile(file))
    if (at > 0) merge(config, one)
  }
  return config
}

const loadText = async (text: string): Promise<KubeConfig> => {
  const { KubeConfig: Loader } = await library()
  const config = new Loader()
  readKubeconfig('the kubeconfig <stdin>', () => config.loadFromString(text))
  return config
}

/** What the library makes up where it finds nothing. */
const MADE_UP = 'http://localhost:8080'

const loadUsual = async (): Promise<KubeConfig> => {
  const { KubeConfig: Loader } = await library()
  const config = new Loader()
  readKubeconfig('the usual kubeconfig', () => config.loadFromDefault())
  if (
    config.getCurrentCluster()?.server === MADE_UP &&
    config.currentContext === 'loaded-context'
  ) {
    throw new Error('there is no kubeconfig: name one by --kubeconfig or KUBECONFIG')
  }
  return config
}

const loadChoice = async ({ files, text, context }: KubeconfigChoice): Promise<KubeConfig> => {
  const loaded =
    text === undefined
      ? await (files.length === 0 ? loadUsual() : loadFiles(files))
      : await loadText(text)
  if (context !== undefined) loaded.setCurrentContext(context)
  return loaded
}

/** Chooses as kubectl does. Never rejects. */
export const chooseContext = async (choice: KubeconfigChoice): Promise<ChosenContext> => {
  try {
    const config = await loadChoice(choice)
    const name = config.currentContext ?? ''
    const context = config.getContextObject(name)
    const contexts = (config.contexts ?? []).map((one) => one.name)
    if (context === null) {
      const which =
        name === ''
          ? 'no context is current in the kubeconfig'
          : `there is no context ${name} in the kubeconfig`
      return { ok: false, message: which, contexts }
    }
    const cluster = config.getCurrentCluster()
    if (cluster === null) {
      return {
        ok: false,
        message: `the context ${name} names the cluster ${context.cluster}, which the kubeconfig does not have`,
      }
    }
    const namespace = context.namespace?.trim()
    return {
      ok: true,
      server: cluster.server,
      ...(namespace === undefined || namespace === '' ? {} : { namespace }),
      load: () => loadChoice(choice),
    }
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) }
  }
}
