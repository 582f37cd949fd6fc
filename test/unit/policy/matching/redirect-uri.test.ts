import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  documentHostOf,
  goesTo,
  isAmongRedirectURIs,
  isDocumentHost,
  isLoopback,
  isSameHost,
  redirectURI,
} from '../../../../src/policy/matching/redirect-uri.ts'

const port = fc.integer({ min: 1, max: 65_535 })
const loopback = fc.constantFrom('127.0.0.1', '[::1]', 'localhost')
const path = fc.stringMatching(/^(\/[a-z0-9._~-]{0,8}){1,3}(\?[a-z=&]{0,8})?$/)
const host = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}(\.[a-z]{2,5}){1,2}$/)

describe('redirect URIs', () => {
  it('of the loopback interface match on every port, and on no other host or path', () => {
    fc.assert(
      fc.property(loopback, loopback, path, path, port, port, (a, b, from, to, one, other) => {
        const written = `http://${a}:${one}${from}`
        const sent = `http://${b}:${other}${to}`
        expect(isAmongRedirectURIs(sent, [written])).toBe(a === b && from === to)
        expect(isAmongRedirectURIs(sent, [`http://${a}${from}`])).toBe(a === b && from === to)
      }),
    )
  })

  it('of https match byte for byte', () => {
    fc.assert(
      fc.property(host, path, fc.string({ minLength: 1, maxLength: 4 }), (name, where, more) => {
        const written = `https://${name}${where}`
        expect(isAmongRedirectURIs(written, [written])).toBe(true)
        expect(isAmongRedirectURIs(written + more, [written])).toBe(false)
        expect(isAmongRedirectURIs(`https://${name}:8443${where}`, [written])).toBe(false)
        expect(isAmongRedirectURIs(`https://evil.${name}${where}`, [written])).toBe(false)
        expect(isAmongRedirectURIs(written.toUpperCase(), [written])).toBe(false)
      }),
    )
  })

  it('that are taken lead where a browser would lead', () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (url) => {
        if (!redirectURI(url).ok) return
        expect(new URL(url).username).toBe('')
        expect(url).not.toContain('#')
        expect(goesTo(url)).toBe(new URL(url).origin)
      }),
    )
  })

  it('are never one of any text that no client has listed', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(isAmongRedirectURIs(text, ['https://app.example.com/callback'])).toBe(false)
      }),
    )
  })

  it.each([
    'https://app.example.com/callback',
    'https://app.example.com:8443/callback?from=us',
    'http://127.0.0.1/callback',
    'http://[::1]:1/',
    'http://localhost',
    'cursor://anysphere.cursor/callback',
    'com.example.app:/callback',
  ])('%s is one', (uri) => {
    expect(redirectURI(uri).ok).toBe(true)
  })

  it.each([
    ['javascript:alert(1)', 'scheme javascript'],
    ['data:text/html,x', 'scheme data'],
    ['file:/etc/passwd', 'scheme file'],
    ['http://app.example.com/', 'plain http'],
    ['http://127.0.0.1.evil.example/', 'plain http'],
    ['http://localhost@evil.example/', 'plain http'],
    ['http://127.0.0.1:99999/', 'plain http'],
    ['http://127.0.0.1:0/', 'plain http'],
    ['https://a:b@app.example.com/', 'without a user'],
    ['https://APP.example.com/', 'lower case'],
    ['https://app.example.com/#x', 'fragment'],
    ['https://app.example.com\\@evil.example/', 'no absolute URI'],
    ['https://app.example.com/\u0000', 'no absolute URI'],
    ['//app.example.com/', 'no absolute URI'],
    ['/callback', 'no absolute URI'],
    [`https://app.example.com/${'a'.repeat(512)}`, 'longer than 512'],
  ])('%s is none', (uri, words) => {
    const checked = redirectURI(uri)
    expect(checked.ok).toBe(false)
    expect(checked.ok ? '' : checked.message).toContain(words)
    expect(isAmongRedirectURIs(uri, [uri])).toBe(false)
  })

  it('go to this computer, to an origin, or to a program', () => {
    expect(isLoopback('http://[::1]:7/x')).toBe(true)
    expect(isLoopback('https://127.0.0.1/x')).toBe(false)
    expect(goesTo('https://app.example.com:8443/callback')).toBe('https://app.example.com:8443')
    expect(goesTo('cursor://anysphere.cursor/callback')).toBe('cursor:')
  })
})

describe('hosts of documents', () => {
  const hosts = {
    any: false,
    hosts: new Set(['claude.ai', 'a.example:8443']),
    below: ['.b.example'],
  }

  it.each([
    ['claude.ai', true],
    ['a.claude.ai', false],
    ['a.example', false],
    ['a.example:8443', true],
    ['b.example', false],
    ['x.y.b.example', true],
    ['evilb.example', false],
    ['x.b.example:8443', false],
  ])('%s: %s', (one, is) => {
    expect(isDocumentHost(one, hosts)).toBe(is)
  })

  it('are any where that is said, on the port of https', () => {
    const any = { any: true, hosts: new Set<string>(), below: [] }
    expect(isDocumentHost('anything.example', any)).toBe(true)
    expect(isDocumentHost('anything.example:8443', any)).toBe(false)
  })

  it('are those of https URLs', () => {
    expect(documentHostOf('https://claude.ai/oauth.json')).toBe('claude.ai')
    expect(documentHostOf('http://claude.ai/oauth.json')).toBeUndefined()
    expect(documentHostOf('https://claude.ai@evil.example/')).toBeUndefined()
    expect(isSameHost('https://claude.ai/oauth.json', 'https://claude.ai/callback')).toBe(true)
    expect(isSameHost('https://claude.ai/oauth.json', 'https://claude.ai:1/callback')).toBe(false)
    expect(isSameHost('cursor://a', 'cursor://a')).toBe(false)
  })
})
