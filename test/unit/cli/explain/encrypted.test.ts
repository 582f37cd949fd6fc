import { afterAll, beforeAll, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { anOpeningKey, encryptedTo } from '../../../support/encrypted-tokens.ts'
import { type ResourceFolder, resourceFolder, SHOP } from '../../../support/resource-folder.ts'
import { createTokenSigner } from '../../../support/token-signer.ts'
import { sallyport } from '../run.ts'

const BEARER =
  '    - bearer: { providerRef: { name: keycloak }, audiences: [https://api.example.com] }\n'
const OPENING = BEARER.replace('] }', '], decryptionKeyRef: { name: opening } }')

const key = anOpeningKey()
const secret = stringify({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'opening', namespace: 'shop' },
  stringData: { 'tls.key': key.privateKeyPem },
})

let withKey: ResourceFolder
let withoutSecret: ResourceFolder
beforeAll(() => {
  const manifests = SHOP.replace(BEARER, OPENING)
  withKey = resourceFolder({ 'shop.yaml': manifests, 'key.yaml': secret })
  withoutSecret = resourceFolder({ 'shop.yaml': manifests })
})
afterAll(() => {
  withKey.remove()
  withoutSecret.remove()
})

const explained = async ({ path }: ResourceFolder) => {
  const signed = createTokenSigner('key-1').sign({
    iss: 'https://sso.example.com/realms/shop',
    sub: 'robot',
    aud: 'https://api.example.com',
    exp: 4_000_000_000,
    scope: 'orders:read',
    groups: ['buyers'],
  })
  const token = await encryptedTo(key, signed)
  const url = 'https://shop.example.com/api/orders'
  return sallyport('explain', '-r', path, '-u', url, '-H', `authorization: Bearer ${token}`)
}

test('an encrypted token is explained where the key is among the files', async () => {
  const { out } = await explained(withKey)
  expect(out).toContain('200 allowed')
  expect(out).not.toMatch(/eyJ|PRIVATE KEY/)
})

test('and where it is not, the Secret is named and the token is not taken for another', async () => {
  const { out, err } = await explained(withoutSecret)
  expect(out + err).toContain('Secret shop/opening')
  expect(out).toContain('token_encrypted')
})
