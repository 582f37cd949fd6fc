import { expect, onTestFinished, test, vi } from 'vitest'
import { startHostileProvider } from '../support/hostile-provider.ts'
import { answerOf, answers, PATIENCE, sentencesOf, useCluster } from '../support/use-cluster.ts'

const cluster = useCluster(['good', 'bad', 'a', 'b', 'platform', 'guest', 'seen', 'again', 'over'])

const idp = (namespace: string, issuer = 'https://sso.example.com', more = ''): string =>
  `apiVersion: sallyport.dev/v1alpha1
kind: IdentityProvider
metadata: { name: idp, namespace: ${namespace} }
spec: { issuer: "${issuer}"${more} }
---
`

const client = (namespace: string, more = 'authentication: { method: none }'): string =>
  `apiVersion: sallyport.dev/v1alpha1
kind: OIDCClient
metadata: { name: client, namespace: ${namespace} }
spec: { providerRef: { name: idp }, clientId: shop, ${more} }
---
`

const route = (path: string, hosts: string, more = 'clientRef: { name: client }'): string => {
  const [namespace, name] = path.split('/')
  return `apiVersion: sallyport.dev/v1alpha1
kind: ProtectedRoute
metadata: { name: ${name}, namespace: ${namespace} }
spec: { hosts: [${hosts}], ${more} }
---
`
}

const IN_FORCE = { status: 'True', reason: 'Programmed' }

const versionOf = async (path: string): Promise<unknown> =>
  Object((await cluster.get('protectedroute', path)).metadata).resourceVersion

const hostsOf = async (path: string): Promise<unknown> =>
  Object((await cluster.get('protectedroute', path)).status).hosts

test('owners are told what became of their objects, and nothing is written that is there already', async () => {
  await cluster.apply(idp('good') + client('good') + route('good/shop', 'good.example.com'))
  await cluster.startReplica()
  const condition = await cluster.told('protectedroute', 'good/shop', 'Programmed', IN_FORCE)
  expect(condition.observedGeneration).toBe(1)
  await cluster.told('identityprovider', 'good/idp', 'Ready', { reason: 'DiscoveryFailed' })
  await cluster.told('oidcclient', 'good/client', 'Ready', { reason: 'ProviderNotReady' })
  const version = await versionOf('good/shop')
  await cluster.apply(route('good/other', 'other.good.example.com'))
  await cluster.told('protectedroute', 'good/other', 'Programmed', IN_FORCE)
  expect(await versionOf('good/shop')).toBe(version)
})

test('a condition of somebody else is kept, and an edit moves no time that did not change', async () => {
  await cluster.apply(idp('good') + client('good') + route('good/shop', 'good.example.com'))
  await cluster.startReplica()
  const before = await cluster.told('protectedroute', 'good/shop', 'Programmed', IN_FORCE)
  const { kubectl } = cluster.apiserver()
  const foreign = {
    type: 'Audited',
    status: 'True',
    reason: 'ByHand',
    message: 'Looked at.',
    lastTransitionTime: '2030-01-01T00:00:00Z',
  }
  const patch = [{ op: 'add', path: '/status/conditions/-', value: foreign }]
  const target = ['protectedroute', 'shop', '-n', 'good', '--subresource=status']
  await kubectl('patch', ...target, '--type=json', '-p', JSON.stringify(patch))
  await cluster.apply(route('good/shop', 'good.example.com, more.good.example.com'))
  const after = await cluster.told('protectedroute', 'good/shop', 'Programmed', {
    observedGeneration: 2,
  })
  expect(after.lastTransitionTime).toBe(before.lastTransitionTime)
  expect(await cluster.condition('protectedroute', 'good/shop', 'Audited')).toEqual(foreign)
  expect(await hostsOf('good/shop')).toEqual([
    { host: 'good.example.com', state: 'Programmed' },
    { host: 'more.good.example.com', state: 'Programmed' },
  ])
})

