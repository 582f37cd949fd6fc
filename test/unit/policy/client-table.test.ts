import { describe, expect, it } from 'vitest'
import { finish } from '../../../src/core/time/steps.ts'
import { createClientTable } from '../../../src/policy/client-table.ts'
import { aClient, aProvider } from '../../support/builders.ts'

const ref = (name: string) => ({ kind: 'OIDCClient' as const, namespace: 'shop', name })

describe('the table of clients', () => {
  const shop = aClient()
  const admin = aClient({ name: 'shop/admin' })
  const other = aClient({ name: 'shop/other', provider: aProvider({ issuer: 'https://b.test' }) })
  const table = finish(
    createClientTable({
      clients: [shop, admin, other],
      objects: [
        { ref: ref('shop'), inForce: 'current', providers: [] },
        { ref: ref('broken'), inForce: 'current', providers: [], unusable: 'its Secret is gone' },
      ],
    }),
  )

  it('finds a client, and all that the provider cannot tell from it', () => {
    expect(table.find('shop/shop')).toEqual({
      kind: 'found',
      client: shop,
      sameRegistration: ['shop/shop', 'shop/admin'],
    })
    expect(table.find('shop/other')).toMatchObject({ sameRegistration: ['shop/other'] })
  })

  it('R13: takes nobody for the same who only names the same issuer, with keys of another namespace', () => {
    const provider = aProvider({ name: 'evil/sso', endpoints: { jwks: 'https://evil.test/keys' } })
    const evil = aClient({ name: 'evil/shop', provider })
    const { find } = finish(createClientTable({ clients: [shop, evil], objects: [] }))
    expect(find('evil/shop')).toMatchObject({ sameRegistration: ['evil/shop'] })
    expect(find('shop/shop')).toMatchObject({ sameRegistration: ['shop/shop'] })
  })

  it('says why one that is there cannot be used', () => {
    expect(table.find('shop/broken')).toEqual({
      kind: 'broken',
      detail: 'OIDCClient shop/broken cannot be used: its Secret is gone.',
    })
  })

  it('knows no other', () => {
    expect(table.find('shop/nobody')).toEqual({ kind: 'none' })
  })
})
