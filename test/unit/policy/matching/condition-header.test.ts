import { describe, expect, it } from 'vitest'
import { conditionHeaderName } from '../../../../src/policy/matching/condition-header.ts'

describe('a header that may choose a rule', () => {
  it.each([
    ['X-Kind', 'x-kind'],
    ['user-agent', 'user-agent'],
    ['access-control-request-method', 'access-control-request-method'],
    ['x-request-id', 'x-request-id'],
  ])('%s, as %s', (written, value) => {
    expect(conditionHeaderName(written)).toEqual({ ok: true, value })
  })

  it.each([
    'Authorization',
    'cookie',
    'proxy-authorization',
    'x-auth-subject',
    'X-Auth-Email',
    'x-sallyport-route',
    'host',
    'forwarded',
    'via',
    'x-forwarded-for',
    'x-forwarded-host',
    'x-real-ip',
    'x-rewrite-url',
    'x-original-url',
    'x-envoy-external-address',
    'remote-user',
    'x-auth-request-email',
    'x-webauth-user',
    ':path',
    'x_kind',
    'a b',
    '',
  ])('R2: %j may not', (written) => {
    expect(conditionHeaderName(written)).toMatchObject({ ok: false, message: expect.any(String) })
  })
})
