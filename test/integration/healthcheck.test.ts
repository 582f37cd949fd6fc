import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server, ServerCredentials } from '@grpc/grpc-js'
import { describe, expect, onTestFinished, test } from 'vitest'
import { unfound } from '../../src/check/answer/denials.ts'
import { AUTHORIZATION_SERVICE } from '../../src/grpc/call/services.ts'
import { methodOf, ownProtos } from '../support/envoy-protos.ts'
import { anAllow, startGrpcServer } from '../support/grpc-server.ts'
import { createCertificates } from '../support/parts/tls.ts'
import { sallyport } from '../unit/cli/run.ts'

/** An admin port that answers with this status. */
const startAdmin = async (status = 200): Promise<string> => {
  const server = createServer((_, response) => response.writeHead(status).end('state\n'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => new Promise((resolve) => void server.close(() => resolve())))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A gRPC server that answers every check with exactly this message. */
const startAnswering = async (response: object): Promise<string> => {
  const server = new Server()
  const Check = methodOf(ownProtos(), AUTHORIZATION_SERVICE, 'Check')
  server.addService(
    { Check },
    {
      Check: (_: unknown, answer: (error: null, response: object) => void) =>
        answer(null, response),
    },
  )
  const { promise, resolve } = Promise.withResolvers<number>()
  const credentials = ServerCredentials.createInsecure()
  server.bindAsync('127.0.0.1:0', credentials, (_, port) => resolve(port))
  onTestFinished(() => server.forceShutdown())
  return `127.0.0.1:${await promise}`
}

const nobodys = { check: () => unfound({ kind: 'none' }) }

describe('a check of a host that nobody owns', () => {
  test('is denied: all is well', async () => {
    const hosts: string[] = []
    const check = ({ host }: { readonly host: string }) => {
      hosts.push(host)
      return unfound({ kind: 'none' })
    }
    const { target } = await startGrpcServer({ check })
    const { code, out } = await sallyport(
      ...['healthcheck', '--admin', await startAdmin(), '--check', target],
    )
    expect(out).toBe(`state\n${target} denies a request whose host nobody owns.\n`)
    expect(code).toBe(0)
    expect(hosts).toEqual(['healthcheck.sallyport.invalid'])
  })

  test('is denied without a reason header: all is well', async () => {
    const { target } = await startGrpcServer({ ...nobodys, reasonHeader: false })
    const { code } = await sallyport(
      ...['healthcheck', '--admin', await startAdmin(), '--check', target],
    )
    expect(code).toBe(0)
  })

  test.each([
    ['let through', { check: () => anAllow }, 'lets a request through whose host nobody owns'],
    [
      'denied for another reason',
      { check: () => unfound({ kind: 'not_synced' }) },
      'denies a request whose host nobody owns with 503 (not_synced) instead of 404 (no_policy)',
    ],
  ])('is %s: a problem', async (_, options, sentence) => {
    const { target } = await startGrpcServer(options)
    const { code, err } = await sallyport(
      ...['healthcheck', '--admin', await startAdmin(), '--check', target],
    )
    expect(err).toContain(`${target} ${sentence}`)
    expect(code).toBe(1)
  })

  test.each([
    ['an empty message, which Envoy takes for an allow', {}],
    ['a status alone', { status: { code: 16 } }],
    [
      'a denial under the status of an allow',
      { status: {}, deniedResponse: { status: { code: 404 } } },
    ],
    [
      'a denial without a status',
      { status: { code: 5, message: 'no_policy' }, deniedResponse: {} },
    ],
  ])('is answered with %s: a problem', async (_, response) => {
    const target = await startAnswering(response)
    const { code, err } = await sallyport(
      ...['healthcheck', '--admin', await startAdmin(), '--check', target],
    )
    expect(err).toMatch(/nobody owns/)
    expect(code).toBe(1)
  })

  test('without anybody there is a problem with a sentence', async () => {
    const { code, err } = await sallyport(
      ...['healthcheck', '--admin', await startAdmin(), '--check', '127.0.0.1:1'],
    )
    expect(err).toMatch(/^sallyport: 127\.0\.0\.1:1 does not answer a check: .*ECONNREFUSED/)
    expect(code).toBe(1)
  })

  test('does not make up for a process that is not ready', async () => {
    const { target } = await startGrpcServer(nobodys)
    const { code, out, err } = await sallyport(
      ...['healthcheck', '--admin', await startAdmin(503), '--check', target],
    )
    expect({ code, out, err }).toEqual({
      code: 1,
      out: `${target} denies a request whose host nobody owns.\n`,
      err: 'sallyport: state\n',
    })
  })
})

describe('over TLS', () => {
  const start = async (names: readonly string[], isMutual = false) => {
    const { certFile, keyFile, caFile, remove } = await createCertificates(names)
    onTestFinished(remove)
    const clientCa = isMutual ? { clientCaFile: caFile } : {}
    const { port } = await startGrpcServer({ ...nobodys, tls: { certFile, keyFile, ...clientCa } })
    return { certFile, keyFile, caFile, target: `localhost:${port}` }
  }
  const ask = async (...argv: readonly string[]) =>
    sallyport('healthcheck', '--admin', await startAdmin(), ...argv)

  test('the authority vouches for the server, and so does its own certificate', async () => {
    const { target, caFile, certFile } = await start(['localhost'])
    expect((await ask('--check', target, '--check-ca', caFile)).code).toBe(0)
    expect((await ask('--check', target, '--check-ca', certFile)).code).toBe(0)
  })

  test('another authority does not', async () => {
    const { target } = await start(['localhost'])
    const other = await start(['localhost'])
    const { code, err } = await ask('--check', target, '--check-ca', other.caFile)
    expect(err).toMatch(/does not answer a check: .*certificate/)
    expect(code).toBe(1)
  })

  test('the certificate must carry the name that is asked for', async () => {
    const { target, caFile } = await start(['sallyport.auth.svc'])
    const { code, err } = await ask('--check', target, '--check-ca', caFile)
    expect(err).toMatch(/does not match certificate's altnames/)
    expect(code).toBe(1)
    const named = ['--check-name', 'sallyport.auth.svc']
    expect((await ask('--check', target, '--check-ca', caFile, ...named)).code).toBe(0)
  })

  test('a client certificate is shown where one is asked for', async () => {
    const { target, caFile, certFile, keyFile } = await start(['localhost'], true)
    const own = ['--check-cert', certFile, '--check-key', keyFile]
    const trusted = ['--check', target, '--check-ca', caFile]
    expect((await ask(...trusted)).code).toBe(1)
    expect((await ask(...trusted, ...own)).code).toBe(0)
  })

  test('a file that is not there is named', async () => {
    const { code, err } = await ask('--check', '127.0.0.1:1', '--check-ca', '/nowhere/ca.crt')
    expect(err).toContain('sallyport: --check-ca names /nowhere/ca.crt, which is not there')
    expect(code).toBe(1)
  })
})

test.each([
  [['--check-name', 'a'], '--check-name need --check.'],
  [['--check', 'a:1', '--check-name', 'a'], 'need --check-ca'],
  [['--check', 'a:1', '--check-ca', 'a', '--check-key', 'a'], 'go together'],
])('%j is wrong usage', async (options, sentence) => {
  const { code, err } = await sallyport('healthcheck', ...options)
  expect(err).toContain(sentence)
  expect(code).toBe(2)
})
