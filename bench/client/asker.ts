import type { WireAnswer, WireRequest } from './exchanges.ts'
import { openLane } from './lane.ts'

/** Asks one question at a time. */
export interface Asker {
  /** @throws Error with what became of the connection */
  readonly ask: (request: WireRequest) => Promise<WireAnswer>
  readonly close: () => void
}

/** One on a connection of its own. @throws Error where nobody listens */
export const openAsker = async (url: string): Promise<Asker> => {
  const { promise: failed, reject } = Promise.withResolvers<never>()
  failed.catch(() => undefined)
  const connection = await Promise.race([openLane({ url }, reject), failed])
  const ask = (request: WireRequest): Promise<WireAnswer> =>
    Promise.race([new Promise<WireAnswer>((resolve) => connection.send(request, resolve)), failed])
  return { ask, close: connection.close }
}
