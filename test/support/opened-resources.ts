import { createResources, type Resources, type ResourcesDeps } from '../../src/app/resources.ts'
import type { ResourcesConfig } from '../../src/config/config.ts'
import { UNHURRIED } from '../../src/core/time/steps.ts'
import type { AbsentClaims } from '../../src/kubernetes/conditions/absent-claims.ts'
import type { Logger } from '../../src/observability/logger.ts'
import { createSnapshot, type Snapshot } from '../../src/policy/applying/snapshot.ts'
import { handSetClock } from './hand-set-clock.ts'
import { seededRandom } from './seeded-random.ts'

/** The road from resources to the snapshot, and what it told on the way. */
export interface OpenedResources {
  readonly resources: Resources
  readonly snapshot: Snapshot
  readonly log: readonly string[]
  /** How often something new was put in force. */
  readonly swaps: () => number
  /** How long each change took to be in force. */
  readonly edits: () => readonly number[]
  /** The providers and clients whose counts are there. */
  readonly counted: ReadonlySet<string>
  /** The clients of the snapshot, each with the claims that are wanted of it. */
  readonly wanted: () => readonly unknown[]
  /** What the last login of every client lacked. */
  readonly setAbsent: (absent: AbsentClaims | undefined) => void
}

/** A log that keeps what it is told. */
const keptLog = (): { readonly logger: Logger; readonly log: string[] } => {
  const log: string[] = []
  const note = (message: string): void => {
    log.push(message)
  }
  const logger: Logger = {
    debug: note,
    info: note,
    warn: note,
    error: note,
    always: note,
    decision: () => undefined,
    flush: () => undefined,
    close: async () => undefined,
  }
  return { logger, log }
}

/**
 * Resources from there, with providers that are all ready. Nothing is read before they are started;
 * nothing rests unless `more` brings a pace.
 */
export const openResources = (
  from: ResourcesConfig,
  more: Partial<ResourcesDeps> = {},
): OpenedResources => {
  const { logger, log } = keptLog()
  const snapshot = more.snapshot ?? createSnapshot()
  let absent: AbsentClaims | undefined
  let wanted: readonly unknown[] = []
  let swaps = 0
  const edits: number[] = []
  const counted = new Set<string>()
  const resources = createResources({
    from,
    allowInsecureIssuers: false,
    providers: {
      warm: () => undefined,
      retain: () => undefined,
      health: () => ({
        isReady: true,
        keys: 1,
        isIssuerWrong: false,
        isHeldBack: false,
        notes: [],
      }),
    },
    decisionPoints: { retain: () => undefined },
    absentClaims: {
      want: (clients, claims) => {
        wanted = clients.map(({ name }) => [name, claims.get(name)?.map((one) => one.name)])
      },
      of: () => absent,
    },
    clientStandings: { take: () => undefined, of: () => undefined },
    metrics: {
      showProvider: (name) => void counted.add(`IdentityProvider ${name}`),
      showClient: (name) => void counted.add(`OIDCClient ${name}`),
      noteProblems: () => undefined,
      noteEdit: (durationMs) => void edits.push(durationMs),
      noteSnapshot: () => {
        swaps += 1
      },
    },
    logger,
    clock: handSetClock(),
    random: seededRandom('resources'),
    pace: UNHURRIED,
    ...more,
    snapshot,
  })
  return {
    resources,
    snapshot,
    log,
    swaps: () => swaps,
    edits: () => edits,
    counted,
    wanted: () => wanted,
    setAbsent: (next) => {
      absent = next
    },
  }
}
