import { type AddressInfo, connect as connectTo } from 'node:net'
import { createServer, type Server } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRedisBackend } from '../../src/sessions/redis/backend.ts'
import type { RedisSettings } from '../../src/sessions/redis/connection/settings.ts'
import { type RunningRedis, startRedis } from '../support/parts/redis.ts'
import { type Certificates, createCertificates } from '../support/parts/tls.ts'
import { seededRandom } from '../support/seeded-random.ts'

let redis: RunningRedis
let certificates: Certificates
let strangers: Certificates
let terminator: Server
const seen: { serverName: string | false | null; clientCertificate: string }[] = []

beforeAll(async () => {
  redis = await startRedis()
  certificates = await createCertificates(['localhost'])
  strangers = await createCertificates(['localhost'])
  const { certPem: cert, keyPem: key } = certificates
  terminator = createServer(
    { cert, key, requestCert: true, rejectUnauthorized: false },
    (socket) => {
      const { fingerprint256 = '' } = socket.getPeerCertificate()
      seen.push({ serverName: socket.servername, clientCertificate: fingerprint256 })
      const upstream = connectTo(redis.port, '127.0.0.1')
      socket.on('error', () => upstream.destroy()).pipe(upstream)
      upstream.on('error', () => socket.destroy()).pipe(socket)
    },
  )
  terminator.on('tlsClientError', () => undefined)
  await new Promise<void>((resolve) => terminator.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  await new Promise((resolve) => terminator.close(resolve))
  await redis.stop()
  await certificates.remove()
  await strangers.remove()
})

const ping = async (host: string, tls: RedisSettings['tls']): Promise<void> => {
  const { port } = terminator.address() as AddressInfo
  const url = `rediss://${host}:${port}`
  const backend = createRedisBackend(
    { url, tls, commandTimeoutMs: 5000, connectTimeoutMs: 5000, totalTimeoutMs: 10_000 },
    { random: seededRandom('tls'), keyPrefix: 'test' },
  )
  await backend.ping().finally(() => backend.close())
}

describe('Redis over TLS', () => {
  it('is used when its certificate comes from the authority of the settings', async () => {
    await ping('localhost', { caFile: certificates.caFile })
    expect(seen.at(-1)?.serverName).toBe('localhost')
  })

  it('gets the client certificate of the settings', async () => {
    const { caFile, certFile, keyFile } = certificates
    await ping('localhost', { caFile })
    expect(seen.at(-1)?.clientCertificate).toBe('')
    await ping('localhost', { caFile, certFile, keyFile })
    expect(seen.at(-1)?.clientCertificate).not.toBe('')
  })

  it('is refused when another authority signed it, or none that is known, or for another name', async () => {
    const fault = { code: 'session_store_unavailable' }
    const { caFile } = certificates
    const stranger = ping('localhost', { caFile: strangers.caFile })
    await expect(stranger).rejects.toMatchObject(fault)
    await expect(ping('localhost', undefined)).rejects.toMatchObject(fault)
    await expect(ping('127.0.0.1', { caFile })).rejects.toMatchObject({
      ...fault,
      message: 'The connection to Redis failed (ERR_TLS_CERT_ALTNAME_INVALID).',
    })
  })

  it('with a key that does not belong to the certificate is a fault at the start', async () => {
    const { caFile, certFile } = certificates
    const open = ping('localhost', { caFile, certFile, keyFile: strangers.keyFile })
    await expect(open).rejects.toThrow('The files of sessions.redis.tls')
  })
})
