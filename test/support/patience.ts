import { availableParallelism, loadavg } from 'node:os'

/** Even the busiest machine gives something up after ten times as long. */
const MOST = 10

/**
 * How much longer a wait lasts on a machine with so much to do: once where a core is free for
 * whoever wants to run, as many times as there are who want one otherwise.
 */
export const patienceAt = (load: number, cores: number): number =>
  Math.min(MOST, Math.max(1, load / cores))

/**
 * The bound of a wait for something that comes: `ms` on a machine with nothing else to do. It costs
 * nothing where what is waited for is there.
 */
export const patient = (ms: number): number =>
  Math.round(ms * patienceAt(loadavg()[0] ?? 0, availableParallelism()))
