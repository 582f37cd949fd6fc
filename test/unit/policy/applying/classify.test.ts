import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Match, PathMatch } from '../../../../src/core/policy/match.ts'
import { parsePath } from '../../../../src/core/request/request.ts'
import { classify } from '../../../../src/policy/applying/classify.ts'
import { aPolicy, aRequest, aRule, type RequestSketch } from '../../../support/builders.ts'

const path = (match: PathMatch): Match => ({ path: match })
const asking = (scope: string) => ({ authorize: [{ kind: 'scopes', scopes: [scope] } as const] })
const policy = aPolicy({
  pathSensitive: true,
  rules: [
    aRule({
      name: 'assets',
      public: true,
      matches: [{ path: { kind: 'prefix', path: '/assets' }, methods: new Set(['GET', 'HEAD']) }],
    }),
    aRule({
      name: 'exact',
      ...asking('exact'),
      matches: [path({ kind: 'exact', path: '/exact' })],
    }),
    aRule({
      name: 'pattern',
      ...asking('pattern'),
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
  it.each([
    ['/assets/a%2fb', 'public assets'],
    ['/assets/a%252fb', 'public assets'],
    ['/assets/a;v=1/b', 'public assets'],
    ['/assets//x', 'public assets'],
    ['/assets/100%25', 'public assets'],
    ['/assets/what%3F.html', 'public assets'],
    ['/groups/a%2Fb', 'protected default'],
    ['/@scope%2fname', 'protected default'],
    ['/api/queues/%2F/events', 'protected default'],
    ['/page;jsessionid=7', 'protected default'],
    ['/v1/100%25', 'protected default'],
  ])('C6: %s falls under the same rule in every reading: %s', (raw, expected) =>
    expect(road({ path: raw })).toBe(expected),
  )

  it.each([
    '/assets%2fa',
    '/assets;x/y',
    '//assets/x',
    '/x;/../assets/a',
    '/%2561ssets/a',
    '/assets%3Fa',
    '/exact;x=1',
    '//evil.example/exact',
    '/;x/exact',
    '/v1;x',
    '/x%252f..%252fexact',
    '/x/%2525252e%2525252e/exact',
    '/x/%25u002e%25u002e/exact',
    '/assets/100%25/%252e%252e/exact',
    '/assets/%25c0%25ae%25c0%25ae/exact',
    '/assets/x%255c..%255cexact',
    '///evil.example/exact',
    `/assets/${'%252525'.repeat(1_000)}`,
    `/assets/${Array.from({ length: 20 }, (_, i) => `;${i}/%25${i}`).join('')}`,
  ])('R5: %j is refused where its readings ask for different things', (raw) => {
    const refused = () => {
      try {
        return road({ path: raw })
      } catch {
        return 'ambiguous'
      }
    }
    expect(refused()).toBe('ambiguous')
  })

  it('C6: two rules that ask for the same are one', () => {
    const login = { matches: [path({ kind: 'prefix', path: '/group' })] }
    const twins = aPolicy({ pathSensitive: true, rules: [aRule({ name: 'group', ...login })] })
    expect(road({ path: '/group%2Fproject' }, twins)).toBe('protected group')
    const stricter = aRule({ ...login, authorize: [{ kind: 'scopes', scopes: ['a'] }] })
    const different = aPolicy({ pathSensitive: true, rules: [stricter] })
    expect(road({ path: '/group%2Fproject' }, different)).toBe('ambiguous')
  })

  it('C6: where no path decides it goes to the rule of its method', () => {
    expect(road({ path: '/group%2Fproject' }, aPolicy())).toBe('protected default')
    const byMethod = aPolicy({
      rules: [aRule({ name: 'read', public: true, matches: [{ methods: new Set(['GET']) }] })],
    })
    expect(road({ path: '/group%2Fproject' }, byMethod)).toBe('public read')
    expect(road({ path: '/group%2525252525252F' }, byMethod)).toBe('public read')
  })

  it('R5: an encoded callback path is not the callback', () => {
    expect(road({ path: '/oauth2%2Fcallback?code=1' }, aPolicy())).toBe('protected default')
  })

  it('R7: no health check, user agent or method is exempt', () => {
    const headers = { 'user-agent': 'kube-probe/1.36', 'x-health-check': '1' }
    expect(road({ path: '/healthz', method: 'OPTIONS', headers })).toBe('protected default')
  })
})

const HERE = 'https://app.example.com'

/** How programs that are in use read the path of a request, each in a few lines of its own. */
const READERS: Readonly<Record<string, (encoded: string) => string>> = {
  'decodes once': (encoded) => decodeURIComponent(encoded),
  'decodes once and merges': (encoded) => decodeURIComponent(encoded).replace(/\/+/g, '/'),
  'decodes twice': (encoded) => lenient(decodeURIComponent(encoded)),
  'decodes thrice': (encoded) => lenient(lenient(decodeURIComponent(encoded))),
  'decodes each segment': (encoded) =>
    encoded
      .split('/')
      .map((part) => decodeURIComponent(part).replaceAll('/', '%2F'))
      .join('/'),
  'servlet container': (encoded) =>
    encoded
      .split('/')
      .map((part) => decodeURIComponent(part.split(';')[0] ?? ''))
      .join('/'),
  'servlet container behind a proxy that decodes': (encoded) =>
    decodeURIComponent(encoded)
      .split('/')
      .map((part) => part.split(';')[0] ?? '')
      .filter((part, index, all) => part !== '' || index === 0 || index === all.length - 1)
      .join('/'),
  'ends at the semicolon': (encoded) => decodeURIComponent(encoded.split(';')[0] ?? ''),
  'decodes, then takes the query off': (encoded) => decodeURIComponent(encoded).split('?')[0] ?? '',
  'resolves a reference': (encoded) =>
    URL.canParse(encoded, HERE) ? decodeURIComponent(new URL(encoded, HERE).pathname) : '/',
}

const lenient = (text: string): string =>
  text.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => decodeURIComponent(escapes))

describe('C6: whatever is let through', () => {
  const pieces = fc.constantFrom(
    ...[
      '/',
      '//',
      ';',
      '%2f',
      '%2F',
      '%252f',
      '%3b',
      '%3f',
      '%25',
      '%61',
      '%2561',
      '..',
      '.',
      '%2e',
    ],
    ...['%252e', 'assets', 'exact', 'v1', 'ssets', 'a', 'x=1', '@', '/assets/', '/exact'],
  )

  it.each(Object.entries(READERS))('C6: asks for what it asks of who %s', (_name, read) => {
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 9 }), (parts) => {
        const raw = `/${parts.join('')}`
        const request = parsePath(raw)
        if (!request.ok || request.value.unambiguous) return true
        const outcome = road({ path: raw })
        if (outcome === 'ambiguous') return true
        const seen = read(raw) || '/'
        const plain = classify(policy, {
          ...aRequest(),
          path: { raw: seen, canonical: seen, unambiguous: true, query: '' },
        })
        return 'rule' in plain && `${plain.kind} ${plain.rule.name}` === outcome
      }),
      { numRuns: 3_000 },
    )
  })
})

