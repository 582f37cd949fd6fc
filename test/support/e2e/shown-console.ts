import { createHash } from 'node:crypto'
import { openConsole } from '../../../src/app/console/open-console.ts'
import { openConsoleData } from '../../../src/app/console/open-console-data.ts'
import type { CheckFacts } from '../../../src/core/check.ts'
import { EVERY_ROLE } from '../../../src/core/console/administrator.ts'
import type { ConsoleData } from '../../../src/core/console/console-data.ts'
import type { Verdict } from '../../../src/core/decision/decision.ts'
import { deny } from '../../../src/core/decision/deny.ts'
import type { Reason } from '../../../src/core/reason/reason.ts'
import { UNHURRIED } from '../../../src/core/time/steps.ts'
import { createSessionsApi } from '../../../src/http/sessions-api/sessions-api.ts'
import { systemTimers } from '../../../src/kubernetes/timers.ts'
import { createDecisionLine } from '../../../src/observability/lines/decision-line.ts'
import { createSubjectMember } from '../../../src/observability/lines/subject-member.ts'
import { createSnapshot } from '../../../src/policy/applying/snapshot.ts'
import { createMemoryBackend } from '../../../src/sessions/memory/backend.ts'
import { createSeal } from '../../../src/sessions/sealing/seal.ts'
import { aRequest } from '../builders.ts'
import { unlimited } from '../check-ports.ts'
import { compiled } from '../compiled.ts'
import { anIdentityProvider, anOidcClient, aProtectedRoute, aSecret } from '../resources.ts'
import { seededRandom } from '../seeded-random.ts'
import { keepSessions } from '../session-keeping.ts'

/** What signs in at the console that is shown. */
export const SHOWN_TOKEN = 'a-token-for-the-console-that-is-shown-0001'

type Spec = Parameters<typeof aProtectedRoute>[1]

const API = {
  rules: [
    { name: 'assets', match: [{ path: { prefix: '/assets' } }], public: true },
    {
      name: 'api',
      match: [{ path: { prefix: '/api' }, methods: ['GET', 'POST'] }],
      authorize: [{ claim: 'groups', anyOf: ['buyers', 'admins'] }],
    },
  ],
} as Spec

const RESOURCES = [
  anIdentityProvider('shop/keycloak'),
  anIdentityProvider('shop/partners', { issuer: 'https://login.partner.example' }),
  anOidcClient(),
  anOidcClient('shop/partners', { providerRef: { name: 'partners' }, clientId: 'shop' }),
  aSecret(),
  aProtectedRoute('shop/shop', { ...API, hosts: ['shop.example.com', 'www.shop.example.com'] }),
  aProtectedRoute('shop/partners', {
    hosts: ['*.partners.example.com'],
    clientRef: { name: 'partners' },
  }),
  aProtectedRoute('shop/wiki', { hosts: ['wiki.example.com'], clientRef: { name: 'wikis' } }),
  aProtectedRoute('shop/zweitladen', { hosts: ['shop.example.com'] }),
]

/** A check as it ended: of whom, for what. */
type Ended = readonly [host: string, path: string, reason: Reason, subject?: string]

const ENDED: readonly Ended[] = [
  ['shop.example.com', '/', 'allowed', 'alice'],
  ['shop.example.com', '/api/orders', 'allowed', 'bob'],
  ['shop.example.com', '/api/orders', 'claim_mismatch', 'mallory'],
  ['shop.example.com', '/api/orders', 'claim_mismatch', 'mallory'],
  ['shop.example.com', '/', 'login_required'],
  ['a.partners.example.com', '/', 'provider_unreachable'],
  ['wiki.example.com', '/', 'policy_broken'],
  ['shpo.example.com', '/', 'no_policy'],
]

const subjectHash = (subject: string): string =>
  createHash('sha256').update(subject).digest('base64url').slice(0, 16)

const verdictOf = (host: string, reason: Reason, subject: string | undefined): Verdict => {
  const policy = host.includes('partners') ? 'shop/partners' : 'shop/shop'
  const about = {
    ...(reason === 'no_policy' ? {} : { policy: host.startsWith('wiki') ? 'shop/wiki' : policy }),
    ...(subject === undefined ? {} : { subject, via: 'session' as const }),
  }
  if (reason !== 'allowed') return deny(reason, { about })
  return { kind: 'allow', reason, setHeaders: [], removeHeaders: [], about }
}

const writeLine = createDecisionLine(
  'sallyport',
  createSubjectMember(subjectHash, { kind: 'hash' }, 'sallyport'),
)

const factsOf = ([host, path, reason, subject]: Ended, nth: number): CheckFacts => ({
  request: aRequest({ authority: host, path }),
  requestId: `4bf92f35-77b3-4da6-a3ce-${String(nth).padStart(12, '0')}`,
  verdict: verdictOf(host, reason, subject),
  durationMs: 0.42,
})

const AWAY = 'https://login.partner.example did not answer within 10 s.'

