import { Agent, request } from 'undici'

/** Any object of the Kubernetes API. */
export interface KubernetesObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string } & Readonly<
    Record<string, unknown>
  >
  readonly [field: string]: unknown
}

/** One cause of a refusal. */
export interface StatusCause {
  readonly field?: string
  readonly message?: string
  readonly reason?: string
}

/**
 * What the API server answers: an object, a list, a table, or a `Status` with a message and causes.
 */
export interface KubernetesBody {
  readonly kind?: string
  readonly metadata?: Readonly<Record<string, unknown>>
  readonly spec?: unknown
  readonly status?: unknown
  readonly items?: readonly KubernetesObject[]
  readonly message?: string
  readonly reason?: string
  readonly details?: { readonly causes?: readonly StatusCause[] }
  readonly [field: string]: unknown
}

/** An answer as it came, whatever its status code. */
export interface KubernetesAnswer {
  readonly statusCode: number
  readonly body: KubernetesBody
}

/** How a call differs from a plain one. */
export interface CallOptions {
  /** Answers as if it were done, defaults filled in, and stores nothing. */
  readonly dryRun?: boolean
  /** What happens to unknown and repeated fields; `Strict` unless told otherwise. */
  readonly fieldValidation?: 'Strict' | 'Warn' | 'Ignore'
  /** The owner of the fields that an apply sets. */
  readonly fieldManager?: string
  readonly subresource?: 'status'
}

/** One user at an API server. Refusals are answers; only a connection that fails is thrown. */
export interface KubernetesClient {
  /** Any call, by its path. */
  readonly call: (
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    options?: {
      readonly body?: unknown
      readonly accept?: string
      readonly contentType?: string
    },
  ) => Promise<KubernetesAnswer>
  readonly create: (object: KubernetesObject, options?: CallOptions) => Promise<KubernetesAnswer>
  /** Server-side apply, which takes over what another manager owns. */
  readonly apply: (object: KubernetesObject, options?: CallOptions) => Promise<KubernetesAnswer>
  readonly get: (object: KubernetesObject) => Promise<KubernetesAnswer>
  readonly delete: (object: KubernetesObject) => Promise<KubernetesAnswer>
  /** All objects of a kind, in one namespace or in all. */
  readonly list: (apiVersion: string, kind: string, namespace?: string) => Promise<KubernetesAnswer>
  readonly close: () => Promise<void>
}

const WITHOUT_NAMESPACE = new Set([
  'ClusterRole',
  'ClusterRoleBinding',
  'CustomResourceDefinition',
  'Namespace',
])

/** The path of all objects of a kind. Every kind that the tests use has the regular plural. */
export const collectionPath = (apiVersion: string, kind: string, namespace?: string): string => {
  const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
  const scope = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`
  return `${group}${scope}/${kind.toLowerCase()}s`
}

const collectionOf = ({ apiVersion, kind, metadata }: KubernetesObject): string =>
  WITHOUT_NAMESPACE.has(kind)
    ? collectionPath(apiVersion, kind)
    : collectionPath(apiVersion, kind, metadata.namespace ?? 'default')

/** The path of an object. */
export const objectPath = (object: KubernetesObject): string =>
  `${collectionOf(object)}/${encodeURIComponent(object.metadata.name)}`

const queryOf = (options: CallOptions): URLSearchParams =>
  new URLSearchParams({
    fieldValidation: options.fieldValidation ?? 'Strict',
    ...(options.dryRun === true ? { dryRun: 'All' } : {}),
  })

const applyQueryOf = (options: CallOptions): URLSearchParams => {
  const query = queryOf(options)
  query.set('fieldManager', options.fieldManager ?? 'tests')
  query.set('force', 'true')
  return query
}

/** Who calls, and where. */
export interface KubernetesAccess {
  /** Such as `https://127.0.0.1:6443`. */
  readonly server: string
  readonly caPem: string
  readonly token: string
}

/**
 * A client that speaks JSON to the API server, with one token. Close it before the server stops.
 */
export const createKubernetesClient = (access: KubernetesAccess): KubernetesClient => {
  const dispatcher = new Agent({ connect: { ca: access.caPem } })

  const call: KubernetesClient['call'] = async (method, path, options = {}) => {
    const headers = {
      authorization: `Bearer ${access.token}`,
      accept: options.accept ?? 'application/json',
      'content-type': options.contentType ?? 'application/json',
    }
    const answer = await request(`${access.server}${path}`, {
      method,
      headers,
      dispatcher,
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    })
    const text = await answer.body.text()
    const body = text.startsWith('{') ? (JSON.parse(text) as KubernetesBody) : { message: text }
    return { statusCode: answer.statusCode, body }
  }

  return {
    call,
    create: (object, options = {}) =>
      call('POST', `${collectionOf(object)}?${queryOf(options)}`, { body: object }),
    apply: (object, options = {}) => {
      const part = options.subresource === undefined ? '' : `/${options.subresource}`
      return call('PATCH', `${objectPath(object)}${part}?${applyQueryOf(options)}`, {
        body: object,
        contentType: 'application/apply-patch+yaml',
      })
    },
    get: (object) => call('GET', objectPath(object)),
    delete: (object) => call('DELETE', objectPath(object)),
    list: (apiVersion, kind, namespace) => call('GET', collectionPath(apiVersion, kind, namespace)),
    close: () => dispatcher.destroy(),
  }
}
