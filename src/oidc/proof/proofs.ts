import type { KeyObject } from 'node:crypto'
import type { Proofs } from '../../core/provider/proofs.ts'
import type { ReplayGuard } from '../../core/session/replay-guard.ts'
import type { Clock } from '../../core/time/clock.ts'
import { certificateHash } from './certificate-hash.ts'
import { createDpopProofReader } from './dpop-proof.ts'
import { createNonces } from './nonces.ts'

/** The clocks of replicas may differ by so much, and none takes what another has seen. */
const CLOCK_DIFFERENCE_MS = 15_000

/** What shows that a token is the caller's, with what replicas share of it. */
export const createProofs = (deps: {
  readonly replay: Pick<ReplayGuard, 'claim'>
  readonly clock: Clock
  /** What keys for nonces are derived from, the newest first. */
  readonly keys: { readonly all: () => readonly { derive: (purpose: string) => KeyObject }[] }
}): Proofs => {
  const { replay, clock, keys } = deps
  const secrets = () => keys.all().map((key) => key.derive('proof nonce'))
  const { newest, standingOf } = createNonces({ secrets, clock })
  return {
    read: createDpopProofReader(deps),
    isFirstUse: ({ useId, acceptedUntilMs }, budget) => {
      const leftMs = Math.max(0, acceptedUntilMs - clock.nowMs())
      return replay.claim(`proof:${useId}`, Math.ceil(leftMs) + CLOCK_DIFFERENCE_MS, budget)
    },
    nonce: newest,
    standingOf,
    certificateHash,
  }
}
