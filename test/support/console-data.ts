import type {
  ConsoleData,
  DecisionFilter,
  DecisionRate,
  RecentDecision,
} from '../../src/core/console/console-data.ts'

/** Runs in a page that takes it for HTML, wherever it stands. */
export const HOSTILE = `"><script>window.hit=1</script><img src=x onerror="window.hit=1">'`

/** A rate as a busy host has it. */
export const aRate = (changes: Partial<DecisionRate> = {}): DecisionRate => ({
  decision: 'forbid',
  reason: 'claim_mismatch',
  lastMinute: 3,
  perMinute: 2.25,
  lastHour: 135,
  sinceMs: 0,
  lastMs: 0,
  ...changes,
})

/** A decision as the log has it. */
export const aDecision = (changes: Partial<RecentDecision> = {}): RecentDecision => ({
  number: 1,
  timeMs: Date.UTC(2031, 0, 1, 12),
  host: 'shop.example.com',
  decision: 'reject',
  reason: 'no_policy',
  requestId: 'r-1',
  fields: { status: '404', method: 'GET', path: '/orders', subjectHash: 'h4sh' },
  ...changes,
})

/** Followers of decisions, by hand. */
export interface FedData {
  readonly data: ConsoleData
  readonly tell: (decision: RecentDecision) => void
  readonly followers: () => number
  /** What was asked to be explained. */
  readonly asked: unknown[]
}

/** Everything that the console shows, where every text is what `text` says. */
export const consoleDataSaying = (
  text: string,
  changes: Partial<ConsoleData> = {},
  mostFollowers = 8,
): FedData => {
  const hearing = new Set<(decision: RecentDecision) => void>()
  const asked: unknown[] = []
  const rate = aRate({ decision: text, reason: text })
  const decision = aDecision({
    host: text,
    decision: text,
    reason: text,
    requestId: text,
    fields: { status: text, method: text, path: text, policy: text, subject: text, detail: text },
  })
  const problem = {
    severity: 'problem',
    kind: text,
    object: text,
    field: text,
    sentence: text,
    place: text,
    servesLastGood: true,
  } as const
  const row = {
    host: text,
    route: text,
    state: 'conflicted',
    owner: text,
    detail: text,
    clients: [text],
    lastCheckMs: 0,
    rates: [rate],
  } as const
  const data: ConsoleData = {
    overview: async () => ({
      version: text,
      startedMs: 0,
      routes: 1,
      hosts: 1,
      problems: 1,
      providers: { total: 2, ready: 1 },
      troubles: [text],
      sealingSinceMs: 0,
      certificates: [{ field: text, expiresAtMs: 0 }],
      clocks: [{ against: text, aheadMs: 9_000 }],
      rates: [rate],
      refusals: [{ ...rate, host: text, route: text, who: [text] }],
    }),
    routes: async () => ({ items: [row], total: 1 }),
    route: async () => ({
      name: text,
      inForce: 'last_good',
      hosts: [row],
      rules: [{ title: text, rows: [{ label: text, lines: [text] }] }],
      problems: [problem],
    }),
    providers: () => [
      {
        name: text,
        issuer: text,
        state: 'waiting',
        isHeldBack: true,
        lastDiscoveryMs: 0,
        lastKeysMs: 0,
        lastError: text,
        loginHindrance: text,
        notes: [text],
        keys: [{ id: text, algorithms: [text] }],
        clockAheadMs: 9_000,
        clients: [
          {
            name: text,
            hindrance: text,
            notes: [text],
            certificateExpiresAtMs: 0,
            signingKey: { id: text, madeAtMs: 0 },
          },
        ],
      },
    ],
    problems: () => [problem],
    countedTogether: () => 0,
    recentDecisions: (_filter: DecisionFilter) => [decision],
    followDecisions: (_filter, hear) => {
      if (hearing.size >= mostFollowers) return undefined
      hearing.add(hear)
      return () => void hearing.delete(hear)
    },
    explain: async (request) => {
      asked.push(request)
      return { kind: 'explained', rows: [{ label: text, lines: [text] }] }
    },
    ...changes,
  }
  return {
    data,
    asked,
    followers: () => hearing.size,
    tell: (one) => {
      for (const hear of [...hearing]) hear(one)
    },
  }
}
