import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createCheck } from '../../../src/check/check.ts'
import type { Verdict } from '../../../src/core/decision/decision.ts'
import { parsePath } from '../../../src/core/request/request.ts'
import { createAnswering } from '../../../src/grpc/response.ts'
import { createSeal } from '../../../src/sessions/sealing/seal.ts'
import {
  aClient,
  aPolicy,
  aRequest,
  aRule,
  aSession,
  FETCH,
  NAVIGATION,
  type RequestSketch,
} from '../../support/builders.ts'
import { decodeCheckResponse } from '../../support/check-codec.ts'
import { fakePorts, unlimited } from '../../support/check-ports.ts'
import { present } from '../../support/present.ts'
import { keysOf } from '../../support/process-keys.ts'
import { seededRandom } from '../../support/seeded-random.ts'

const { session, logout } = aClient()

/** A host that offers everything at once. */
const policy = aPolicy({
  clients: [
    aClient({
      callbackHost: 'login.example.com',
      session: {
        ...session,
        bindTo: ['Address', 'UserAgent'],
        rememberMe: { idleTimeoutMs: 3_600_000, absoluteTimeoutMs: 3_600_000 },
        cookie: { name: '__Secure-sallyport', domain: 'example.com', sameSite: 'None' },
      },
      logout: { ...logout, frontChannelPath: '/oauth2/logout/frontchannel' },
    }),
    aClient({
      name: 'shop/other',
      tenant: 'other',
      callbackPath: '/other/callback',
      logout: { ...logout, path: '/other/logout', redirectUrl: '/bye' },
      forwardParameters: ['login_hint'],
    }),
  ],
  fallback: aRule({ keepFormsMaxBytes: 200, onUnauthenticated: 'Login' }),
})

const seal = createSeal({ keys: keysOf('a'), random: seededRandom('any request') })
const answer = createAnswering({ present })

/** Sessions of other tenants, and what was sealed for something else. */
const aWorld = () => {
  const ports = { ...fakePorts(policy), seal }
  ports.codeOutcome = { kind: 'refused', reason: 'code_refused', detail: 'used' }
  const tickets = ['wiki/wiki', ''].map((tenant) => ports.keep(aSession(ports.nowMs, { tenant })))
  return { check: createCheck(ports), tickets }
}

const { check, tickets } = aWorld()

const STATE = `${Date.UTC(2026, 10, 23).toString(36).padStart(9, '0')}${'a'.repeat(11)}.${'b'.repeat(43)}`
const SEALED = [
  seal.seal(
    ['login', policy.clients[0]?.tenant ?? '', 'wiki.example.com', STATE.slice(0, 20)],
    '{}',
  ),
  seal.seal(['hand-off', 'other', 'wiki.example.com'], '{}'),
]

const word = fc.oneof(
  fc.constantFrom(
    ...tickets,
    ...SEALED,
    STATE,
    `${STATE}.${SEALED[1]}`,
    'shop',
    'other',
    'yes',
    '',
  ),
  fc.string({ maxLength: 30 }),
)
const name = fc.constantFrom(
  ...['state', 'code', 'iss', 'sid', 'error', 'handoff', 'confirm', 'login_hint', 'x'],
  ...['sallyport_provider', 'sallyport_remember'],
)
const query = fc.array(fc.tuple(name, word), { maxLength: 4 }).map((pairs) => {
  const text = `${new URLSearchParams(pairs)}`
  return text === '' ? '' : `?${text}`
})
const place = fc.oneof(
  fc.constantFrom('/', '/orders', '//x', '/a%2fb', '/other/callback', '/other/logout'),
  fc.constantFrom('/oauth2/callback', '/oauth2/logout', '/oauth2/logout/frontchannel'),
  fc.webPath(),
)
const cookieName = fc.constantFrom(
  ...['__Secure-sallyport', '__Host-sallyport', '__Host-sallyport-provider', 'x'],
  ...['__Host-sallyport-logout', `__Host-sallyport-login-${STATE.slice(0, 20)}`],
)
const cookie = fc
  .array(fc.tuple(cookieName, word), { maxLength: 6 })
  .map((pairs) => pairs.map(([key, value]) => `${key}=${value}`).join('; '))
const browser = fc.oneof(
  fc.constantFrom({}, NAVIGATION, FETCH, { ...NAVIGATION, 'sec-fetch-site': 'same-origin' }),
  fc.dictionary(
    fc.constantFrom('accept', 'origin', 'sec-fetch-site', 'sec-fetch-mode', 'sec-purpose'),
    word,
  ),
)

const sketch: fc.Arbitrary<RequestSketch> = fc
  .record({
    method: fc.constantFrom('GET', 'POST', 'HEAD', 'OPTIONS', 'DELETE'),
    authority: fc.constantFrom('shop.example.com', 'shop.example.com:8443', 'login.example.com'),
    path: fc.tuple(place, query).map((parts) => parts.join('')),
    headers: fc.tuple(browser, cookie).map(([headers, cookies]) => ({
      ...headers,
      'content-type': 'application/x-www-form-urlencoded',
      ...(cookies === '' ? {} : { cookie: cookies }),
    })),
    body: fc.oneof(fc.string({ maxLength: 100 }), fc.webQueryParameters()),
  })
  .filter(({ path }) => parsePath(path).ok)

/** What must have been met at least, or the requests are too tame. */
const ROADS = [
  ...['login_required', 'provider_choice_required', 'session_unknown', 'state_mismatch'],
  ...['malformed_callback', 'signed_out', 'sign_out_unconfirmed', 'front_channel_logout_ignored'],
]

const verdictOn = async (one: RequestSketch): Promise<Verdict> => check(aRequest(one), unlimited)

describe('R1, R34: a request without a session of this host', () => {
  it('is denied, whatever it holds, with an answer that can be sent', async () => {
    const reasons = new Set<string>()
    await fc.assert(
      fc.asyncProperty(sketch, async (one) => {
        const verdict = await verdictOn(one)
        expect(verdict.kind).toBe('deny')
        const { header } = aRequest(one)
        const sent = answer(verdict, { requestId: 'request-1', header })
        expect(sent.verdict.reason).not.toBe('internal')
        expect(decodeCheckResponse(sent.response).status?.code).toBeGreaterThan(0)
        reasons.add(verdict.reason)
      }),
      { numRuns: 3_000 },
    )
    expect([...reasons]).toEqual(expect.arrayContaining([...ROADS]))
  })

  it('is sent nowhere but to the provider, to this site, and to where its client says', async () => {
    await fc.assert(
      fc.asyncProperty(sketch, async (one) => {
        const verdict = await verdictOn(one)
        if (verdict.kind === 'allow') return
        const ways = verdict.ways.map(({ href }) => href)
        const locations = verdict.headers.flatMap(([key, value]) =>
          key === 'location' ? value : [],
        )
        for (const href of [...ways, ...locations]) {
          const { host } = new URL(href, `https://${one.authority}`)
          expect(host).toMatch(/^(?:(?:shop|login|sso)\.example\.com)(?::8443)?$/)
        }
      }),
      { numRuns: 2_000 },
    )
  })
})
