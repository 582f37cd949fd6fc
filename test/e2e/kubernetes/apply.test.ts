import { expect, it, vi } from 'vitest'
import { stringify } from 'yaml'
import { APP, type Manifest, ours } from '../../support/e2e/manifests.ts'
import {
  addressOf,
  asksForPassword,
  newHttpBrowser,
  signedIn,
  signInAt,
  signInOn,
} from '../../support/e2e/sign-in.ts'
import { useChromium } from '../../support/e2e/use-chromium.ts'
import { useStack } from '../../support/e2e/use-stack.ts'
import { WEB_CLIENT } from '../../support/parts/oidc-provider.ts'
import { PATIENCE, useCluster } from '../../support/use-cluster.ts'

const cluster = useCluster(['shop'])
const stack = useStack(async () => ({
  resources: () => ({}),
  sallyport: { configuration: { resources: await cluster.resources() } },
}))
const { newTab } = useChromium(stack)

const url = (path = '/'): string => stack().url(APP, path)

const apply = (...manifests: readonly Manifest[]): Promise<void> =>
  cluster.apply(manifests.map((manifest) => stringify(manifest)).join('---\n'))

const secret = (clientSecret: string): Manifest => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'shop-oidc', namespace: 'shop' },
  stringData: { 'client-secret': clientSecret },
})

const authority = (): Manifest => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'gateway-ca', namespace: 'shop' },
  data: { 'ca.crt': stack().caPem },
})

const provider = (): Manifest =>
  ours('IdentityProvider', 'idp', {
    issuer: stack().issuer,
    tls: { caRef: { kind: 'ConfigMap', name: 'gateway-ca' } },
  })

const client = (): Manifest =>
  ours('OIDCClient', 'shop', {
    providerRef: { name: 'idp' },
    clientId: WEB_CLIENT.clientId,
    authentication: { secretRef: { name: 'shop-oidc' } },
  })

const route = (more: Manifest = {}): Manifest =>
  ours('ProtectedRoute', 'shop', { hosts: [APP], clientRef: { name: 'shop' }, ...more })

const open = (path: string, match: Manifest = { path: { prefix: path } }): Manifest => ({
  rules: [{ name: 'open', match: [match], public: true }],
})

const applyShop = (more: Manifest = {}): Promise<void> =>
  apply(authority(), secret(WEB_CLIENT.clientSecret), provider(), client(), route(more))

const kubectl = (...words: readonly string[]): Promise<string> =>
  cluster.apiserver().kubectl(...words)

/** The status of a navigation without a session. */
const statusOf = async (path: string): Promise<number> => {
  const response = await newHttpBrowser(stack()).fetch(url(path), {
    headers: { accept: 'application/json' },
  })
  return response.status
}

const becomes = (path: string, status: number): Promise<void> =>
  vi.waitFor(async () => expect(await statusOf(path)).toBe(status), PATIENCE)

const inForce = async (): Promise<void> => {
  await cluster.told('identityprovider', 'shop/idp', 'Ready', { status: 'True' })
  await cluster.told('protectedroute', 'shop/shop', 'Programmed', { reason: 'Programmed' })
}

it('three manifests and a Secret are applied, and the browser signs in', async () => {
  expect(await statusOf('/')).toBe(404)
  await applyShop()
  await kubectl(
    'wait',
    '--for=condition=Programmed',
    '-n',
    'shop',
    'protectedroute/shop',
    '--timeout=20s',
  )
  await kubectl('wait', '--for=condition=Ready', '-n', 'shop', 'oidcclient/shop', '--timeout=20s')
  const tab = await newTab()
  await tab.goto(url('/orders?id=7'))
  expect(await asksForPassword(tab)).toBe(true)
  await signInAt(tab, 'alice')
  expect(addressOf(tab)).toBe(url('/orders?id=7'))
  await vi.waitFor(async () => {
    const { status } = await cluster.get('protectedroute', 'shop/shop')
    expect(Object(status).lastCheckTime).toMatch(/:00Z$/)
  }, PATIENCE)
})

