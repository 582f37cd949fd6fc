import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { loadConfig } from '../../../src/config/load.ts'
import type { Environment, Flags } from '../../../src/config/overlay.ts'
import { formatConfigProblem } from '../../../src/config/problem.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-config-'))
  for (const name of ['resources', 'a.key', 'b.key', 'tls.pem', 'password']) write(name, 'x')
})

afterEach(() => rmSync(folder, { recursive: true }))

const write = (name: string, text: string): string => {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}

interface Given {
  readonly yaml?: string
  readonly environment?: Environment
  readonly flags?: Flags
}

const load = ({ yaml, environment = {}, flags = {} }: Given) =>
  loadConfig({
    ...(yaml === undefined ? {} : { file: write('sallyport.yaml', yaml) }),
    environment,
    flags,
    workingFolder: folder,
  })

const configOf = (given: Given) => {
  const loaded = load(given)
  if (loaded.kind === 'loaded') return loaded.config
  throw new Error(loaded.problems.map(formatConfigProblem).join('\n'))
}

const problemsOf = (given: Given): readonly string[] => {
  const loaded = load(given)
  if (loaded.kind === 'loaded') return []
  return loaded.problems.map((problem) => formatConfigProblem(problem).replaceAll(`${folder}/`, ''))
}

describe('where resources are read from', () => {
  const inCluster = { KUBERNETES_SERVICE_HOST: '10.0.0.1' }

  test('inside a cluster it is the API server, for every namespace', () => {
    rmSync(join(folder, 'resources'), { recursive: true })
    expect(configOf({ environment: inCluster }).resources).toEqual({
      source: 'kubernetes',
      namespaces: [],
      leaderElection: { leaseName: 'sallyport' },
    })
  })

  test('inside a cluster it is files if the configuration says so', () => {
    const { resources } = configOf({ yaml: 'resources: { source: files }', environment: inCluster })
    expect(resources.source).toBe('files')
  })

  test('outside of a cluster a kubeconfig leads to the API server', () => {
    const { resources } = configOf({
      yaml: 'resources: { source: kubernetes, kubernetes: { kubeconfigFile: a.key, leaderElection: { namespace: auth } } }',
      environment: {
        SALLYPORT_RESOURCES_KUBERNETES_NAMESPACES: 'shop, blog',
        SALLYPORT_RESOURCES_KUBERNETES_LEADER_ELECTION_LEASE_NAME: 'second',
      },
    })
    expect(resources).toEqual({
      source: 'kubernetes',
      namespaces: ['shop', 'blog'],
      kubeconfigFile: join(folder, 'a.key'),
      leaderElection: { namespace: 'auth', leaseName: 'second' },
    })
  })

  test('the Lease has a name that Kubernetes accepts', () => {
    const yaml = 'resources: { kubernetes: { leaderElection: { leaseName: My Lease } } }'
    expect(() => configOf({ yaml })).toThrow(/leaseName.* must be the name of a Kubernetes object/s)
  })
})

