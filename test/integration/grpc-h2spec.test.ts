import { expect, it, onTestFinished } from 'vitest'
import { startGrpcServer } from '../support/grpc-server.ts'
import { runH2spec } from '../support/parts/h2spec.ts'
import { createCertificates } from '../support/parts/tls.ts'

const CASES = 145

/** What does not pass, and why that is right. */
const EXPLAINED = new Map([
  [
    'http2/6.9.2: Changes SETTINGS_INITIAL_WINDOW_SIZE after sending HEADERS frame',
    'It takes any SETTINGS for its acknowledgement: those of the engine follow the first call.',
  ],
])

it.each([
  ['plain text', false],
  ['TLS', true],
])(
  'the port keeps every rule of h2spec by %s, but for the one that is explained',
  async (_, isTls) => {
    const { certFile, keyFile, remove } = await createCertificates(['localhost'])
    onTestFinished(remove)
    const server = await startGrpcServer({
      engine: 'native',
      ...(isTls ? { tls: { certFile, keyFile } } : {}),
    })
    const { passed, skipped, failed } = await runH2spec({
      port: server.port,
      path: '/envoy.service.auth.v3.Authorization/Check',
      isTls,
    })
    expect(failed.filter((each) => !EXPLAINED.has(each))).toEqual([])
    expect(passed.length + skipped.length + failed.length).toBe(CASES)
    expect(skipped.length).toBeLessThanOrEqual(1)
  },
)
