import { type RunningSallyport, startSallyport } from '../../test/support/parts/sallyport.ts'
import type { Build } from './build.ts'

/** What one process of the product is started with. Absent fields: as a user gets them. */
export interface ProductOptions {
  readonly resources: Readonly<Record<string, string>>
  /** Absent: sessions are kept in memory. */
  readonly redisUrl?: string
  readonly keyFile: string
  /** Sessions that it keeps opened; 0: each check reads the store. */
  readonly cachedSessions?: number
  /** Default: none. */
  readonly decisions?: 'all' | 'none'
  /** More flags for Node.js; default: those of the image. */
  readonly nodeArgs?: readonly string[]
  readonly grpcPort?: number
  readonly configuration?: Readonly<Record<string, unknown>>
}

/** How the image starts Node.js. */
export const IMAGE_FLAGS = ['--enable-source-maps', '--max-semi-space-size=4'] as const

/** Longer than any measurement between two uses of a session. */
const CACHE_TTL = '60s'

/**
 * Starts a build with a configuration that every build reads: what only newer ones know is left at
 * its default.
 */
export const startProduct = (build: Build, options: ProductOptions): Promise<RunningSallyport> => {
  const { redisUrl, keyFile, cachedSessions, decisions = 'none' } = options
  const cache = { maxEntries: cachedSessions ?? 10_000, maxBytes: 1_073_741_824, ttl: CACHE_TTL }
  const sessions =
    redisUrl === undefined
      ? { store: 'memory' }
      : { store: 'redis', redis: { url: redisUrl }, cache }
  const flags = options.nodeArgs ?? IMAGE_FLAGS
  return startSallyport({
    launch: async (args) => ({
      command: process.execPath,
      args: [...flags, `${build.folder}/dist/main.js`, ...args],
    }),
    resources: options.resources,
    ...(options.grpcPort === undefined ? {} : { grpcPort: options.grpcPort }),
    configuration: {
      keys: { files: [keyFile] },
      sessions,
      outbound: { allowInsecureIssuers: true, allowNetworks: ['127.0.0.0/8', '::1/128'] },
      log: { level: 'info', format: 'json', decisions },
      ...options.configuration,
    },
  })
}
