import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import type { Client } from '../../../../src/core/registration/client.ts'
import { aClient, aProvider } from '../../../support/builders.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'
import { localProviders } from '../../../support/local-providers.ts'
import { createCertificates } from '../../../support/parts/tls.ts'
import { patient } from '../../../support/patience.ts'

/** A provider whose TLS 1.2 knows these alone. */
const encryptedBy = async (ciphers: string) => {
  const { certPem, keyPem, caPem, remove } = await createCertificates(['localhost'])
  onTestFinished(remove)
  const options = { cert: certPem, key: keyPem, ciphers, maxVersion: 'TLSv1.2' } as const
  const server = createServer(options, (_, response) => response.end('{}')).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const issuer = `https://localhost:${(server.address() as AddressInfo).port}`
  const plain = aClient({
    provider: aProvider({ issuer, caPem, requestTimeoutMs: patient(30_000) }),
  })
  const providers = localProviders(handSetClock())
  return {
    plain,
    ask: async (client: Client) => {
      const { call } = providers.of(client.provider).fetchFor(client)
      return call({ method: 'GET', url: `${issuer}/`, headers: {} })
    },
  }
}

const profiled = (client: Client): Client => ({
  ...client,
  asking: {
    ...client.asking,
    profile: {
      name: 'FAPI2Security',
      binding: 'MutualTLS',
      method: 'private_key_jwt',
      algorithms: ['PS256'],
    },
  },
})

it('FAPI 2.0, 5.2.2: a client with a profile goes by what BCP 195 recommends, or not at all', async () => {
  const { plain, ask } = await encryptedBy('ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA')
  expect(await ask(plain)).toMatchObject({ status: 200 })
  await expect(ask(profiled(plain))).rejects.toMatchObject({ code: 'provider_unreachable' })
  expect(await ask(plain)).toMatchObject({ status: 200 })
})

it('FAPI 2.0, 5.2.2: a provider with what BCP 195 recommends is reached', async () => {
  const recommended = 'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256'
  const { plain, ask } = await encryptedBy(recommended)
  expect(await ask(profiled(plain))).toMatchObject({ status: 200 })
})