const lookAtProvider = (name: string, nowMs: number) => {
  const isAway = name === 'shop/partners'
  return {
    isReady: !isAway,
    keys: isAway ? 0 : 2,
    isIssuerWrong: false,
    isHeldBack: isAway,
    notes: [],
    clockAheadMs: 200,
    verificationKeys: isAway
      ? []
      : [
          { id: 'xZ1PzQ9fJ5cFv0aKq2', algorithms: ['RS256', 'PS256'] },
          { id: 'p256-2031-04', algorithms: ['ES256'] },
        ],
    ...(isAway ? { lastError: AWAY } : { lastDiscoveryMs: nowMs - 240_000, lastKeysMs: nowMs }),
  }
}

/** What the console shows of a shop where a few things are wrong. */
const shopData = async (clock: ReturnType<typeof keepSessions>['clock']) => {
  const adminApi = { listen: '127.0.0.1:0', console: true }
  const naming = 'sallyport'
  const log = { level: 'info', format: 'json', decisions: 'all', naming } as const
  const subject = { kind: 'hash' } as const
  const opened = await openConsoleData(
    { adminApi, log: { ...log, subject } },
    { clock, pace: UNHURRIED },
  )
  if (opened === undefined) throw new Error('There is no console.')
  const compilation = compiled(RESOURCES)
  const snapshot = createSnapshot()
  snapshot.swap(compilation.table)
  const located = compilation.problems.map(({ object, field, message }, nth) => ({
    object,
    field: field.join('.'),
    message,
    ...{ file: 'routes.yaml', line: 12 + 20 * nth, column: 5 },
  }))
  opened.onCompiled({ ...compilation, located })
  const data = opened.data({
    clock,
    snapshot,
    random: seededRandom('shown console'),
    version: '1.0.0',
    troubles: () => [`IdentityProvider shop/partners: ${AWAY}`],
    sealingSinceMs: () => clock.nowMs() - 40 * 86_400_000,
    fileCertificates: () => [
      { field: 'grpc.tls.certFile', expiresAtMs: clock.nowMs() + 9 * 86_400_000 },
    ],
    clockDifferences: () => [{ against: 'redis', aheadMs: -7_000 }],
    providers: { look: ({ name }) => lookAtProvider(name, clock.nowMs()) },
    clientStandings: {
      of: () => undefined,
      expiries: () => [{ client: 'shop/shop', expiresAtMs: clock.nowMs() + 20 * 86_400_000 }],
    },
    clientKeys: { standingOf: () => ({ keyId: 'k-2031', madeAtMs: clock.nowMs() - 86_400_000 }) },
  })
  let nth = 0
  const check = (ended: Ended): void => {
    nth += 1
    const facts = factsOf(ended, nth)
    opened.watch(facts, writeLine(facts))
  }
  return { data, check }
}

const AGENT = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36'

/**
 * Serves a console on loopback: of a shop, or of whatever `data` says, with three sessions. What is
 * in it is the same each time.
 */
export const serveShownConsole = async (
  given?: ConsoleData,
  session: { readonly subject: string; readonly agent: string } = { subject: 'bob', agent: AGENT },
  /** How much faster than the machine's its timers are. */
  haste = 1,
) => {
  const { clock, keys, directory, login } = keepSessions()
  const shop = await shopData(clock)
  for (let minute = 0; minute < 90; minute += 1) {
    for (const one of ENDED) if (minute % (one[2] === 'allowed' ? 4 : 9) === 0) shop.check(one)
    clock.advance(60_000)
  }
  const seen = { address: '192.0.2.7', agent: session.agent }
  await login({ subject: 'alice', host: 'shop.example.com' })
  await login({ subject: 'alice', host: 'www.shop.example.com' })
  const { id } = await login({ subject: session.subject, host: 'shop.example.com', ...seen })
  const random = seededRandom('shown console')
  const tokenHash = createHash('sha256').update(SHOWN_TOKEN).digest()
  const api = createSessionsApi({
    listen: '127.0.0.1:0',
    directory,
    newBudget: () => unlimited,
    clock,
    tokens: () => [{ name: 'operator', hash: tokenHash, roles: EVERY_ROLE }],
    audit: () => undefined,
    onError: (error) => {
      throw error
    },
    after: systemTimers.after,
    console: () =>
      openConsole({
        look: () => ({}),
        seal: createSeal({ keys, random }),
        replay: createMemoryBackend({ clock, random, maxEntries: 100 }).replay,
        directory,
        newBudget: () => unlimited,
        clock,
        random,
        data: given ?? shop.data,
        after: (ms, run) => {
          const timer = setTimeout(run, ms / haste)
          return () => clearTimeout(timer)
        },
        onError: (error) => {
          throw error
        },
      }),
  })
  const { port } = await api.start()
  return { url: `http://localhost:${port}`, sessionId: id, check: shop.check, stop: api.stop }
}
