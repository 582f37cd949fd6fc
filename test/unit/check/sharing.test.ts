import { describe, expect, it } from 'vitest'
import { createCheck } from '../../../src/check/check.ts'
import { createFailed } from '../../../src/check/failed.ts'
import type { Verdict } from '../../../src/core/decision/decision.ts'
import type { Cors } from '../../../src/core/policy/applications.ts'
import { Fault } from '../../../src/core/reason/fault.ts'
import {
  aClient,
  aPolicy,
  aRequest,
  aRule,
  aSession,
  FETCH,
  type RequestSketch,
} from '../../support/builders.ts'
import { fakePorts, unlimited } from '../../support/check-ports.ts'
import { allowed, denied, headerOf, headersOf } from '../../support/verdicts.ts'

const APP = 'https://app.example.com'

const cors: Cors = {
  anyOrigin: false,
  origins: new Set([APP]),
  domains: [],
  headers: ['content-type'],
  exposed: [],
  credentials: true,
  maxAgeSeconds: 600,
}
const under = (path: string, changes: Parameters<typeof aRule>[0]) =>
  aRule({ name: path.slice(1), matches: [{ path: { kind: 'prefix', path } }], ...changes })

const policy = aPolicy({
  pathSensitive: true,
  rules: [
    under('/open', { public: true, cors }),
    under('/admins', { cors, authorize: [{ kind: 'scopes', scopes: ['admin'] }] }),
    under('/closed', {}),
    aRule({
      name: 'writing',
      cors,
      matches: [{ path: { kind: 'prefix', path: '/orders' }, methods: new Set(['PUT']) }],
    }),
    under('/orders', {}),
  ],
  fallback: aRule({ cors }),
})

const ports = () => fakePorts(policy)
const ask = async (sketch: RequestSketch, of = ports()): Promise<Verdict> =>
  createCheck(of)(aRequest(sketch), unlimited)
const preflightOf = (path: string, method = 'GET', origin = APP): RequestSketch => ({
  path,
  method: 'OPTIONS',
  headers: { origin, 'access-control-request-method': method },
})
const fetchOf = (path: string, more: Readonly<Record<string, string>> = {}): RequestSketch => ({
  path,
  headers: { ...FETCH, origin: APP, ...more },
})

describe('a preflight', () => {
  it.each(['/', '/open/x', '/admins', '/oauth2/session'])(
    'is answered before anybody is asked who sends it: %s',
    async (path) => {
      const verdict = denied(await ask(preflightOf(path)))
      expect(verdict).toMatchObject({ reason: 'cors_preflight', status: 204, content: 'none' })
      expect(headerOf(verdict, 'access-control-allow-origin')).toBe(APP)
      expect(headersOf(verdict, 'set-cookie')).toEqual([])
    },
  )

  it('R7: of an origin that is not listed is refused, and permits nothing', async () => {
    for (const origin of ['https://evil.example', 'null']) {
      const verdict = denied(await ask(preflightOf('/', 'GET', origin)))
      expect(verdict).toMatchObject({ reason: 'cors_origin_refused', status: 403 })
      expect(headersOf(verdict, 'access-control-allow-origin')).toEqual([])
    }
  })

  it('is answered by the rule of the method that is to follow', async () => {
    expect(await ask(preflightOf('/orders/7', 'PUT'))).toMatchObject({ reason: 'cors_preflight' })
    expect(await ask(preflightOf('/orders/7', 'GET'))).toMatchObject({ reason: 'login_required' })
  })

  it('R7: where the rule shares nothing, and without its headers, OPTIONS is as any method', async () => {
    const bare = { path: '/', method: 'OPTIONS', headers: { origin: APP } }
    for (const sketch of [preflightOf('/closed'), bare]) {
      expect(denied(await ask(sketch))).toMatchObject({ reason: 'login_required', status: 401 })
    }
  })

  it.each(['/oauth2/callback', '/oauth2/logout', '/oauth2/logout/frontchannel'])(
    'R7: of our own path %s is not one',
    async (path) => {
      const of = ports()
      const { logout } = aClient()
      const frontChannelPath = '/oauth2/logout/frontchannel'
      of.policy = { ...policy, clients: [aClient({ logout: { ...logout, frontChannelPath } })] }
      const verdict = denied(await ask(preflightOf(path), of))
      expect(headersOf(verdict, 'access-control-allow-origin')).toEqual([])
      expect(verdict.reason).not.toBe('cors_preflight')
    },
  )

  it('R5: of a path that may be read in two ways is no exception', async () => {
    expect(denied(await ask(preflightOf('/closed%2fx')))).toMatchObject({ status: 400 })
  })
})

describe('answers that a page of another origin may read', () => {
  it('401', async () => {
    const verdict = denied(await ask(fetchOf('/')))
    expect(verdict).toMatchObject({ reason: 'login_required', status: 401 })
    expect(headerOf(verdict, 'access-control-allow-origin')).toBe(APP)
    expect(headerOf(verdict, 'access-control-allow-credentials')).toBe('true')
    expect(headerOf(verdict, 'vary')).toBe('Origin')
  })

  it('403 and what the upstream answers', async () => {
    const of = ports()
    const cookie = `__Host-sallyport=${of.keep(aSession(of.nowMs))}`
    const refused = denied(await ask(fetchOf('/admins', { cookie }), of))
    expect(refused).toMatchObject({ reason: 'insufficient_scope', status: 403 })
    expect(headerOf(refused, 'access-control-allow-origin')).toBe(APP)
    for (const path of ['/orders-of-all', '/open/font']) {
      const { responseHeaders } = allowed(await ask(fetchOf(path, { cookie }), of))
      expect(responseHeaders).toContainEqual(['access-control-allow-origin', APP])
      expect(responseHeaders).toContainEqual(['vary', 'Origin'])
    }
  })

  it('what a page is told about its session', async () => {
    const verdict = denied(await ask(fetchOf('/oauth2/session')))
    expect(verdict).toMatchObject({ status: 401, content: 'problem' })
    expect(headerOf(verdict, 'access-control-allow-origin')).toBe(APP)
  })

  it('503', () => {
    const failed = createFailed(ports())
    const fault = new Fault('provider_unreachable', 'It is away.')
    const verdict = failed(aRequest(fetchOf('/')), fault)
    expect(verdict).toMatchObject({ reason: 'provider_unreachable', status: 503 })
    expect(headerOf(verdict, 'access-control-allow-origin')).toBe(APP)
    expect(headersOf(failed(aRequest(fetchOf('/closed')), fault), 'vary')).toEqual([])
  })

  it('R1: what fails once more while it is told is a denial all the same', () => {
    const broken = {
      policies: {
        find: () => {
          throw new Error('no')
        },
      },
    }
    const verdict = createFailed(broken)(aRequest(fetchOf('/')), new Error('odd'))
    expect(verdict).toMatchObject({ kind: 'deny', reason: 'internal', status: 503 })
  })

  it('not those of rules that share nothing', async () => {
    const of = ports()
    const cookie = `__Host-sallyport=${of.keep(aSession(of.nowMs))}`
    expect(allowed(await ask(fetchOf('/closed', { cookie }), of)).responseHeaders).toBeUndefined()
    expect(headersOf(denied(await ask(fetchOf('/closed'))), 'vary')).toEqual([])
  })
})
