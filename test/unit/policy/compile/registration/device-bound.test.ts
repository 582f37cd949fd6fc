import { describe, expect, it } from 'vitest'
import { readClient } from '../../../../../src/policy/compile/registration/client.ts'
import { unsuitable } from '../../../../../src/policy/compile/route/client-fit.ts'
import { aBindingClient } from '../../../../support/bound-browser.ts'
import { aClient } from '../../../../support/builders.ts'
import { anOidcClient } from '../../../../support/resources.ts'

const DEFAULTS = {
  cookieLifetime: '10m',
  challengeLifetime: '10m',
  singleUse: false,
  grace: '0s',
} as const

const reading = (mode: 'Off' | 'Prefer' | 'Require', path = '/oauth2/callback') => {
  const client = anOidcClient()
  const session = { ...client.spec.session, deviceBound: { mode, ...DEFAULTS } }
  const spec = { ...client.spec, session, callback: { path } }
  return readClient({ ...client, spec }).draft.settings.session.deviceBound
}

describe('what a client says of devices', () => {
  it('binds none unless it says so', () => {
    expect(readClient(anOidcClient()).draft.settings.session.deviceBound).toBeUndefined()
    expect(reading('Off')).toBeUndefined()
  })

  it('has its roads beside the callback, and below one without a folder', () => {
    expect(reading('Prefer')).toEqual({
      mode: 'Prefer',
      cookieName: '__Host-sallyport-bound',
      cookieLifetimeMs: 600_000,
      challengeLifetimeMs: 600_000,
      singleUse: false,
      graceMs: 0,
      paths: { bind: '/oauth2/session/bind', refresh: '/oauth2/session/refresh' },
    })
    expect(reading('Require', '/callback')?.paths).toEqual({
      bind: '/callback/session/bind',
      refresh: '/callback/session/refresh',
    })
  })

  it('needs a cookie of its own beside those of the other clients of a host', () => {
    const { session } = aClient()
    const other = aClient({
      name: 'shop/other',
      displayName: 'other',
      callbackPath: '/oauth2/other',
      logout: { ...aClient().logout, path: '/oauth2/other-logout' },
      session: { ...session, cookie: { ...session.cookie, name: '__Host-sallyport-bound' } },
    })
    const members = [aBindingClient(), other].map((client) => ({ client, field: ['spec'] }))
    expect(unsuitable(['shop.example.com'], members).map(({ message }) => message)).toEqual([
      'OIDCClient shop/shop and OIDCClient shop/other cannot be told apart on one host, as `session.cookie.name` with `-bound` of the one and `session.cookie.name` of the other is "__Host-sallyport-bound": change one of them',
    ])
  })
})