test('bad input of every kind leaves everything else alone, and its owner reads the field and the fix', async () => {
  const liar = await startHostileProvider()
  onTestFinished(() => liar.stop())
  liar.setMetadata({ issuer: 'https://liar.example.com' })
  await cluster.apply(
    idp('good') +
      client('good') +
      route(
        'good/shop',
        'good.example.com',
        'clientRef: { name: client }, rules: [{ name: open, match: [{ path: { prefix: /open } }], public: true }]',
      ),
  )
  const outbound = { allowInsecureIssuers: true, allowNetworks: ['127.0.0.0/8'] }
  const sallyport = await cluster.startReplica({ configuration: { outbound } })
  await answers(sallyport, 'good.example.com', 200, '/open')
  await cluster.apply(
    `apiVersion: v1
kind: Secret
metadata: { name: empty, namespace: bad }
stringData: { client-secret: "" }
---
${idp('bad', liar.issuer)}` +
      client('bad', 'authentication: { secretRef: { name: empty } }') +
      route(
        'bad/pattern',
        'pattern.example.com',
        'clientRef: { name: client }, rules: [{ name: x, match: [{ path: { pattern: "/(?=x)" } }], public: true }]',
      ) +
      route('bad/missing', 'missing.example.com', 'clientRef: { name: nowhere }') +
      route(
        'bad/empty',
        'empty.example.com',
        'clientRef: { name: client }, authorize: [{ claim: groups, anyOf: [null] }]',
      ) +
      route('bad/duplicate', 'good.example.com, alone.example.com'),
  )
  await cluster.told('identityprovider', 'bad/idp', 'Ready', { reason: 'IssuerMismatch' })
  const told = async (path: string, type: string, kind = 'protectedroute') => {
    let message = ''
    await vi.waitFor(async () => {
      message = (await cluster.condition(kind, path, type))?.message ?? ''
      expect(message).not.toBe('')
    }, PATIENCE)
    return message
  }
  expect(await told('bad/client', 'ResolvedRefs', 'oidcclient')).toMatch(
    /^spec\.authentication\.secretRef: The key "client-secret" of Secret bad\/empty is empty/,
  )
  expect(await told('bad/pattern', 'Accepted')).toMatch(
    /^spec\.rules\[0\]\.match\[0\]\.path\.pattern: The pattern .* is no RE2 pattern/,
  )
  // The API server lets a null pass where a value has no type.
  expect(await told('bad/empty', 'Accepted')).toMatch(/^spec\.authorize\[0\]\.anyOf\[0\]: /)
  expect(await told('bad/missing', 'ResolvedRefs')).toMatch(
    /^spec\.clientRef: OIDCClient bad\/nowhere was not found: create it, or correct the name/,
  )
  expect(await told('bad/duplicate', 'Accepted')).toMatch(
    /^spec\.hosts\[0\]: The host "good\.example\.com" belongs to ProtectedRoute good\/shop/,
  )
  expect(await hostsOf('bad/duplicate')).toEqual([
    { host: 'good.example.com', state: 'Conflicted', conflictingWith: 'good/shop' },
    { host: 'alone.example.com', state: 'Broken' },
  ])
  await cluster.told('protectedroute', 'good/shop', 'Programmed', IN_FORCE)
  expect(await answerOf(sallyport, 'good.example.com', '/open')).toBe(200)
  expect(await answerOf(sallyport, 'pattern.example.com')).toBe(503)
})