it('an edit is live without a restart, and so is its undoing', async () => {
  await applyShop()
  await becomes('/assets/app.js', 401)
  await apply(route(open('/assets')))
  await becomes('/assets/app.js', 200)
  await apply(route())
  await becomes('/assets/app.js', 401)
})

it('a bad edit keeps the last good version in force, and its owner reads the field and the fix', async () => {
  await applyShop(open('/assets'))
  await inForce()
  const { browser } = await signedIn(stack(), url('/before'))
  await apply(route(open('/new', { path: { pattern: '/(?=new)' } })))
  const { message } = await cluster.told('protectedroute', 'shop/shop', 'Accepted', {
    status: 'False',
    reason: 'Invalid',
  })
  expect(message).toMatch(
    /^spec\.rules\[0\]\.match\[0\]\.path\.pattern: .*lookarounds .* do not exist/,
  )
  await cluster.told('protectedroute', 'shop/shop', 'Programmed', {
    status: 'True',
    reason: 'UsingLastKnownGood',
  })
  expect(await statusOf('/assets/app.js')).toBe(200)
  expect(await statusOf('/new')).toBe(401)
  expect((await browser.open(url('/after'))).status).toBe(200)
})

it('B12: a claim that a header names and the last login lacked is in the status of the client, and goes from it', async () => {
  await applyShop({ upstream: { headers: [{ name: 'x-cost-center', claim: 'cost_center' }] } })
  await inForce()
  await vi.waitFor(async () => {
    await signedIn(stack(), url('/lacking'))
    const { status } = await cluster.get('oidcclient', 'shop/shop')
    expect(Object(status).absentClaims).toEqual(['cost_center'])
  }, PATIENCE)
  const { message } = await cluster.told('oidcclient', 'shop/shop', 'Ready', { status: 'True' })
  expect(message).toContain('there was no claim cost_center, which headers or rules name; ')
  expect(message).toContain('claims.accessToken and claims.userinfo would have more looked at.')
  await apply(route())
  await vi.waitFor(async () => {
    const { status } = await cluster.get('oidcclient', 'shop/shop')
    expect(status).not.toHaveProperty('absentClaims')
  }, PATIENCE)
})

it('R29: what is deleted is denied, and what is made anew works again', async () => {
  await applyShop(open('/assets'))
  await inForce()
  await becomes('/assets/app.js', 200)
  await kubectl('delete', 'secret', '-n', 'shop', 'shop-oidc')
  await becomes('/assets/app.js', 503)
  await cluster.told('oidcclient', 'shop/shop', 'ResolvedRefs', { reason: 'SecretNotFound' })
  await apply(secret(WEB_CLIENT.clientSecret))
  await becomes('/assets/app.js', 200)
  await kubectl('delete', 'oidcclient', '-n', 'shop', 'shop')
  await becomes('/assets/app.js', 503)
  await cluster.told('protectedroute', 'shop/shop', 'ResolvedRefs', { reason: 'ClientNotFound' })
  await apply(client())
  await becomes('/assets/app.js', 200)
  await kubectl('delete', 'protectedroute', '-n', 'shop', 'shop')
  await becomes('/assets/app.js', 404)
})

it('a rotated Secret is what the next login uses, and nobody is signed out by it', async () => {
  await applyShop()
  await inForce()
  const { browser } = await signedIn(stack(), url('/before'))
  const generation = async () =>
    Object((await cluster.get('oidcclient', 'shop/shop')).metadata).generation
  const before = await generation()
  await apply(secret('not-the-one-of-the-provider'))
  await vi.waitFor(async () => {
    const other = newHttpBrowser(stack())
    const refused = await signInOn(other, await other.open(url('/during')), 'bob')
    expect(refused.status).toBe(503)
  }, PATIENCE)
  expect((await browser.open(url('/still'))).status).toBe(200)
  await apply(secret(WEB_CLIENT.clientSecret))
  await vi.waitFor(async () => {
    await signedIn(stack(), url('/after'), 'bob')
  }, PATIENCE)
  expect((await browser.open(url('/still'))).status).toBe(200)
  expect(await generation()).toBe(before)
})
