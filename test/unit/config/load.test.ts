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
    expect(config.grpc.listen).toBe('0.0.0.0:9001')
    expect(config.sessions.store).toEqual({ kind: 'memory' })
    expect(config.check).toEqual({ budgetMs: 4_000, maxHeaderBytes: 98_304 })
    expect(config.resources).toEqual({ source: 'files', paths: [join(folder, 'resources')] })
    expect(config.responses.reasonHeader).toBe(true)
  })

  test('a flag wins over the environment, the environment over the file, the file over the default', () => {
    const yaml = 'grpc: { listen: ":1" }\nadmin: { listen: ":2" }\nlog: { level: warn }'
    const environment = { SALLYPORT_GRPC_LISTEN: ':3', SALLYPORT_ADMIN_LISTEN: ':4' }
    const config = configOf({ yaml, environment, flags: { '--grpc-listen': ':5' } })
    expect(config.grpc.listen).toBe('[::]:5')
    expect(config.admin.listen).toBe('[::]:4')
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
    ['grpc: 5', '1:1: grpc must be a group of fields: listen, tls'],
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
      'grpc: { tls: { certFile: tls.pem } }',
      '1:16: grpc.tls.certFile needs grpc.tls.keyFile beside it',
    ],
    [
      'grpc: { listen: ":1" }\nadmin: { listen: ":1" }',
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
    const loaded = loadConfig({
      file: 'nowhere.yaml',
      environment: {},
      flags: {},
      workingFolder: folder,
    })
    expect(loaded.kind === 'problems' && loaded.problems.map(formatConfigProblem)).toEqual([
      'configuration file nowhere.yaml does not exist: correct --config or SALLYPORT_CONFIG',
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
    ).toEqual({ listen: '[::]:9443', tokenFile: join(folder, 'password') })
    expect(configOf({ yaml: `adminApi: { listen: ":9443", ${tls} }` }).adminApi).toEqual({
      listen: '[::]:9443',
      tls: {
        certFile: join(folder, 'tls.pem'),
        keyFile: join(folder, 'a.key'),
        clientCaFile: join(folder, 'tls.pem'),
      },
    })
  })

  test('is refused without credentials, and where a part of it is missing', () => {
    expect(problemsOf({ yaml: 'adminApi: { listen: ":9443" }' })).toEqual([
      'sallyport.yaml:1:13: adminApi.listen needs adminApi.tokenFile or adminApi.tls.clientCaFile beside it: without either, anybody could end sessions',
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
})
