import { copyFile, writeFile } from 'node:fs/promises'
import { expect, it, onTestFinished } from 'vitest'
import { createFileCertificates } from '../../../../src/app/standing/file-certificates.ts'
import type { Config } from '../../../../src/config/config.ts'
import { temporaryFolder } from '../../../support/parts/temporary-folder.ts'
import { createCertificates } from '../../../support/parts/tls.ts'

const MINUTE_MS = 60_000

it('each certificate that the process shows is named by its field, as its file is now', async () => {
  const folder = await temporaryFolder('certificates')
  onTestFinished(folder.remove)
  const made = await createCertificates(['sallyport.example.com'])
  onTestFinished(made.remove)
  const [own, other] = [`${folder.path}/own.pem`, `${folder.path}/other.pem`]
  await copyFile(made.certFile, own)
  await writeFile(other, 'no certificate')
  const tls = { certFile: own, keyFile: made.keyFile }
  const certificates = createFileCertificates({
    grpc: { tls },
    adminApi: { tls: { ...tls, certFile: other } },
    sessions: {
      store: { kind: 'redis', tls: { certFile: own }, sentinel: { tls: { certFile: own } } },
    },
  } as unknown as Config)
  const fields = () => certificates().map(({ field }) => field)
  expect(fields()).toEqual(['grpc.tls', 'sessions.redis.tls', 'sessions.redis.sentinel.tls'])
  const [first] = certificates()
  expect(first?.expiresAtMs).toBeGreaterThan(Date.now() + MINUTE_MS)
  await copyFile(made.certFile, other)
  expect(fields()).toContain('adminApi.tls')
  await folder.remove()
  expect(fields()).toEqual([])
})

it('a process that shows none has none', () => {
  const plain = { grpc: {}, sessions: { store: { kind: 'memory' } } } as unknown as Config
  expect(createFileCertificates(plain)()).toEqual([])
})