describe('where a value comes from', () => {
  test('without anything, every field has its default', () => {
    const config = configOf({})
    expect(config.grpc).toEqual({ listen: ':9001', engine: 'native' })
    expect(config.sessions.store).toEqual({ kind: 'memory' })
    expect(config.check).toEqual({
      budgetMs: 4_000,
      maxHeaderBytes: 98_304,
      forwardedHeaderBytes: 61_440,
      forwardedHeaderCount: 100,
    })
    expect(config.resources).toEqual({ source: 'files', paths: [join(folder, 'resources')] })
    expect(config.responses.reasonHeader).toBe(true)
  })

  test('a flag wins over the environment, the environment over the file, the file over the default', () => {
    const yaml = 'grpc: { listen: ":1" }\nadmin: { listen: ":2" }\nlog: { level: warn }'
    const environment = { SALLYPORT_GRPC_LISTEN: ':3', SALLYPORT_ADMIN_LISTEN: ':4' }
    const config = configOf({ yaml, environment, flags: { '--grpc-listen': ':5' } })
    expect(config.grpc.listen).toBe(':5')
    expect(config.admin.listen).toBe(':4')
    expect(config.log.level).toBe('warn')
    expect(config.log.format).toBe('json')
  })

  test('the environment sets lists, numbers and switches', () => {
    const config = configOf({
      environment: {
        SALLYPORT_KEYS_FILES: 'a.key, b.key',
        SALLYPORT_SESSIONS_CACHE_MAX_ENTRIES: '7',
        SALLYPORT_RESPONSES_REASON_HEADER: 'false',
      },
    })
    expect(config.keyFiles).toEqual([join(folder, 'a.key'), join(folder, 'b.key')])
    expect(config.sessions.cache.maxEntries).toBe(7)
    expect(config.responses.reasonHeader).toBe(false)
  })

  test('an empty variable, a foreign one and the links that Kubernetes sets are passed over', () => {
    const environment = {
      SALLYPORT_LOG_LEVEL: '',
      HOME: '/',
      SALLYPORT_SERVICE_HOST: '10.0.0.1',
      SALLYPORT_SERVICE_PORT_GRPC: '9001',
      SALLYPORT_PORT: 'tcp://10.0.0.1:9001',
      SALLYPORT_ADMIN_PORT_9090_TCP_ADDR: '10.0.0.1',
    }
    expect(configOf({ environment }).log.level).toBe('info')
  })

  test('file names in the file begin beside it, those in a flag where the command is run', () => {
    const yaml = 'keys: { files: [a.key] }'
    const file = write('sallyport.yaml', yaml)
    const elsewhere = tmpdir()
    const loaded = loadConfig({
      file,
      environment: {},
      flags: { '--resources': [`${folder}/resources`.slice(elsewhere.length + 1)] },
      workingFolder: elsewhere,
    })
    if (loaded.kind !== 'loaded') throw new Error('not loaded')
    expect(loaded.config.keyFiles).toEqual([join(folder, 'a.key')])
    expect(loaded.config.resources).toEqual({ source: 'files', paths: [join(folder, 'resources')] })
  })

  test('a group that is left empty says nothing', () => {
    expect(configOf({ yaml: 'grpc:\nlog:\n' }).log.level).toBe('info')
  })

  test('Redis by Sentinel has credentials and TLS twice: for the Sentinels and for the servers', () => {
    const yaml = `
sessions:
  store: redis
  redis:
    sentinel: { addresses: ["a:1", "b:2"], primaryName: shop, passwordFile: password, tls: { enabled: true } }
    tls: { serverName: redis.example.com }
    database: 2
keys: { files: [a.key] }`
    expect(configOf({ yaml }).sessions.store).toMatchObject({
      sentinel: {
        addresses: ['a:1', 'b:2'],
        primaryName: 'shop',
        passwordFile: join(folder, 'password'),
        tls: {},
      },
      tls: { serverName: 'redis.example.com' },
      database: 2,
    })
  })

  test('a command is a JSON array in the environment', () => {
    const environment = {
      SALLYPORT_SESSIONS_STORE: 'redis',
      SALLYPORT_SESSIONS_REDIS_CLUSTER_ADDRESSES: 'a:1, b:2',
      SALLYPORT_SESSIONS_REDIS_PASSWORD_COMMAND: '["aws", "token, please"]',
      SALLYPORT_KEYS_FILES: 'a.key',
    }
    expect(configOf({ environment }).sessions.store).toMatchObject({
      cluster: { addresses: ['a:1', 'b:2'] },
      passwordCommand: { command: ['aws', 'token, please'], timeoutMs: 5_000, intervalMs: 600_000 },
    })
  })

  test('Redis is configured with credentials by file and times in milliseconds', () => {
    const yaml = `
sessions:
  store: redis
  redis: { url: "rediss://redis.example.com:6379/1", passwordFile: password, commandTimeout: 1s, tls: { caFile: tls.pem } }
keys: { files: [a.key] }`
    expect(configOf({ yaml }).sessions.store).toEqual({
      kind: 'redis',
      url: 'rediss://redis.example.com:6379/1',
      passwordFile: join(folder, 'password'),
      tls: { caFile: join(folder, 'tls.pem') },
      keyPrefix: 'sallyport',
      commandTimeoutMs: 1_000,
      connectTimeoutMs: 1_000,
      totalTimeoutMs: 1_000,
    })
  })
})

