import { also, condition } from './condition.ts'
import type { DesiredCondition } from './desired-status.ts'
import type { ProviderStanding } from './standing.ts'
import type { Subject } from './subject.ts'

const KEPT = 'What was fetched before stays in use'

const usable = (standing: ProviderStanding, subject: Subject): DesiredCondition => {
  const { keys, lastError } = standing
  const { summary, missingRights } = subject
  const found = `The provider can be used, with ${keys} verification ${keys === 1 ? 'key' : 'keys'}`
  if (lastError !== undefined) {
    const text = also(`The latest fetch failed: ${lastError}`, [KEPT, ...missingRights])
    return condition('Ready', 'True', 'UsingLastKnownGood', text)
  }
  if (summary.inForce === 'last_good') {
    const kept = 'An earlier version of this object stays in force until it is mended'
    return condition('Ready', 'True', 'UsingLastKnownGood', also(found, [kept, ...missingRights]))
  }
  return condition('Ready', 'True', 'Discovered', also(found, missingRights))
}

/** Whether a provider that is right by itself can be used. */
export const providerReady = (standing: ProviderStanding, subject: Subject): DesiredCondition => {
  const { missingRights } = subject
  if (standing.isReady) return usable(standing, subject)
  if (standing.lastError === undefined) {
    const text = also('Metadata and keys are being fetched', missingRights)
    return condition('Ready', 'Unknown', 'Pending', text)
  }
  const advice = standing.isIssuerWrong
    ? 'spec.issuer: correct it, to the letter, or the provider'
    : 'Logins and tokens fail until it answers; it is asked again by itself'
  const reason = standing.isIssuerWrong ? 'IssuerMismatch' : 'DiscoveryFailed'
  return condition('Ready', 'False', reason, also(standing.lastError, [advice, ...missingRights]))
}
