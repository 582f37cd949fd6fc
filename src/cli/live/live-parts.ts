import { resolve } from 'node:path'
import { outboundNotes, outboundOf } from '../../app/outbound.ts'
import { budgetOf, systemClock, systemRandom } from '../../app/system.ts'
import type { Config } from '../../config/config.ts'
import { loadConfig } from '../../config/load.ts'
import { formatConfigProblem } from '../../config/problem.ts'
import { variableOf } from '../../config/schema/fields.ts'
import type { DecisionPoints } from '../../core/decision-points.ts'
import type { RelyingParty } from '../../core/provider/relying-party.ts'
import type { TokenInquiry } from '../../core/provider/token-inquiry.ts'
import type { TokenVerifier } from '../../core/provider/token-verifier.ts'
import type { SharedAnswers } from '../../core/session/shared-answers.ts'
import { createCompleteClaims } from '../../oidc/claims/bearer-sources.ts'
import { createFollowSources } from '../../oidc/claims/claim-sources.ts'
import { createRelyingParty } from '../../oidc/client/relying-party.ts'
import { createTokenEndpoint, type TokenEndpoint } from '../../oidc/client/token-endpoint.ts'
import { createTokenInquiry } from '../../oidc/inquiry/token-inquiry.ts'
import type { InspectionDeps } from '../../oidc/inspection/inspect-provider.ts'
import { createProbeExchange, type ProbeExchange } from '../../oidc/inspection/probe-exchange.ts'
import { createProviders, type Providers } from '../../oidc/provider/providers.ts'
import { createTokenVerifier } from '../../oidc/token/access-token.ts'
import { createAuthorities } from '../../outbound/authorities.ts'
import type { OutboundOptions } from '../../outbound/outbound-options.ts'
import { createDecisionPoints } from '../../pdp/decision-points.ts'
import type { PlatformTerms } from '../../policy/compile/platform/floor.ts'
import type { ServingFacts } from '../../policy/serving-warnings.ts'
import { readPlatform } from '../../resources/platform-requirements.ts'
import { configFile } from '../terminal/config-file.ts'
import type { Io } from '../terminal/io.ts'
import { packageVersion } from '../terminal/package-version.ts'
import { STDIN } from '../terminal/standard-input.ts'
import { type AskPublic, createAskPublic } from './public-paths.ts'

/** The options of a command that contacts providers as `serve` does. */
export interface LiveOptions {
  readonly config?: string
  /** Absent: those of the configuration. */
  readonly resources?: readonly string[]
  readonly allowInsecureIssuers: boolean
}

/** The configuration of `serve` as far as it is about providers, or what is wrong with it. */
export type LiveConfig =
  | {
      readonly kind: 'loaded'
      readonly outbound: OutboundOptions
      readonly allowInsecureIssuers: boolean
      /** What the platform requires of routes. */
      readonly platform: readonly PlatformTerms[]
      /** What routes meet in the process that serves them. */
      readonly serving: ServingFacts
      /** Of `http.listen` on this machine; absent: no configuration was given. */
      readonly httpOrigin?: string
      /** Absent: the configuration reads them from a cluster. */
      readonly resources?: readonly string[]
    }
  | { readonly kind: 'problems'; readonly problems: readonly string[] }

const SOURCE_VARIABLE = variableOf(['resources', 'source'])

/** What the command line names is files, whatever the configuration reads. */
const environmentOf = (io: Io, resources: LiveOptions['resources']): Io['environment'] =>
  resources === undefined ? io.environment : { ...io.environment, [SOURCE_VARIABLE]: 'files' }

/** Standard input is no file of a configuration: the working folder, which is there, stands in. */
const filesOf = (given: readonly string[]): readonly string[] =>
  given.map((path) => (path === STDIN ? '.' : path))

