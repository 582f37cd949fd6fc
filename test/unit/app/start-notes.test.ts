import { describe, expect, it } from 'vitest'
import { servingFacts, startNotes } from '../../../src/app/start-notes.ts'

const notesOf = (allowInsecureIssuers: boolean, allowPasswordGrant: boolean): readonly string[] =>
  startNotes({
    outbound: { allowInsecureIssuers, denyNetworks: [], allowNetworks: [] },
    credentials: { allowPasswordGrant, serviceAccountTokenClients: [] },
  })

describe('what is said at every start', () => {
  it('nothing where nothing dangerous is allowed', () => {
    expect(notesOf(false, false)).toEqual([])
  })

  it('each thing that is allowed although it is dangerous, with its field', () => {
    expect(notesOf(true, false)).toEqual([expect.stringContaining('outbound.allowInsecureIssuers')])
    expect(notesOf(false, true)).toEqual([
      expect.stringContaining('credentials.allowPasswordGrant'),
    ])
    expect(notesOf(true, true)).toHaveLength(2)
  })
})

const config = {
  grpc: { listen: '0.0.0.0:9001', engine: 'native' },
  admin: { listen: '0.0.0.0:0' },
  http: { listen: '[::]:9080' },
  sessions: {
    store: { kind: 'memory' },
    record: { address: false, agent: false },
    cache: { maxEntries: 1, ttlMs: 1, maxBytes: 1, outageGraceMs: 1 },
  },
  resources: { source: 'files', paths: ['/etc/sallyport/routes', '/etc/sallyport/idp.yaml'] },
} as const

const counted = { policies: 8, hosts: 12, firstProblems: [] as readonly string[] }

const factsOf = (changes: Partial<Parameters<typeof servingFacts>[0]>, served = counted) =>
  servingFacts(
    { ...config, ...changes },
    { grpc: 9001, admin: 40_001, http: 9080 },
    { providers: () => [], problems: () => served.firstProblems.length, served: () => served },
    { troubles: () => (served.firstProblems.length === 0 ? [] : ['The session store is away.']) },
  )

describe('the line of a start', () => {
  it('says what is served, from where and at which ports', () => {
    expect(factsOf({})).toEqual({
      grpc: '0.0.0.0:9001',
      admin: '0.0.0.0:40001',
      http: '[::]:9080',
      resources: '/etc/sallyport/routes, /etc/sallyport/idp.yaml',
      hosts: 12,
      policies: 8,
      providers: 0,
      sessions: 'memory',
      problems: 0,
    })
  })

  it.each([
    [[], 'the API server, every namespace'],
    [['shop', 'blog'], 'the API server, shop, blog'],
  ] as const)('names the namespaces %j of the API server', (namespaces, resources) => {
    const leaderElection = { leaseName: 'sallyport' }
    const from = { source: 'kubernetes', namespaces, leaderElection } as const
    expect(factsOf({ resources: from })).toMatchObject({ resources })
  })

  it('says what is wrong: the first problems of the resources, and what is away', () => {
    const firstProblems = ['routes.yaml:1:1: ProtectedRoute shop/shop: is wrong']
    expect(factsOf({}, { ...counted, firstProblems })).toMatchObject({
      problems: 1,
      troubles: [...firstProblems, 'The session store is away.'],
    })
  })
})
