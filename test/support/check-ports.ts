import { createSecretKey } from 'node:crypto'
import type { CheckPorts } from '../../src/core/check-ports.ts'
import type { Ruling } from '../../src/core/decision-points.ts'
import type { DecisionPoint } from '../../src/core/policy/decision-point.ts'
import type { Policy } from '../../src/core/policy/policy.ts'
import type { Exchange } from '../../src/core/policy/upstream.ts'
import type { FoundDocument } from '../../src/core/provider/client-documents.ts'
import type { LoginState } from '../../src/core/provider/login-state.ts'
import type {
  CodeOutcome,
  LogoutTokenCheck,
  RefreshOutcome,
} from '../../src/core/provider/relying-party.ts'
import type {
  ExchangeOutcome,
  FormerToken,
  SubjectToken,
} from '../../src/core/provider/token-exchange.ts'
import type { Credential, GrantOutcome } from '../../src/core/provider/token-grants.ts'
import type { Verification } from '../../src/core/provider/token-verifier.ts'
import type { Tokens } from '../../src/core/provider/tokens.ts'
import type { Fault } from '../../src/core/reason/fault.ts'
import type { Client } from '../../src/core/registration/client.ts'
import type {
  RelayedAnswer,
  RelayedCode,
  RelayedGrant,
  RelayedRefresh,
  RelayedRequest,
} from '../../src/core/relay/code-relay.ts'
import type { Form } from '../../src/core/request/form.ts'
import type { Session } from '../../src/core/session/session.ts'
import type { SessionQuery, SessionSelector } from '../../src/core/session/session-directory.ts'
import type { OpenSession, SessionOpening } from '../../src/core/session/session-store.ts'
import type { Budget } from '../../src/core/time/budget.ts'
import { createReadAnswer } from '../../src/oidc/authorization/signed-answer.ts'
import { createDeviceProofs } from '../../src/oidc/proof/device-proofs.ts'
import { createProofs } from '../../src/oidc/proof/proofs.ts'
import { entryOf } from '../../src/sessions/session-entry.ts'
import { someTokens } from './builders.ts'

/** A budget that nothing ends. */
export const unlimited: Budget = { signal: new AbortController().signal }

const { read: readAnswer } = createReadAnswer()

const NONCE_SECRET = createSecretKey(Buffer.alloc(32, 7))

interface Stored {
  session: Session
  version: number
}

/** The ports of a check in memory, each with the knobs that a flow test needs. */
export interface FakePorts extends CheckPorts {
  recording: CheckPorts['recording']
  nowMs: number
  policy: Policy | undefined
  verification: Verification
  /** What providers say of a token. */
  inquired: Verification
  codeOutcome: CodeOutcome | (() => Promise<CodeOutcome>)
  refreshOutcome: () => Promise<RefreshOutcome>
  endSession: string | undefined | Error
  formsAreFull: boolean
  logoutToken: LogoutTokenCheck
  /** What the session store answers with instead, unless it is asked for what is `cached`. */
  storeFault: Fault | undefined
  /** What decision points answer. */
  ruling: Ruling | Fault
  /** What access tokens are exchanged for. */
  exchanged: ExchangeOutcome | Promise<ExchangeOutcome> | Fault
  cached: boolean
  /** What providers answer to what is asked for in the name of others. */
  relayedAnswer: RelayedAnswer | Fault
  relayedGrant: RelayedGrant | Fault
  /** Why nobody can be sent to the provider. */
  relayFault: Fault | undefined
  /** What the document of a client says. */
  foundDocument: FoundDocument
  /** How many seconds whoever registers has to wait. */
  registrationWait: number
  /** Seconds to wait before a document may be fetched. */
  documentWait: number
  /** What credentials are good for. */
  granting: GrantOutcome
  readonly calls: {
    verify: string[]
    grant: Credential[]
    distrust: Credential[]
    /** What providers were asked about tokens. */
    inquire: string[]
    /** What decision points were told. */
    ask: { point: DecisionPoint; facts: string }[]
    exchange: LoginState[]
    /** What was to be exchanged, as whom and for what. */
    exchanges: { client: Client; subject: SubjectToken; exchange: Exchange }[]
    takeBack: { client: Client; former: FormerToken; when: 'now' | 'soon' }[]
    /** What was asked for in the name of others. */
    relay: RelayedRequest[]
    relayedCodes: RelayedCode[]
    relayedRefreshes: RelayedRefresh[]
    /** Documents of clients that were looked for. */
    document: string[]
    /** Keys that documents were counted by. */
    documentRate: string[]
    /** Keys that a registration was counted by. */
    register: string[]
    refresh: Tokens[]
    touch: string[]
    revoke: Tokens[]
    endSession: { idToken?: string; state: string; returnUrl: string }[]
    storeWrites: number
    end: SessionSelector[]
  }
  readonly stored: Map<string, Stored>
  /** Puts a session into the store and returns its ticket. */
  readonly keep: (session: Session) => string
}

