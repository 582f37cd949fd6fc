import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { parse } from 'yaml'
import { objectsOf, renderChart } from '../support/parts/helm.ts'
import { startRedis } from '../support/parts/redis.ts'
import { startCluster } from '../support/parts/redis-cluster.ts'
import { startSentinels } from '../support/parts/redis-sentinel.ts'
import { startSallyport } from '../support/parts/sallyport.ts'
import { temporaryFolder } from '../support/parts/temporary-folder.ts'
import { type Certificates, createCertificates } from '../support/parts/tls.ts'
import { PATIENCE, sentencesOf } from '../support/use-cluster.ts'

const PASSWORD = 'correct-horse-battery'

let certificates: Certificates

beforeAll(async () => {
  certificates = await createCertificates(['127.0.0.1', 'localhost'])
})
afterAll(() => certificates.remove())

/** The entries of Secrets, by the names of the Secrets. */
type Secrets = Readonly<Record<string, Readonly<Record<string, string>>>>

/** What is mounted in a pod: each Secret of its volumes in its place below a folder of here. */
const mountAll = async (pod: unknown, secrets: Secrets, root: string): Promise<void> => {
  const { volumes, containers } = Object(pod)
  for (const { name, mountPath } of containers[0].volumeMounts) {
    const { secret } = volumes.find((volume: { name: string }) => volume.name === name)
    await mkdir(`${root}${mountPath}`, { recursive: true })
    for (const [entry, text] of Object.entries(secrets[secret?.secretName] ?? {})) {
      await writeFile(`${root}${mountPath}/${entry}`, text)
    }
  }
}

/**
 * Starts a process with the sessions that the chart renders, and waits until their store is
 * connected.
 */
const connects = async (redis: object, secrets: Secrets): Promise<void> => {
  const folder = await temporaryFolder('chart-store')
  onTestFinished(folder.remove)
  const values = `${folder.path}/values.yaml`
  await writeFile(values, JSON.stringify({ sessions: { store: 'redis', redis } }))
  const objects = objectsOf(await renderChart(['--values', values]))
  const find = (kind: string) =>
    Object(objects.find((one) => one.kind === kind && one.metadata.name === 'sally-sallyport'))
  await mountAll(find('Deployment').spec.template.spec, secrets, folder.path)
  const text = find('ConfigMap').data['sallyport.yaml'].replaceAll('/etc/', `${folder.path}/etc/`)
  const sallyport = await startSallyport({ configuration: { sessions: parse(text).sessions } })
  onTestFinished(async () => void (await sallyport.stop()))
  await vi.waitFor(
    () => expect(sentencesOf(sallyport)).toContain('The session store is connected.'),
    PATIENCE,
  )
}

const filesOf = async ({ caFile, certFile, keyFile }: Certificates) => ({
  'ca.crt': await readFile(caFile, 'utf8'),
  'tls.crt': await readFile(certFile, 'utf8'),
  'tls.key': await readFile(keyFile, 'utf8'),
})

test('one Redis, by TLS with a client certificate, as an ACL user', async () => {
  const redis = await startRedis({ password: 'of the default user', tls: certificates })
  onTestFinished(redis.stop)
  await redis.command('ACL', 'SETUSER', 'sallyport', 'on', `>${PASSWORD}`, '~*', '&*', '+@all')
  await redis.command('ACL', 'SETUSER', 'default', 'resetpass')
  await connects(
    {
      url: `rediss://127.0.0.1:${redis.tlsPort}/1`,
      existingSecret: 'login',
      usernameKey: 'username',
      tls: { existingSecret: 'certificates', certKey: 'tls.crt', keyKey: 'tls.key' },
    },
    {
      login: { username: 'sallyport', password: PASSWORD },
      certificates: await filesOf(certificates),
    },
  )
})

test('the primary that Sentinels name, each by TLS and with a password of its own', async () => {
  const sentinels = await startSentinels({
    password: 'of-the-Sentinels',
    servers: { password: PASSWORD },
    tls: certificates,
  })
  onTestFinished(sentinels.stop)
  const { addresses, primaryName } = sentinels
  const tls = {
    enabled: true,
    existingSecret: 'certificates',
    certKey: 'tls.crt',
    keyKey: 'tls.key',
  }
  await connects(
    {
      sentinel: { addresses, primaryName, existingSecret: 'sentinels', tls },
      existingSecret: 'login',
      passwordKey: 'word',
      tls,
    },
    {
      login: { word: PASSWORD },
      sentinels: { password: 'of-the-Sentinels' },
      certificates: await filesOf(certificates),
    },
  )
})

test('a Redis Cluster, with a password', async () => {
  const cluster = await startCluster({ password: PASSWORD })
  onTestFinished(cluster.stop)
  const redis = { cluster: { addresses: cluster.addresses }, existingSecret: 'login' }
  await connects(redis, { login: { password: PASSWORD } })
})
