import { writeFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { startHttpListener } from './parts/http-listener.ts'
import { temporaryFolder } from './parts/temporary-folder.ts'

/** An object as a client writes it. */
export interface WrittenObject {
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace: string
    readonly creationTimestamp?: string
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
  }
  readonly [field: string]: unknown
}

/** An answer that is given instead of the real one. */
export interface Refusal {
  readonly status: number
  readonly message?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** A request that arrived, as tests look at it. */
export interface SeenRequest {
  readonly path: string
  readonly plural: string
  readonly name: string | null
  readonly isWatch: boolean
  readonly query: URLSearchParams
  readonly authorization: string | undefined
}

/** An API server of a test: lists and watches over HTTP, and every way in which they fail. */
export interface FakeKubeApi {
  /** A kubeconfig that leads here, with the token `a-token`. */
  readonly kubeconfigFile: string
  readonly requests: readonly SeenRequest[]
  readonly put: (object: WrittenObject) => void
  readonly remove: (kind: string, path: string) => void
  /** Answers so whatever it gives a refusal for; `undefined` ends that. */
  readonly refuse: (rule: ((request: SeenRequest) => Refusal | undefined) | undefined) => void
  /** Watches that are open, by the plural of what they watch. */
  readonly watching: () => readonly string[]
  readonly bookmark: () => void
  /** Ends every watch as the API server does when its time is over. */
  readonly endWatches: () => void
  /** Breaks the connection of every watch. */
  readonly dropWatches: () => void
  /** Tells every watch that its version is too old. */
  readonly expireWatches: () => void
  /** Writes text into every watch as it is. */
  readonly write: (text: string) => void
  /** From now on nobody is told of changes, and no connection ends. */
  readonly stall: () => void
  readonly unstall: () => void
  /** How many objects a page of a list holds at most. */
  readonly pageOf: (objects: number) => void
  readonly takeDown: () => Promise<void>
  readonly bringUp: () => Promise<void>
  readonly stop: () => Promise<void>
}

interface Stored {
  readonly plural: string
  readonly version: number
  readonly object: WrittenObject
}

interface Change extends Stored {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
}

interface OpenWatch {
  readonly request: SeenRequest
  readonly response: ServerResponse
}

const PLURALS: Readonly<Record<string, string>> = {
  IdentityProvider: 'identityproviders',
  OIDCClient: 'oidcclients',
  ProtectedRoute: 'protectedroutes',
  Secret: 'secrets',
  ConfigMap: 'configmaps',
}

const pluralOf = (kind: string): string => PLURALS[kind] ?? kind

const pathOf = ({ metadata }: WrittenObject): string => `${metadata.namespace}/${metadata.name}`

const seen = (request: IncomingMessage): SeenRequest => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://api')
  return {
    path: pathname,
    plural: pathname.split('/').at(-1) ?? '',
    name: searchParams.get('fieldSelector')?.replace('metadata.name=', '') ?? null,
    isWatch: searchParams.get('watch') === 'true',
    query: searchParams,
    authorization: request.headers.authorization,
  }
}

const isWanted = ({ path, plural, name }: SeenRequest, stored: Stored): boolean => {
  const namespace = /\/namespaces\/([^/]+)\//.exec(path)?.[1]
  const { metadata } = stored.object
  return (
    stored.plural === plural &&
    (namespace === undefined || namespace === metadata.namespace) &&
    (name === null || name === metadata.name)
  )
}

/** As the API server writes it: the members of core lists name no kind. */
const written = ({ object, version }: Stored): object => {
  const { kind, apiVersion, ...rest } = object
  const head = kind === 'Secret' || kind === 'ConfigMap' ? {} : { kind, apiVersion }
  const metadata = { ...object.metadata, resourceVersion: String(version), uid: pathOf(object) }
  return { ...head, ...rest, metadata }
}

const kubeconfigFor = (port: number): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
    // client-node refuses plain HTTP otherwise; there is no TLS to skip.
    clusters: [
      {
        name: 'test',
        cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true },
      },
    ],
    users: [{ name: 'test', user: { token: 'a-token' } }],
  })

