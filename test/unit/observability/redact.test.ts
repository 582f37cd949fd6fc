import { describe, expect, test } from 'vitest'
import { redactFields, redactText } from '../../../src/observability/lines/redact.ts'
import { createLogger } from '../../../src/observability/logger.ts'

const JWT = `eyJ${'hbGciOiJSUzI1NiJ9'}.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl`
const TICKET = `s1.${'a'.repeat(22)}.${'b'.repeat(43)}`
const PEM = '-----BEGIN PRIVATE KEY-----\nMIIEsecretbytes\n-----END PRIVATE KEY-----'

const secretTexts: readonly (readonly [where: string, text: string, secret: string])[] = [
  ['a JWT in a sentence', `The token ${JWT} was refused.`, 'c2lnbmF0dXJl'],
  ['a JWT in a path', `/x-${JWT}/y`, 'c2lnbmF0dXJl'],
  ['a JWT behind other segments', `a.b.c.d.e.${JWT}`, 'c2lnbmF0dXJl'],
  ['a bearer header', 'Bearer opaque-access-token', 'opaque-access-token'],
  ['a basic header', 'basic c2hvcDpodW50ZXIy', 'c2hvcDpodW50ZXIy'],
  ['a header line', 'authorization: anything at all', 'anything'],
  ['a cookie line', 'cookie: a=b; theme=dark', 'theme'],
  ['one of our cookies', 'got __Host-sallyport=ticket-value; a=b', 'ticket-value'],
  ['a ticket', `The ticket ${TICKET} is unknown.`, 'bbbbbbbb'],
  ['a callback URL', '/oauth2/callback?code=c0de&state=st4te', 'c0de'],
  ['the state of a callback', '/oauth2/callback?code=c0de&state=st4te', 'st4te'],
  ['a token response', '{"access_token":"opaque1","refresh_token":"opaque2"}', 'opaque2'],
  ['a token request', 'grant_type=x&client_secret=hunter2&code_verifier=v3rifier', 'v3rifier'],
  ['a client secret', 'client_secret=hunter2', 'hunter2'],
  ['a Redis URL', 'connect redis://me:hunter2@redis:6379 failed', 'hunter2'],
  ['a sign-out URL', 'https://sso/logout?id_token_hint=hint', '=hint'],
  ['a private key', `key is ${PEM}`, 'MIIEsecretbytes'],
]

describe('R31: no secret is written, wherever it turns up', () => {
  test.each(secretTexts)('R31: %s', (_where, text, secret) => {
    expect(text).toContain(secret)
    expect(redactText(text)).not.toContain(secret)
  })

  test.each([
    ['schemes', 'a.'],
    ['tokens', 'eyJaaaaa-'],
    ['cookies', '__host-'],
    ['tickets', 's1.aaaaaaaaaaaaaaaa-'],
    ['names', 'code_token-'],
  ])('R6: a path that nearly holds many %s is read in linear time', (_name, part) => {
    const path = `/=${part.repeat(600_000 / part.length)}`
    expect(redactText(path).startsWith('/=')).toBe(true)
  })

  test.each([
    'authorization',
    'Cookie',
    'set-cookie',
    'accessToken',
    'refresh_token',
    'tokens',
    'clientSecret',
    'password',
    'codeVerifier',
    'ticket',
    'nonce',
    'headers',
  ])('R31: the value of a field called %s', (name) => {
    const written = JSON.stringify(redactFields({ at: { deep: [{ [name]: 'hunter2' }] } }))
    expect(written).toContain(name)
    expect(written).not.toContain('hunter2')
  })

  test('R31: header maps, buffers and other objects with hidden contents', () => {
    const headers = new Headers({ 'x-odd': 'hunter2' })
    const fields = { a: headers, b: Buffer.from('hunter2'), c: new Map([['x', 'hunter2']]) }
    expect(redactFields(fields)).toEqual({ a: '[redacted]', b: '[redacted]', c: '[redacted]' })
  })

  test('R31: errors, their causes and their stacks', () => {
    const cause = new Error(`refused: ${JWT}`)
    const fields = redactFields({ error: new Error('connect redis://u:hunter2@r', { cause }) })
    const written = JSON.stringify(fields)
    expect(written).toContain('connect redis://')
    expect(written).not.toMatch(/hunter2|c2lnbmF0dXJl/)
  })

  test.each(['debug', 'info', 'warn', 'error'] as const)(
    'R31: messages and fields at level %s',
    (level) => {
      const lines: string[] = []
      const logger = createLogger({
        level: 'debug',
        format: 'json',
        naming: 'sallyport',
        clock: { nowMs: () => 0 },
        destination: {
          write: (line) => lines.push(line) > 0,
          flush: () => undefined,
          close: async () => undefined,
        },
      })
      for (const [, text] of secretTexts) logger[level](text, { detail: text, cookie: text })
      const written = lines.join('')
      expect(lines).toHaveLength(secretTexts.length)
      for (const [, , secret] of secretTexts) expect(written).not.toContain(secret)
    },
  )
})

test('what is no secret stays readable', () => {
  const text = 'The provider https://sso.example.com/realms/shop answered 503 (token_expired).'
  expect(redactText(text)).toBe(text)
  expect(redactFields({ policy: 'shop/shop', count: 3, ok: true, list: ['a'] })).toEqual({
    policy: 'shop/shop',
    count: 3,
    ok: true,
    list: ['a'],
  })
})

test('data that is nested without end does not hang', () => {
  const ring: Record<string, unknown> = {}
  ring.again = ring
  expect(JSON.stringify(redactFields(ring))).toContain('[redacted]')
})
