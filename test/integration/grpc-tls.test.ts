import { copyFile, writeFile } from 'node:fs/promises'
import { connect } from 'node:tls'
import { ChannelCredentials, status } from '@grpc/grpc-js'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createCheckClient } from '../support/check-client.ts'
import { startGrpcServer } from '../support/grpc-server.ts'
import { type Certificates, createCertificates } from '../support/parts/tls.ts'

const certificates = async (): Promise<Certificates> => {
  const made = await createCertificates(['localhost'])
  onTestFinished(made.remove)
  return made
}

const REREAD_MS = 30_000

const trusting = (pem: string): ChannelCredentials => ChannelCredentials.createSsl(Buffer.from(pem))

const target = (server: { readonly port: number }): string => `localhost:${server.port}`

/** The certificate that a TLS server shows, as PEM without its frame. */
const shownBy = (port: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: 'localhost', rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().raw.toString('base64'))
      socket.destroy()
    })
    socket.once('error', reject)
  })

const bodyOf = (pem: string): string => pem.replace(/-----[^-]+-----|\s/g, '')

describe('the gRPC server over TLS', () => {
  it('serves who trusts its authority', async () => {
    const { certFile, keyFile, caPem } = await certificates()
    const server = await startGrpcServer({ tls: { certFile, keyFile } })
    const client = createCheckClient(target(server), { credentials: trusting(caPem) })
    expect((await client.check()).status.code).toBe(0)
  })

  it('serves nobody without a certificate where it asks for one', async () => {
    const { certFile, keyFile, caFile, caPem } = await certificates()
    const server = await startGrpcServer({ tls: { certFile, keyFile, clientCaFile: caFile } })
    const client = createCheckClient(target(server), { credentials: trusting(caPem) })
    await expect(client.check(undefined, 2_000)).rejects.toMatchObject({
      code: status.UNAVAILABLE,
    })
    expect(server.facts).toEqual([])
  })

  it('does not start with a file that is missing or a key of another certificate', async () => {
    const [one, other] = await Promise.all([certificates(), certificates()])
    const start = (keyFile: string) => startGrpcServer({ tls: { certFile: one.certFile, keyFile } })
    await expect(start(`${one.keyFile}.missing`)).rejects.toThrow('ENOENT')
    await expect(start(other.keyFile)).rejects.toThrow(/key values mismatch/)
  })

  it('follows its files, and keeps the last good ones over bad ones', async () => {
    const [one, other] = await Promise.all([certificates(), certificates()])
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    onTestFinished(() => void vi.useRealTimers())
    const { port } = await startGrpcServer({
      tls: { certFile: one.certFile, keyFile: one.keyFile },
    })
    expect(await shownBy(port)).toBe(bodyOf(one.certPem))
    await writeFile(one.keyFile, 'half a key')
    await copyFile(other.certFile, one.certFile)
    vi.advanceTimersByTime(REREAD_MS)
    expect(await shownBy(port)).toBe(bodyOf(one.certPem))
    await copyFile(other.keyFile, one.keyFile)
    vi.advanceTimersByTime(REREAD_MS)
    await vi.waitFor(async () => expect(await shownBy(port)).toBe(bodyOf(other.certPem)))
  })

  it('R33: drains over TLS too', async () => {
    const { certFile, keyFile, caPem } = await certificates()
    const server = await startGrpcServer({ tls: { certFile, keyFile } })
    const client = createCheckClient(target(server), { credentials: trusting(caPem) })
    await client.check()
    await server.drain(2_000)
    await expect(client.check()).rejects.toMatchObject({ code: status.UNAVAILABLE })
  })
})