/** Starts an empty API server on loopback. */
export const startFakeKubeApi = async (): Promise<FakeKubeApi> => {
  const stored = new Map<string, Stored>()
  const changes: Change[] = []
  const requests: SeenRequest[] = []
  const watches = new Set<OpenWatch>()
  let version = 100
  let rule: ((request: SeenRequest) => Refusal | undefined) | undefined
  let isStalled = false
  let pageObjects = Number.POSITIVE_INFINITY

  const tell = ({ request, response }: OpenWatch, change: Change): void => {
    if (isWanted(request, change)) {
      response.write(`${JSON.stringify({ type: change.type, object: written(change) })}\n`)
    }
  }
  const note = (change: Change): void => {
    changes.push(change)
    if (isStalled) return
    for (const watch of watches) tell(watch, change)
  }
  const refuse = (response: ServerResponse, { status, message, headers }: Refusal): void => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(JSON.stringify({ kind: 'Status', code: status, message }))
  }
  const list = (request: SeenRequest, response: ServerResponse): void => {
    const from = Number(request.query.get('continue') ?? 0)
    const wanted = [...stored.values()].filter((one) => isWanted(request, one))
    const items = wanted.slice(from, from + pageObjects).map(written)
    const next = from + items.length
    const more = next < wanted.length ? { continue: String(next) } : {}
    response.writeHead(200, { 'content-type': 'application/json' })
    const metadata = { resourceVersion: String(version), ...more }
    response.end(JSON.stringify({ kind: 'List', metadata, items }))
  }
  const watch = (request: SeenRequest, response: ServerResponse): void => {
    const from = Number(request.query.get('resourceVersion'))
    const opened = { request, response }
    response.writeHead(200, { 'content-type': 'application/json' })
    response.flushHeaders()
    watches.add(opened)
    response.on('close', () => watches.delete(opened))
    for (const change of changes) if (change.version > from) tell(opened, change)
  }

  const listener = await startHttpListener((incoming, response) => {
    const request = seen(incoming)
    requests.push(request)
    const refusal = rule?.(request)
    if (refusal !== undefined) return refuse(response, refusal)
    return request.isWatch ? watch(request, response) : list(request, response)
  })
  const folder = await temporaryFolder('kube')
  const kubeconfigFile = `${folder.path}/kubeconfig`
  await writeFile(kubeconfigFile, kubeconfigFor(listener.port))

  const write = (text: string): void => {
    for (const { response } of watches) response.write(text)
  }
  const event = (type: string, object: object): string => `${JSON.stringify({ type, object })}\n`
  return {
    kubeconfigFile,
    requests,
    put: (object) => {
      version += 1
      const plural = pluralOf(object.kind)
      const key = `${plural} ${pathOf(object)}`
      const type = stored.has(key) ? 'MODIFIED' : 'ADDED'
      stored.set(key, { plural, version, object })
      note({ type, plural, version, object })
    },
    remove: (kind, path) => {
      const key = `${pluralOf(kind)} ${path}`
      const former = stored.get(key)
      if (former === undefined) return
      version += 1
      stored.delete(key)
      note({ ...former, type: 'DELETED', version })
    },
    refuse: (next) => {
      rule = next
    },
    watching: () => [...watches].map(({ request }) => request.plural).toSorted(),
    bookmark: () => {
      version += 1
      write(event('BOOKMARK', { metadata: { resourceVersion: String(version) } }))
    },
    endWatches: () => {
      for (const { response } of watches) response.end()
    },
    dropWatches: () => {
      for (const { response } of watches) response.destroy()
    },
    expireWatches: () =>
      write(event('ERROR', { kind: 'Status', code: 410, message: 'too old resource version' })),
    write,
    stall: () => {
      isStalled = true
    },
    unstall: () => {
      isStalled = false
    },
    pageOf: (objects) => {
      pageObjects = objects
    },
    takeDown: listener.takeDown,
    bringUp: listener.bringUp,
    stop: async () => {
      await listener.takeDown()
      await folder.remove()
    },
  }
}
