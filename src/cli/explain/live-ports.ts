import { systemRandom } from '../../app/system.ts'
import type { CheckPorts } from '../../core/check-ports.ts'
import type { PolicySource } from '../../core/policy-source.ts'
import type { Provider } from '../../core/registration/provider.ts'
import type { ProviderFacts } from '../../explain/explanation.ts'
import { offlinePorts } from '../../explain/offline/offline-ports.ts'
import { inspectProvider } from '../../oidc/inspection/inspect-provider.ts'
import type { LiveParts } from '../live/live-parts.ts'

/** A check that is explained may take its time. */
const BUDGET_MS = 30_000

/**
 * Ports for a check that asks providers as the process does: tokens are verified or asked about,
 * and where a login leads is known. Sessions stay unknown.
 */
export const livePorts = (policies: PolicySource, parts: LiveParts): CheckPorts => {
  const offline = offlinePorts(policies, parts.clock, systemRandom)
  return {
    ...offline,
    verifier: parts.verifier,
    inquiry: parts.inquiry,
    decisionPoints: parts.decisionPoints,
    relyingParty: {
      ...offline.relyingParty,
      authorizationUrl: parts.relyingParty.authorizationUrl,
    },
    newBudget: () => parts.newBudget(BUDGET_MS),
  }
}

const messages = (
  findings: Awaited<ReturnType<typeof inspectProvider>>['findings'],
  wanted: 'problem' | 'warning',
): readonly string[] =>
  findings.flatMap(({ state, message }) => (state === wanted ? [message] : []))

/** Whether providers can be reached and are right: what `doctor` finds, in short. */
export const providerFacts = (
  providers: readonly Provider[],
  parts: LiveParts,
): Promise<readonly ProviderFacts[]> =>
  Promise.all(
    providers.map(async (provider) => {
      const { findings } = await inspectProvider(provider, parts)
      return {
        name: provider.name,
        issuer: provider.issuer,
        problems: messages(findings, 'problem'),
        warnings: messages(findings, 'warning'),
      }
    }),
  )
