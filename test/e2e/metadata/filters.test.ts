import { describe, expect, it } from 'vitest'
import type { Document } from 'yaml'
import { addFilters, typeOf } from '../../support/e2e/envoy-filters.ts'
import { ours, shop } from '../../support/e2e/manifests.ts'
import { newHttpBrowser, signedIn } from '../../support/e2e/sign-in.ts'
import { useStack } from '../../support/e2e/use-stack.ts'
import { endUsers } from '../../support/parts/oidc-provider-settings.ts'

const TOLD = 'other.localhost'
const NAMESPACE = 'envoy.filters.http.ext_authz'

const route = ours('ProtectedRoute', 'told', {
  hosts: [TOLD],
  clientRef: { name: 'web' },
  metadata: [
    { key: 'groups', claim: 'groups' },
    { key: 'mail', claim: 'email' },
  ],
  rules: [{ name: 'open', match: [{ path: { prefix: '/staff/open' } }], public: true }],
})

const always = { default_value: { numerator: 100, denominator: 'HUNDRED' } }

/** An ALLOW rule: where nothing is told, nobody passes. */
const rbac = {
  name: 'envoy.filters.http.rbac',
  typed_config: {
    '@type': typeOf('rbac.v3.RBAC'),
    rules: {
      action: 'ALLOW',
      policies: {
        staff: {
          principals: [{ any: true }],
          permissions: [
            { not_rule: { url_path: { path: { prefix: '/staff' } } } },
            {
              sourced_metadata: {
                metadata_matcher: {
                  filter: NAMESPACE,
                  path: [{ key: 'groups' }],
                  value: { list_match: { one_of: { string_match: { exact: 'admins' } } } },
                },
                metadata_source: 'DYNAMIC',
              },
            },
          ],
        },
      },
    },
  },
}

const rateLimit = {
  name: 'envoy.filters.http.local_ratelimit',
  typed_config: {
    '@type': typeOf('local_ratelimit.v3.LocalRateLimit'),
    stat_prefix: 'told',
    token_bucket: { max_tokens: 10_000, tokens_per_fill: 10_000, fill_interval: '60s' },
    filter_enabled: always,
    filter_enforced: always,
    rate_limits: [
      {
        actions: [
          {
            metadata: {
              descriptor_key: 'mail',
              metadata_key: { key: NAMESPACE, path: [{ key: 'mail' }] },
              source: 'DYNAMIC',
            },
          },
        ],
      },
    ],
    descriptors: [
      {
        entries: [{ key: 'mail', value: endUsers.bob.email }],
        token_bucket: { max_tokens: 2, tokens_per_fill: 2, fill_interval: '86400s' },
      },
    ],
  },
}

describe('filters of Envoy behind the check', () => {
  const stack = useStack({
    resources: shop({ more: [route] }),
    sessions: 'memory',
    envoy: { change: (configuration: Document) => addFilters(configuration, [rbac, rateLimit]) },
  })
  const url = (path: string): string => stack().url(TOLD, path)

  it('permit by a claim that is a list, and nobody without it', async () => {
    const alice = await signedIn(stack(), url('/alice'), 'alice')
    expect((await alice.browser.fetch(url('/staff/alice'))).status).toBe(200)
    const bob = await signedIn(stack(), url('/bob'), 'bob')
    const refused = await bob.browser.fetch(url('/staff/bob'))
    expect(refused.status).toBe(403)
    expect(refused.text).toBe('RBAC: access denied')
    const nobody = await newHttpBrowser(stack()).send(url('/staff/open/x'))
    expect(nobody.status).toBe(403)
    expect(nobody.text).toBe('RBAC: access denied')
  })

  it('limit by a claim, each person by themselves', async () => {
    const bob = await signedIn(stack(), url('/limit'), 'bob')
    const statuses: number[] = []
    for (let count = 0; count < 4; count += 1) {
      statuses.push((await bob.browser.fetch(url(`/limit/${count}`))).status)
    }
    expect(statuses).toContain(429)
    expect(statuses.at(-1)).toBe(429)
    const alice = await signedIn(stack(), url('/limit'), 'alice')
    for (let count = 0; count < 4; count += 1) {
      expect((await alice.browser.fetch(url(`/limit/${count}`))).status).toBe(200)
    }
  })
})
