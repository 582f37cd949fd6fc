import { describe, expect, it } from 'vitest'
import { APP, ours, shop } from '../../support/e2e/manifests.ts'
import { newHttpBrowser, signedIn } from '../../support/e2e/sign-in.ts'
import { useStack } from '../../support/e2e/use-stack.ts'
import { until } from '../../support/parts/until.ts'

const TOLD = 'other.localhost'
const BROKEN = 'unknown.localhost'

const told = ours('ProtectedRoute', 'told', {
  hosts: [TOLD],
  clientRef: { name: 'web' },
  metadata: [{ key: 'mail', claim: 'email' }],
  rules: [
    { name: 'open', match: [{ path: { prefix: '/open' } }], public: true },
    {
      name: 'admins',
      match: [{ path: { prefix: '/admins' } }],
      authorize: [{ claim: 'groups', anyOf: ['admins'] }],
    },
  ],
})
const broken = ours('ProtectedRoute', 'broken', { hosts: [BROKEN], clientRef: { name: 'none' } })

describe('the access log of the example', () => {
  const stack = useStack({ resources: shop({ more: [told, broken] }), sessions: 'memory' })

  /** What Envoy wrote about the one request for a path. */
  const lineFor = async (path: string): Promise<Readonly<Record<string, unknown>>> => {
    const find = () =>
      stack()
        .envoy.output()
        .split('\n')
        .find((line) => line.startsWith('{') && line.includes(`"${path}"`))
    await until(`Envoy has written a line about ${path}`, async () => find() !== undefined)
    return JSON.parse(find() ?? '')
  }

  it('has reason, route and rule of what is let through', async () => {
    const { browser } = await signedIn(stack(), stack().url(TOLD, '/first'), 'alice')
    await browser.fetch(stack().url(TOLD, '/again'))
    expect(await lineFor('/again')).toMatchObject({
      status: 200,
      reason: 'allowed',
      protected_route: 'shop/told',
      rule: '(route)',
    })
    await newHttpBrowser(stack()).send(stack().url(TOLD, '/open/x'))
    expect(await lineFor('/open/x')).toMatchObject({ status: 200, reason: 'public', rule: 'open' })
  })

  it('has them of every denial: a redirect, 401, 403, 404 and 503', async () => {
    const nobody = newHttpBrowser(stack())
    const navigation = { headers: { 'sec-fetch-mode': 'navigate', accept: 'text/html' } }
    await nobody.send(stack().url(TOLD, '/page'), navigation)
    await nobody.send(stack().url(TOLD, '/script'))
    await nobody.send(stack().url(BROKEN, '/broken'))
    const { browser } = await signedIn(stack(), stack().url(APP, '/'), 'bob')
    await browser.open(stack().url(TOLD, '/bob'))
    await browser.fetch(stack().url(TOLD, '/admins/x'))
    const place = { protected_route: 'shop/told', rule: '(route)' }
    expect(await lineFor('/page')).toMatchObject({
      status: 302,
      reason: 'login_required',
      ...place,
    })
    expect(await lineFor('/script')).toMatchObject({
      status: 401,
      reason: 'login_required',
      ...place,
    })
    expect(await lineFor('/admins/x')).toMatchObject({
      status: 403,
      reason: 'claim_mismatch',
      protected_route: 'shop/told',
      rule: 'admins',
    })
    expect(await lineFor('/broken')).toMatchObject({
      status: 503,
      reason: 'policy_broken',
      protected_route: 'shop/broken',
      rule: '(none)',
    })
  })
})
