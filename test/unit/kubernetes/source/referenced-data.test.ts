import { expect, it } from 'vitest'
import {
  createReferencedData,
  MOST_IN_A_NAMESPACE,
} from '../../../../src/kubernetes/source/referenced-data.ts'
import type { ObjectRef } from '../../../../src/policy/resource/resource.ts'

const secret = (namespace: string, index: number): ObjectRef => ({
  kind: 'Secret',
  namespace,
  name: `secret-${String(index).padStart(4, '0')}`,
})

const secrets = (namespace: string, count: number, from = 0): readonly ObjectRef[] =>
  Array.from({ length: count }, (_, index) => secret(namespace, from + index))

const following = () => {
  const open = new Set<string>()
  const data = createReferencedData(({ path, name }) => {
    const key = `${path.split('/')[4]}/${name}`
    return {
      start: () => open.add(key),
      close: async () => void open.delete(key),
      objects: () => [],
      object: () => undefined,
      synced: () => false,
      heardAtMs: () => 0,
      failure: () => undefined,
    }
  })
  return { data, open }
}

it('what is named is followed, and no longer than that', () => {
  const { data, open } = following()
  data.follow([...secrets('shop', 2), { kind: 'ConfigMap', namespace: 'shop', name: 'ca' }])
  expect([...open]).toEqual(['shop/ca', 'shop/secret-0000', 'shop/secret-0001'])
  data.follow([secret('shop', 1)])
  expect([...open]).toEqual(['shop/secret-0001'])
})

it('a namespace that names thousands has its share, and takes nothing from others', () => {
  const { data, open } = following()
  data.follow([...secrets('hostile', 3_000), ...secrets('shop', 3)])
  expect([...open].filter((key) => key.startsWith('hostile/'))).toHaveLength(MOST_IN_A_NAMESPACE)
  expect([...open].filter((key) => key.startsWith('shop/'))).toHaveLength(3)
  expect(data.beyond()).toHaveLength(3_000 - MOST_IN_A_NAMESPACE)
  expect(data.beyond()[0]).toEqual(secret('hostile', MOST_IN_A_NAMESPACE))
})

it('one more takes nothing away from those that are followed already', () => {
  const { data, open } = following()
  data.follow(secrets('shop', MOST_IN_A_NAMESPACE, 1))
  const before = [...open]
  data.follow(secrets('shop', MOST_IN_A_NAMESPACE + 1))
  expect([...open]).toEqual(before)
  expect(data.beyond()).toEqual([secret('shop', 0)])
  data.follow(secrets('shop', MOST_IN_A_NAMESPACE))
  expect(open.has('shop/secret-0000')).toBe(true)
  expect(data.beyond()).toEqual([])
})
