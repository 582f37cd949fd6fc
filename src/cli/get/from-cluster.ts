import { type ApiCalls, createApiCalls } from '../../kubernetes/api/api-calls.ts'
import type { ApiFailure } from '../../kubernetes/api/api-failure.ts'
import { createApiServer } from '../../kubernetes/api/api-server.ts'
import { type ChosenContext, chooseContext } from '../../kubernetes/api/kubeconfig.ts'
import { listItems } from '../../kubernetes/api/list-items.ts'
import {
  type Collection,
  type CustomKind,
  customCollections,
} from '../../kubernetes/source/collections.ts'
import type { Io } from '../terminal/io.ts'
import { STDIN } from '../terminal/standard-input.ts'
import { meant } from '../usage/meant.ts'
import type { Found } from './found.ts'
import { type ShownObject, showObject } from './shown-object.ts'

/** Which cluster is meant, as kubectl is told. */
export interface ClusterOptions {
  readonly kubeconfig?: string
  readonly context?: string
}

/** A cluster that can be asked, and the namespace that is meant where none is named. */
export type Cluster = Extract<ChosenContext, { readonly ok: true }>

const TIMEOUT_MS = 15_000

const NOT_FOUND = 404
const FORBIDDEN = 403
const UNAUTHORIZED = 401

/** Chooses the cluster, or says in sentences why none can be asked. */
export const chooseCluster = async (
  io: Io,
  { kubeconfig, context }: ClusterOptions,
): Promise<Cluster | readonly string[]> => {
  const listed = io.environment.KUBECONFIG?.split(':').filter((file) => file !== '') ?? []
  const text = kubeconfig === STDIN ? await io.stdin() : undefined
  if (text?.kind === 'unreadable') return [`The kubeconfig of standard input ${text.message}.`]
  const chosen = await chooseContext({
    files: kubeconfig === undefined ? listed : [kubeconfig],
    ...(text === undefined ? {} : { text: text.text }),
    ...(context === undefined ? {} : { context }),
  })
  if (chosen.ok) return chosen
  const { message, contexts = [] } = chosen
  const sentence = `${message.charAt(0).toUpperCase()}${message.slice(1)}.`
  const known = contexts.length === 0 ? '' : ` There are ${contexts.join(', ')}.`
  return [`${sentence}${context === undefined ? '' : meant(context, contexts)}${known}`]
}

const remedyOf = ({ status }: ApiFailure, { right }: Collection): string => {
  switch (status) {
    case NOT_FOUND:
      return 'the resource types are not installed there: apply deploy/crds, or name another cluster by --context'
    case FORBIDDEN:
      return `reading them takes the right to ${right.replace('list and watch', 'list')}`
    case UNAUTHORIZED:
      return 'the credentials of the kubeconfig do not count there'
    default:
      return 'see whether the kubeconfig names the right server'
  }
}

const listOne = async (
  calls: ApiCalls,
  server: string,
  collection: Collection,
): Promise<{ readonly objects: readonly ShownObject[]; readonly problems: readonly string[] }> => {
  const listed = await listItems(calls, collection.path, new AbortController().signal)
  if (!listed.ok) {
    const { message } = listed.failure
    const remedy = remedyOf(listed.failure, collection)
    const text = `${collection.title} cannot be read from ${server}: ${message}; ${remedy}.`
    return { objects: [], problems: [text] }
  }
  const kind = collection.kind as CustomKind
  const objects = listed.items.map((item) => {
    const { metadata, spec, status } = Object(item)
    return showObject({ kind, metadata, spec, status })
  })
  return { objects, problems: [] }
}

/** The objects of these kinds as a cluster has them; of every namespace if none is named. */
export const findInCluster = async (
  { server, load }: Cluster,
  kinds: readonly CustomKind[],
  namespaces: readonly string[],
): Promise<Found> => {
  const api = createApiServer({ load })
  try {
    const calls = createApiCalls(api, TIMEOUT_MS)
    const collections = customCollections(namespaces).filter(({ kind }) =>
      kinds.some((one) => one === kind),
    )
    const found = await Promise.all(collections.map((one) => listOne(calls, server, one)))
    return {
      objects: found.flatMap(({ objects }) => objects),
      problems: [...new Set(found.flatMap(({ problems }) => problems))],
    }
  } finally {
    await api.close()
  }
}
