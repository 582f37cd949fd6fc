import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { type RunningSentinels, startSentinels } from '../support/parts/redis-sentinel.ts'
import { type TemporaryFolder, temporaryFolder } from '../support/parts/temporary-folder.ts'
import { type Certificates, createCertificates } from '../support/parts/tls.ts'
import { redisUnderTest } from '../support/redis-under-test.ts'
import { directoryContract } from './directory.contract.ts'
import { type BackendUnderTest, backendContract } from './sessions.contract.ts'

const PASSWORDS = { servers: 'of-the-servers', sentinels: 'of-the-sentinels' }

let folder: TemporaryFolder
let certificates: Certificates
let sentinels: RunningSentinels

beforeAll(async () => {
  folder = await temporaryFolder('passwords')
  await writeFile(join(folder.path, 'servers'), PASSWORDS.servers)
  await writeFile(join(folder.path, 'sentinels'), PASSWORDS.sentinels)
  certificates = await createCertificates(['127.0.0.1'])
  sentinels = await startSentinels({
    servers: { password: PASSWORDS.servers },
    password: PASSWORDS.sentinels,
    tls: certificates,
  })
})
afterAll(async () => {
  await sentinels.stop()
  await certificates.remove()
  await folder.remove()
})

const tls = () => ({
  caFile: certificates.caFile,
  certFile: certificates.certFile,
  keyFile: certificates.keyFile,
})

const start = (): Promise<BackendUnderTest> =>
  redisUnderTest(
    {
      sentinel: {
        addresses: sentinels.addresses,
        primaryName: sentinels.primaryName,
        passwordFile: join(folder.path, 'sentinels'),
        tls: tls(),
      },
      passwordFile: join(folder.path, 'servers'),
      tls: tls(),
    },
    sentinels.servers,
    PASSWORDS.servers,
  )

backendContract('Redis by Sentinel, all of it by TLS and password', start)
directoryContract('Redis by Sentinel, all of it by TLS and password', start)
