import { describe, expect, it, onTestFinished } from 'vitest'
import { createSharedClientKeys } from '../../../../src/app/client-keys/client-keys.ts'
import type { OIDCClient, Resource } from '../../../../src/policy/resource/resource.ts'
import { createMemoryBackend } from '../../../../src/sessions/memory/backend.ts'
import { unlimited } from '../../../support/check-ports.ts'
import { compiled } from '../../../support/compiled.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'
import { handSetTimers } from '../../../support/hand-set-timers.ts'
import { keysOf } from '../../../support/process-keys.ts'
import { aConfigMap, anIdentityProvider, anOidcClient } from '../../../support/resources.ts'
import { seededRandom } from '../../../support/seeded-random.ts'

const SHOP = 'shop/shop'

const managed = (changes: Partial<OIDCClient['spec']> = {}): OIDCClient => {
  const { secretRef: _, ...bare } = anOidcClient().spec.authentication
  const managedKey = { rotation: '1h' }
  const authentication = { ...bare, method: 'private_key_jwt', managedKey } as const
  return anOidcClient(SHOP, { authentication, ...changes })
}

const CA = aConfigMap('shop/ca', {
  'ca.crt': '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
})

const PROVIDER = anIdentityProvider('shop/keycloak', {
  tls: { caRef: { kind: 'ConfigMap', name: 'ca', key: 'ca.crt' } },
})

/** What the process takes from resources, as it does after each change. */
const someKeys = () => {
  const clock = handSetClock()
  const random = seededRandom('shared client keys')
  const keys = createSharedClientKeys({
    backend: createMemoryBackend({ clock, random, maxEntries: 100 }),
    keys: keysOf('a'),
    clock,
    random,
    keyPrefix: 'test',
    logger: { warn: () => undefined },
    metrics: { clientKeys: { observe: () => undefined, families: [] } },
    store: 'redis',
    timers: handSetTimers(clock),
  })
  onTestFinished(() => keys.close())
  const take = (...resources: readonly Resource[]): readonly string[] => {
    const { clients, registrations } = compiled(resources)
    keys.take(clients, registrations)
    return clients.map(({ name }) => name)
  }
  const kids = () => {
    const set = keys.keySetOf(SHOP)
    return set.kind === 'keys' ? set.keys.map(({ kid }) => kid) : [set.kind]
  }
  return { keys, take, kids, sign: () => keys.keyOf(SHOP, unlimited) }
}

describe('the keys of a client that cannot be used for now', () => {
  it('stay published, sign nothing, and are there again with the client', async () => {
    const { take, kids, sign } = someKeys()
    expect(take(CA, PROVIDER, managed())).toEqual([SHOP])
    const { keyId } = await sign()
    expect(kids()).toContain(keyId)
    expect(take(PROVIDER, managed())).toEqual([])
    expect(kids()).toContain(keyId)
    await expect(sign()).rejects.toMatchObject({
      code: 'client_key_unavailable',
      message: 'shop/shop: there is no key to sign with yet: it cannot be used at present.',
    })
    expect(take(managed())).toEqual([])
    expect(kids()).toContain(keyId)
    expect(take(CA, PROVIDER, managed())).toEqual([SHOP])
    expect(await sign()).toMatchObject({ keyId })
  })

  it('are unavailable, and not unused, where none was ever known', async () => {
    const { take, kids, keys } = someKeys()
    expect(take(PROVIDER, managed())).toEqual([])
    expect(kids()).toEqual(['unavailable'])
    expect(keys.keySetOf('shop/another')).toEqual({ kind: 'unused' })
    expect(keys.standingOf(SHOP)).toBeUndefined()
  })

  it('R12: are not those of another registration under its name', async () => {
    const { take, kids, sign } = someKeys()
    take(CA, PROVIDER, managed())
    await sign()
    take(PROVIDER, managed({ clientId: 'another' }))
    expect(kids()).toEqual(['unavailable'])
    take(PROVIDER, managed())
    expect(kids()).toEqual(['unavailable'])
  })

  it('are gone with the object, and where it wants none any more', async () => {
    const { take, kids, sign } = someKeys()
    take(CA, PROVIDER, managed())
    await sign()
    take(PROVIDER, anOidcClient(SHOP))
    expect(kids()).toEqual(['unused'])
    take(CA, PROVIDER, managed())
    take(CA, PROVIDER)
    expect(kids()).toEqual(['unused'])
  })
})

it('before anything was read nobody is told that there are no keys', () => {
  const { take, kids } = someKeys()
  expect(kids()).toEqual(['unavailable'])
  take()
  expect(kids()).toEqual(['unused'])
})
