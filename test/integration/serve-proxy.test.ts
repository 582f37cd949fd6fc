import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { startConnectProxy } from '../support/parts/connect-proxy.ts'
import { startSallyport } from '../support/parts/sallyport.ts'
import { temporaryFolder } from '../support/parts/temporary-folder.ts'
import { createCertificates } from '../support/parts/tls.ts'
import { SHOP, SHOP_SECRET } from '../support/resource-folder.ts'
import { createTokenSigner } from '../support/token-signer.ts'

const PATIENCE = { timeout: 20_000, interval: 50 }
const HOST = 'sso.example.com'
const ISSUER = `https://${HOST}/realms/shop`

/** The provider of the shop, at a name that no name server of the test knows. */
const startProvider = async () => {
  const certificates = await createCertificates([HOST])
  const { certPem: cert, keyPem: key, caFile } = certificates
  const metadata = {
    issuer: ISSUER,
    authorization_endpoint: `${ISSUER}/authorize`,
    token_endpoint: `${ISSUER}/token`,
    jwks_uri: `${ISSUER}/keys`,
    userinfo_endpoint: '',
  }
  const keys = { keys: [createTokenSigner('key-1').publicJwk] }
  const agents = new Set<string | undefined>()
  const server = createServer({ cert, key }, (request, response) => {
    agents.add(request.headers['user-agent'])
    response.end(JSON.stringify(request.url?.endsWith('/keys') ? keys : metadata))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.close()
    server.closeAllConnections()
    await certificates.remove()
  })
  return { port: (server.address() as AddressInfo).port, caFile, agents }
}

test('B13, B14, B18: a provider behind a proxy of the process, which is away at first, is told at warn when it goes and comes back', async () => {
  const provider = await startProvider()
  const leads: Record<string, number> = {}
  const wants = `Basic ${Buffer.from('anna:s3cret').toString('base64')}`
  const proxy = await startConnectProxy({ leads, wants: () => wants })
  onTestFinished(() => proxy.stop())
  const folder = await temporaryFolder('proxy-credentials')
  onTestFinished(() => folder.remove())
  const [usernameFile, passwordFile] = [`${folder.path}/user`, `${folder.path}/password`]
  await writeFile(usernameFile, 'anna\n')
  await writeFile(passwordFile, 's3cret\n')
  const url = `http://127.0.0.1:${proxy.port}`

  const sallyport = await startSallyport({
    resources: { 'shop.yaml': SHOP, 'secret.yaml': SHOP_SECRET },
    configuration: {
      outbound: { caFile: provider.caFile, proxy: { url, usernameFile, passwordFile } },
      log: { level: 'warn', decisions: 'none' },
    },
  })
  onTestFinished(async () => void (await sallyport.stop()))
  const told = (): readonly string[] =>
    sallyport
      .log()
      .map(({ message }) => String(message))
      .filter((message) => message.startsWith('IdentityProvider'))

  await vi.waitFor(() => expect(told()).toHaveLength(1), PATIENCE)
  expect(told()[0]).toContain(
    `cannot be reached: the proxy ${url} (outbound.proxy.url) grants no tunnel (CONNECT answered with status 502`,
  )
  leads[`${HOST}:443`] = provider.port
  await vi.waitFor(() => expect(told()).toHaveLength(3), PATIENCE)
  expect(told().slice(1).join('\n')).toContain('IdentityProvider shop/keycloak works again')
  expect(told().slice(1).join('\n')).toContain('its userinfo_endpoint is "": it counts as absent')
  expect([...provider.agents]).toEqual([expect.stringMatching(/^sallyport\/\d+\.\d+\.\d+/)])
  expect(sallyport.output()).not.toMatch(/s3cret|Basic/)
})
