import { describe, expect, it } from 'vitest'
import { sessionConfig } from '../../../../src/check/device/session-config.ts'
import { aBindingClient, deviceTerms } from '../../../support/bound-browser.ts'
import { configIn, isInScope } from '../../../support/device-config.ts'

const HOST = 'shop.example.com'

const BOUND = '__Host-sallyport-bound=v; Path=/; Secure; HttpOnly; SameSite=Lax'

/** What a browser makes of the paths of these clients. */
const isProvenAt = (...paths: readonly (readonly [callback: string, logout: string])[]) => {
  const client = aBindingClient()
  const clients = paths.map(([callbackPath, path]) => ({
    ...client,
    callbackPath,
    logout: { ...client.logout, path },
  }))
  const members = sessionConfig({ host: HOST }, { clients }, client, deviceTerms(), 's1')
  const headers = [['set-cookie', BOUND]] as const
  const body = JSON.stringify(members)
  const config = configIn({ status: 200, headers, body, isAllowed: false })
  if (config === undefined) throw new Error('A browser would not take this.')
  return (path: string): boolean => isInScope(config, path)
}

describe('what a browser proves its device for', () => {
  it('is every path of the host but those of sign-in and sign-out, and what is below these', () => {
    const isProven = isProvenAt(['/oauth2/callback', '/account'])
    for (const path of ['/', '/orders', '/accounts', '/account/', '/account/orders?a=1']) {
      expect([path, isProven(path)]).toEqual([path, true])
    }
    for (const path of ['/account', '/account?a=1', '/oauth2/callback', '/oauth2/session/bind']) {
      expect([path, isProven(path)]).toEqual([path, false])
    }
    expect(isProven('/oauth2/session/refresh')).toBe(false)
  })

  it.each([
    ['the callback below the sign-out', ['/account/in', '/account']],
    ['the sign-out below the callback', ['/account', '/account/in']],
  ] as const)('is told right with %s, in whatever order', (_, [callback, logout]) => {
    const isProven = isProvenAt(['/oauth2/callback', '/oauth2/logout'], [callback, logout])
    expect(['/account', '/account/in'].map(isProven)).toEqual([false, false])
    expect(['/account/', '/account/in/x', '/account/inn'].map(isProven)).toEqual([true, true, true])
  })
})
