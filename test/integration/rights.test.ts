import { readFileSync } from 'node:fs'
import { beforeAll, expect, test, vi } from 'vitest'
import { parseAllDocuments } from 'yaml'
import type { PolicyRule } from '../support/parts/service-account.ts'
import { SHOP, SHOP_SECRET } from '../support/resource-folder.ts'
import { answerOf, PATIENCE, type Role, sentencesOf, useCluster } from '../support/use-cluster.ts'

const cluster = useCluster(['shop', 'guest'])

/** Needs every right that there is: a Secret, a ConfigMap and the labels of namespaces. */
const MORE = `apiVersion: sallyport.dev/v1alpha1
kind: IdentityProvider
metadata: { name: private, namespace: shop }
spec:
  issuer: https://private.example.com
  tls: { caRef: { kind: ConfigMap, name: ca, key: ca.crt } }
  allowedNamespaces: { from: Selector, selector: { matchLabels: { team: web } } }
---
apiVersion: sallyport.dev/v1alpha1
kind: ProtectedRoute
metadata: { name: guest, namespace: guest }
spec:
  hosts: [guest.example.com]
  authenticate:
    - bearer: { providerRef: { name: private, namespace: shop }, audiences: [api] }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: ca, namespace: shop }
data:
  ca.crt: |
    -----BEGIN CERTIFICATE-----
    AAAA
    -----END CERTIFICATE-----
`

beforeAll(async () => {
  await cluster.apply(`${SHOP}---\n${SHOP_SECRET}---\n${MORE}`)
  await cluster.apiserver().kubectl('label', 'namespace', 'guest', 'team=web')
})

test('with exactly the rights of deploy/rbac/cluster.yaml everything works, and nothing is complained of', async () => {
  const sallyport = await cluster.startReplica()
  await cluster.told('protectedroute', 'guest/guest', 'Programmed', { status: 'True' })
  await cluster.told('oidcclient', 'shop/shop', 'ResolvedRefs', { status: 'True' })
  await vi.waitFor(async () => {
    const events = await cluster.apiserver().kubectl('get', 'events', '-n', 'guest', '-o', 'name')
    expect(events).toMatch(/guest/)
  }, PATIENCE)
  expect(await answerOf(sallyport, 'guest.example.com')).toBe(401)
  expect(
    sentencesOf(sallyport).filter((text) =>
      /(?<!certificate number \d+ )cannot be (read|written|created|updated)/.test(text),
    ),
  ).toEqual([])
  expect(sentencesOf(sallyport)).toContain('This replica writes status now.')
})

const without =
  (resource: string, verb: string) =>
  (role: Role): Role => ({
    ...role,
    rules: role.rules.flatMap((rule): readonly PolicyRule[] => {
      if (!rule.resources.includes(resource)) return [rule]
      const others = rule.resources.filter((one) => one !== resource)
      const verbs = rule.verbs.filter((one) => one !== verb)
      return [
        ...(others.length === 0 ? [] : [{ ...rule, resources: others }]),
        ...(verbs.length === 0 ? [] : [{ ...rule, resources: [resource], verbs }]),
      ]
    }),
  })

/** Every right of deploy/rbac/cluster.yaml: a resource and a verb. */
const rights: readonly (readonly [verb: string, resource: string])[] = parseAllDocuments(
  readFileSync(new URL('../../deploy/rbac/cluster.yaml', import.meta.url), 'utf8'),
)
  .map((document): Role => document.toJS())
  .flatMap(({ rules = [] }) => rules)
  .flatMap(({ resources, verbs }) =>
    resources.flatMap((resource) => verbs.map((verb) => [verb, resource] as const)),
  )

/**
 * Where an owner reads of it: the object and its condition. A status that nobody may write tells
 * nothing.
 */
const toldAt = (
  verb: string,
  resource: string,
): readonly [kind: string, path: string, type: string] | undefined => {
  if (resource === 'leases') return undefined
  if (resource === 'configmaps') {
    return ['identityprovider', 'shop/private', verb === 'list' ? 'ResolvedRefs' : 'Ready']
  }
  if (resource === 'secrets') {
    return ['oidcclient', 'shop/shop', verb === 'list' ? 'ResolvedRefs' : 'Ready']
  }
  return resource.startsWith('protectedroutes')
    ? ['oidcclient', 'shop/shop', 'Ready']
    : ['protectedroute', 'shop/shop', 'Programmed']
}

test('there are rights to take away', () => {
  expect(rights.length).toBe(19)
})

test.each(rights)(
  'without %s on %s the log names it, and so does a condition',
  async (verb, resource) => {
    if (resource === 'leases') {
      await cluster.apiserver().kubectl('delete', 'lease', '-n', 'sallyport', '--all')
    }
    const sallyport = await cluster.startReplica({
      rights: without(resource, verb),
      mayBeUnready: true,
    })
    const name = resource.replace('/', String.raw`\/`)
    const named = new RegExp(`cannot (be|${verb}) .*${name}.*; grant .*\\b${verb}\\b.* on ${name}`)
    await vi.waitFor(() => {
      expect(sentencesOf(sallyport).filter((text) => named.test(text))).not.toEqual([])
    }, PATIENCE)
    const place = toldAt(verb, resource)
    if (place === undefined) return
    await vi.waitFor(async () => {
      const condition = await cluster.condition(...place)
      expect(condition?.message).toMatch(named)
    }, PATIENCE)
  },
)