test('an edit that is invalid keeps the earlier version in force, and says so', async () => {
  const withRule = (path: string) =>
    route(
      'again/shop',
      'again.example.com',
      `clientRef: { name: client }, rules: [{ name: open, match: [{ path: ${path} }], public: true }]`,
    )
  await cluster.apply(idp('again') + client('again') + withRule('{ prefix: /open }'))
  const sallyport = await cluster.startReplica()
  await answers(sallyport, 'again.example.com', 200, '/open')
  await cluster.apply(withRule('{ pattern: "/(?=x)" }'))
  await cluster.told('protectedroute', 'again/shop', 'Accepted', {
    status: 'False',
    reason: 'Invalid',
    observedGeneration: 2,
  })
  await cluster.told('protectedroute', 'again/shop', 'Programmed', {
    status: 'True',
    reason: 'UsingLastKnownGood',
  })
  expect(await answerOf(sallyport, 'again.example.com', '/open')).toBe(200)
  const { kubectl } = cluster.apiserver()
  expect(await kubectl('describe', 'protectedroute', '-n', 'again', 'shop')).toMatch(
    /Warning\s+Invalid\s.*sallyport\.dev\/controller.*is no RE2 pattern/,
  )
  await kubectl('delete', 'protectedroute', '-n', 'again', 'shop')
  await answers(sallyport, 'again.example.com', 404)
  await cluster.apply(withRule('{ prefix: /new }'))
  await cluster.told('protectedroute', 'again/shop', 'Programmed', {
    ...IN_FORCE,
    observedGeneration: 1,
  })
})

test('R28: a host belongs to the oldest route; when that is gone, the next one has it', async () => {
  const bearer = 'authenticate: [{ bearer: { providerRef: { name: idp }, audiences: [api] } }]'
  const created = async (text: string, path: string): Promise<void> => {
    await cluster.apply(text)
    await cluster.told('protectedroute', path, 'Accepted', {})
  }
  const sallyport = await cluster.startReplica()
  await cluster.apply(idp('a') + idp('b'))
  await created(route('a/first', '"*.contested.example.com"', bearer), 'a/first')
  // The API server counts ages in whole seconds.
  await vi.waitFor(async () => {
    const { creationTimestamp } = Object((await cluster.get('protectedroute', 'a/first')).metadata)
    expect(Date.now()).toBeGreaterThan(Date.parse(creationTimestamp) + 1_000)
  }, PATIENCE)
  await created(route('b/second', 'www.contested.example.com, own.example.com', bearer), 'b/second')
  await cluster.told('protectedroute', 'b/second', 'Accepted', { reason: 'PartiallyAccepted' })
  expect(await hostsOf('b/second')).toEqual([
    { host: 'www.contested.example.com', state: 'Conflicted', conflictingWith: 'a/first' },
    { host: 'own.example.com', state: 'Programmed' },
  ])
  expect(await answerOf(sallyport, 'own.example.com')).toBe(401)
  await cluster.apiserver().kubectl('delete', 'protectedroute', '-n', 'a', 'first')
  await cluster.told('protectedroute', 'b/second', 'Accepted', { reason: 'Accepted' })
  expect(await answerOf(sallyport, 'www.contested.example.com')).toBe(401)
  expect(await answerOf(sallyport, 'other.contested.example.com')).toBe(404)
})

test('R28: a grant by labels of a namespace is given and taken back with the label', async () => {
  const { kubectl } = cluster.apiserver()
  const grant = 'allowedNamespaces: { from: Selector, selector: { matchLabels: { team: web } } }'
  await cluster.apply(
    idp('platform') +
      client('platform', `authentication: { method: none }, ${grant}`) +
      route(
        'guest/guest',
        'guest.example.com',
        'clientRef: { name: client, namespace: platform }, rules: [{ name: open, match: [{ path: { prefix: /open } }], public: true }]',
      ),
  )
  const sallyport = await cluster.startReplica()
  await cluster.told('protectedroute', 'guest/guest', 'ResolvedRefs', { reason: 'RefNotPermitted' })
  expect(await answerOf(sallyport, 'guest.example.com', '/open')).toBe(503)
  await kubectl('label', 'namespace', 'guest', 'team=web')
  await answers(sallyport, 'guest.example.com', 200, '/open')
  await cluster.told('protectedroute', 'guest/guest', 'ResolvedRefs', { status: 'True' })
  await kubectl('label', 'namespace', 'guest', 'team-')
  await answers(sallyport, 'guest.example.com', 503, '/open')
})

