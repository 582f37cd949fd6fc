import type { RequestOptions } from 'node:https'
import type { KubeConfig } from '@kubernetes/client-node'
import { readKubeconfig } from './kubeconfig.ts'
import { createTransport, type Received, type Sent } from './transport.ts'

/** An answer of the API server whose body is still to be read. */
export interface ApiResponse {
  readonly status: number
  /**
   * What `Retry-After` asks for, in seconds (RFC 9110 section 10.2.3); absent where it asks for
   * nothing.
   */
  readonly retryAfterSeconds?: number
  /** Ends when the answer is complete. Throws if the connection breaks before. */
  readonly body: AsyncIterable<Buffer>
}

/** What is to be written to the API server. */
export interface ApiWrite {
  readonly method: 'POST' | 'PUT'
  /** Begins with `/` and carries its query. */
  readonly path: string
  /** Sent as JSON. */
  readonly object: unknown
}

/**
 * Reads from the API server and writes to it, as whoever the kubeconfig or the service account says
 * we are.
 */
export interface ApiServer {
  /**
   * @param path Begins with `/` and carries its query.
   * @throws Error if there is no answer, among others because `signal` was aborted.
   */
  readonly get: (path: string, signal: AbortSignal) => Promise<ApiResponse>
  /** @throws Error if there is no answer, among others because `signal` was aborted. */
  readonly write: (write: ApiWrite, signal: AbortSignal) => Promise<ApiResponse>
  /**
   * Somebody waited in vain: whatever runs on the present connections breaks, and what comes opens
   * new ones. Nothing else tells a connection that died without a word, which would take every new
   * request too.
   */
  readonly distrust: () => void
  /** Ends every connection. */
  readonly close: () => Promise<void>
}

/** An API server that says where it is. */
export interface LocatedApiServer extends ApiServer {
  /**
   * Its host, and its port unless that is 443; absent while the kubeconfig cannot be read. Never
   * rejects.
   */
  readonly host: () => Promise<string | undefined>
}

/** How to reach the API server. */
export interface ApiServerOptions {
  /** Absent: the service account of the pod, else the kubeconfig that `kubectl` would use. */
  readonly kubeconfigFile?: string
  /** Instead of either. @throws Error where it cannot be loaded */
  readonly load?: () => Promise<KubeConfig>
}

type Call = Pick<Sent, 'method' | 'body'> & { readonly path: string }

const UNAUTHORIZED = 401

const loadKubeConfig = async (options: ApiServerOptions): Promise<KubeConfig> => {
  const { kubeconfigFile, load } = options
  if (load !== undefined) return load()
  const { KubeConfig: Loader } = await import('@kubernetes/client-node')
  const config = new Loader()
  if (kubeconfigFile !== undefined) {
    readKubeconfig(`the kubeconfig ${kubeconfigFile}`, () => config.loadFromFile(kubeconfigFile))
  } else if (process.env.KUBERNETES_SERVICE_HOST !== undefined) config.loadFromCluster()
  else readKubeconfig('the usual kubeconfig', () => config.loadFromDefault())
  return config
}

/** A token file may end with a line end, which no header may hold. */
const trimmed = (headers: RequestOptions['headers']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers ?? {}).map(([name, value]) => [name, String(value).trim()]),
  )

const basic = ({ auth }: RequestOptions): Record<string, string> =>
  typeof auth === 'string' ? { authorization: `Basic ${Buffer.from(auth).toString('base64')}` } : {}

const retryAfterOf = ({ retryAfter }: Received): Pick<ApiResponse, 'retryAfterSeconds'> => {
  const seconds = Number(retryAfter)
  return Number.isFinite(seconds) && seconds > 0 ? { retryAfterSeconds: seconds } : {}
}

const requestOf = async (config: KubeConfig, call: Call, signal: AbortSignal): Promise<Sent> => {
  const { path, ...rest } = call
  const cluster = config.getCurrentCluster()
  if (cluster === null) throw new Error('The kubeconfig names no current cluster')
  const options: RequestOptions = {}
  await config.applyToHTTPSOptions(options)
  const type = call.body === undefined ? {} : { 'content-type': 'application/json' }
  return {
    ...rest,
    url: new URL(cluster.server + path),
    headers: {
      ...basic(options),
      ...trimmed(options.headers),
      accept: 'application/json',
      ...type,
    },
    options,
    hasProxy: cluster.proxyUrl !== undefined,
    signal,
  }
}

/**
 * Connects on demand. Credentials are renewed by client-node: service account tokens every minute,
 * `exec` plug-ins when they expire. After a connection error or 401 everything is read again from
 * its files, so that a rotated CA or kubeconfig is taken up without a restart.
 */
export const createApiServer = (options: ApiServerOptions): LocatedApiServer => {
  const transport = createTransport()
  let loaded: Promise<KubeConfig> | undefined

  const load = () => {
    loaded ??= loadKubeConfig(options)
    const used = loaded
    const forget = (): void => {
      if (loaded === used) loaded = undefined
    }
    return { used, forget }
  }

  const call = async (made: Call, signal: AbortSignal): Promise<ApiResponse> => {
    const { used, forget } = load()
    try {
      const answer = await transport.send(await requestOf(await used, made, signal))
      if (answer.status === UNAUTHORIZED) forget()
      return { status: answer.status, ...retryAfterOf(answer), body: answer.body }
    } catch (error) {
      if (!signal.aborted) forget()
      throw error
    }
  }
  return {
    get: (path, signal) => call({ method: 'GET', path }, signal),
    write: ({ method, path, object }, signal) =>
      call({ method, path, body: JSON.stringify(object) }, signal),
    host: async () => {
      const { used, forget } = load()
      try {
        return URL.parse((await used).getCurrentCluster()?.server ?? '')?.host
      } catch {
        forget()
        return undefined
      }
    },
    distrust: transport.reconnect,
    close: transport.close,
  }
}
