import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The three manifests of a shop: pages by session, assets public, an API by token or session. */
export const SHOP = `apiVersion: sallyport.dev/v1alpha1
kind: IdentityProvider
metadata: { name: keycloak, namespace: shop }
spec:
  issuer: https://sso.example.com/realms/shop
---
apiVersion: sallyport.dev/v1alpha1
kind: OIDCClient
metadata: { name: shop, namespace: shop }
spec:
  providerRef: { name: keycloak }
  clientId: shop
  authentication: { secretRef: { name: shop-oidc } }
  scopes: [openid, profile, email, orders:read]
---
apiVersion: sallyport.dev/v1alpha1
kind: ProtectedRoute
metadata: { name: shop, namespace: shop }
spec:
  hosts: [shop.example.com]
  clientRef: { name: shop }
  rules:
  - name: assets
    match: [{ path: { prefix: /assets }, methods: [GET, HEAD] }]
    public: true
  - name: api
    match: [{ path: { prefix: /api } }]
    authenticate:
    - bearer: { providerRef: { name: keycloak }, audiences: [https://api.example.com] }
    - session: {}
    authorize:
    - scopes: [orders:read]
    - claim: groups
      anyOf: [buyers, admins]
    upstream:
      headers: [{ name: x-user-groups, claim: groups }]
`

/** The Secret that the shop's client needs. */
export const SHOP_SECRET = `apiVersion: v1
kind: Secret
metadata: { name: shop-oidc, namespace: shop }
stringData: { client-secret: correct horse }
`

/** A folder of files that a test writes and throws away. */
export interface ResourceFolder {
  readonly path: string
  readonly write: (name: string, text: string) => string
  readonly remove: () => void
}

/** Makes a folder with these files. */
export const resourceFolder = (files: Readonly<Record<string, string>> = {}): ResourceFolder => {
  const path = mkdtempSync(join(tmpdir(), 'sallyport-resources-'))
  const write = (name: string, text: string): string => {
    const file = join(path, name)
    writeFileSync(file, text)
    return file
  }
  for (const [name, text] of Object.entries(files)) write(name, text)
  return { path, write, remove: () => rmSync(path, { recursive: true, force: true }) }
}
