import { expect, it, onTestFinished } from 'vitest'
import { startGrpcServer } from '../support/grpc-server.ts'
import { runH2spec } from '../support/parts/h2spec.ts'
import { createCertificates } from '../support/parts/tls.ts'

const CASES = 145

/** What does not pass, and why that is right. Its GET of a check is answered 405 with no body. */
const EXPLAINED = new Map([
  [
    'generic/2: Sends a WINDOW_UPDATE frame on half-closed (remote) stream',
    'It waits for a DATA frame, and an answer without a body has none.',
  ],
  [
    'generic/2: Sends a PRIORITY frame on half-closed (remote) stream',
    'It waits for a DATA frame, and an answer without a body has none.',
  ],
])

it.each([
  ['plain text', false],
  ['TLS', true],
])(
  'the port keeps every rule of h2spec by %s, but for those that are explained',
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
    expect(skipped.length).toBeLessThanOrEqual(5)
  },
)