describe('problems name the field, the fault, the fix and the place', () => {
  test('all of them are told at once, in the order of the file', () => {
    const yaml = `grpc:
  listen: nowhere
sessions:
  store: disk
check: { budget: 4, maxHeaderBytes: 5 }
`
    expect(problemsOf({ yaml })).toEqual([
      'sallyport.yaml:2:3: grpc.listen must be an address such as 0.0.0.0:9001, [::]:9001 or :9001',
      'sallyport.yaml:4:3: sessions.store must be one of memory, redis, but is "disk"',
      'sallyport.yaml:5:10: check.budget must be a duration such as 4s, but is a number',
      'sallyport.yaml:5:21: check.maxHeaderBytes must be a whole number from 1024 to 1048576',
    ])
  })

  test.each([
    ['grpc: { listne: ":1" }', '1:9: grpc.listne is not a known field: did you mean listen?'],
    ['grcp: {}', '1:1: grcp is not a known field: did you mean grpc?'],
    [
      'shutdown: { linger: 5s }',
      '1:13: shutdown.linger is not a known field: known here: delay, timeout',
    ],
    ['grpc: { engine: fast }', '1:9: grpc.engine must be one of native, grpc-js, but is "fast"'],
    ['grpc: 5', '1:1: grpc must be a group of fields: listen, engine, tls'],
    [
      'log: { level: loud }',
      '1:8: log.level must be one of debug, info, warn, error, but is "loud"',
    ],
    [
      'resources: { source: etcd }',
      '1:14: resources.source must be one of kubernetes, files, but is "etcd"',
    ],
    [
      'resources: { kubernetes: { namespaces: [Shop] } }',
      '1:28: resources.kubernetes.namespaces[0] must be the name of a namespace',
    ],
    ['check: { budget: 1h }', '1:10: check.budget must be a duration from 50ms to 60s'],
    [
      'check: { budget: soon }',
      '1:10: check.budget must be a duration such as 500ms, 4s, 30m or 12h',
    ],
    ['keys: { files: a.key }', '1:9: keys.files must be a list of file names, but is text'],
    [
      'keys: { files: [missing.key] }',
      '1:9: keys.files[0] names missing.key, which does not exist: make it, or correct the name',
    ],
    [
      'outbound: { caFile: . }',
      /^sallyport\.yaml:1:13: outbound\.caFile names .*, which is a folder: name a file$/,
    ],
    [
      'outbound: { allowNetworks: [loopback] }',
      '1:13: outbound.allowNetworks[0] must be a network such as 10.0.0.0/8',
    ],
    [
      'outbound: { denyNetworks: [10.0.0.0/33] }',
      '1:13: outbound.denyNetworks[0] must be one of loopback, link-local, metadata, or a network such as 10.0.0.0/8',
    ],
    ['responses: { reasonHeader: 1 }', '1:14: responses.reasonHeader must be true or false'],
    [
      'sessions: { redis: { password: hunter2 } }',
      '1:22: sessions.redis.password cannot be set inline: write it to a file and name that in sessions.redis.passwordFile',
    ],
    [
      'sessions: { redis: { url: "redis://u:hunter2@redis" } }',
      '1:22: sessions.redis.url must not carry a user name or password: give them by file, in sessions.redis.usernameFile and sessions.redis.passwordFile',
    ],
    [
      'sessions: { redis: { url: "http://redis" } }',
      '1:22: sessions.redis.url must be a URL such as rediss://redis.example.com:6379/0',
    ],
    [
      'sessions: { redis: { url: "redis://redis", tls: { caFile: tls.pem } } }',
      '1:22: sessions.redis.url must begin with rediss:// because sessions.redis.tls is set',
    ],
    [
      'sessions: { redis: { url: "unix://run/redis.sock" } }',
      '1:22: sessions.redis.url must be unix:// and an absolute path, such as unix:///run/redis/redis.sock',
    ],
    [
      'sessions: { redis: { url: "unix:///run/redis.sock", tls: { enabled: true } } }',
      '1:53: sessions.redis.tls cannot be set with a Unix socket in sessions.redis.url: remove one of them',
    ],
    [
      'sessions: { redis: { url: "redis://redis/1", database: 2 } }',
      '1:46: sessions.redis.database cannot be set beside the database number of sessions.redis.url: keep one',
    ],
    [
      'sessions: { redis: { url: "redis://redis", cluster: { addresses: ["a:1"] } } }',
      '1:55: sessions.redis.cluster.addresses cannot be set beside sessions.redis.url: keep one of them',
    ],
    [
      'sessions: { redis: { cluster: { addresses: ["a:1"] }, database: 1 } }',
      '1:55: sessions.redis.database must be 0 or unset: a cluster has no other database',
    ],
    [
      'sessions: { redis: { cluster: { addresses: [redis] } } }',
      '1:33: sessions.redis.cluster.addresses[0] must be an address such as redis-0.example.com:6379 or [2001:db8::1]:6379',
    ],
    [
      'sessions: { redis: { cluster: { addresses: [] } } }',
      '1:33: sessions.redis.cluster.addresses must name at least one address',
    ],
    [
      'sessions: { redis: { sentinel: { addresses: ["a:1"] } } }',
      '1:34: sessions.redis.sentinel.addresses needs sessions.redis.sentinel.primaryName beside it',
    ],
    [
      'sessions: { redis: { sentinel: { passwordFile: password } } }',
      '1:34: sessions.redis.sentinel.passwordFile needs sessions.redis.sentinel.addresses beside it',
    ],
    [
      'sessions: { redis: { sentinel: { addresses: ["a:1"], primaryName: p, tls: { certFile: tls.pem } } } }',
      '1:77: sessions.redis.sentinel.tls.certFile needs sessions.redis.sentinel.tls.keyFile beside it',
    ],
    [
      'sessions: { redis: { passwordFile: password, passwordCommand: [a] } }',
      '1:46: sessions.redis.passwordCommand cannot be set beside sessions.redis.passwordFile: keep one of them',
    ],
    [
      'sessions: { redis: { passwordCommand: "aws token" } }',
      '1:22: sessions.redis.passwordCommand must be a list: a program and its arguments, but is text',
    ],
    [
      'sessions: { redis: { commandTimeout: 2s } }',
      '1:13: sessions.redis.totalTimeout must be at least sessions.redis.commandTimeout',
    ],
    [
      'grpc: { tls: { certFile: tls.pem } }',
      '1:16: grpc.tls.certFile needs grpc.tls.keyFile beside it',
    ],
    [
      'grpc: { listen: ":1" }\nadmin: { listen: ":1" }',
      '2:10: admin.listen must differ from grpc.listen',
    ],
    [
      'grpc: { listen: "127.0.0.1:1" }\nadmin: { listen: ":1" }',
      '2:10: admin.listen must differ from grpc.listen',
    ],
    [
      'grpc: { listen: "0.0.0.0:1" }\nadmin: { listen: "[::]:1" }',
      '2:10: admin.listen must differ from grpc.listen',
    ],
    [
      'admin: { listen: ":1" }\nhttp: { listen: ":1" }',
      '2:9: http.listen must differ from admin.listen',
    ],
    ['[]', '1:1: must be a group of fields such as `grpc:` and `sessions:`'],
    ['grpc: {}\n---\nlog: {}', /2:1: must hold one YAML document/],
    ['grpc: {}\ngrpc: {}', /2:1: is not valid YAML: Map keys must be unique/],
  ])('%s', (yaml, expected) => {
    const problems = problemsOf({ yaml })
    expect(problems).toHaveLength(1)
    if (typeof expected === 'string') expect(problems[0]).toBe(`sallyport.yaml:${expected}`)
    else expect(problems[0]).toMatch(expected)
  })

  test('Redis needs its URL, and a key that all replicas share', () => {
    expect(problemsOf({ yaml: 'sessions: { store: redis }' })).toEqual([
      expect.stringContaining(
        'keys.files must name at least one key file when sessions.store is redis',
      ),
      'sallyport.yaml:1:13: sessions.store is redis, so set one of sessions.redis.url, sessions.redis.sentinel.addresses and sessions.redis.cluster.addresses as well',
    ])
  })

  test('a variable that sets nothing is told, with the one that was probably meant', () => {
    expect(problemsOf({ environment: { SALLYPORT_GRPC_LISTN: ':1' } })).toEqual([
      'SALLYPORT_GRPC_LISTN: sets no field: did you mean SALLYPORT_GRPC_LISTEN?',
    ])
  })

  test('a value from the environment or a flag is blamed on it', () => {
    const environment = { SALLYPORT_LOG_FORMAT: 'xml' }
    expect(problemsOf({ environment, flags: { '--log-level': 'loud' } })).toEqual([
      '--log-level: log.level must be one of debug, info, warn, error, but is "loud"',
      'SALLYPORT_LOG_FORMAT: log.format must be one of json, pretty, but is "xml"',
    ])
  })

  test('a configuration file that is missing is one problem', () => {
    const workingFolder = join(folder, 'elsewhere')
    const loaded = loadConfig({ file: 'nowhere.yaml', environment: {}, flags: {}, workingFolder })
    expect(loaded.kind === 'problems' && loaded.problems.map(formatConfigProblem)).toEqual([
      'configuration file nowhere.yaml does not exist: correct --config or SALLYPORT_CONFIG',
    ])
  })

  test('a configuration file that is no YAML is one problem', () => {
    rmSync(join(folder, 'resources'))
    expect(problemsOf({ yaml: 'grpc: [' })).toEqual([
      expect.stringMatching(/^sallyport\.yaml:1:\d+: is not valid YAML: /),
    ])
  })

  test('R31: no message repeats a secret that was written in the wrong place', () => {
    const yaml = `
sessions: { redis: { password: hunter2, url: "redis://me:hunter2@redis" } }
clientSecret: hunter2`
    expect(problemsOf({ yaml }).join('\n')).not.toContain('hunter2')
  })
})

