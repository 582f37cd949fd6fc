import { setTimeout as pause } from 'node:timers/promises'
import { createAdminApi } from './app/admin-api.ts'
import { createAssertions } from './app/assertion/assertions.ts'
import { createBackground } from './app/background.ts'
import { createSharedClientKeys } from './app/client-keys/client-keys.ts'
import { clockDifferencesOf, createClockWatch } from './app/clock-watch.ts'
import { openConsoleData } from './app/console/open-console-data.ts'
import { routeLimitsOf } from './app/console/route-limits.ts'
import { createHealth } from './app/health.ts'
import { outboundNotes, outboundOf } from './app/outbound.ts'
import { followPages } from './app/pages/follow-pages.ts'
import { followKeys } from './app/process-keys.ts'
import { createAbsentClaims } from './app/providers/absent-claims.ts'
import { createClientStandings } from './app/providers/client-standings.ts'
import { createEndedSessions } from './app/providers/ended-sessions.ts'
import { createProviderPorts } from './app/providers/provider-ports.ts'
import { readinessOf } from './app/readiness.ts'
import { createResources } from './app/resources.ts'
import { createRevocations } from './app/revocations.ts'
import { openServiceAccounts } from './app/service-accounts/open-service-accounts.ts'
import { createSessionBackend } from './app/session-backend.ts'
import { createFileCertificates } from './app/standing/file-certificates.ts'
import { createKeyAge } from './app/standing/key-age.ts'
import { servingFacts, startNotes } from './app/start-notes.ts'
import { budgetOf, createPace } from './app/system.ts'
import { openTracing, tracedCalls } from './app/tracing/open-tracing.ts'
import { createCheck } from './check/check.ts'
import { createFailed } from './check/failed.ts'
import { createBackChannelLogout } from './check/logout/back-channel-logout.ts'
import type { Config } from './config/config.ts'
import type { CheckPorts } from './core/check-ports.ts'
import type { Clock } from './core/time/clock.ts'
import type { Random } from './core/time/random.ts'
import { createGrpcServer } from './grpc/server.ts'
import { createAdminServer } from './http/admin.ts'
import type { Look } from './http/look.ts'
import { createPresent } from './http/present.ts'
import { createProviderServer } from './http/provider-server.ts'
import { systemTimers } from './kubernetes/timers.ts'
import { createAudit } from './observability/audit.ts'
import { createHostProposals } from './observability/host-proposals.ts'
import { createSubjectHash, SUBJECT_HASH_PURPOSE } from './observability/lines/subject-hash.ts'
import type { Logger } from './observability/logger.ts'
import { createMetrics } from './observability/metrics.ts'
import { createObserve } from './observability/observe.ts'
import { createObserveBackChannel } from './observability/observe-back-channel.ts'
import { createDeviceProofs } from './oidc/proof/device-proofs.ts'
import { createProofs } from './oidc/proof/proofs.ts'
import { createProviders } from './oidc/provider/providers.ts'
import { createDecisionPoints } from './pdp/decision-points.ts'
import { createSnapshot } from './policy/applying/snapshot.ts'
import { platformOf } from './resources/platform-requirements.ts'
import { createFormStore } from './sessions/form-store.ts'
import type { Keys } from './sessions/sealing/keys.ts'
import { createSeal } from './sessions/sealing/seal.ts'
import { createSessionDirectory } from './sessions/session-directory.ts'
import { createSessionStore } from './sessions/session-store.ts'
import { createSharedAnswers } from './sessions/shared-answers.ts'

/** What the process brings along. */
export interface AppDeps {
  readonly keys: Keys
  /** How pages look until their files change. */
  readonly look: Look
  readonly logger: Logger
  readonly clock: Clock
  readonly random: Random
  readonly version: string
}

/** The running service. */
export interface App {
  /** Resolves when checks are answered. @throws Error if a port cannot be opened. */
  readonly start: () => Promise<void>
  /**
   * Withdraws readiness, serves on for `shutdown.delay`, asks peers to leave, answers what is in
   * flight, and closes (R33). May be called at any time after `start` was; calling it again joins
   * the first call.
   */
  readonly stop: () => Promise<void>
}

/** Names in the memory store need no more. */
const KEY_PREFIX = 'sallyport'

/** How long refreshes behind answers, and spans, may take to be sent when the process ends. */
const BACKGROUND_MS = 5_000

const PROMETHEUS_TEXT = 'text/plain; version=0.0.4; charset=utf-8'

