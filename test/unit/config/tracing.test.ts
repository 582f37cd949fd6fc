import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { startNotes } from '../../../src/app/start-notes.ts'
import { loadConfig } from '../../../src/config/load.ts'
import { formatConfigProblem } from '../../../src/config/problem.ts'

const HERE = fileURLToPath(new URL('.', import.meta.url))
const FILE = fileURLToPath(import.meta.url)

const load = (environment: Readonly<Record<string, string>>) =>
  loadConfig({
    environment: { SALLYPORT_RESOURCES_FILES_PATHS: HERE, ...environment },
    flags: {},
    workingFolder: HERE,
  })

const tracingOf = (environment: Readonly<Record<string, string>>) => {
  const loaded = load(environment)
  return loaded.kind === 'loaded' ? loaded.config.tracing : loaded.problems.map(formatConfigProblem)
}

const OURS = { SALLYPORT_TRACING_ENDPOINT: 'https://collector.example.com/v1/traces' }

it('without an endpoint there are no traces', () => {
  expect(tracingOf({})).toBeUndefined()
  expect(tracingOf({ OTEL_SERVICE_NAME: 'x', OTEL_EXPORTER_OTLP_CERTIFICATE: '/none' })).toBe(
    undefined,
  )
})

it('a field says where they go, what they say, and how many begin here', () => {
  const fields = {
    ...OURS,
    SALLYPORT_TRACING_HEADERS_FILE: FILE,
    SALLYPORT_TRACING_SERVICE_NAME: 'gate',
    SALLYPORT_TRACING_RESOURCE_ATTRIBUTES: 'deployment.environment.name=a=b,team=web',
    SALLYPORT_TRACING_ONE_IN: '1000',
    SALLYPORT_TRACING_JOINS_REQUESTS: 'true',
  }
  expect(tracingOf(fields)).toEqual({
    endpoint: 'https://collector.example.com/v1/traces',
    headersFile: FILE,
    serviceName: 'gate',
    resourceAttributes: { 'deployment.environment.name': 'a=b', team: 'web' },
    oneIn: 1_000,
    joinsRequests: true,
    tls: {},
  })
})

it.each([
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' }, 'http://c:4318/v1/traces'],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318/otlp/' }, 'http://c:4318/otlp/v1/traces'],
  [
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://t/x' },
    'http://t/x',
  ],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c', ...OURS }, OURS.SALLYPORT_TRACING_ENDPOINT],
])(
  'the usual variables name the collector, and a field goes before them: %o',
  (environment, url) => {
    expect(tracingOf(environment)).toMatchObject({ endpoint: url, oneIn: 0, joinsRequests: false })
  },
)

it.each([{ OTEL_SDK_DISABLED: 'true' }, { OTEL_TRACES_EXPORTER: 'none' }])(
  'they switch off what they have switched on: %o',
  (environment) => {
    const named = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' }
    expect(tracingOf({ ...named, ...environment })).toBeUndefined()
  },
)

it('the usual variables name the authority and our certificate', () => {
  const tls = {
    OTEL_EXPORTER_OTLP_CERTIFICATE: '/none',
    OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE: FILE,
    OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: FILE,
    OTEL_EXPORTER_OTLP_CLIENT_KEY: FILE,
  }
  expect(tracingOf({ ...OURS, ...tls })).toMatchObject({
    tls: { caFile: FILE, certFile: FILE, keyFile: FILE },
  })
})

it('where a variable alone names the collector, a protocol that is not spoken means none, and a note', () => {
  const others = {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
    OTEL_EXPORTER_OTLP_CLIENT_KEY: '/none/key',
  }
  const configOf = (environment: Readonly<Record<string, string>>) => {
    const loaded = load(environment)
    return loaded.kind === 'loaded' ? loaded.config : expect.unreachable()
  }
  const config = configOf(others)
  expect(config.tracing).toBeUndefined()
  expect(config.tracingNote).toBe(
    'There are no traces: OTEL_EXPORTER_OTLP_ENDPOINT names a collector, but OTEL_EXPORTER_OTLP_PROTOCOL is not http/protobuf, the only way in which they are sent. Name the collector in tracing.endpoint, or set OTEL_TRACES_EXPORTER to none.',
  )
  expect(startNotes(config)).toContain(config.tracingNote)
  expect(configOf({ ...others, OTEL_TRACES_EXPORTER: 'none' }).tracingNote).toBeUndefined()
  const { OTEL_EXPORTER_OTLP_PROTOCOL } = others
  const written = configOf({ ...OURS, OTEL_EXPORTER_OTLP_PROTOCOL })
  expect([written.tracing?.endpoint, written.tracingNote]).toEqual([
    OURS.SALLYPORT_TRACING_ENDPOINT,
    undefined,
  ])
})

it('everything that is wrong is told at once, with what to do', () => {
  expect(
    tracingOf({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317',
      OTEL_EXPORTER_OTLP_CLIENT_KEY: '/none/key',
      SALLYPORT_TRACING_RESOURCE_ATTRIBUTES: 'team',
      SALLYPORT_TRACING_ONE_IN: '-1',
    }),
  ).toMatchSnapshot()
})

it.each(['http://user:pass@c/v1/traces', 'http://c/v1/traces?key=1', 'grpc://c:4317', 'c'])(
  'what is no URL of a collector is refused: %s',
  (endpoint) => {
    expect(tracingOf({ SALLYPORT_TRACING_ENDPOINT: endpoint })).toMatchObject([
      expect.stringMatching(/^SALLYPORT_TRACING_ENDPOINT: tracing\.endpoint must /),
    ])
  },
)
