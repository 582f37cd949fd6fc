import { describe, expect, it } from 'vitest'
import type { PolicySource } from '../../../../src/core/policy-source.ts'
import { decisionName } from '../../../../src/observability/lines/decision-name.ts'
import { createBoundWorld } from '../../../support/bound-browser.ts'
import { denied } from '../../../support/verdicts.ts'

const HOST = 'shop.example.com'
const PUBLIC_HEADER = 'x-forwarded-host'

const UNSERVED = { reason: 'device_host_unserved', status: 503 }

describe('a browser that proves its device at a host that is not served', () => {
  const set = async () => {
    const world = createBoundWorld()
    const { id } = await world.boundBrowser()
    const { policy } = world.ports
    if (policy === undefined) throw new Error('There is no policy.')
    const find = (found: PolicySource['find']) =>
      Object.assign(world.ports.policies, { find: found })
    const renew = async (name: string | undefined, headers = {}, authority = HOST) =>
      denied(
        await world.ask({
          method: 'POST',
          authority,
          path: '/oauth2/session/refresh',
          headers: { ...(name === undefined ? {} : { 'sec-secure-session-id': name }), ...headers },
        }),
      )
    return { ...world, id, policy, find, renew }
  }

  it.each([
    [{ kind: 'none' }, 'no_policy'],
    [{ kind: 'conflict', policy: 'shop/shop' }, 'host_conflict'],
  ] as const)(
    'is told 503, so that its session goes on, where the host is %o',
    async (lookup, reason) => {
      const { id, find, renew } = await set()
      find(() => lookup)
      const detail = `The host is not served for now (${reason}).`
      expect(await renew(id)).toMatchObject({ ...UNSERVED, detail })
      expect(await renew(`"${id}"`)).toMatchObject(UNSERVED)
    },
  )

  it('is told what everybody is where it names a session that was not bound there', async () => {
    const { id, find, renew } = await set()
    find(() => ({ kind: 'none' }))
    const madeUp = ['x', `${id}x`, id.slice(1), 'x'.repeat(100_000), '"\u0000"', '', undefined]
    for (const name of madeUp) {
      expect(await renew(name)).toMatchObject({ reason: 'no_policy', status: 404 })
    }
    expect((await renew(id, {}, 'other.example.com')).reason).toBe('no_policy')
  })

  it('is known by the host that a gateway names, where that is none of the route any more', async () => {
    const { id, find, policy, renew } = await set()
    const found = { kind: 'found', policy: { ...policy, publicHostHeader: PUBLIC_HEADER } } as const
    find(({ host }) => (host === 'origin.internal' ? found : { kind: 'none' }))
    const ask = (name: string, host: string) =>
      renew(name, { [PUBLIC_HEADER]: host }, 'origin.internal')
    expect(await ask(id, HOST)).toMatchObject(UNSERVED)
    expect(await ask(id, `${HOST}:8443`)).toMatchObject(UNSERVED)
    expect((await ask('junk', HOST)).reason).toBe('host_conflict')
    expect((await ask(id, 'other.example.com')).reason).toBe('host_conflict')
    expect((await ask(id, 'no host')).reason).toBe('host_conflict')
  })

  it('raises no alarm, nor does what is no name: anybody can send either', async () => {
    const { id, find, renew } = await set()
    expect(decisionName(await renew('junk'))).toBe('reject')
    expect(decisionName(await renew(undefined))).toBe('reject')
    find(() => ({ kind: 'none' }))
    expect(decisionName(await renew(id))).toBe('reject')
    expect(decisionName(await renew('junk'))).toBe('reject')
  })
})
