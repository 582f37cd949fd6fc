import { describe, expect, it } from 'vitest'
import { createBackChannelLogout } from '../../../../src/check/logout/back-channel-logout.ts'
import type { ClientLookup } from '../../../../src/core/client-source.ts'
import type { LogoutTokenCheck } from '../../../../src/core/provider/relying-party.ts'
import { Fault } from '../../../../src/core/reason/fault.ts'
import type { SessionSelector } from '../../../../src/core/session/session-directory.ts'
import { aClient } from '../../../support/builders.ts'
import { fakePorts, unlimited } from '../../../support/check-ports.ts'

const ISSUER = 'https://sso.example.com/realms/shop'

type ValidToken = Extract<LogoutTokenCheck, { readonly kind: 'valid' }>

const aToken = (changes: Partial<ValidToken> = {}): LogoutTokenCheck => ({
  kind: 'valid',
  issuer: ISSUER,
  id: 'jti-1',
  acceptedUntilMs: Date.UTC(2026, 10, 24),
  subject: 'alice',
  sid: 'sid-1',
  ...changes,
})

const found = (...sameRegistration: readonly string[]): ClientLookup => ({
  kind: 'found',
  client: aClient(),
  sameRegistration: ['shop/shop', ...sameRegistration],
})

/** The flow with everything around it in memory: `end` may be told to fail. */
const aFlow = (lookup: ClientLookup = found()) => {
  const ports = fakePorts()
  const ended: SessionSelector[] = []
  const state: { fault?: Fault } = {}
  ports.logoutToken = aToken()
  const logout = createBackChannelLogout({
    ...ports,
    clients: { find: () => lookup },
    directory: {
      end: async (selector) => {
        if (state.fault !== undefined) throw state.fault
        ended.push(selector)
        return 2
      },
    },
  })
  const send = () => logout('shop/shop', 'a.logout.token', unlimited)
  return { ports, ended, state, send }
}

describe('a back-channel logout', () => {
  it('by sid ends the sessions of that session at the provider', async () => {
    const { ended, send } = aFlow()
    expect(await send()).toEqual({ kind: 'ended', sessions: 2 })
    expect(ended).toEqual([{ kind: 'sid', issuer: ISSUER, sid: 'sid-1', client: 'shop/shop' }])
  })

  it('without a sid ends every session of the subject', async () => {
    const { ports, ended, send } = aFlow()
    ports.logoutToken = {
      kind: 'valid',
      issuer: ISSUER,
      id: 'jti-1',
      acceptedUntilMs: 0,
      subject: 'alice',
    }
    expect((await send()).kind).toBe('ended')
    expect(ended).toEqual([
      { kind: 'subject', issuer: ISSUER, subject: 'alice', client: 'shop/shop' },
    ])
  })

  it('reaches every client that shares the registration', async () => {
    const { ended, send } = aFlow(found('shop/admin'))
    expect(await send()).toEqual({ kind: 'ended', sessions: 4 })
    expect(ended.map((selector) => 'client' in selector && selector.client)).toEqual([
      'shop/shop',
      'shop/admin',
    ])
  })

  it('takes a token once, by its jti', async () => {
    const { ports, ended, send } = aFlow()
    await send()
    expect(await send()).toMatchObject({ kind: 'refused', detail: expect.stringMatching(/jti/) })
    expect(ended).toHaveLength(1)
    ports.logoutToken = aToken({ id: 'jti-2' })
    expect((await send()).kind).toBe('ended')
  })

  it('of fifty deliveries at once acknowledges one', async () => {
    const { send } = aFlow()
    const outcomes = await Promise.all(Array.from({ length: 50 }, send))
    expect(outcomes.filter(({ kind }) => kind === 'ended')).toHaveLength(1)
  })

  it('that failed may be tried again with the same token', async () => {
    const { state, ended, send } = aFlow()
    state.fault = new Fault('session_store_unavailable', 'Redis is down.')
    expect(await send()).toEqual({ kind: 'unavailable', fault: state.fault })
    delete state.fault
    expect((await send()).kind).toBe('ended')
    expect(ended).toHaveLength(1)
  })

  it('ends nothing for a token that is refused', async () => {
    const { ports, ended, send } = aFlow()
    ports.logoutToken = { kind: 'invalid', detail: 'Its signature is not valid.' }
    expect(await send()).toEqual({ kind: 'refused', detail: 'Its signature is not valid.' })
    expect(ended).toEqual([])
  })

  it('of a client that takes none, or of none at all, is unknown', async () => {
    const client = aClient()
    const silent = aClient({ logout: { ...client.logout, backChannel: false } })
    for (const lookup of [
      { kind: 'none' } as const,
      { kind: 'found', client: silent, sameRegistration: ['shop/shop'] } as const,
    ]) {
      const { ended, send } = aFlow(lookup)
      expect(await send()).toEqual({ kind: 'unknown_client' })
      expect(ended).toEqual([])
    }
  })

  it.each([
    [{ kind: 'broken', detail: 'Its Secret is gone.' }, 'policy_broken'],
    [{ kind: 'not_synced' }, 'not_synced'],
  ] as const)('of a client that cannot be used yet is to be repeated', async (lookup, code) => {
    expect(await aFlow(lookup).send()).toMatchObject({ kind: 'unavailable', fault: { code } })
  })
})
