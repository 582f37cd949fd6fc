import { describe, expect, it } from 'vitest'
import { finish } from '../../../../src/core/time/steps.ts'
import { compile } from '../../../../src/policy/compile.ts'
import { joinManifests } from '../../../../src/resources/manifest/joined-manifests.ts'
import { readManifests } from '../../../../src/resources/manifest/manifests.ts'
import { createResourceSchema } from '../../../../src/resources/schema/schema.ts'

const schema = createResourceSchema()

const route = (name: string, extra: string): string => `
apiVersion: sallyport.dev/v1alpha1
kind: ProtectedRoute
metadata: { name: ${name}, namespace: shop, creationTimestamp: "2026-11-0${name === 'first' ? 1 : 2}T00:00:00Z" }
spec:
  hosts: [shop.example.com]
  clientRef: { name: shop }
${extra}
`

const compiled = (text: string) => {
  const { resources, invalid } = finish(
    joinManifests([finish(readManifests(text, 'a.yaml', schema))], []),
  )
  return compile({
    resources,
    invalid,
    hash: (content) => content,
    options: { allowInsecureIssuers: false },
  })
}

describe('hosts of a route that its schema refuses', () => {
  it('R28: are denied from the first reading on, and not passed on to a younger route', () => {
    const { table, routes } = compiled(`${route('first', '  typo: 1')}---${route('second', '')}`)
    const found = table.find({ host: 'shop.example.com', contextExtensions: {} })
    expect(found).toMatchObject({ kind: 'broken', policy: 'shop/first' })
    expect(routes.find(({ name }) => name === 'shop/second')?.hosts).toEqual([
      { host: 'shop.example.com', state: 'Conflicted', conflictingWith: 'shop/first' },
    ])
  })

  it('R34: are read as far as they can be, whatever else the manifest holds', () => {
    const odd = route('first', '').replace('[shop.example.com]', '[7, shop.example.com, {}]')
    const { table } = compiled(odd)
    expect(table.find({ host: 'shop.example.com', contextExtensions: {} }).kind).toBe('broken')
    for (const spec of ['spec: 7', 'spec: { hosts: x }', 'spec: null', '']) {
      const text = `apiVersion: sallyport.dev/v1alpha1\nkind: ProtectedRoute\nmetadata: { name: a }\n${spec}`
      expect(() => compiled(text)).not.toThrow()
    }
  })
})
