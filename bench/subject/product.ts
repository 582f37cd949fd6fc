import { freePort } from '../../test/support/parts/free-port.ts'
import {
  type Launch,
  type RunningSallyport,
  startSallyport,
} from '../../test/support/parts/sallyport.ts'
import type { Build } from './build.ts'
import { imageStartOf } from './image-start.ts'

/** What one process of the product is started with. Absent fields: as a user gets them. */
export interface ProductOptions {
  readonly resources?: Readonly<Record<string, string>>
  /** Absent: sessions are kept in memory. */
  readonly redisUrl?: string
  readonly keyFile: string
  /** Sessions that it keeps opened; 0: each check reads the store. */
  readonly cachedSessions?: number
  /** Default: none. */
  readonly decisions?: 'all' | 'none'
  /** Flags for Node.js besides those of the image. */
  readonly nodeArgs?: readonly string[]
  /** Started by Node.js as it comes, without what the image adds. */
  readonly isBare?: boolean
  /** Serves the gRPC port with TLS. */
  readonly tls?: { readonly certFile: string; readonly keyFile: string }
  /** Whether to return as soon as the process runs, ready or not. */
  readonly mayBeUnready?: boolean
  readonly configuration?: Readonly<Record<string, unknown>>
}

/** `env` becomes the process that it starts, which keeps the process id. */
const launch = (build: Build, options: ProductOptions, args: readonly string[]): Launch => {
  const { flags, compileCache } = imageStartOf(build)
  const { isBare = false, nodeArgs = [] } = options
  const cache = isBare || compileCache === undefined ? [] : [`NODE_COMPILE_CACHE=${compileCache}`]
  const start = [...(isBare ? [] : flags), ...nodeArgs, `${build.folder}/dist/main.js`]
  return { command: 'env', args: [...cache, process.execPath, ...start, ...args] }
}

/** A busy machine makes nobody give up on Redis. */
export const PATIENT_REDIS = {
  commandTimeout: '5s',
  connectTimeout: '5s',
  totalTimeout: '5s',
} as const

/** Longer than any measurement between two uses of a session. */
const CACHE_TTL = '60s'

/**
 * Starts a build with a configuration that every build reads: what only newer ones know is left at
 * its default.
 */
export const startProduct = async (
  build: Build,
  options: ProductOptions,
): Promise<RunningSallyport> => {
  const { redisUrl, keyFile, cachedSessions, decisions = 'none' } = options
  const cache = { maxEntries: cachedSessions ?? 10_000, maxBytes: 1_073_741_824, ttl: CACHE_TTL }
  const redis = { url: redisUrl, ...PATIENT_REDIS }
  const sessions = redisUrl === undefined ? { store: 'memory' } : { store: 'redis', redis, cache }
  const grpcPort = await freePort()
  return startSallyport({
    launch: async (args) => launch(build, options, args),
    grpcPort,
    mayBeUnready: options.mayBeUnready ?? false,
    ...(options.resources === undefined ? {} : { resources: options.resources }),
    configuration: {
      grpc: {
        listen: `127.0.0.1:${grpcPort}`,
        // As a user gets it: builds before know no such field.
        engine: undefined,
        ...(options.tls === undefined ? {} : { tls: options.tls }),
      },
      keys: { files: [keyFile] },
      sessions,
      outbound: { allowInsecureIssuers: true, allowNetworks: ['127.0.0.0/8', '::1/128'] },
      log: { level: 'info', format: 'json', decisions },
      ...options.configuration,
    },
  })
}
