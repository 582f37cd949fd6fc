import type { Assertions } from './assertion/assertions.ts'
import type { DecisionPoints } from './decision-points.ts'
import type { PolicySource } from './policy-source.ts'
import type { ClientDocuments } from './provider/client-documents.ts'
import type { Proofs } from './provider/proofs.ts'
import type { RelyingParty } from './provider/relying-party.ts'
import type { TokenExchange } from './provider/token-exchange.ts'
import type { TokenGrants } from './provider/token-grants.ts'
import type { TokenInquiry } from './provider/token-inquiry.ts'
import type { TokenRevocation } from './provider/token-revocation.ts'
import type { TokenVerifier } from './provider/token-verifier.ts'
import type { CodeRelay } from './relay/code-relay.ts'
import type { DeviceProofs } from './session/device-proofs.ts'
import type { FormStore } from './session/form-store.ts'
import type { Lock } from './session/lock.ts'
import type { ReplayGuard } from './session/replay-guard.ts'
import type { Seal } from './session/seal.ts'
import type { Recording } from './session/seen-at-login.ts'
import type { SessionDirectory } from './session/session-directory.ts'
import type { SessionStore } from './session/session-store.ts'
import type { SharedAnswers } from './session/shared-answers.ts'
import type { Budget } from './time/budget.ts'
import type { Clock } from './time/clock.ts'
import type { Random } from './time/random.ts'
import type { RateLimit } from './time/rate-limit.ts'

/** Everything a check needs from outside. */
export interface CheckPorts {
  readonly policies: PolicySource
  readonly verifier: TokenVerifier
  readonly proofs: Proofs
  readonly deviceProofs: DeviceProofs
  readonly inquiry: TokenInquiry
  readonly relyingParty: RelyingParty
  readonly codeRelay: CodeRelay
  readonly grants: TokenGrants
  readonly revocation: TokenRevocation
  readonly tokenExchange: TokenExchange
  readonly clientDocuments: ClientDocuments
  /** Documents of clients that have to be fetched, which anybody may ask for. */
  readonly documentRate: RateLimit
  /** Registrations of clients, which anybody may ask for. */
  readonly registrationRate: RateLimit
  readonly decisionPoints: DecisionPoints
  readonly sessions: SessionStore
  readonly directory: SessionDirectory
  readonly forms: FormStore
  readonly lock: Lock
  readonly replay: ReplayGuard
  readonly sharedAnswers: SharedAnswers
  readonly seal: Seal
  readonly assertions: Assertions
  readonly clock: Clock
  readonly random: Random
  /** What sessions record of where their login came from. */
  readonly recording: Recording
  /**
   * A budget of its own, for work that must be finished even if the request that began it is given
   * up.
   */
  readonly newBudget: (timeoutMs: number) => Budget
  /** Work that goes on behind answers; the process waits for it before it ends. Never throws. */
  readonly behind: (work: Promise<unknown>) => void
}
