import { describe, expect, it } from 'vitest'
import type { Client } from '../../../../src/core/registration/client.ts'
import { classify } from '../../../../src/policy/applying/classify.ts'
import { aBindingClient } from '../../../support/bound-browser.ts'
import { aClient, aPolicy, aRequest, aRule } from '../../../support/builders.ts'

const { logout } = aClient()

const road = (path: string, clients: readonly Client[] = [aClient()], method = 'GET'): string =>
  classify(aPolicy({ clients }), aRequest({ path, method })).kind

describe('our own roads', () => {
  it.each([
    ['/oauth2/callback', 'callback'],
    ['/oauth2/logout', 'logout'],
    ['/oauth2/session', 'session_info'],
    ['/oauth2/login', 'login_link'],
    ['/oauth2/session/', 'protected'],
    ['/oauth2/sessions', 'protected'],
    ['/session', 'protected'],
    ['/login', 'protected'],
    ['/oauth2%2Fsession', 'protected'],
  ])('%s is %s', (path, kind) => expect(road(path)).toBe(kind))

  it('for pages are for GET and HEAD alone: every other method is for the rules, as ever', () => {
    for (const path of ['/oauth2/session', '/oauth2/login']) {
      expect(road(path, undefined, 'HEAD')).not.toBe('protected')
      for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
        expect(road(path, undefined, method)).toBe('protected')
      }
    }
  })

  it('for pages are in the folder of each callback, and of no client by itself', () => {
    const other = aClient({
      name: 'shop/other',
      callbackPath: '/auth/other/callback',
      pagePaths: { session: '/auth/other/session', login: '/auth/other/login' },
      logout: { ...logout, path: '/auth/other/logout' },
    })
    const both = [aClient(), other]
    expect(road('/oauth2/session', both)).toBe('session_info')
    expect(road('/auth/other/session', both)).toBe('session_info')
    expect(road('/auth/other/login', both)).toBe('login_link')
  })

  it('a path that a client names for something else is that, whichever client it is', () => {
    const odd = aClient({ name: 'shop/odd', callbackPath: '/oauth2/login' })
    const out = aClient({ name: 'shop/out', logout: { ...logout, path: '/oauth2/session' } })
    for (const clients of [
      [aClient(), odd, out],
      [out, odd, aClient()],
    ]) {
      expect(road('/oauth2/login', clients)).toBe('callback')
      expect(road('/oauth2/session', clients)).toBe('logout')
    }
  })

  it('for devices are there for whatever method, and only where sessions are bound', () => {
    for (const method of ['GET', 'POST', 'OPTIONS', 'PUT']) {
      expect(road('/oauth2/session/bind', [aBindingClient()], method)).toBe('device_bind')
      expect(road('/oauth2/session/refresh', [aBindingClient()], method)).toBe('device_refresh')
      expect(road('/oauth2/session/refresh', [aClient()], method)).toBe('protected')
    }
  })

  it('a callback at the root has nothing beside it but applications', () => {
    const { pagePaths: _, ...client } = aClient({ callbackPath: '/callback' })
    expect(road('/session', [client])).toBe('protected')
    expect(road('/login', [client])).toBe('protected')
  })

  it('for pages come with the rule that covers their path', () => {
    const matches = [{ path: { kind: 'prefix', path: '/oauth2' } as const }]
    const policy = aPolicy({ pathSensitive: true, rules: [aRule({ name: 'ours', matches })] })
    const intent = classify(policy, aRequest({ path: '/oauth2/session' }))
    expect(intent).toMatchObject({ kind: 'session_info', rule: { name: 'ours' } })
  })
})