const pathsOf = (
  { resources }: Config,
  given: LiveOptions['resources'] = [],
): { readonly resources?: readonly string[] } => {
  if (resources.source !== 'files') return {}
  const paths = resources.paths.map((path, at) => (given[at] === STDIN ? STDIN : path))
  return { resources: paths }
}

/** A port that listens on every address is on this machine as well. */
const originOf = (listen: string): string =>
  `http://${listen.replace(/^(?:0\.0\.0\.0|\[::\]|):/, '127.0.0.1:')}`

/** Reads the configuration as `serve` does: file, environment, and the options given here. */
export const loadLive = async (io: Io, options: LiveOptions): Promise<LiveConfig> => {
  const { resources, allowInsecureIssuers } = options
  const file = await configFile(io, options.config)
  const loaded = loadConfig({
    ...file,
    environment: environmentOf(io, resources),
    flags: {
      ...(resources === undefined ? {} : { '--resources': filesOf(resources) }),
      ...(allowInsecureIssuers ? { '--allow-insecure-issuers': true } : {}),
    },
    workingFolder: resolve(io.workingFolder),
  })
  if (loaded.kind === 'problems') {
    return { kind: 'problems', problems: loaded.problems.map(formatConfigProblem) }
  }
  const { config } = loaded
  const isGiven = file.file !== undefined
  const platform = readPlatform(config.requirements)
  if (platform.kind === 'problems') return platform
  return {
    kind: 'loaded',
    platform: platform.terms,
    serving: {
      budgetMs: config.check.budgetMs,
      hasAssertionIssuer: config.assertions.issuer !== undefined,
      isGiven,
    },
    outbound: outboundOf(config.outbound, packageVersion()),
    allowInsecureIssuers: config.outbound.allowInsecureIssuers,
    ...pathsOf(config, resources),
    ...(isGiven ? { httpOrigin: originOf(config.http.listen) } : {}),
  }
}

/** The parts of the process that contact providers. */
export interface LiveParts extends InspectionDeps {
  readonly providers: Providers
  readonly relyingParty: RelyingParty
  readonly tokenEndpoint: TokenEndpoint
  readonly verifier: TokenVerifier
  readonly inquiry: TokenInquiry
  readonly probeExchange: ProbeExchange
  readonly askPublic: AskPublic
  readonly decisionPoints: DecisionPoints
  readonly clock: typeof systemClock
  readonly random: typeof systemRandom
  readonly newBudget: typeof budgetOf
  /** What is wrong with the certificates of the configuration, in sentences. */
  readonly notes: readonly string[]
  readonly close: () => Promise<void>
}

/** Builds them as `serve` does; nothing is contacted yet. */
export const createLiveParts = (outbound: OutboundOptions): LiveParts => {
  const clock = systemClock
  const providers = createProviders({
    outbound,
    clock,
    random: systemRandom,
    tell: () => undefined,
  })
  const decisionPoints = createDecisionPoints({ outbound, clock })
  const deps = { providers, clock }
  const authorities = createAuthorities()
  const shared: Pick<SharedAnswers, 'of'> = { of: (_name, ask, budget) => ask(budget) }
  const follow = createFollowSources({ ...deps, observe: () => undefined })
  const complete = createCompleteClaims({ follow, shared, clock, tell: () => undefined })
  return {
    ...deps,
    outbound,
    authorities,
    random: systemRandom,
    newBudget: budgetOf,
    relyingParty: createRelyingParty(deps),
    tokenEndpoint: createTokenEndpoint(deps),
    verifier: createTokenVerifier({ ...deps, cacheMaxEntries: 1, complete }),
    inquiry: createTokenInquiry({
      ...deps,
      shared,
      maxEntries: 1,
      observe: () => undefined,
    }),
    probeExchange: createProbeExchange(deps),
    askPublic: createAskPublic({ outbound, clock, authorities }),
    decisionPoints,
    notes: outboundNotes(outbound, clock.nowMs()),
    close: async () => {
      await Promise.all([providers.close(), decisionPoints.close()])
    },
  }
}