const opened = (ticket: string, { session, version }: Stored): OpenSession => ({
  id: `id-of-${ticket}`,
  ticket,
  version,
  keyId: 'a',
  session,
})

/** Fresh fake ports. Sealing is an envelope that names its context; randomness counts upwards. */
export const fakePorts = (policy?: Policy): FakePorts => {
  let counter = 0
  const claimed = new Map<string, number>()
  const steps = new Map<string, number>()
  const locks = new Set<string>()
  const stored = new Map<string, Stored>()
  const forms = new Map<string, Form>()
  const calls: FakePorts['calls'] = {
    verify: [],
    grant: [],
    distrust: [],
    inquire: [],
    ask: [],
    exchange: [],
    exchanges: [],
    takeBack: [],
    relay: [],
    relayedCodes: [],
    relayedRefreshes: [],
    document: [],
    documentRate: [],
    register: [],
    refresh: [],
    touch: [],
    revoke: [],
    endSession: [],
    storeWrites: 0,
    end: [],
  }

  const open = (tenant: string, ticket: string): SessionOpening => {
    const found = stored.get(ticket)
    if (found === undefined || found.session.tenant !== tenant) {
      return { kind: 'none', reason: 'session_unknown' }
    }
    if (found.session.absoluteExpiresAtMs <= ports.nowMs) {
      return { kind: 'none', reason: 'session_expired' }
    }
    return { kind: 'open', open: opened(ticket, found) }
  }

  const failIfDown = (): void => {
    if (ports.storeFault !== undefined) throw ports.storeFault
  }

  const entriesOf = (query: SessionQuery) =>
    [...stored]
      .map(([ticket, { session }]) => ({ entry: entryOf(`id-of-${ticket}`, session) }))
      .filter(({ entry }) => (query.subject ?? entry.subject) === entry.subject)
      .filter(({ entry }) => (query.client ?? entry.client) === entry.client)

  const keep = (session: Session): string => {
    counter += 1
    const ticket = `ticket-${counter}`
    stored.set(ticket, { session, version: 1 })
    return ticket
  }

  const ports: FakePorts = {
    nowMs: Date.UTC(2026, 10, 23),
    policy,
    verification: { kind: 'rejected', reason: 'token_signature_invalid', detail: 'no' },
    inquired: { kind: 'rejected', reason: 'token_inactive', detail: 'no' },
    codeOutcome: { kind: 'tokens', tokens: someTokens(Date.UTC(2026, 10, 23)) },
    refreshOutcome: async () => ({ kind: 'refused', detail: 'invalid_grant' }),
    endSession: 'https://sso.example.com/logout',
    formsAreFull: false,
    logoutToken: { kind: 'invalid', detail: 'no' },
    storeFault: undefined,
    cached: false,
    granting: { kind: 'refused', detail: 'no' },
    calls,
    stored,
    keep,
    policies: {
      find: () =>
        ports.policy === undefined ? { kind: 'none' } : { kind: 'found', policy: ports.policy },
    },
    verifier: {
      verify: (token) => {
        calls.verify.push(token)
        return ports.verification
      },
    },
    grants: {
      obtain: (credential) => {
        calls.grant.push(credential)
        return ports.granting
      },
      distrust: (credential) => {
        calls.distrust.push(credential)
      },
    },
    inquiry: {
      introspect: (token) => {
        calls.inquire.push(`introspection ${token}`)
        return ports.inquired
      },
      userinfo: (token) => {
        calls.inquire.push(`userinfo ${token}`)
        return ports.inquired
      },
    },
    relyingParty: {
      authorizationUrl: async (client, login, forwarded) => {
        const query = new URLSearchParams({
          ...forwarded,
          client_id: client.clientId,
          state: login.state,
          nonce: login.nonce,
          redirect_uri: login.redirectUri,
        })
        return `https://sso.example.com/authorize?${query}`
      },
      readCallback: readAnswer,
      exchange: async (_client, login) => {
        calls.exchange.push(login)
        const outcome = ports.codeOutcome
        return typeof outcome === 'function' ? outcome() : outcome
      },
      refresh: async (_client, tokens) => {
        calls.refresh.push(tokens)
        return ports.refreshOutcome()
      },
      endSessionUrl: async (_client, request) => {
        calls.endSession.push(request)
        if (ports.endSession instanceof Error) throw ports.endSession
        return ports.endSession
      },
      checkLogoutToken: async () => ports.logoutToken,
    },
    assertions: {
      sign: ({ audience, lifetimeMs }, { subject, idleTimeoutMs = lifetimeMs }) => ({
        token: `assertion of ${subject} for ${audience} at ${ports.nowMs}`,
        issuedAtMs: ports.nowMs,
        expiresAtMs: ports.nowMs + Math.min(lifetimeMs, idleTimeoutMs),
      }),
    },
    ruling: { kind: 'permitted' },
    exchanged: { kind: 'token', token: 'exchanged-1', untilMs: Number.POSITIVE_INFINITY },
    decisionPoints: {
      ask: (point, facts) => {
        calls.ask.push({ point, facts })
        if (ports.ruling instanceof Error) throw ports.ruling
        return ports.ruling
      },
    },
    tokenExchange: {
      of: (client, subject, exchange) => {
        calls.exchanges.push({ client, subject, exchange })
        if (ports.exchanged instanceof Error) throw ports.exchanged
        return ports.exchanged
      },
      takeBack: (client, former, when) => void calls.takeBack.push({ client, former, when }),
    },
    revocation: { revoke: (_client, tokens) => void calls.revoke.push(tokens) },
    relayedAnswer: { kind: 'code', code: 'provider-code' },
    relayedGrant: {
      kind: 'tokens',
      accessToken: 'access-1',
      expiresInSeconds: 300,
      refreshToken: 'provider-refresh',
    },
    codeRelay: {
      authorizationUrl: async (client, asked) => {
        calls.relay.push(asked)
        if (ports.relayFault !== undefined) throw ports.relayFault
        const query = new URLSearchParams({ client_id: client.clientId, state: asked.state })
        return `https://sso.example.com/authorize?${query}`
      },
      checkAnswer: async () => {
        if (ports.relayedAnswer instanceof Error) throw ports.relayedAnswer
        return ports.relayedAnswer
      },
      exchange: async (_client, code) => {
        calls.relayedCodes.push(code)
        if (ports.relayedGrant instanceof Error) throw ports.relayedGrant
        return ports.relayedGrant
      },
      refresh: async (_client, refresh) => {
        calls.relayedRefreshes.push(refresh)
        if (ports.relayedGrant instanceof Error) throw ports.relayedGrant
        return ports.relayedGrant
      },
    },
    relayFault: undefined,
    foundDocument: { kind: 'refused', problem: 'no' },
    clientDocuments: {
      find: async (clientId, _budget, take) => {
        const seconds = take()
        if (seconds > 0) return { kind: 'busy', problem: 'Too many.', seconds }
        calls.document.push(clientId)
        return ports.foundDocument
      },
    },
    documentWait: 0,
    documentRate: {
      take: (key) => {
        calls.documentRate.push(key)
        return ports.documentWait
      },
    },
    registrationWait: 0,
    registrationRate: {
      take: (key) => {
        calls.register.push(key)
        return ports.registrationWait
      },
    },
    sessions: {
      create: async (session) => {
        calls.storeWrites += 1
        return keep(session)
      },
      open: (tenant, ticket) => {
        if (!ports.cached) failIfDown()
        return open(tenant, ticket)
      },
      reopen: async (tenant, ticket) => {
        failIfDown()
        return open(tenant, ticket)
      },
      replace: async (current, session) => {
        const found = stored.get(current.ticket)
        if (found === undefined || found.version !== current.version) return undefined
        calls.storeWrites += 1
        const next = { session, version: current.version + 1 }
        stored.set(current.ticket, next)
        return opened(current.ticket, next)
      },
      touch: ({ ticket }) => {
        calls.touch.push(ticket)
      },
      remove: async ({ ticket }) => {
        failIfDown()
        calls.storeWrites += 1
        stored.delete(ticket)
      },
    },
    directory: {
      list: async (query) => ({ entries: entriesOf(query).map(({ entry }) => entry) }),
      find: async (id) => entriesOf({}).find(({ entry }) => entry.id === id)?.entry,
      end: async (selector) => {
        calls.end.push(selector)
        if (selector.kind !== 'session') return 0
        const ticket = selector.id.replace(/^id-of-/, '')
        return stored.delete(ticket) ? 1 : 0
      },
    },
    forms: {
      keep: async (_client, tenant, form) => {
        if (ports.formsAreFull) return undefined
        counter += 1
        forms.set(`${tenant} form-${counter}`, form)
        return `form-${counter}`
      },
      take: async (tenant, ticket) => {
        const form = forms.get(`${tenant} ${ticket}`)
        forms.delete(`${tenant} ${ticket}`)
        return form
      },
    },
    lock: {
      acquire: async (name) => {
        if (locks.has(name)) return undefined
        locks.add(name)
        return {
          isHeld: () => locks.has(name),
          release: async () => void locks.delete(name),
        }
      },
      pause: async () => new Promise((resolve) => setImmediate(resolve)),
    },
    sharedAnswers: {
      of: (_name, ask, budget) => ask(budget),
      peek: async () => undefined,
      forget: async () => undefined,
    },
    replay: {
      claim: async (id, ttlMs) => {
        if ((claimed.get(id) ?? 0) > ports.nowMs) return false
        claimed.set(id, ports.nowMs + ttlMs)
        return true
      },
      isClaimed: async (id) => (claimed.get(id) ?? 0) > ports.nowMs,
      reach: async (id, step) => void steps.set(id, Math.max(step, steps.get(id) ?? 0)),
      reached: async (id) => steps.get(id) ?? 0,
    },
    proofs: createProofs({
      clock: { nowMs: () => ports.nowMs },
      replay: { claim: (id, ttlMs, budget) => ports.replay.claim(id, ttlMs, budget) },
      keys: { all: () => [{ derive: () => NONCE_SECRET }] },
    }),
    deviceProofs: createDeviceProofs({ keys: { all: () => [{ derive: () => NONCE_SECRET }] } }),
    seal: {
      seal: (context, plaintext) =>
        Buffer.from(JSON.stringify([context, plaintext])).toString('base64url'),
      open: (context, sealed) => {
        try {
          const [sealedContext, plaintext] = JSON.parse(Buffer.from(sealed, 'base64url').toString())
          return JSON.stringify(sealedContext) === JSON.stringify(context) ? plaintext : undefined
        } catch {
          return undefined
        }
      },
    },
    clock: { nowMs: () => ports.nowMs },
    random: {
      token: (bytes) => {
        counter += 1
        return counter.toString(36).padStart(Math.ceil((bytes * 4) / 3), 'r')
      },
    },
    recording: { address: false, agent: false },
    newBudget: () => unlimited,
    behind: (work) => void work.catch(() => undefined),
  }
  return ports
}