describe('the admin API', () => {
  test('is off unless an address is given', () => {
    expect(configOf({ yaml: '' })).not.toHaveProperty('adminApi')
  })

  test('takes a token file, client certificates, or both', () => {
    const tls = 'tls: { certFile: tls.pem, keyFile: a.key, clientCaFile: tls.pem }'
    expect(
      configOf({ yaml: 'adminApi: { listen: ":9443", tokenFile: password }' }).adminApi,
    ).toEqual({ listen: ':9443', console: true, tokenFile: join(folder, 'password') })
    expect(configOf({ yaml: `adminApi: { listen: ":9443", ${tls} }` }).adminApi).toEqual({
      listen: ':9443',
      console: true,
      tls: {
        certFile: join(folder, 'tls.pem'),
        keyFile: join(folder, 'a.key'),
        clientCaFile: join(folder, 'tls.pem'),
      },
    })
  })

  test('is refused without credentials, and where a part of it is missing', () => {
    expect(problemsOf({ yaml: 'adminApi: { listen: ":9443" }' })).toEqual([
      'sallyport.yaml:1:13: adminApi.listen needs adminApi.tokenFile, adminApi.tls.clientCaFile or adminApi.assertion.audience beside it: without any, anybody could end sessions',
    ])
    expect(problemsOf({ yaml: 'adminApi: { tokenFile: password }' })).toEqual([
      'sallyport.yaml:1:13: adminApi.tokenFile needs adminApi.listen beside it',
    ])
    expect(
      problemsOf({ yaml: 'adminApi: { listen: ":9443", tls: { clientCaFile: tls.pem } }' }),
    ).toEqual([
      'sallyport.yaml:1:37: adminApi.tls.clientCaFile needs adminApi.tls.certFile beside it',
    ])
    expect(
      problemsOf({ yaml: 'adminApi: { listen: "0.0.0.0:9090", tokenFile: password }' }),
    ).toEqual([])
    expect(
      problemsOf({
        yaml: 'admin: { listen: ":9090" }\nadminApi: { listen: ":9090", tokenFile: password }',
      }),
    ).toEqual(['sallyport.yaml:2:13: adminApi.listen must differ from admin.listen'])
  })

  const TLS = 'tls: { certFile: tls.pem, keyFile: a.key, clientCaFile: tls.pem }'
  const ISSUER = 'assertions: { issuer: "https://sallyport.example.com" }'
  const CLAIM = 'audience: console, route: sallyport/console, claim: groups, view: [support]'

  test('takes roles of certificates, and assertions with a claim', () => {
    const certificates = 'certificates: { view: [CN=vera], endSessions: ["URI:spiffe://e/alice"] }'
    expect(
      configOf({ yaml: `adminApi: { listen: ":9443", console: false, ${TLS}, ${certificates} }` })
        .adminApi,
    ).toMatchObject({
      console: false,
      certificates: { view: ['CN=vera'], endSessions: ['URI:spiffe://e/alice'] },
    })
    expect(
      configOf({ yaml: `${ISSUER}\nadminApi: { listen: ":9443", assertion: { ${CLAIM} } }` })
        .adminApi,
    ).toEqual({
      listen: ':9443',
      console: true,
      assertion: {
        audience: 'console',
        route: 'sallyport/console',
        header: 'x-sallyport-assertion',
        claim: 'groups',
        view: ['support'],
        endSessions: [],
      },
    })
  })

  test('names what is wrong with roles and claims, and what they need', () => {
    const assertion =
      'assertion: { audience: "", route: console, header: X_A, claim: a..b, view: [], endSessions: [""] }'
    expect(
      problemsOf({
        yaml: `${ISSUER}\nadminApi:\n  listen: ":9443"\n  ${TLS}\n  certificates: { view: [alice], endSessions: [] }\n  ${assertion}`,
      }),
    ).toEqual([
      expect.stringContaining('adminApi.certificates.view[0] must be a name of a certificate'),
      expect.stringContaining('adminApi.certificates.endSessions must name at least one'),
      expect.stringContaining('adminApi.assertion.audience must be text, but is empty'),
      expect.stringContaining('adminApi.assertion.route must be namespace/name'),
      expect.stringContaining('adminApi.assertion.header must be the name of a header in lower'),
      expect.stringContaining('adminApi.assertion.claim must be a claim such as groups'),
      expect.stringContaining('adminApi.assertion.view must name at least one value'),
      expect.stringContaining('adminApi.assertion.endSessions[0] must be a value of the claim'),
    ])
    const needs = (yaml: string) => problemsOf({ yaml }).map((one) => one.replace(/^\S+ /, ''))
    expect(
      needs('adminApi: { listen: ":9443", tokenFile: password, assertion: { audience: console } }'),
    ).toEqual([
      'adminApi.assertion.audience needs adminApi.assertion.route beside it',
      'adminApi.assertion.audience needs adminApi.assertion.claim beside it',
      'adminApi.assertion.audience needs assertions.issuer beside it',
      expect.stringMatching(/^adminApi\.assertion\.audience needs adminApi\.assertion\.view or/),
    ])
    expect(
      needs('adminApi: { listen: ":9443", tokenFile: password, certificates: { view: [CN=a] } }'),
    ).toEqual(['adminApi.certificates.view needs adminApi.tls.clientCaFile beside it'])
    expect(
      needs(
        'adminApi: { listen: ":9443", tokenFile: password, assertion: { claim: a, view: [b] } }',
      ),
    ).toEqual([
      'adminApi.assertion.claim needs adminApi.assertion.audience beside it',
      'adminApi.assertion.view needs adminApi.assertion.audience beside it',
    ])
  })

  test('never lets the certificate of a gateway do everything', () => {
    const behind = `${ISSUER}\nadminApi: { listen: ":9443", ${TLS}, assertion: { ${CLAIM} }`
    expect(problemsOf({ yaml: `${behind} }` })).toEqual([
      expect.stringContaining('the certificate of the gateway alone would do everything'),
    ])
    expect(problemsOf({ yaml: `${behind}, certificates: { view: [CN=vera] } }` })).toEqual([])
    expect(problemsOf({ yaml: `${behind}, tokenFile: password }` })).toEqual([])
  })
})