test('kubectl shows at a glance what is protected, by whom, and what is broken', async () => {
  await cluster.apply(
    idp('seen') +
      client('seen') +
      route('seen/well', 'well.example.com') +
      route('seen/broken', 'broken.example.com', 'clientRef: { name: nowhere }'),
  )
  const sallyport = await cluster.startReplica()
  await cluster.told('protectedroute', 'seen/broken', 'Programmed', { reason: 'RefsNotResolved' })
  await cluster.told('oidcclient', 'seen/client', 'Ready', { reason: 'ProviderNotReady' })
  await answers(sallyport, 'well.example.com', 401)
  const { kubectl } = cluster.apiserver()
  const table = async () => await kubectl('get', 'sallyport', '-n', 'seen')
  await vi.waitFor(async () => {
    expect(await table()).toMatch(
      /protectedroute\.sallyport\.dev\/well\s+\["well\.example\.com"\]\s+client\s+True\s+Programmed\s+\d+s/,
    )
  }, PATIENCE)
  const text = await table()
  expect(text).toMatch(/broken\s+\["broken\.example\.com"\]\s+nowhere\s+False\s+RefsNotResolved/)
  expect(text).toMatch(/idp\s+https:\/\/sso\.example\.com\s+False\s+DiscoveryFailed/)
  expect(text).toMatch(/client\s+shop\s+idp\s+False\s+ProviderNotReady/)
  await kubectl('wait', '--for=condition=Programmed', '-n', 'seen', 'protectedroute/well')
  expect(await kubectl('explain', 'protectedroute.status.hosts.lastCheckTime')).toContain(
    'does not pass the service',
  )
})

test('a host that is asked about has the minute of it, one that nobody asks about has none', async () => {
  await cluster.apply(
    idp('seen') + client('seen') + route('seen/hosts', '"*.asked.example.com", silent.example.com'),
  )
  const sallyport = await cluster.startReplica()
  await cluster.told('protectedroute', 'seen/hosts', 'Programmed', IN_FORCE)
  await answers(sallyport, 'deep.asked.example.com', 401)
  await vi.waitFor(async () => {
    expect(await hostsOf('seen/hosts')).toEqual([
      {
        host: '*.asked.example.com',
        state: 'Programmed',
        lastCheckTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:00Z$/),
      },
      { host: 'silent.example.com', state: 'Programmed' },
    ])
  }, PATIENCE)
})

test('of two replicas one writes; when it is killed the other one does within twenty seconds, and both serve all the time', async () => {
  await cluster.apiserver().kubectl('delete', 'lease', '-n', 'sallyport', '--all')
  await cluster.apply(idp('over') + client('over') + route('over/first', 'first.over.example.com'))
  const leader = await cluster.startReplica()
  await cluster.told('protectedroute', 'over/first', 'Programmed', IN_FORCE)
  const standby = await cluster.startReplica()
  const leads = 'This replica writes status now.'
  expect(sentencesOf(leader)).toContain(leads)
  expect(sentencesOf(standby)).not.toContain(leads)
  await answers(standby, 'first.over.example.com', 401)
  // Envoy asks the one that does not lead: the owner sees it all the same.
  await vi.waitFor(async () => {
    expect(
      Object((await cluster.get('protectedroute', 'over/first')).status).lastCheckTime,
    ).toBeDefined()
  }, PATIENCE)

  await leader.kill()
  const killedAtMs = performance.now()
  await cluster.apply(route('over/second', 'second.over.example.com'))
  await answers(standby, 'second.over.example.com', 401)
  await vi.waitFor(() => expect(sentencesOf(standby)).toContain(leads), {
    timeout: 20_000 - (performance.now() - killedAtMs),
    interval: 50,
  })
  await cluster.told('protectedroute', 'over/second', 'Programmed', IN_FORCE)
})

test('a leader that leaves in order hands over at once', async () => {
  const leader = await cluster.startReplica()
  const leads = 'This replica writes status now.'
  await vi.waitFor(() => expect(sentencesOf(leader)).toContain(leads), PATIENCE)
  const standby = await cluster.startReplica()
  await leader.stop()
  const lease = await cluster.get('lease', 'sallyport/sallyport')
  expect(Object(lease.spec).leaseDurationSeconds).toBe(1)
  await vi.waitFor(() => expect(sentencesOf(standby)).toContain(leads), PATIENCE)
})