/**
 * Builds every adapter and connects them; nothing is opened before `start`, except the connection
 * to Redis.
 */
export const createApp = async (config: Config, deps: AppDeps): Promise<App> => {
  const { keys, look, logger, clock, random, version } = deps
  const pages = followPages(config.pages, look, logger)
  const { fileCertificates, followed } = createFileCertificates(config, logger)
  const metrics = createMetrics(version, config.metrics.routes)
  const background = createBackground()
  const snapshot = createSnapshot()
  const seen = await openConsoleData(config, { clock, pace: createPace() })
  const tracing = await openTracing(config.tracing, { logger, metrics, version })
  const outbound = { ...outboundOf(config.outbound, version), ...tracedCalls(tracing) }
  const tell = (sentence: string): void => logger.warn(sentence)
  const serviceAccounts = openServiceAccounts(config, { clock, newBudget: budgetOf })
  const observe = metrics.countAsking
  const decisionPoints = createDecisionPoints({ outbound, clock, tell, observe })
  const ofSessions = { clock, random, logger, metrics: metrics.sessions, ...tracedCalls(tracing) }
  const backend = await createSessionBackend(config.sessions.store, ofSessions)
  const { store } = config.sessions
  const keyPrefix = store.kind === 'redis' ? store.keyPrefix : KEY_PREFIX
  const kept = { backend, keys, clock, random, keyPrefix }
  const clientKeys = createSharedClientKeys({ ...kept, logger, metrics, store: store.kind })
  const proving = { serviceAccounts, clientKeys }
  const providers = createProviders({ outbound, clock, random, tell, ...proving })
  const sessions = createSessionStore({
    ...kept,
    cache: config.sessions.cache,
    onOpening: metrics.sessions.countOpening,
    onBackgroundError: (fault) => logger.warn(`A session was not written: ${fault.message}`),
  })
  const directory = createSessionDirectory({ ...kept, onEnded: (entries) => takeBack(entries) })
  const absentClaims = createAbsentClaims(clock)
  const clientStandings = createClientStandings({ providers, ...proving, clock })
  const signing = { config: config.assertions, logger, metrics: metrics.assertions }
  const assertions = createAssertions({ ...kept, ...signing })
  const revocations = { directory, metrics, logger, clock, newBudget: budgetOf }
  const resources = createResources({
    from: config.resources,
    allowInsecureIssuers: config.outbound.allowInsecureIssuers,
    platform: platformOf(config.requirements),
    ...routeLimitsOf(config),
    snapshot,
    providers,
    decisionPoints,
    absentClaims,
    clientStandings,
    metrics,
    logger,
    clock,
    random,
    pace: createPace(),
    onClients: createRevocations(revocations),
    onAssertions: assertions.begin,
    onCompiled: seen?.onCompiled,
  })
  const behind = { newBudget: budgetOf, behind: background.add, after: systemTimers.after }
  const shared = store.kind === 'redis' ? { shared: backend } : {}
  const sharedAnswers = createSharedAnswers({ ...kept, ...shared, ...behind })
  const { clients, exchangesOf } = resources
  const known = { sharedAnswers, exchangesOf, absentClaims }
  const asking = { outbound, providers, clock, random, logger, metrics, ...known, ...behind }
  const { revocation, ...providerPorts } = createProviderPorts(asking)
  const takeBack = createEndedSessions({ clients, ...providerPorts })

  const ports: CheckPorts = {
    policies: snapshot,
    ...providerPorts,
    revocation,
    decisionPoints,
    sessions,
    directory,
    forms: createFormStore({ ...kept, records: backend.records }),
    lock: backend.lock,
    replay: backend.replay,
    sharedAnswers,
    seal: createSeal({ keys, random }),
    proofs: createProofs({ ...kept, replay: backend.usedProofs }),
    deviceProofs: createDeviceProofs({ keys }),
    assertions,
    clock,
    random,
    recording: config.sessions.record,
    ...behind,
  }

  const subjectHash = createSubjectHash(() => keys.newest().derive(SUBJECT_HASH_PURPOSE))
  const grpc = createGrpcServer({
    listen: config.grpc.listen,
    engine: config.grpc.engine,
    ...(config.grpc.tls === undefined ? {} : { tls: followed('grpc.tls', config.grpc.tls) }),
    check: createCheck(ports),
    failed: createFailed(ports),
    present: createPresent(pages),
    observe: createObserve({
      logger,
      metrics,
      ...config.log,
      subjectHash,
      proposals: createHostProposals({ nearest: snapshot.nearest, clock }),
      watch: seen?.watch,
    }),
    ...(tracing === undefined ? {} : { tracing: tracing.checks }),
    onFault: metrics.countGrpcFault,
    onError: (error) => logger.error('A connection could not be served.', { error }),
    clock,
    random,
    budgetMs: config.check.budgetMs,
    maxHeaderBytes: config.check.maxHeaderBytes,
    forwardedHeaderBytes: config.check.forwardedHeaderBytes,
    forwardedHeaderCount: config.check.forwardedHeaderCount,
    reasonHeader: config.responses.reasonHeader,
  })

  const providerServer = createProviderServer({
    listen: config.http.listen,
    keySet: ({ client }) => (client ? clientKeys.keySetOf(client) : assertions.keySet()),
    logout: createBackChannelLogout({ ...ports, clients }),
    newBudget: budgetOf,
    observe: createObserveBackChannel({ logger, metrics }),
  })

  let isServing = false
  let isDraining = false
  const looking = { health: providers.look }
  const clocks = createClockWatch({
    redisAheadMs: backend.clockAheadMs,
    providers: () => clockDifferencesOf(resources.providers(), looking),
    timers: systemTimers,
    logger,
  })
  const keyAge = createKeyAge({ ...kept, ...backend, timers: systemTimers })
  const watched = { clocks, fileCertificates, keyAge, assertions, decisionPoints, clientStandings }
  const health = createHealth({ backend, providers, resources, ...watched })
  const seenHealth = createHealth({ backend, providers: looking, resources, ...watched })
  metrics.observe(health)
  metrics.sessions.observe({ cached: sessions.cached, hearsNotices: backend.notices.isHealthy })

  const adminApi = createAdminApi(config.adminApi, {
    ...ports,
    ...config.pages,
    look: pages.look,
    followed,
    verifying: assertions,
    audit: createAudit({ logger, metrics, subjectHash, subject: config.log.subject }),
    logger,
    data: seen?.data({ ...seenHealth, ...asking, ...proving, ...watched, snapshot, version }),
  })

  const admin = createAdminServer({
    listen: config.admin.listen,
    readiness: () =>
      readinessOf({
        isServing,
        isDraining,
        isSynced: snapshot.synced(),
        troubles: health.troubles(),
      }),
    metrics: async () => ({ contentType: PROMETHEUS_TEXT, body: await metrics.text() }),
  })
  const following = followKeys(config.keyFiles, keys, logger)

  const start = async (): Promise<void> => {
    const notes = [...startNotes(config), ...outboundNotes(outbound, clock.nowMs())]
    for (const note of notes) logger.warn(note)
    const { port: adminPort } = await admin.start()
    await resources.start()
    if (isDraining) return
    const { port: httpPort } = await providerServer.start()
    const adminApiPort = (await adminApi?.start())?.port
    const { port: grpcPort } = await grpc.start()
    for (const one of [clocks, keyAge]) one.start()
    isServing = true
    grpc.setServing(true)
    const ports = { grpc: grpcPort, admin: adminPort, http: httpPort, adminApi: adminApiPort }
    logger.info('Serving.', { version, ...servingFacts(config, ports, resources, health) })
  }

  const shutDown = async (): Promise<void> => {
    isDraining = true
    grpc.setServing(false)
    if (isServing) {
      const { delayMs } = config.shutdown
      logger.info('Shutting down: readiness is withdrawn, checks are still answered.', { delayMs })
      await pause(delayMs)
    }
    for (const one of [following, pages, clocks, keyAge]) one.stop()
    await resources.close()
    await grpc.drain(config.shutdown.timeoutMs)
    await providerServer.stop()
    providerPorts.tokenExchange.hurry()
    await Promise.all([background.settled(BACKGROUND_MS), tracing?.close(BACKGROUND_MS)])
    await revocation.close()
    await adminApi?.stop()
    assertions.close()
    clientKeys.close()
    await sessions.close()
    await Promise.all([backend, providers, serviceAccounts, decisionPoints].map((it) => it.close()))
    await admin.stop()
    logger.info('Stopped.')
  }

  let stopped: Promise<void> | undefined
  const stop = (): Promise<void> => {
    stopped ??= shutDown()
    return stopped
  }
  return { start, stop }
}