describe('the proxy that leads to providers', () => {
  const proxyOf = (given: Given) => configOf(given).outbound.proxy

  test('B14: there is none unless somebody names one', () => {
    expect(proxyOf({})).toBeUndefined()
    expect(proxyOf({ environment: { HTTP_PROXY: 'http://p:1', ALL_PROXY: 'x' } })).toBeUndefined()
  })

  test('B14: the field goes before the variables, lower case before upper case', () => {
    const environment = { HTTPS_PROXY: 'http://upper:1', https_proxy: 'http://lower:2' }
    const yaml = 'outbound: { proxy: { url: "http://field:3" } }'
    expect(proxyOf({ yaml, environment })).toMatchObject({
      url: 'http://field:3',
      setBy: 'outbound.proxy.url',
      httpsOnly: false,
    })
    expect(proxyOf({ environment })).toMatchObject({
      url: 'http://lower:2/',
      setBy: 'https_proxy',
      httpsOnly: true,
    })
    const { https_proxy: _, ...upper } = environment
    expect(proxyOf({ environment: upper })).toMatchObject({ url: 'http://upper:1/' })
    const own = { SALLYPORT_OUTBOUND_PROXY_URL: 'http://own:4', ...environment }
    expect(proxyOf({ environment: own })).toMatchObject({ url: 'http://own:4' })
  })

  test('B14: exceptions come from the field, else from no_proxy, else from NO_PROXY', () => {
    const HTTPS_PROXY = 'proxy.example.com:3128'
    const NO_PROXY = '.svc, 10.0.0.0/8 sso.example.com:8443,,%%'
    expect(proxyOf({ environment: { HTTPS_PROXY, NO_PROXY } })).toMatchObject({
      url: 'http://proxy.example.com:3128/',
      exceptions: ['.svc', '10.0.0.0/8', 'sso.example.com:8443'],
    })
    expect(
      proxyOf({ environment: { HTTPS_PROXY, NO_PROXY, no_proxy: 'a.example' } }),
    ).toMatchObject({ exceptions: ['a.example'] })
    const yaml = 'outbound: { proxy: { noProxy: ["*.example.com", "::1", "*"] } }'
    expect(proxyOf({ yaml, environment: { HTTPS_PROXY, NO_PROXY } })).toMatchObject({
      exceptions: ['*.example.com', '::1', '*'],
    })
  })

  test('B14: credentials come by file, or in the variable, and never stay in the URL', () => {
    const HTTPS_PROXY = 'http://an%40na:pass%3Aword@proxy.example.com:3128'
    expect(proxyOf({ environment: { HTTPS_PROXY } })).toEqual({
      url: 'http://proxy.example.com:3128/',
      setBy: 'HTTPS_PROXY',
      httpsOnly: true,
      exceptions: [],
      credentials: { username: 'an@na', password: 'pass:word' },
    })
    const yaml =
      'outbound: { proxy: { url: "http://p:1", usernameFile: password, passwordFile: password } }'
    expect(proxyOf({ yaml })).toMatchObject({ usernameFile: join(folder, 'password') })
  })

  test.each([
    ['url: "socks5://p:1"', 'outbound.proxy.url must begin with http:// or https://'],
    ['url: "http://anna:secret@p:1"', 'outbound.proxy.url must not carry a user name or password'],
    ['url: "http://p:1/pac"', 'outbound.proxy.url must end with the port'],
    ['url: p', 'outbound.proxy.url must be a URL such as'],
    ['password: secret', 'outbound.proxy.password cannot be set inline'],
    ['usernameFile: password', 'outbound.proxy.usernameFile needs outbound.proxy.passwordFile'],
    ['passwordFile: password', 'outbound.proxy.passwordFile needs outbound.proxy.usernameFile'],
    ['noProxy: ["http://x"]', 'outbound.proxy.noProxy[0] must be a host'],
  ])('B14: %s is told as what it must be', (proxy, sentence) => {
    const problems = problemsOf({ yaml: `outbound: { proxy: { ${proxy} } }` }).join('\n')
    expect(problems).toContain(sentence)
    expect(problems).not.toContain('secret')
  })

  test.each(['socks5://anna:secret@p:1', 'http://anna:secret@', 'ftp://p', 'http://p/pac'])(
    'B14: a variable with %s is named, and its value not shown',
    (HTTPS_PROXY) => {
      const problems = problemsOf({ environment: { HTTPS_PROXY } })
      expect(problems).toEqual([expect.stringMatching(/^HTTPS_PROXY: must /)])
      expect(problems.join()).not.toContain('secret')
    },
  )
})
