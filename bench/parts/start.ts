import { performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import type { SubjectKey } from '../report/figures.ts'
import { markdownTable } from '../report/markdown.ts'
import { lowerQuartile } from '../report/quartile.ts'
import { imageStartOf } from '../subject/image-start.ts'
import { startGoNoOp, startNodeNoOp } from '../subject/no-op.ts'
import { cpuMsOf, residentMiBOf } from '../subject/process-usage.ts'
import { startProduct } from '../subject/product.ts'
import type { Part, PartContext } from './part.ts'

const SUBJECTS: readonly SubjectKey[] = ['before', 'after', 'grpc-js', 'grpc-go']
const STARTS = 5
/** From being ready to being called idle. */
const IDLE_MS = 2_000

interface Start {
  readonly cpuMs: number
  readonly readyMs: number
  readonly idleMiB: number
}

interface Started {
  readonly pid: number
  readonly stop: () => Promise<unknown>
}

const begin = async (
  { before, after, around }: PartContext,
  key: SubjectKey,
  isBare: boolean,
): Promise<Started> => {
  if (key === 'grpc-js' || key === 'grpc-go') {
    const flags = isBare ? [] : imageStartOf(before).flags
    const { child } = await (key === 'grpc-go' ? startGoNoOp() : startNodeNoOp(flags))
    return { pid: child.pid, stop: () => child.stop() }
  }
  const { resources, keyFile } = around
  const running = await startProduct(key === 'after' ? after : before, {
    resources,
    keyFile,
    isBare,
  })
  return { pid: running.pid(), stop: running.stop }
}

const startOnce = async (
  context: PartContext,
  key: SubjectKey,
  isBare: boolean,
): Promise<Start> => {
  const fromMs = performance.now()
  const { pid, stop } = await begin(context, key, isBare)
  try {
    const readyMs = performance.now() - fromMs
    const cpuMs = cpuMsOf(pid)
    await pause(IDLE_MS)
    return { cpuMs, readyMs, idleMiB: residentMiBOf(pid) }
  } finally {
    await stop()
  }
}

const measure = async (context: PartContext, isBare: boolean): Promise<void> => {
  const starts = new Map<SubjectKey, Start[]>(SUBJECTS.map((key) => [key, []]))
  for (const key of SUBJECTS) await startOnce(context, key, isBare)
  for (let at = 0; at < STARTS; at += 1) {
    for (const key of SUBJECTS) starts.get(key)?.push(await startOnce(context, key, isBare))
  }
  const prefix = isBare ? 'bare ' : ''
  for (const [key, taken] of starts) {
    const note = (what: string, of: keyof Start): void =>
      context.figures.note(`${prefix}${what}`, key, lowerQuartile(taken.map((one) => one[of])))
    note('start CPU', 'cpuMs')
    note('start', 'readyMs')
    note('idle RSS', 'idleMiB')
  }
}

const rowsFor = ({ figures }: PartContext, isBare: boolean): readonly (readonly string[])[] => {
  const prefix = isBare ? 'bare ' : ''
  const how = isBare ? 'Node.js as it comes' : 'as the image starts it'
  const row = (name: string, what: string, unit: string): readonly string[] => [
    `${name}, ${how}`,
    ...SUBJECTS.map((key) => `${Math.round(figures.get(prefix + what, key) ?? 0)} ${unit}`),
    figures.ratio(prefix + what, 'after', 'before')?.toFixed(2) ?? '',
  ]
  return [
    row('CPU until ready', 'start CPU', 'ms'),
    row('from its start to ready', 'start', 'ms'),
    row('resident when ready and idle', 'idle RSS', 'MiB'),
  ]
}

/** What a process needs before its first check: resources from files, sessions in memory. */
export const start: Part = async (context) => {
  for (const isBare of [false, true]) await measure(context, isBare)
  const rows = [...rowsFor(context, false), ...rowsFor(context, true)]
  for (const row of rows) context.tell(row.join('  '))
  return [
    '### Start',
    markdownTable(['', 'before', 'now', 'no-op on grpc-js', 'no-op on grpc-go', 'ratio'], rows),
  ].join('\n\n')
}
