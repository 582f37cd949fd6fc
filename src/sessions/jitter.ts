import type { Random } from '../core/ports.ts'

/**
 * A time at random, at least `fromMs` and less than `toMs`, so that replicas do not act in step.
 */
export const jitterMs = (random: Random, fromMs: number, toMs: number): number => {
  const part = Buffer.from(random.token(2), 'base64url').readUInt16BE() / 65_536
  return fromMs + part * (toMs - fromMs)
}
