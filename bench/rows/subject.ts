import { createPartList, type Part } from '../../test/support/parts/part-list.ts'
import type { ClientTls } from '../client/connection.ts'
import type { SubjectKey } from '../report/figures.ts'
import { HOST, type Surroundings } from '../setup/surroundings.ts'
import type { Build } from '../subject/build.ts'
import { imageStartOf } from '../subject/image-start.ts'
import { startGoNoOp, startNodeNoOp } from '../subject/no-op.ts'
import { startProduct } from '../subject/product.ts'
import type { Setup } from './row.ts'

/** A process under measurement. */
export interface Subject extends Part {
  readonly key: SubjectKey
  readonly port: number
  readonly tls?: ClientTls
  readonly pid: number
  readonly output: () => string
  readonly signal: (signal: NodeJS.Signals) => void
}

/** What is measured beside each other. */
export interface Comparison {
  readonly before: Build
  readonly after: Build
  readonly around: Surroundings
}

/** How a subject is started; absent fields: as for the rows. */
export interface SubjectOptions {
  readonly setup: Setup
  readonly nodeArgs?: readonly string[]
  readonly cachedSessions?: number
  /** Of `sallyport.yaml`, beside what every subject has. */
  readonly configuration?: Readonly<Record<string, unknown>>
}

/** Servers that do nothing answer every row alike. */
export const isNoOp = (key: SubjectKey): boolean => key === 'grpc-js' || key === 'grpc-go'

const startBuild = async (
  key: SubjectKey,
  build: Build,
  around: Surroundings,
  { setup, nodeArgs, cachedSessions, configuration }: SubjectOptions,
): Promise<Subject> => {
  const { certFile, keyFile, caPem } = around.certificates
  const cached = setup === 'uncached' ? 0 : cachedSessions
  const running = await startProduct(build, {
    resources: around.resources,
    redisUrl: around.redisUrl,
    keyFile: around.keyFile,
    ...(cached === undefined ? {} : { cachedSessions: cached }),
    ...(nodeArgs === undefined ? {} : { nodeArgs }),
    ...(configuration === undefined ? {} : { configuration }),
    ...(setup === 'tls' ? { tls: { certFile, keyFile } } : {}),
    decisions: setup === 'logging' ? 'all' : 'none',
  })
  const { grpcPort: port, output, signal, stop } = running
  const tls = setup === 'tls' ? { tls: { ca: caPem, servername: HOST } } : {}
  return { key, port, pid: running.pid(), output, signal, stop, ...tls }
}

const startNoOp = async (
  key: 'grpc-js' | 'grpc-go',
  flags: readonly string[],
): Promise<Subject> => {
  const { port, child } = await (key === 'grpc-go' ? startGoNoOp() : startNodeNoOp(flags))
  const { pid, output, signal, stop } = child
  return { key, port, pid, output, signal, stop: () => stop() }
}

/** Starts one subject. Node's no-op has the flags of the build before. */
export const startSubject = (
  key: SubjectKey,
  { before, after, around }: Comparison,
  options: SubjectOptions,
): Promise<Subject> => {
  if (key === 'grpc-js' || key === 'grpc-go') {
    return startNoOp(key, [...imageStartOf(before).flags, ...(options.nodeArgs ?? [])])
  }
  return startBuild(key, key === 'after' ? after : before, around, options)
}

/** Runs something with subjects, which end with it. */
export const withSubjects = async <T>(
  keys: readonly SubjectKey[],
  comparison: Comparison,
  options: SubjectOptions,
  task: (subjects: readonly Subject[]) => Promise<T>,
): Promise<T> => {
  const parts = createPartList()
  try {
    const subjects: Subject[] = []
    for (const key of keys) {
      subjects.push(await parts.add(startSubject(key, comparison, options)))
    }
    return await task(subjects)
  } finally {
    await parts.stopAll()
  }
}