const inside: Match['sourceAddresses'] = [{ written: '10.0.0.0/8', groups: [10 * 256, 0], bits: 8 }]

describe('rules by header and address', () => {
  const kinds = aPolicy({
    rules: [
      aRule({
        name: 'both',
        ...asking('both'),
        matches: [
          {
            headers: [
              { name: 'x-kind', kind: 'value', value: 'a' },
              { name: 'accept', kind: 'pattern', source: '.*json', test: (it) => /json$/.test(it) },
            ],
          },
        ],
      }),
      aRule({ name: 'inside', ...asking('inside'), matches: [{ sourceAddresses: inside }] }),
    ],
  })
  const of = (headers: Record<string, string>, more: RequestSketch = {}) =>
    road({ headers, ...more }, kinds)

  it('every header must have its value', () => {
    expect(of({ 'x-kind': 'a', accept: 'text/json' })).toBe('protected both')
    expect(of({ 'x-kind': 'a' })).toBe('protected default')
    expect(of({ 'x-kind': 'A', accept: 'text/json' })).toBe('protected default')
    expect(of({ 'x-kind': 'a,a', accept: 'text/json' })).toBe('protected default')
    expect(of({ 'x-kind': 'a', accept: 'text/html' })).toBe('protected default')
  })

  it('a value over 8 KiB matches nothing, nor do bytes that are no UTF-8', () => {
    const accept = `${'a'.repeat(8 * 1024 - 4)}json`
    expect(of({ 'x-kind': 'a', accept })).toBe('protected both')
    expect(of({ 'x-kind': 'a', accept: `a${accept}` })).toBe('protected default')
    expect(of({ 'x-kind': 'a', accept: '\u00ffjson' })).toBe('protected default')
    expect(of({ 'x-kind': 'a', accept: '\u00ffjson' }, { encoding: 'text' })).toBe('protected both')
  })

  it('the address of the connection counts, and no header that names another', () => {
    expect(of({}, { address: '10.1.2.3' })).toBe('protected inside')
    expect(of({}, { address: '::ffff:10.1.2.3' })).toBe('protected inside')
    expect(of({ 'x-forwarded-for': '10.1.2.3', 'x-real-ip': '10.1.2.3' })).toBe('protected default')
    expect(of({}, { address: '192.0.2.1' })).toBe('protected default')
    expect(of({}, { address: 'unix' })).toBe('protected default')
  })

  it('our own paths come before them', () => {
    const open = aPolicy({
      rules: [aRule({ name: 'open', public: true, matches: [{ sourceAddresses: inside }] })],
    })
    const address = '10.1.2.3'
    expect(road({ path: '/oauth2/callback', address }, open)).toBe('callback')
    expect(road({ path: '/oauth2/logout', address }, open)).toBe('logout')
    expect(road({ path: '/a%2fb', address }, open)).toBe('public open')
    expect(road({ path: '/a%2fb' }, open)).toBe('protected default')
  })

  it('R5: a path with two readings is refused where a header would open one of them', () => {
    const mixed = aPolicy({
      pathSensitive: true,
      rules: [
        aRule({
          name: 'open',
          public: true,
          matches: [
            {
              path: { kind: 'prefix', path: '/open' },
              headers: [{ name: 'x-kind', kind: 'value', value: 'a' }],
            },
          ],
        }),
      ],
    })
    const headers = { 'x-kind': 'a' }
    expect(road({ path: '/open/a', headers }, mixed)).toBe('public open')
    expect(road({ path: '/open/a' }, mixed)).toBe('protected default')
    expect(road({ path: '/open;x/a', headers }, mixed)).toBe('ambiguous')
    expect(road({ path: '/open%2fa', headers }, mixed)).toBe('ambiguous')
    expect(road({ path: '/open%2fa' }, mixed)).toBe('protected default')
  })

  it('R2: whatever headers hold, nothing is public that no path and no address opens', () => {
    const guarded = aPolicy({
      rules: [
        aRule({
          name: 'open',
          public: true,
          matches: [
            { headers: [{ name: 'x-kind', kind: 'value', value: 'a' }], sourceAddresses: inside },
          ],
        }),
      ],
    })
    const value = fc.oneof(fc.constantFrom('a', '10.1.2.3', 'a\r\nx-kind: a'), fc.string())
    const name = fc.constantFrom('x-kind', 'x-forwarded-for', 'forwarded', 'x-real-ip')
    fc.assert(
      fc.property(fc.dictionary(name, value), fc.ipV4(), (headers, address) => {
        fc.pre(!address.startsWith('10.'))
        expect(road({ headers, address }, guarded)).toBe('protected default')
      }),
    )
  })
})
