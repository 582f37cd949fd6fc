import { randomBytes } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import { engineUnderTest } from '../engine-under-test.ts'
import { type ChildProcess, type Exit, startChildProcess, waitUntilReady } from './child-process.ts'
import { freePorts } from './free-port.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** A command and its arguments. */
export interface Launch {
  readonly command: string
  readonly args: readonly string[]
}

/** What Sallyport is started with. */
export interface SallyportOptions {
  /**
   * How arguments of Sallyport become a process that can read a folder; absent: by Node.js, from
   * the sources.
   */
  readonly launch?: (args: readonly string[], folder: string) => Promise<Launch>
  /** File name → YAML text, written into a folder that it watches. */
  readonly resources?: Readonly<Record<string, string>>
  /** Files or folders that it reads besides. */
  readonly resourcePaths?: readonly string[]
  /** Absent: sessions are kept in memory. */
  readonly redisUrl?: string
  readonly grpcPort?: number
  readonly httpPort?: number
  /** Whether to return as soon as the process runs, ready or not. */
  readonly mayBeUnready?: boolean
  /**
   * Top-level fields of the configuration file that replace the ones chosen here; those of `grpc`
   * are added.
   */
  readonly configuration?: Readonly<Record<string, unknown>>
}

/** One line of the log, as it was written. */
export type LogLine = Readonly<Record<string, unknown>>

/** `sallyport serve` as a process of its own. */
export interface RunningSallyport {
  readonly grpcPort: number
  readonly adminUrl: string
  /** What providers call. */
  readonly httpUrl: string
  readonly configFile: string
  readonly resourcesFolder: string
  readonly pid: () => number
  /**
   * Adds or replaces a resource file; `undefined` removes it. The change is live a moment later.
   */
  readonly writeResource: (fileName: string, text: string | undefined) => Promise<void>
  readonly isReady: () => Promise<boolean>
  /** Everything logged as JSON since the last start. */
  readonly log: () => readonly LogLine[]
  /** The lines of the decision log among them. */
  readonly decisions: () => readonly LogLine[]
  readonly output: () => string
  readonly signal: (signal: NodeJS.Signals) => void
  /** Settles when the process that runs now has ended. */
  readonly exited: () => Promise<Exit>
  /** Ends it and starts it again with the same configuration, keys and ports. */
  readonly restart: () => Promise<void>
  /** Ends it as a crash would. */
  readonly kill: () => Promise<void>
  /** SIGTERM, and its exit code. */
  readonly stop: () => Promise<Exit>
}

const MAIN = fileURLToPath(new URL('../../../src/main.ts', import.meta.url))

const fromSources = async (args: readonly string[]): Promise<Launch> => ({
  command: process.execPath,
  args: [MAIN, ...args],
})

const groupOf = (value: unknown): object =>
  typeof value === 'object' && value !== null ? value : {}

const configurationFor = (
  options: SallyportOptions,
  ports: { readonly grpc: number; readonly admin: number; readonly http: number },
  folder: string,
) => ({
  admin: { listen: `127.0.0.1:${ports.admin}` },
  http: { listen: `127.0.0.1:${ports.http}` },
  resources: {
    source: 'files',
    files: { paths: [`${folder}/resources`, ...(options.resourcePaths ?? [])] },
  },
  sessions:
    options.redisUrl === undefined
      ? { store: 'memory' }
      : { store: 'redis', redis: { url: options.redisUrl } },
  keys: { files: [`${folder}/key`] },
  // The provider of a test is on this machine, where no provider of a real set-up may be.
  outbound: { allowNetworks: ['127.0.0.0/8', '::1/128'] },
  shutdown: { delay: '0s', timeout: '5s' },
  log: { level: 'info', format: 'json', decisions: 'all' },
  ...options.configuration,
  grpc: {
    listen: `127.0.0.1:${ports.grpc}`,
    engine: engineUnderTest(),
    ...groupOf(options.configuration?.grpc),
  },
})

/** The line, unless it is cut off or no JSON. */
const parseLine = (line: string): readonly LogLine[] => {
  if (!line.startsWith('{')) return []
  try {
    return [JSON.parse(line) as LogLine]
  } catch {
    return []
  }
}

const parseLog = (output: string): readonly LogLine[] => output.split('\n').flatMap(parseLine)

/**
 * Starts Sallyport and waits until it is ready. @throws Error with its output if it does not become
 * ready
 */
export const startSallyport = async (options: SallyportOptions = {}): Promise<RunningSallyport> => {
  const folder = await temporaryFolder('serve')
  const resourcesFolder = `${folder.path}/resources`
  const configFile = `${folder.path}/sallyport.yaml`
  const [freeGrpcPort = 0, admin = 0, freeHttpPort = 0] = await freePorts(3)
  const http = options.httpPort ?? freeHttpPort
  const ports = { grpc: options.grpcPort ?? freeGrpcPort, admin, http }
  const adminUrl = `http://127.0.0.1:${ports.admin}`

  const writeResource = async (fileName: string, text: string | undefined): Promise<void> => {
    const path = `${resourcesFolder}/${fileName}`
    if (text === undefined) await rm(path)
    else await writeFile(path, text)
  }
  await mkdir(resourcesFolder)
  for (const [name, text] of Object.entries(options.resources ?? {})) {
    await writeResource(name, text)
  }
  await writeFile(`${folder.path}/key`, randomBytes(32).toString('base64'), { mode: 0o600 })
  await writeFile(configFile, stringify(configurationFor(options, ports, folder.path)))

  const isReady = async (): Promise<boolean> => {
    const response = await fetch(`${adminUrl}/readyz`).catch(() => undefined)
    return response?.status === 200
  }
  const start = async (): Promise<ChildProcess> => {
    const launch = options.launch ?? fromSources
    const { command, args } = await launch(['serve', '--config', configFile], folder.path)
    const started = await startChildProcess({ name: 'Sallyport', command, args })
    const isUp = async (): Promise<boolean> => (await fetch(`${adminUrl}/livez`)).status === 200
    await waitUntilReady('Sallyport', started, options.mayBeUnready === true ? isUp : isReady)
    return started
  }
  const startOrRemove = async (): Promise<ChildProcess> => {
    try {
      return await start()
    } catch (error) {
      await folder.remove()
      throw error
    }
  }
  let child = await startOrRemove()
  return {
    grpcPort: ports.grpc,
    adminUrl,
    httpUrl: `http://127.0.0.1:${http}`,
    configFile,
    resourcesFolder,
    pid: () => child.pid,
    writeResource,
    isReady,
    log: () => parseLog(child.output()),
    decisions: () => parseLog(child.output()).filter((line) => 'decision' in line),
    output: () => child.output(),
    signal: (signal) => child.signal(signal),
    exited: () => child.exited,
    restart: async () => {
      await child.stop(10_000)
      child = await start()
    },
    kill: async () => {
      child.signal('SIGKILL')
      await child.exited
    },
    stop: async () => {
      const exit = await child.stop(10_000)
      await folder.remove()
      return exit
    },
  }
}
