import { asFault, type Fault } from '../../core/reason/fault.ts'
import { ENDPOINT_NAMES, type Provider } from '../../core/registration/provider.ts'
import { METADATA_FIELDS } from '../provider/endpoints.ts'
import { discoveryUrl, ISSUER_MISMATCH, type ProviderMetadata } from '../provider/metadata.ts'
import type { ProviderHandle } from '../provider/provider-handle.ts'
import type { Providers } from '../provider/providers.ts'
import { clockFinding } from './clock.ts'
import { aboutItself, type Finding, finding, isProblem } from './finding.ts'
import { inspectClaimSources } from './inspect-claim-sources.ts'
import { inspectKeys } from './inspect-keys.ts'
import { inspectOffers } from './offers.ts'
import { inspectReach, type ReachDeps } from './reach.ts'

/** What inspecting a provider takes. */
export interface InspectionDeps extends ReachDeps {
  /** The registry that serves; nothing of it is warmed. */
  readonly providers: Providers
}

/** What was found of a provider. */
export interface ProviderInspection {
  readonly findings: readonly Finding[]
  /** Absent where there are none that can be used. */
  readonly metadata?: ProviderMetadata
}

const urlOf = (provider: Provider): URL | undefined => {
  const written = provider.discovery ? discoveryUrl(provider) : provider.endpoints.jwks
  return written === undefined ? undefined : (URL.parse(written) ?? undefined)
}

/** What was found on the way is why; the fault says it once more, so it is left out. */
const notDiscovered = (fault: Fault, reach: readonly Finding[]): readonly Finding[] => {
  const unknown = (check: Finding['check']) =>
    finding(check, 'unknown', 'Not known without metadata')
  const rest = (['endpoints', 'keys', 'algorithms', 'pkce'] as const).map(unknown)
  if (fault.cause === ISSUER_MISMATCH) {
    const read = finding('metadata', 'well', 'The metadata are a JSON object')
    const advice = 'correct spec.issuer, to the letter, or the provider'
    const text = `${fault.message.replace(/\.$/, '')}: ${advice}`
    return [read, finding('issuer', 'problem', text), ...rest]
  }
  const failed = reach.some(isProblem)
    ? finding('metadata', 'unknown', 'The metadata could not be asked for')
    : finding('metadata', 'problem', fault.message)
  return [failed, unknown('issuer'), ...rest]
}

const ofEndpoints = (metadata: ProviderMetadata): readonly Finding[] =>
  ENDPOINT_NAMES.map((name) => {
    const url = metadata.endpoints[name]
    const field = METADATA_FIELDS[name]
    const complaint = metadata.complaints[name]
    if (url !== undefined) return finding('endpoints', 'well', `${field} is ${url}`)
    if (complaint === undefined) return finding('endpoints', 'well', `There is no ${field}`)
    const text = `Its ${field} ${complaint}: it counts as absent; set spec.endpoints.${name}`
    return finding('endpoints', 'warning', text)
  })

const ofMetadata = (provider: Provider): readonly Finding[] =>
  provider.discovery
    ? [
        finding('metadata', 'well', `${discoveryUrl(provider)} answers with a JSON object`),
        finding('issuer', 'well', `The issuer is ${provider.issuer}, to the letter`),
      ]
    : [
        finding('metadata', 'unknown', 'spec.discovery is false: none are read'),
        finding('issuer', 'unknown', 'Without metadata, tokens alone name the issuer'),
      ]

const discovered = async (handle: ProviderHandle): Promise<ProviderMetadata | Fault> => {
  try {
    return await handle.metadata.get(undefined)
  } catch {
    return handle.metadata.status().fault ?? asFault(new Error('unknown'))
  }
}

const isFault = (outcome: ProviderMetadata | Fault): outcome is Fault => outcome instanceof Error

const ofNotes = (handle: ProviderHandle, before: readonly Finding[]): readonly Finding[] =>
  handle
    .notes()
    .map((note) => finding('note', 'warning', note))
    .filter(({ message }) => !before.some((one) => one.message.startsWith(message.slice(0, -1))))

/** Metadata came over that very way, so what was in it has passed, or comes and goes. */
const passing = (found: Finding): Finding =>
  isProblem(found) ? { ...found, state: 'warning' } : found

const inspected = async (provider: Provider, deps: InspectionDeps): Promise<ProviderInspection> => {
  const url = urlOf(provider)
  const reach = url === undefined ? [] : await inspectReach(url, provider, deps)
  const handle = deps.providers.of(provider)
  const metadata = await discovered(handle)
  if (isFault(metadata)) {
    const clock = clockFinding(handle.fetch.lastClock(), provider)
    return { findings: [...reach, ...notDiscovered(metadata, reach), clock] }
  }
  const found = [
    ...(provider.discovery ? reach.map(passing) : reach),
    ...ofMetadata(provider),
    ...ofEndpoints(metadata),
    ...(await inspectKeys(handle, metadata)),
    ...inspectOffers(provider, metadata),
  ]
  const clock = clockFinding(handle.fetch.lastClock(), provider)
  return { findings: [...found, clock, ...ofNotes(handle, found)], metadata }
}

/**
 * Looks at a provider as this process reaches it. What it is judged by is what serves: the same
 * connections, the same reading of metadata and keys.
 */
export const inspectProvider = async (
  provider: Provider,
  deps: InspectionDeps,
): Promise<ProviderInspection> => {
  const { findings, ...rest } = await inspected(provider, deps)
  const all = [...findings, ...(await inspectClaimSources(provider, deps.providers))]
  return { ...rest, findings: all.map((one) => aboutItself(provider.name, one)) }
}
