import type { LogoutOutcome } from '../core/decision/decision.ts'
import type { BackChannelOutcome } from '../core/session/back-channel-logout.ts'
import type { Fields } from './lines/redact.ts'
import type { Logger } from './logger.ts'
import type { Metrics } from './metrics.ts'

/** What is done with a finished back-channel logout. */
export interface ObserveBackChannelDeps {
  readonly logger: Pick<Logger, 'info' | 'warn'>
  readonly metrics: Pick<Metrics, 'countLogout'>
}

const fieldsOf = (client: string, outcome: BackChannelOutcome): Fields => {
  const fields = { client, outcome: outcome.kind }
  switch (outcome.kind) {
    case 'ended':
      return { ...fields, sessions: outcome.sessions }
    case 'unknown_client':
      return fields
    case 'refused':
      return { ...fields, detail: outcome.detail }
    case 'unavailable':
      return { ...fields, fault: outcome.fault.code, detail: outcome.fault.message }
  }
}

const outcomeOf = (outcome: BackChannelOutcome): LogoutOutcome => {
  switch (outcome.kind) {
    case 'ended':
      return outcome.sessions === 0 ? 'nothing' : 'ended'
    case 'unavailable':
      return outcome.fault.code === 'session_store_unavailable' ? 'failed' : 'unavailable'
    case 'unknown_client':
    case 'refused':
      return 'refused'
  }
}

/** Counts every back-channel logout and writes one line for it; refused ones are warnings. */
export const createObserveBackChannel =
  ({ logger, metrics }: ObserveBackChannelDeps) =>
  (client: string, outcome: BackChannelOutcome): void => {
    const fields = fieldsOf(client, outcome)
    metrics.countLogout('back_channel', outcomeOf(outcome))
    if (outcome.kind === 'ended') {
      logger.info('Back-channel logout.', fields)
      return
    }
    logger.warn('A back-channel logout was not done.', fields)
  }
