import { describe, expect, test } from 'vitest'
import { upstreamHeaderName } from '../../../../src/policy/matching/reserved-headers.ts'

describe('upstreamHeaderName', () => {
  test.each([
    ['x-user-email', 'x-user-email'],
    ['X-User-Email', 'x-user-email'],
    ['remote-user', 'remote-user'],
  ])('%s may be set from a claim, as %s', (written, name) => {
    expect(upstreamHeaderName(written)).toEqual({ ok: true, value: name })
  })

  test.each([
    ':authority',
    ':path',
    'host',
    'Cookie',
    'set-cookie',
    'authorization',
    'proxy-authorization',
    'content-length',
    'content-type',
    'transfer-encoding',
    'connection',
    'keep-alive',
    'te',
    'trailer',
    'upgrade',
    'x-forwarded-for',
    'x-envoy-original-path',
    'x-original-url',
    'x-request-id',
    'traceparent',
    'x-sallyport-reason',
    'x-auth-subject',
    'X-Auth-Scopes',
  ])('R8: %s may not', (written) => {
    expect(upstreamHeaderName(written)).toMatchObject({ ok: false, message: expect.any(String) })
  })

  test.each(['', 'a b', 'a:b', 'a\r\nb', 'ä', 'x_user', `x-${'a'.repeat(64)}`])(
    'R9: %j is no name that may be set',
    (written) => {
      expect(upstreamHeaderName(written).ok).toBe(false)
    },
  )
})
