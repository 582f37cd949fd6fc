import type { ProviderStanding } from '../../core/provider/standing.ts'
import { also, condition } from './condition.ts'
import type { DesiredCondition } from './desired-status.ts'
import type { Subject } from './subject.ts'

const KEPT = 'What was fetched before stays in use'

const noted = (note: string): string => `Note: ${note}`

const usable = (standing: ProviderStanding, subject: Subject): DesiredCondition => {
  const { keys, lastError, notes } = standing
  const { summary } = subject
  const more = [...notes.map(noted), ...subject.missingRights]
  const found = `The provider can be used, with ${keys} verification ${keys === 1 ? 'key' : 'keys'}`
  if (lastError !== undefined) {
    const text = also(`The latest fetch failed: ${lastError}`, [KEPT, ...more])
    return condition('Ready', 'True', 'UsingLastKnownGood', text)
  }
  if (summary.inForce === 'last_good') {
    const kept = 'An earlier version of this object stays in force until it is mended'
    return condition('Ready', 'True', 'UsingLastKnownGood', also(found, [kept, ...more]))
  }
  return condition('Ready', 'True', 'Discovered', also(found, more))
}

/** Whether a provider that is right by itself can be used. */
export const providerReady = (standing: ProviderStanding, subject: Subject): DesiredCondition => {
  const missingRights = [...standing.notes.map(noted), ...subject.missingRights]
  if (standing.isReady) return usable(standing, subject)
  if (standing.lastError === undefined) {
    const text = also('Metadata and keys are being fetched', missingRights)
    return condition('Ready', 'Unknown', 'Pending', text)
  }
  const advice = standing.isIssuerWrong
    ? 'Correct spec.issuer, to the letter, or the provider'
    : 'Logins and tokens fail until it answers; it is asked again by itself'
  const reason = standing.isIssuerWrong ? 'IssuerMismatch' : 'DiscoveryFailed'
  const text = `The latest fetch failed: ${standing.lastError}`
  return condition('Ready', 'False', reason, also(text, [advice, ...missingRights]))
}
