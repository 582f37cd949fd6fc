import type { Part } from '../../test/support/parts/part-list.ts'
import type { Surroundings } from '../setup/surroundings.ts'
import type { Build } from '../subject/build.ts'
import { startProduct } from '../subject/product.ts'
import type { Setup } from './row.ts'

/** A process under measurement. */
export interface Subject extends Part {
  readonly name: string
  readonly url: string
  readonly pid: number
}

/** Starts a build, set up for some rows. */
export const startSubject = async (
  name: string,
  build: Build,
  around: Surroundings,
  setup: Setup,
): Promise<Subject> => {
  const running = await startProduct(build, {
    resources: around.resources,
    redisUrl: around.redisUrl,
    keyFile: around.keyFile,
    ...(setup === 'uncached' ? { cachedSessions: 0 } : {}),
    decisions: setup === 'logging' ? 'all' : 'none',
  })
  return {
    name,
    url: `http://127.0.0.1:${running.grpcPort}`,
    pid: running.pid(),
    stop: running.stop,
  }
}
