import { createHmac, createSecretKey } from 'node:crypto'
import { expect, test } from 'vitest'
import type { CheckFacts } from '../../../src/core/check.ts'
import type { Verdict } from '../../../src/core/decision/decision.ts'
import { deny } from '../../../src/core/decision/deny.ts'
import type { Claims } from '../../../src/core/identity/identity.ts'
import { createDecisionLine } from '../../../src/observability/lines/decision-line.ts'
import type { Naming } from '../../../src/observability/lines/member-names.ts'
import type { Fields } from '../../../src/observability/lines/redact.ts'
import {
  createSubjectHash,
  type SubjectHash,
} from '../../../src/observability/lines/subject-hash.ts'
import { createSubjectMember } from '../../../src/observability/lines/subject-member.ts'
import { createObserve } from '../../../src/observability/observe.ts'
import { aRequest } from '../../support/builders.ts'
import { anAllow } from '../../support/grpc-server.ts'

const allow: Verdict = {
  kind: 'allow',
  reason: 'allowed',
  setHeaders: [['authorization', 'Bearer access-token-value']],
  removeHeaders: [],
  about: { policy: 'shop/shop', rule: 'api', subject: 'alice', via: 'session' },
}

const subjectHash = createSubjectHash(() => createSecretKey(Buffer.alloc(32, 1)))

const fieldsOf = (members: string): Fields => JSON.parse(`{${members.slice(1)}}`)

const lineOf = (
  one: CheckFacts,
  hash: SubjectHash,
  claim?: string,
  naming: Naming = 'sallyport',
): Fields => {
  const subject =
    claim === undefined ? ({ kind: 'hash' } as const) : ({ kind: 'claim', claim } as const)
  return fieldsOf(createDecisionLine(naming, createSubjectMember(hash, subject, naming))(one))
}

const decisionLine = (one: CheckFacts, hash: SubjectHash): Fields => lineOf(one, hash)

const facts = (changes: Partial<CheckFacts> = {}): CheckFacts => ({
  request: aRequest({
    path: '/orders?code=c0de',
    headers: {
      traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      cookie: '__Host-sallyport=ticket-value',
    },
  }),
  requestId: 'request-1',
  verdict: allow,
  durationMs: 0.123_456,
  ...changes,
})

test('a line tells who asked for what and why it ended so', () => {
  expect(decisionLine(facts(), subjectHash)).toEqual({
    decision: 'allow',
    reason: 'allowed',
    status: 200,
    method: 'GET',
    host: 'shop.example.com',
    path: '/orders',
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    policy: 'shop/shop',
    rule: 'api',
    via: 'session',
    subjectHash: subjectHash('alice'),
    durationMs: 0.123,
    requestId: 'request-1',
  })
})

test('R31: a line holds neither query nor cookie, subject or forwarded token', () => {
  const line = JSON.stringify(decisionLine(facts(), subjectHash))
  expect(line).not.toMatch(/c0de|ticket-value|access-token-value|alice/)
})

test('R31: a token in a path segment or in the detail is not written', () => {
  const token = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln'
  const request = aRequest({ path: `/reset/${token}` })
  const verdict = deny('token_malformed', { detail: `not a token: ${token}` })
  expect(JSON.stringify(decisionLine(facts({ request, verdict }), subjectHash))).not.toContain(
    'c2ln',
  )
})

const known = (claims: Claims): CheckFacts => ({
  ...facts(),
  verdict: { ...allow, about: { ...allow.about, claims } },
})

