import { writeFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'
import { startHttpListener } from './parts/http-listener.ts'
import { temporaryFolder } from './parts/temporary-folder.ts'

/** An object as a client writes it. */
export interface WrittenObject {
  readonly kind: string
  readonly metadata: {
    readonly name: string
    /** Absent for an object that is in none. */
    readonly namespace?: string
    readonly creationTimestamp?: string
    readonly labels?: Readonly<Record<string, string>>
    readonly resourceVersion?: string
    readonly uid?: string
    readonly generation?: number
    readonly annotations?: Readonly<Record<string, string>>
  }
  readonly status?: unknown
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
  readonly method: string
  readonly path: string
  readonly plural: string
  readonly name: string | null
  readonly isWatch: boolean
  readonly query: URLSearchParams
  readonly authorization: string | undefined
}

/** Something that was written. */
export interface SeenWrite {
  readonly method: string
  readonly path: string
  readonly object: WrittenObject
}

/** An API server of a test: lists and watches over HTTP, and every way in which they fail. */
export interface FakeKubeApi {
  /** A kubeconfig that leads here, with the token `a-token`. */
  readonly kubeconfigFile: string
  readonly requests: readonly SeenRequest[]
  /** What was written with success, in order: the method, the path and the object. */
  readonly writes: readonly SeenWrite[]
  /** An object as it is stored. */
  readonly get: (kind: string, path: string) => WrittenObject | undefined
  readonly put: (object: WrittenObject) => void
  readonly remove: (kind: string, path: string) => void
  /** Writes the status of an object, as anybody may who has the right. */
  readonly putStatus: (kind: string, path: string, status: unknown) => void
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
  readonly generation: number
  readonly uid: string
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
  Namespace: 'namespaces',
  Lease: 'leases',
  Event: 'events',
}

const pluralOf = (kind: string): string => PLURALS[kind] ?? kind

const pathOf = ({ metadata }: WrittenObject): string => `${metadata.namespace}/${metadata.name}`

const seen = (request: IncomingMessage): SeenRequest => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://api')
  return {
    method: request.method ?? '',
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

const CORE = new Set(['Secret', 'ConfigMap', 'Namespace'])

/** As the API server writes it: the members of core lists name no kind. */
const written = ({ object, version, generation, uid }: Stored): WrittenObject => {
  const { kind, apiVersion, ...rest } = object
  const isCore = CORE.has(kind)
  const head = isCore ? {} : { kind, apiVersion }
  const counted = isCore ? {} : { generation }
  const metadata = { ...object.metadata, resourceVersion: String(version), uid, ...counted }
  return { ...head, ...rest, metadata } as WrittenObject
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
  // What calls it loads this with its first call, which on a busy machine takes longer than a call may.
  await import('@kubernetes/client-node')
  const stored = new Map<string, Stored>()
  const changes: Change[] = []
  const requests: SeenRequest[] = []
  const writes: SeenWrite[] = []
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

  const answer = (response: ServerResponse, status: number, body: object): void => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body))
  }
  const refuseWrite = (response: ServerResponse, status: number, message: string): void =>
    refuse(response, { status, message })

  /** The stored object that a path names, with or without its status. */
  const keyOfPath = (path: string): string => {
    const [, namespace, plural, name] = /\/namespaces\/([^/]+)\/([^/]+)\/([^/]+)/.exec(path) ?? []
    return `${plural} ${namespace}/${name}`
  }
  const one = ({ path }: SeenRequest, response: ServerResponse): void => {
    const found = stored.get(keyOfPath(path))
    if (found === undefined) refuseWrite(response, 404, 'not found')
    else answer(response, 200, written(found))
  }
  const create = (request: SeenRequest, object: WrittenObject, response: ServerResponse): void => {
    version += 1
    const { plural } = request
    const name = object.metadata.name ?? `generated-${version}`
    const key = `${plural} ${object.metadata.namespace}/${name}`
    if (stored.has(key)) {
      refuseWrite(response, 409, 'already exists')
      return
    }
    const made = { ...object, metadata: { ...object.metadata, name } }
    const next = { plural, version, generation: 1, uid: `${key} ${version}`, object: made }
    stored.set(key, next)
    note({ type: 'ADDED', ...next })
    writes.push({ method: 'POST', path: request.path, object: made })
    answer(response, 201, written(next))
  }
  const update = ({ path }: SeenRequest, object: WrittenObject, response: ServerResponse): void => {
    const key = keyOfPath(path)
    const former = stored.get(key)
    if (former === undefined) {
      refuseWrite(response, 404, 'not found')
      return
    }
    const { resourceVersion, uid } = object.metadata
    const isCurrent = resourceVersion === String(former.version) && uid === former.uid
    if (!isCurrent) {
      refuseWrite(response, 409, 'the object has been modified')
      return
    }
    version += 1
    const isStatus = path.endsWith('/status')
    const changed = isStatus ? { ...former.object, status: object.status } : object
    const next = { ...former, version, object: changed }
    stored.set(key, next)
    note({ type: 'MODIFIED', ...next })
    writes.push({ method: 'PUT', path, object })
    answer(response, 200, written(next))
  }
  const receive = async (
    incoming: IncomingMessage,
    request: SeenRequest,
    response: ServerResponse,
  ): Promise<void> => {
    const object = (await json(incoming)) as WrittenObject
    if (request.method === 'POST') create(request, object, response)
    else update(request, object, response)
  }

  const listener = await startHttpListener((incoming, response) => {
    const request = seen(incoming)
    requests.push(request)
    const refusal = rule?.(request)
    if (refusal !== undefined) return refuse(response, refusal)
    if (request.method !== 'GET') {
      void receive(incoming, request, response)
      return
    }
    if (request.plural !== 'leases' && /\/leases\//.test(request.path))
      return one(request, response)
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
    writes,
    get: (kind, path) => {
      const found = stored.get(`${pluralOf(kind)} ${path}`)
      return found === undefined ? undefined : written(found)
    },
    put: (object) => {
      version += 1
      const plural = pluralOf(object.kind)
      const key = `${plural} ${pathOf(object)}`
      const former = stored.get(key)
      const generation = (former?.generation ?? 0) + 1
      const uid = former?.uid ?? `${key} ${version}`
      // A status is written by itself, and stays when the rest is.
      const status = former === undefined ? {} : { status: former.object.status }
      const next = { plural, version, generation, uid, object: { ...object, ...status } }
      stored.set(key, next)
      note({ type: former === undefined ? 'ADDED' : 'MODIFIED', ...next })
    },
    putStatus: (kind, path, status) => {
      const key = `${pluralOf(kind)} ${path}`
      const former = stored.get(key)
      if (former === undefined) return
      version += 1
      const next = { ...former, version, object: { ...former.object, status } }
      stored.set(key, next)
      note({ type: 'MODIFIED', ...next })
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
