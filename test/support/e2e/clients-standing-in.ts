import type { ClientMetadata } from 'oidc-provider'
import { API_AUDIENCE } from '../parts/oidc-provider-settings.ts'
import type { ClientDocument } from './client-document.ts'
import { type Manifest, ours } from './manifests.ts'

/** What the gateway that stands in for a provider is registered as there. */
export const GATEWAY = { clientId: 'mcp-gateway', clientSecret: 'mcp-gateway-secret' } as const

/** Bodies of the gateway's endpoints go along with the check, as documented. */
export const BODY_MAX_BYTES = 32_768

const RETURN_PATH = '/oauth2/return'

/** Where the provider sends people back to, of the URL of the resource. */
export const returnUrlOf = (resource: string): string => new URL(RETURN_PATH, resource).href

/** The registration of the gateway at `oidc-provider`, where nobody can make another. */
export const registeredGateway = (resource: string): ClientMetadata => ({
  client_id: GATEWAY.clientId,
  client_secret: GATEWAY.clientSecret,
  grant_types: ['authorization_code', 'refresh_token'],
  redirect_uris: [returnUrlOf(resource)],
})

/** `authorizationServer` of a route, which takes the documents of one host. */
export const standingIn = (document?: ClientDocument): Manifest => ({
  clientRef: { name: GATEWAY.clientId },
  ...(document === undefined ? {} : { documentHosts: [document.host] }),
})

/** The client that a route stands in by. */
export const gatewayManifests = (resource: string): readonly Manifest[] => [
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: GATEWAY.clientId, namespace: 'shop' },
    stringData: { 'client-secret': GATEWAY.clientSecret },
  },
  ours('OIDCClient', GATEWAY.clientId, {
    providerRef: { name: 'idp' },
    clientId: GATEWAY.clientId,
    authentication: { secretRef: { name: GATEWAY.clientId } },
    scopes: ['openid', 'offline_access'],
    resources: [resource, API_AUDIENCE],
  }),
]
