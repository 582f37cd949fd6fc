import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { manifestsToCopy } from './provider-manifests.ts'
import {
  FEATURES,
  type Feature,
  type ProviderUnderTest,
  type RunningProvider,
  type Setting,
  type Spec,
} from './provider-under-test.ts'

/** What came of one feature. */
export interface FeatureResult {
  readonly outcome: 'works' | 'fails' | 'cannot'
  /** Why not, where it cannot. */
  readonly reason?: string
}

/** What a run found out about a provider: all that the documentation says of it. */
export interface ProviderResult {
  readonly name: string
  readonly title: string
  readonly version: string
  readonly source: string
  readonly features: Readonly<Record<Feature, FeatureResult>>
  /** What its metadata say. */
  readonly metadata: Readonly<Record<string, readonly string[] | string | boolean>>
  readonly settings: readonly Setting[]
  readonly manifests: readonly Spec[]
  readonly traps: readonly string[]
}

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

/** Where the results are kept from which docs/providers.md is made. */
export const RESULTS = `${ROOT}test/providers/results`

const REPORTS = `${ROOT}.tools/report/providers`

const LISTS = [
  'token_endpoint_auth_methods_supported',
  'id_token_signing_alg_values_supported',
  'code_challenge_methods_supported',
] as const

const FLAGS = [
  'backchannel_logout_supported',
  'frontchannel_logout_supported',
  'authorization_response_iss_parameter_supported',
] as const

const ENDPOINTS = ['userinfo_endpoint', 'end_session_endpoint', 'revocation_endpoint'] as const

const factsOf = (metadata: Spec): ProviderResult['metadata'] => ({
  ...Object.fromEntries(
    LISTS.map((name) => [name, Array.isArray(metadata[name]) ? metadata[name].map(String) : []]),
  ),
  ...Object.fromEntries(FLAGS.map((name) => [name, metadata[name] === true])),
  ...Object.fromEntries(
    ENDPOINTS.map((name) => [name, typeof metadata[name] === 'string' && metadata[name] !== '']),
  ),
})

const write = (folder: string, result: ProviderResult): void => {
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${folder}/${result.name}.json`, `${JSON.stringify(result, undefined, 2)}\n`)
}

/**
 * Gathers what a run finds out. With `PROVIDER_RESULTS=write` it becomes the record that the
 * documentation is made of; without, it is compared with that.
 */
export const createProviderReport = (tested: ProviderUnderTest) => {
  const outcomes = new Map<Feature, FeatureResult>()
  let metadata: ProviderResult['metadata'] = {}
  let manifests: readonly Spec[] = []

  const featureResult = (feature: Feature): FeatureResult => {
    const reason = tested.cannot[feature]
    const seen = outcomes.get(feature)
    if (seen?.outcome === 'fails') return seen
    if (reason !== undefined) return { outcome: 'cannot', reason }
    return seen ?? { outcome: 'fails' }
  }
  const result = (): ProviderResult => ({
    name: tested.name,
    title: tested.title,
    version: tested.version,
    source: tested.source,
    features: Object.fromEntries(
      Object.keys(FEATURES).map((name) => [name, featureResult(name as Feature)]),
    ) as Record<Feature, FeatureResult>,
    metadata,
    settings: tested.settings,
    manifests,
    traps: tested.traps,
  })
  const recordFile = `${RESULTS}/${tested.name}.json`
  return {
    /** A feature that is tried and has not passed so far. */
    failed: (feature: Feature): void => void outcomes.set(feature, { outcome: 'fails' }),
    passed: (feature: Feature): void => void outcomes.set(feature, { outcome: 'works' }),
    /** Takes in what the provider says of itself. */
    learn: (found: Spec, { issuer, bearerAudiences }: RunningProvider): void => {
      metadata = factsOf(found)
      manifests = manifestsToCopy(tested, issuer, bearerAudiences)
    },
    result,
    write: (): void => {
      write(REPORTS, result())
      if (process.env.PROVIDER_RESULTS === 'write') write(RESULTS, result())
    },
    /** What the documentation is made of now; `undefined` where there is no record. */
    recorded: (): unknown =>
      existsSync(recordFile) ? JSON.parse(readFileSync(recordFile, 'utf8')) : undefined,
  }
}
