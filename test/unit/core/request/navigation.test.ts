import { describe, expect, it } from 'vitest'
import { causeOf, isEmbedded, mayLogin } from '../../../../src/core/request/navigation.ts'
import { aRequest, FETCH, NAVIGATION } from '../../../support/builders.ts'

const auto = (headers: Record<string, string>, method = 'GET') =>
  mayLogin(aRequest({ headers, method }), 'Auto')

describe('R19: a login starts only for navigations', () => {
  it.each([
    ['a browser opening a page', NAVIGATION, 'GET'],
    ['a HEAD navigation', NAVIGATION, 'HEAD'],
    ['an old browser that asks for HTML', { accept: 'text/html, */*;q=0.1' }, 'GET'],
    ['XHTML', { accept: 'application/xhtml+xml' }, 'GET'],
  ])('R19: %s logs in', (_name, headers, method) => expect(auto(headers, method)).toBe(true))

  it.each([
    ['a fetch', FETCH, 'GET'],
    ['a fetch that asks for HTML', { ...FETCH, accept: 'text/html' }, 'GET'],
    [
      'an XMLHttpRequest of an old library',
      { accept: 'text/html', 'x-requested-with': 'XMLHttpRequest' },
      'GET',
    ],
    ['a navigation by POST', NAVIGATION, 'POST'],
    ['a CORS preflight', { ...FETCH, 'access-control-request-method': 'GET' }, 'OPTIONS'],
    ['an image', { ...NAVIGATION, 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }, 'GET'],
    ['a frame', { ...NAVIGATION, 'sec-fetch-dest': 'iframe' }, 'GET'],
    ['a WebSocket', { 'sec-fetch-mode': 'websocket', accept: '*/*' }, 'GET'],
    ['a prefetch', { ...NAVIGATION, 'sec-purpose': 'prefetch;prerender' }, 'GET'],
    ['curl', { accept: '*/*' }, 'GET'],
    ['a client that says nothing', {}, 'GET'],
    ['a client that asks for JSON', { accept: 'application/json' }, 'GET'],
    ['a client that refuses HTML', { accept: 'text/html;q=0, application/json' }, 'GET'],
    ['a look-alike type', { accept: 'text/html-template' }, 'GET'],
  ])('R19: %s is challenged', (_name, headers, method) => expect(auto(headers, method)).toBe(false))

  it.each([
    ['spaces', `text/html${' '.repeat(300_000)}x`],
    ['weights', `text/html${';q='.repeat(100_000)}0`],
    ['ranges', 'text/htm,'.repeat(100_000)],
  ])('R6: an accept header of many %s is judged in linear time', (_name, accept) =>
    expect(auto({ accept })).toBe(accept.includes(';')),
  )

  it('R19: `Challenge` never logs in', () => {
    expect(mayLogin(aRequest({ headers: NAVIGATION }), 'Challenge')).toBe(false)
  })

  it('R19: `Login` adds requests that say nothing, and never one with a body or one that says it is a fetch', () => {
    expect(mayLogin(aRequest({ headers: {} }), 'Login')).toBe(true)
    expect(mayLogin(aRequest({ headers: { accept: '*/*' } }), 'Login')).toBe(true)
    expect(mayLogin(aRequest({ headers: { accept: 'application/json' } }), 'Login')).toBe(false)
    expect(mayLogin(aRequest({ headers: FETCH }), 'Login')).toBe(false)
    expect(mayLogin(aRequest({ headers: NAVIGATION, method: 'POST' }), 'Login')).toBe(false)
  })
})

it.each([
  ['same-origin', 'own'],
  ['same-site', 'own'],
  ['none', 'own'],
  ['cross-site', 'foreign'],
  ['something-new', 'foreign'],
] as const)('a visit whose Sec-Fetch-Site is %s is %s', (site, cause) => {
  expect(causeOf(aRequest({ headers: { 'sec-fetch-site': site } }))).toBe(cause)
})

it('a browser that says nothing leaves the cause unknown', () => {
  expect(causeOf(aRequest())).toBe('unknown')
})

it('an image is told apart from a visit', () => {
  expect(isEmbedded(aRequest({ headers: { 'sec-fetch-mode': 'no-cors' } }))).toBe(true)
  expect(isEmbedded(aRequest({ headers: NAVIGATION }))).toBe(false)
  expect(isEmbedded(aRequest())).toBe(false)
})
