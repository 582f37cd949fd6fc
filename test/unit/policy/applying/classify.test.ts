import { describe, expect, it } from 'vitest'
import type { Match, PathMatch } from '../../../../src/core/policy/policy.ts'
import { classify } from '../../../../src/policy/applying/classify.ts'
import { aPolicy, aRequest, aRule, type RequestSketch } from '../../../support/builders.ts'

const path = (match: PathMatch): Match => ({ path: match })
const policy = aPolicy({
  pathSensitive: true,
  rules: [
    aRule({
      name: 'assets',
      public: true,
      matches: [{ path: { kind: 'prefix', path: '/assets' }, methods: new Set(['GET', 'HEAD']) }],
    }),
    aRule({ name: 'exact', matches: [path({ kind: 'exact', path: '/exact' })] }),
    aRule({
      name: 'pattern',
      matches: [path({ kind: 'pattern', source: '/v[0-9]+', test: (p) => /^\/v[0-9]+$/.test(p) })],
    }),
    aRule({ name: 'assets-again', matches: [path({ kind: 'prefix', path: '/assets' })] }),
  ],
})

const road = (sketch: RequestSketch, of = policy) => {
  const intent = classify(of, aRequest(sketch))
  return 'rule' in intent ? `${intent.kind} ${intent.rule.name}` : intent.kind
}

describe('which road a request takes', () => {
  it.each([
    ['/assets', 'public assets'],
    ['/assets/app.js?x=1', 'public assets'],
    ['/assetsx', 'protected default'],
    ['/%61ssets/app.js', 'public assets'],
    ['/exact', 'protected exact'],
    ['/exact/', 'protected default'],
    ['/v12', 'protected pattern'],
    ['/v12/x', 'protected default'],
    ['/', 'protected default'],
    ['/oauth2/callback?code=1', 'callback'],
    ['/oauth2/callback/', 'protected default'],
    ['/oauth2/logout', 'logout'],
  ])('%j: %s', (raw, expected) => expect(road({ path: raw })).toBe(expected))

  it('the first rule that matches wins, and methods count', () => {
    expect(road({ path: '/assets', method: 'POST' })).toBe('protected assets-again')
  })

  it('our own paths come before any rule', () => {
    const everything = aPolicy({
      rules: [aRule({ name: 'all', public: true, matches: [path({ kind: 'prefix', path: '/' })] })],
    })
    expect(road({ path: '/oauth2/callback' }, everything)).toBe('callback')
    expect(road({ path: '/anything' }, everything)).toBe('public all')
  })

  it('a host without a client has neither callback nor logout', () => {
    const tokenOnly = { ...policy, clients: [] }
    expect(road({ path: '/oauth2/callback' }, tokenOnly)).toBe('protected default')
  })
})

describe('R5: a path that may be read in two ways', () => {
  it.each(['/assets/%2e%2f', '/assets//x', '/assets/..%2fadmin'])(
    'R5: %j never reaches classification as public',
    (raw) => {
      const isPublic = (() => {
        try {
          return road({ path: raw }) === 'public assets'
        } catch {
          return false
        }
      })()
      expect(isPublic).toBe(false)
    },
  )

  it.each(['/assets/a%2fb', '/assets;x/y', '/assets//x', '/assets/%2561'])(
    'R5: %j is refused where paths decide',
    (raw) => expect(road({ path: raw })).toBe('ambiguous'),
  )

  it('R5: it goes to the route-level rule where no path decides, and is never public by its method alone', () => {
    expect(road({ path: '/group%2Fproject' }, aPolicy())).toBe('protected default')
    const byMethod = aPolicy({
      rules: [aRule({ name: 'read', public: true, matches: [{ methods: new Set(['GET']) }] })],
    })
    expect(road({ path: '/group%2Fproject' }, byMethod)).toBe('ambiguous')
    expect(road({ path: '/group' }, byMethod)).toBe('public read')
  })

  it('R5: an encoded callback path is not the callback', () => {
    expect(road({ path: '/oauth2%2Fcallback?code=1' }, aPolicy())).toBe('protected default')
  })

  it('R7: no health check, user agent or method is exempt', () => {
    const headers = { 'user-agent': 'kube-probe/1.36', 'x-health-check': '1' }
    expect(road({ path: '/healthz', method: 'OPTIONS', headers })).toBe('protected default')
  })
})
