import { expect, test } from 'vitest'
import { deny } from '../../../src/core/decision/deny.ts'
import { createMetrics } from '../../../src/observability/metrics.ts'

test('checks are counted and timed by decision and reason', async () => {
  const metrics = createMetrics('1.2.3')
  const verdict = deny('no_policy')
  metrics.countCheck({ requestId: 'a', verdict, durationMs: 0.4 })
  metrics.countCheck({ requestId: 'b', verdict, durationMs: 40 })
  const text = await metrics.text()
  expect(text).toContain('sallyport_checks_total{decision="reject",reason="no_policy"} 2')
  const labels = 'decision="reject",reason="no_policy"'
  expect(text).toContain(`sallyport_check_duration_seconds_bucket{le="0.0005",${labels}} 1`)
  expect(text).toContain(`sallyport_check_duration_seconds_count{${labels}} 2`)
})

test('a scrape sees providers and the session store as they are then', async () => {
  const metrics = createMetrics('1.2.3')
  let providers = [{ provider: 'shop/keycloak', up: false, failing: true, keys: 0 }]
  metrics.observe({
    providers: () => providers,
    decisionPoints: () => [
      { route: 'shop/shop', url: 'https://opa.example.com/v1/data/shop/allow', up: false },
    ],
    sessionStoreUp: () => false,
    resourceStalenessMs: () => 12_500,
    clockDifferences: () => [{ against: 'redis', aheadMs: -1_500 }],
    clientCertificates: () => [{ client: 'shop/shop', expiresAtMs: 1_800_000_000_000 }],
    fileCertificates: () => [{ field: 'grpc.tls', expiresAtMs: 1_900_000_000_000 }],
    sealingSinceMs: () => 1_700_000_000_000,
  })
  expect(await metrics.text()).toContain('sallyport_provider_up{provider="shop/keycloak"} 0')
  expect(await metrics.text()).toContain('sallyport_provider_failing{provider="shop/keycloak"} 1')
  providers = [{ provider: 'shop/other', up: true, failing: false, keys: 2 }]
  const text = await metrics.text()
  expect(text).toContain('sallyport_provider_keys{provider="shop/other"} 2')
  expect(text).not.toContain('shop/keycloak')
  expect(text).toContain(
    'sallyport_decision_point_up{route="shop/shop",url="https://opa.example.com/v1/data/shop/allow"} 0',
  )
  expect(text).toContain('sallyport_session_store_up 0')
  expect(text).toContain('sallyport_resource_staleness_seconds 12.5')
  expect(text).toContain('sallyport_clock_difference_seconds{against="redis"} -1.5')
  expect(text).toContain(
    'sallyport_certificate_expiry_timestamp_seconds{field="grpc.tls"} 1900000000',
  )
  expect(text).toContain('sallyport_sealing_key_since_timestamp_seconds 1700000000')
  expect(text).toContain(
    'sallyport_client_certificate_expiry_timestamp_seconds{client="shop/shop"} 1800000000',
  )
})

test('a snapshot is noted with its counts and its time', async () => {
  const metrics = createMetrics('1.2.3')
  metrics.noteSnapshot({ policies: 3, problems: 1, atMs: 12_000 })
  metrics.noteProblems(2)
  const text = await metrics.text()
  expect(text).toContain('sallyport_policies 3')
  expect(text).toContain('sallyport_policy_problems 2')
  expect(text).toContain('sallyport_snapshot_timestamp_seconds 12')
  expect(text).toContain('sallyport_build_info{version="1.2.3"')
})

test('a change of the resources is timed by how long it took to be in force', async () => {
  const metrics = createMetrics('1.2.3')
  metrics.noteEdit(700)
  metrics.noteEdit(90_000)
  const text = await metrics.text()
  expect(text).toContain('sallyport_edit_effect_seconds_bucket{le="1"} 1')
  expect(text).toContain('sallyport_edit_effect_seconds_count 2')
})

test('sign-ins, refreshes and refusals of clients are counted by provider and client', async () => {
  const metrics = createMetrics('1.2.3')
  metrics.countSignIn('shop/keycloak', 'completed')
  metrics.countSignIn('shop/keycloak', 'code_refused')
  metrics.countRefresh('shop/keycloak', 'provider_unreachable')
  metrics.countClientRefusal('shop/shop')
  const text = await metrics.text()
  const signIns = 'sallyport_sign_ins_total{provider="shop/keycloak"'
  expect(text).toContain(`${signIns},outcome="completed"} 1`)
  expect(text).toContain(`${signIns},outcome="code_refused"} 1`)
  expect(text).toContain(
    'sallyport_session_refreshes_total{provider="shop/keycloak",outcome="provider_unreachable"} 1',
  )
  expect(text).toContain('sallyport_client_refusals_total{client="shop/shop"} 1')
})

test('counts that alerts ask for are there before anything was counted', async () => {
  const metrics = createMetrics('1.2.3')
  const atZero = async () =>
    [...(await metrics.text()).matchAll(/^(sallyport_\w+\{.*\}) 0$/gm)].map(([, one]) => one)
  const failed = 'sallyport_checks_total{decision="unavailable",reason="internal"}'
  expect(await atZero()).toContain(failed)
  metrics.countCheck({ requestId: 'a', verdict: deny('internal'), durationMs: 1 })
  expect(await metrics.text()).toContain(`${failed} 1`)
  expect(await atZero()).not.toContain(failed)
  metrics.showProvider('shop/sso')
  metrics.showClient('shop/shop')
  expect(await atZero()).toEqual(
    expect.arrayContaining([
      'sallyport_sign_ins_total{provider="shop/sso",outcome="completed"}',
      'sallyport_sign_ins_total{provider="shop/sso",outcome="provider_unreachable"}',
      'sallyport_session_refreshes_total{provider="shop/sso",outcome="completed"}',
      'sallyport_session_refreshes_total{provider="shop/sso",outcome="refused"}',
      'sallyport_client_refusals_total{client="shop/shop"}',
    ]),
  )
  metrics.countClientRefusal('shop/shop')
  metrics.showClient('shop/shop')
  expect(await metrics.text()).toContain('sallyport_client_refusals_total{client="shop/shop"} 1')
})

test('without an answer of the session store the age of the key is not told', async () => {
  expect(await createMetrics('1.2.3').text()).not.toMatch(/^sallyport_sealing_key/m)
})

test('askings of decision points are counted by outcome and source, and calls are timed', async () => {
  const metrics = createMetrics('1.2.3')
  metrics.countAsking({ outcome: 'permitted', from: 'call', durationMs: 3 })
  metrics.countAsking({ outcome: 'permitted', from: 'memory', durationMs: 0 })
  metrics.countAsking({ outcome: 'unavailable', from: 'call', durationMs: 700 })
  const text = await metrics.text()
  const requests = 'sallyport_decision_point_requests_total'
  expect(text).toContain(`${requests}{outcome="permitted",from="memory"} 1`)
  expect(text).toContain(`${requests}{outcome="unavailable",from="call"} 1`)
  expect(text).toContain('sallyport_decision_point_duration_seconds_bucket{le="0.005"} 1')
  expect(text).toContain('sallyport_decision_point_duration_seconds_count 2')
})
