import { createCheck } from '../../src/check/check.ts'
import { createFailed } from '../../src/check/failed.ts'
import type { CheckFacts } from '../../src/core/check.ts'
import type { Policy } from '../../src/core/policy/policy.ts'
import type { Clock } from '../../src/core/time/clock.ts'
import { createCanonical } from '../../src/grpc/canonical.ts'
import { createCheckHandler } from '../../src/grpc/check-handler.ts'
import { createCheckRequestReader } from '../../src/grpc/message/check-request.ts'
import { createAnswering } from '../../src/grpc/response.ts'
import { createDeviceProofs } from '../../src/oidc/proof/device-proofs.ts'
import type { Backend } from '../../src/sessions/backend/backend.ts'
import { createMemoryBackend } from '../../src/sessions/memory/backend.ts'
import { parseKeys } from '../../src/sessions/sealing/keys.ts'
import { createSeal } from '../../src/sessions/sealing/seal.ts'
import { createSessionDirectory } from '../../src/sessions/session-directory.ts'
import { createSessionStore } from '../../src/sessions/session-store.ts'
import { aBindingClient } from './bound-browser.ts'
import { aPolicy, aRule, someTokens } from './builders.ts'
import { decodeCheckResponse, encodeCheckRequest } from './check-codec.ts'
import type { CheckResponse } from './check-messages.ts'
import { type FakePorts, fakePorts } from './check-ports.ts'
import type { Send, WireAnswer } from './device-wire.ts'
import type { HandSetClock } from './hand-set-clock.ts'
import { present } from './present.ts'
import { keysOf, keyText } from './process-keys.ts'
import { seededRandom } from './seeded-random.ts'

const HOUR = 3_600_000

/** One replica from its port inwards, with a provider that lets everybody in. */
export interface DeviceReplica {
  /** What a gateway in front of it answers. */
  readonly send: Send
  readonly ports: FakePorts
  readonly clock: HandSetClock
  /** What it observed, the last last. */
  readonly facts: readonly CheckFacts[]
  /** From now on the first of these keys seals, and the others open. */
  readonly rotate: (...names: readonly string[]) => void
  /** What goes on behind its answers is done. */
  readonly settled: () => Promise<void>
  readonly close: () => Promise<void>
}

/** What replicas have in common. */
export interface ReplicaOptions {
  readonly backend: Backend
  readonly policy: Policy
  readonly clock: HandSetClock
  readonly keys?: readonly [string, ...string[]]
  readonly keyPrefix?: string
  /** How long an opened session is kept at hand. */
  readonly cacheMs?: number
}

const LIMITS = {
  maxHeaderBytes: 2_000_000,
  forwardedHeaderBytes: 61_440,
  forwardedHeaderCount: 100,
}

let replicas = 0

const answerOf = (response: CheckResponse): WireAnswer => {
  if ('okResponse' in response) {
    const { responseHeadersToAdd = [] } = response.okResponse
    const headers = responseHeadersToAdd.map(({ header }) => [header.key, header.value] as const)
    return { status: 200, headers, body: 'of the upstream', isAllowed: true }
  }
  const { status, headers, body } = response.deniedResponse
  return {
    status: status.code,
    headers: headers.map(({ header }) => [header.key, header.value] as const),
    body,
    isAllowed: false,
  }
}

/** A policy of one host whose client binds sessions. */
export const aBindingPolicy = (client = aBindingClient(), changes: Partial<Policy> = {}): Policy =>
  aPolicy({ clients: [client], fallback: aRule(), ...changes })

/** One more replica at a store. */
export const createDeviceReplica = ({
  backend,
  policy,
  clock,
  keys: names = ['a'],
  keyPrefix = 'test',
  cacheMs = 5_000,
}: ReplicaOptions): DeviceReplica => {
  replicas += 1
  const random = seededRandom(`device replica ${replicas}`)
  const keys = keysOf(...names)
  const cache = { maxEntries: 100, maxBytes: 1_000_000, ttlMs: cacheMs, outageGraceMs: 0 }
  const kept = { backend, keys, clock, random, keyPrefix }
  const sessions = createSessionStore({ ...kept, cache })
  const work: Promise<unknown>[] = []
  const facts: CheckFacts[] = []
  const ports = Object.assign(fakePorts(policy), {
    clock,
    random,
    sessions,
    directory: createSessionDirectory(kept),
    seal: createSeal(kept),
    replay: backend.replay,
    lock: backend.lock,
    deviceProofs: createDeviceProofs({ keys }),
    behind: (one: Promise<unknown>) => void work.push(one.catch(() => undefined)),
  })
  ports.codeOutcome = async () => ({
    kind: 'tokens',
    tokens: someTokens(clock.nowMs(), { accessTokenExpiresAtMs: clock.nowMs() + 24 * HOUR }),
  })
  const serve = createCheckHandler({
    read: createCheckRequestReader(createCanonical()),
    check: createCheck(ports),
    failed: createFailed(ports),
    answer: createAnswering({ present }),
    observations: { note: (one) => void facts.push(one), flush: () => undefined },
    clock: { nowMs: () => 0 },
    random,
    budgetMs: 60_000,
    ...LIMITS,
  })

  const send: Send = ({ method, host, path, headers }) =>
    new Promise((resolve) =>
      serve({
        message: encodeCheckRequest({
          attributes: { request: { http: { method, host, path, headers } } },
        }),
        deadlineMs: Number.POSITIVE_INFINITY,
        metadata: () => undefined,
        isCancelled: () => false,
        onCancelled: () => undefined,
        answer: (bytes) => resolve(answerOf(decodeCheckResponse(bytes))),
      }),
    )
  const settled = async (): Promise<void> => {
    while (work.length > 0) await Promise.all(work.splice(0))
  }
  return {
    send,
    ports,
    clock,
    facts,
    rotate: (...now) => {
      const parsed = parseKeys(now.map(keyText))
      if (!parsed.ok) throw new Error('keys of different names are different keys')
      keys.replace(parsed.keys)
    },
    settled,
    close: async () => {
      await settled()
      await sessions.close()
    },
  }
}

/** A store in memory. */
export const memoryBackend = (clock: Clock): Backend =>
  createMemoryBackend({ clock, random: seededRandom('shared memory'), maxEntries: 10_000 })