test.each([
  ['sub', {}, { subject: 'alice' }],
  ['email', { email: 'alice@example.com' }, { subject: 'alice@example.com' }],
  ['employee', { employee: 4711 }, { subject: '4711' }],
  ['email', { email: `a\u001b[2J${'x'.repeat(300)}` }, { subject: /^a\\u001b\[2Jx{200,}…$/ }],
  ['email', { email: 'Bearer abcdefgh' }, { subject: 'Bearer [redacted]' }],
] as const)('log.subject: claim names people by %s in the clear', (claim, claims, expected) => {
  const { subject } = expected
  const matching = typeof subject === 'string' ? subject : expect.stringMatching(subject)
  const line = lineOf(known(claims), subjectHash, claim)
  expect(line.subject).toEqual(matching)
  expect(line).not.toHaveProperty('subjectHash')
})

test.each([
  {},
  { email: '' },
  { email: ['alice@example.com'] },
  { email: { at: 'example.com' } },
  { email: null },
])('somebody whose claim is no text is named by the hash: %j', (claims) => {
  const line = lineOf(known(claims), subjectHash, 'email')
  expect(line).toMatchObject({ subjectHash: subjectHash('alice') })
  expect(line).not.toHaveProperty('subject')
})

test('nobody who is not known is named', () => {
  const verdict = deny('no_policy')
  const line = lineOf(facts({ verdict }), subjectHash, 'sub')
  expect(Object.keys(line).filter((name) => name.startsWith('subject'))).toEqual([])
})

test('the names of OpenTelemetry are those of its conventions; the rest lies below sallyport.', () => {
  expect(lineOf(facts(), subjectHash, undefined, 'opentelemetry')).toEqual({
    'sallyport.decision': 'allow',
    'sallyport.reason': 'allowed',
    'http.response.status_code': 200,
    'http.request.method': 'GET',
    'server.address': 'shop.example.com',
    'url.path': '/orders',
    trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
    'sallyport.policy': 'shop/shop',
    'sallyport.rule': 'api',
    'sallyport.via': 'session',
    'user.hash': subjectHash('alice'),
    'sallyport.duration_ms': 0.123,
    'sallyport.request_id': 'request-1',
  })
  expect(lineOf(facts(), subjectHash, 'sub', 'opentelemetry')).toMatchObject({ 'user.id': 'alice' })
})

test('a subject is named by a keyed hash, the same every time', () => {
  const expected = createHmac('sha256', Buffer.alloc(32, 1)).update('alice').digest('base64url')
  expect(expected.startsWith(subjectHash('alice'))).toBe(true)
  expect(subjectHash('alice')).not.toBe(
    createSubjectHash(() => createSecretKey(Buffer.alloc(32, 2)))('alice'),
  )
})

test.each([
  [deny('login_required', { status: 302, content: 'none' }), 'login'],
  [deny('login_required', { status: 401 }), 'challenge'],
  [deny('session_expired', { status: 302, content: 'none' }), 'login'],
  [deny('token_expired'), 'challenge'],
  [deny('claim_mismatch'), 'forbid'],
  [deny('no_policy'), 'reject'],
  [deny('internal'), 'unavailable'],
  [deny('login_completed'), 'redirect'],
  [deny('signed_out'), 'page'],
])('a denial is named after what the downstream sees (%#)', (verdict, decision) => {
  expect(decisionLine(facts({ verdict }), subjectHash)).toMatchObject({
    decision,
    status: verdict.status,
  })
})

test('a malformed check request has a line as well', () => {
  const line = decisionLine(
    { requestId: 'r', verdict: deny('malformed_path'), durationMs: 1 },
    subjectHash,
  )
  expect(line).toEqual({
    decision: 'reject',
    reason: 'malformed_path',
    status: 400,
    durationMs: 1,
    requestId: 'r',
  })
})

test('a path is bounded, and nothing in it reaches a terminal', () => {
  const request = {
    ...aRequest(),
    path: { ...aRequest().path, raw: `/\u001b[2J\u202e${'a'.repeat(5_000)}` },
  }
  const { path } = decisionLine(facts({ request, requestId: 'a\u0007' }), subjectHash)
  expect(path).toMatch(/^\/\\u001b\[2J\\u202ea+…$/)
  expect(String(path).length).toBeLessThan(1_100)
})

test.each([
  ['all', 2],
  ['denied', 1],
  ['none', 0],
] as const)(
  'with decisions: %s, %i of an allow and a denial are written, and both counted',
  (decisions, lines) => {
    const written: unknown[] = []
    const counted: unknown[] = []
    const observe = createObserve({
      logger: { decision: (members) => void written.push(fieldsOf(members)) },
      metrics: {
        countCheck: (one) => void counted.push(one),
        countEnded: () => undefined,
        countLeftOut: () => undefined,
        countLogout: () => undefined,
      },
      decisions,
      subjectHash,
      subject: { kind: 'hash' },
      naming: 'sallyport',
      proposals: () => undefined,
    })
    observe(facts())
    observe(facts({ verdict: deny('no_policy') }))
    expect(written).toHaveLength(lines)
    expect(counted).toHaveLength(2)
  },
)

test.each(['all', 'denied', 'none'] as const)(
  'with decisions: %s, whoever watches gets every line, and the log none more',
  (decisions) => {
    const written: string[] = []
    const watched: unknown[] = []
    const observe = createObserve({
      logger: { decision: (members) => void written.push(members) },
      metrics: {
        countCheck: () => undefined,
        countEnded: () => undefined,
        countLeftOut: () => undefined,
        countLogout: () => undefined,
      },
      decisions,
      subjectHash,
      subject: { kind: 'hash' },
      naming: 'sallyport',
      proposals: () => undefined,
      watch: ({ verdict }, line) => void watched.push([verdict.reason, fieldsOf(line).reason]),
    })
    observe(facts())
    observe(facts({ verdict: deny('no_policy') }))
    expect(watched).toEqual([
      ['allowed', 'allowed'],
      ['no_policy', 'no_policy'],
    ])
    expect(written).toHaveLength({ all: 2, denied: 1, none: 0 }[decisions])
  },
)

test.each([
  ['all', 'no_policy', 1, 'The nearest host is shop.example.com.'],
  ['all', 'host_conflict', 0, undefined],
  ['none', 'no_policy', 0, undefined],
] as const)(
  'E5: with decisions: %s, the line of %s asks %i times for the nearest host',
  (decisions, reason, times, detail) => {
    const written: Fields[] = []
    const asked: string[] = []
    const observe = createObserve({
      logger: { decision: (members) => void written.push(fieldsOf(members)) },
      metrics: {
        countCheck: () => undefined,
        countEnded: () => undefined,
        countLeftOut: () => undefined,
        countLogout: () => undefined,
      },
      decisions,
      subjectHash,
      subject: { kind: 'hash' },
      naming: 'sallyport',
      proposals: (host) => {
        asked.push(host)
        return 'shop.example.com'
      },
    })
    const verdict = deny(reason)
    observe(facts({ request: aRequest({ authority: 'shpo.example.com' }), verdict }))
    expect(asked).toHaveLength(times)
    expect(written[0]?.detail).toBe(detail)
    expect(verdict).not.toHaveProperty('detail')
  },
)

test('sessions that made room for a login are in its line, and counted', () => {
  const written: Fields[] = []
  const counted: string[] = []
  const observe = createObserve({
    logger: { decision: (members) => void written.push(fieldsOf(members)) },
    metrics: {
      countCheck: () => undefined,
      countLogout: () => undefined,
      countLeftOut: () => undefined,
      countEnded: (cause, count) => void counted.push(`${cause} ${count}`),
    },
    decisions: 'all',
    subjectHash,
    subject: { kind: 'hash' },
    naming: 'sallyport',
    proposals: () => undefined,
  })
  observe(facts({ verdict: deny('login_completed', { about: { endedSessions: 2 } }) }))
  observe(facts({ verdict: deny('login_completed') }))
  expect(written[0]).toMatchObject({ endedSessions: 2 })
  expect(written[1]).not.toHaveProperty('endedSessions')
  expect(counted).toEqual(['limit 2'])
})

test('a new key gives every subject a new name', () => {
  let key = createSecretKey(Buffer.alloc(32, 1))
  const hash = createSubjectHash(() => key)
  const before = hash('alice')
  expect(hash('alice')).toBe(before)
  key = createSecretKey(Buffer.alloc(32, 2))
  expect(hash('alice')).not.toBe(before)
})

test('A12: headers that were left out are named in the line, and counted', () => {
  const written: Fields[] = []
  let counted = 0
  const observe = createObserve({
    logger: { decision: (members) => void written.push(fieldsOf(members)) },
    metrics: {
      countCheck: () => undefined,
      countLogout: () => undefined,
      countLeftOut: (count) => {
        counted += count
      },
      countEnded: () => undefined,
    },
    decisions: 'all',
    subjectHash,
    subject: { kind: 'hash' },
    naming: 'sallyport',
    proposals: () => undefined,
  })
  const verdict = { ...anAllow, about: { leftOut: ['x-user-groups', 'cookie'] } }
  observe(facts({ verdict }))
  observe(facts({ verdict: anAllow }))
  expect(written[0]).toMatchObject({ leftOut: 'x-user-groups,cookie' })
  expect(written[1]).not.toHaveProperty('leftOut')
  expect(counted).toBe(2)
})
