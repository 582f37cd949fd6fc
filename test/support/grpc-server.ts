import { onTestFinished } from 'vitest'
import type { CheckFacts } from '../../src/core/check.ts'
import type { Allow } from '../../src/core/decision/decision.ts'
import { denyFault } from '../../src/core/decision/deny.ts'
import { asFault } from '../../src/core/reason/fault.ts'
import type { GrpcFault } from '../../src/grpc/faults.ts'
import { createGrpcServer, type GrpcServer, type GrpcServerOptions } from '../../src/grpc/server.ts'
import { engineUnderTest } from './engine-under-test.ts'
import { patient } from './patience.ts'
import { present } from './present.ts'

/** A server on a free loopback port. */
export interface RunningGrpcServer extends GrpcServer {
  readonly port: number
  readonly target: string
  /** What has been observed so far. */
  readonly facts: readonly CheckFacts[]
  /** What peers have done wrong so far. */
  readonly faults: readonly GrpcFault[]
}

/** An allow that changes nothing. */
export const anAllow: Allow = {
  kind: 'allow',
  reason: 'allowed',
  setHeaders: [],
  removeHeaders: [],
  about: {},
}

/**
 * Starts a server that allows everything, unless the test says otherwise. It ends with the test.
 */
export const startGrpcServer = async (
  changes: Partial<GrpcServerOptions> = {},
): Promise<RunningGrpcServer> => {
  const facts: CheckFacts[] = []
  const faults: GrpcFault[] = []
  const server = createGrpcServer({
    listen: '127.0.0.1:0',
    engine: engineUnderTest(),
    check: () => anAllow,
    failed: (_request, thrown) => denyFault(asFault(thrown)),
    present,
    observe: (seen) => facts.push(seen),
    onFault: (kind) => faults.push(kind),
    clock: { nowMs: () => Date.now() },
    random: { token: () => 'made-here' },
    budgetMs: patient(5_000),
    maxHeaderBytes: 98_304,
    forwardedHeaderBytes: 61_440,
    forwardedHeaderCount: 100,
    ...changes,
  })
  onTestFinished(server.stop)
  const { port } = await server.start()
  return { ...server, port, target: `127.0.0.1:${port}`, facts, faults }
}
