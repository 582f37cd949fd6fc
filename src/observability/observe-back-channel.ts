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

/** Counts every back-channel logout and writes one line for it; refused ones are warnings. */
export const createObserveBackChannel =
  ({ logger, metrics }: ObserveBackChannelDeps) =>
  (client: string, outcome: BackChannelOutcome): void => {
    const fields = fieldsOf(client, outcome)
    if (outcome.kind === 'ended') {
      metrics.countLogout('back_channel', outcome.sessions === 0 ? 'nothing' : 'ended')
      logger.info('Back-channel logout.', fields)
      return
    }
    metrics.countLogout('back_channel', outcome.kind === 'unavailable' ? 'failed' : 'refused')
    logger.warn('A back-channel logout was not done.', fields)
  }
