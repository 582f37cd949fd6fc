import { fileURLToPath } from 'node:url'
import { until } from '../../test/support/parts/until.ts'

/** What a probed process says of itself after it has collected all garbage; bytes and ms. */
export interface ProbeAnswer {
  readonly rss: number
  readonly heapUsed: number
  readonly external: number
  /** For how long nothing else could run, at most, since the answer before. */
  readonly longestBlockMs: number
}

/** What a process must be started with to be probed. */
export const PROBE_FLAGS: readonly string[] = [
  '--expose-gc',
  '--import',
  fileURLToPath(new URL('probe.ts', import.meta.url)),
]

/** A process that was started with them. */
interface ProbedProcess {
  readonly signal: (signal: NodeJS.Signals) => void
  readonly output: () => string
}

/** The answers in what a process wrote. */
const answersIn = (output: string): readonly (ProbeAnswer & { readonly probe: number })[] =>
  output
    .split('\n')
    .filter((line) => line.startsWith('{"probe":') && line.endsWith('}'))
    .map((line) => JSON.parse(line))

/** Asks a process for the next answer. Not to be called again before it has come. */
export const probe = async ({ signal, output }: ProbedProcess): Promise<ProbeAnswer> => {
  const next = (answersIn(output()).at(-1)?.probe ?? 0) + 1
  const answer = () => answersIn(output()).find((one) => one.probe === next)
  signal('SIGUSR2')
  await until('a process has answered its probe', async () => answer() !== undefined)
  const found = answer()
  if (found === undefined) throw new Error('A process has answered its probe, and it is gone.')
  return found
}
