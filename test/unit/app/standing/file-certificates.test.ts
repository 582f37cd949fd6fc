import { copyFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:tls'
import { expect, it, onTestFinished, vi } from 'vitest'
import { createFileCertificates } from '../../../../src/app/standing/file-certificates.ts'
import type { Config } from '../../../../src/config/config.ts'
import { followTlsFiles, readTlsFiles } from '../../../../src/grpc/tls-files.ts'
import { temporaryFolder } from '../../../support/parts/temporary-folder.ts'
import { createSelfSigned } from '../../../support/parts/tls.ts'

const DAY_MS = 86_400_000

const REREAD_MS = 30_000

const [ofWeek, ofYear] = await Promise.all(
  [7, 365].map((days) => createSelfSigned('sallyport', days)),
)
if (ofWeek === undefined || ofYear === undefined) throw new Error('No certificate was made.')

const aPair = async () => {
  const folder = await temporaryFolder('certificates')
  onTestFinished(folder.remove)
  const [certFile, keyFile] = [`${folder.path}/own.pem`, `${folder.path}/own-key.pem`]
  const save = async (cert: string, key: string) => {
    await writeFile(certFile, cert)
    await writeFile(keyFile, key)
  }
  await save(ofWeek.cert, ofWeek.key)
  return { files: { certFile, keyFile }, save, remove: folder.remove }
}

const MEMORY = { grpc: {}, sessions: { store: { kind: 'memory' } } } as unknown as Config

const opened = (config: Config) => {
  const warnings: string[] = []
  const certificates = createFileCertificates(config, {
    warn: (sentence) => void warnings.push(sentence),
  })
  const days = () =>
    certificates
      .fileCertificates()
      .map(({ field, expiresAtMs }) => [field, Math.round((expiresAtMs - Date.now()) / DAY_MS)])
  return { ...certificates, days, warnings }
}

it('the certificate of a server is the one that it uses, whatever its files hold', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  onTestFinished(() => void vi.useRealTimers())
  const { followed, days, warnings } = opened(MEMORY)
  const { files, save } = await aPair()
  const listening = followed('grpc.tls', files)
  const refused = vi.fn(listening.onRefused)
  const told = { ...listening, onRefused: refused }
  expect(days()).toEqual([])
  const server = createServer(await readTlsFiles(told))
  const taken = vi.spyOn(server, 'setSecureContext')
  followTlsFiles(server, told)
  onTestFinished(() => void server.emit('close'))
  expect(days()).toEqual([['grpc.tls', 7]])
  await save(ofYear.cert, ofWeek.key)
  vi.advanceTimersByTime(REREAD_MS)
  await vi.waitFor(() => expect(refused).toHaveBeenCalledTimes(1))
  vi.advanceTimersByTime(REREAD_MS)
  await vi.waitFor(() => expect(refused).toHaveBeenCalledTimes(2))
  expect(warnings).toHaveLength(1)
  expect(warnings[0]).toMatch(/^grpc\.tls: the files cannot be used .*stays? in use/)
  expect(days()).toEqual([['grpc.tls', 7]])
  expect(taken).not.toHaveBeenCalled()
  await save(ofYear.cert, ofYear.key)
  vi.advanceTimersByTime(REREAD_MS)
  await vi.waitFor(() => expect(taken).toHaveBeenCalled())
  expect(days()).toEqual([['grpc.tls', 365]])
  expect(warnings).toHaveLength(1)
})

it('certificates for Redis are those of the last pair that could be used', async () => {
  const { files, save, remove } = await aPair()
  const store = { kind: 'redis', tls: files, sentinel: { tls: files } }
  const { days } = opened({ grpc: {}, sessions: { store } } as unknown as Config)
  const both = (left: number) => [
    ['sessions.redis.tls', left],
    ['sessions.redis.sentinel.tls', left],
  ]
  expect(days()).toEqual(both(7))
  await save(ofYear.cert, ofWeek.key)
  expect(days()).toEqual(both(7))
  await copyFile(files.keyFile, files.certFile)
  expect(days()).toEqual(both(7))
  await save(ofYear.cert, ofYear.key)
  expect(days()).toEqual(both(365))
  await remove()
  expect(days()).toEqual(both(365))
})

it('a process that shows none has none', () => {
  expect(opened(MEMORY).days()).toEqual([])
})
