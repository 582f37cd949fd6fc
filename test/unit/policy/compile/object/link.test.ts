import { expect, test } from 'vitest'
import { follow, type Referable } from '../../../../../src/policy/compile/object/link.ts'

const among = (referable: Referable<string>) =>
  ({
    kind: 'OIDCClient',
    labelsOf: () => undefined,
    byName: new Map([['shop/shop', referable]]),
  }) as const

const to = { namespace: 'shop', name: 'shop' }

test('R28: an object whose grant is not known can be used from its own namespace alone', () => {
  const objects = among({ linked: { kind: 'usable', value: 'it' } })
  expect(follow('shop', to, objects)).toEqual({ kind: 'usable', value: 'it' })
  expect(follow('guest', to, objects)).toMatchObject({ finding: { reason: 'RefNotPermitted' } })
})
