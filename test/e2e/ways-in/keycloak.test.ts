import { beforeAll, describe } from 'vitest'
import type { Document } from 'yaml'
import { API, APP, BROKEN, OPS } from '../../support/e2e/manifests.ts'
import { useStack } from '../../support/e2e/use-stack.ts'
import { CONNECTION_MANAGER } from '../../support/parts/envoy.ts'
import { addAudience, KEYCLOAK_ADMIN, keycloakAdmin } from '../../support/parts/keycloak-admin.ts'
import { WEB_CLIENT } from '../../support/parts/oidc-provider.ts'
import type { StackFacts } from '../../support/parts/stack.ts'
import { ASKED, describeAsked, SHOWN } from './asked.contract.ts'
import { describeCredentials } from './credentials.contract.ts'
import { describeTokens } from './tokens.contract.ts'

/** Keycloak takes a proof for the port that it is told of, and for 443 otherwise. */
const tellPort = (configuration: Document): void => {
  const header = { key: 'x-forwarded-port', value: '%DOWNSTREAM_LOCAL_PORT%' }
  const added = { header, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' }
  configuration.setIn([...CONNECTION_MANAGER, 'route_config', 'request_headers_to_add'], [added])
}

const ORDERS_API = { audience: 'orders-api', secret: 'orders-secret', scope: 'orders-api' } as const

/**
 * Pages of people, the machines of an API, a console that is on its way to OIDC, a nightly job, and
 * two APIs whose tokens Keycloak is asked about: every member of `authenticate`.
 */
const manifests = ({ issuer, caPem }: StackFacts): Readonly<Record<string, string>> => ({
  'platform.yaml': `
apiVersion: v1
kind: ConfigMap
metadata: { name: gateway-ca, namespace: shop }
data: { ca.crt: ${JSON.stringify(caPem)} }
---
apiVersion: v1
kind: Secret
metadata: { name: web-client, namespace: shop }
stringData: { client-secret: ${WEB_CLIENT.clientSecret} }
---
apiVersion: v1
kind: Secret
metadata: { name: orders-api, namespace: shop }
stringData: { client-secret: ${ORDERS_API.secret} }
---
apiVersion: sallyport.dev/v1alpha1
kind: IdentityProvider
metadata: { name: keycloak, namespace: shop }
spec:
  issuer: ${issuer}
  tls: { caRef: { kind: ConfigMap, name: gateway-ca } }
---
apiVersion: sallyport.dev/v1alpha1
kind: OIDCClient
metadata: { name: web, namespace: shop }
spec:
  providerRef: { name: keycloak }
  clientId: ${WEB_CLIENT.clientId}
  authentication: { secretRef: { name: web-client } }
---
apiVersion: sallyport.dev/v1alpha1
kind: OIDCClient
metadata: { name: orders-api, namespace: shop }
spec:
  providerRef: { name: keycloak }
  clientId: ${ORDERS_API.audience}
  authentication: { secretRef: { name: orders-api } }
---
apiVersion: sallyport.dev/v1alpha1
kind: OIDCClient
metadata: { name: mistyped, namespace: shop }
spec:
  providerRef: { name: keycloak }
  clientId: ${ORDERS_API.audience}
  authentication: { secretRef: { name: web-client } }
`,
  'routes.yaml': `
apiVersion: sallyport.dev/v1alpha1
kind: ProtectedRoute
metadata: { name: pages, namespace: shop }
spec:
  hosts: [${APP}]
  clientRef: { name: web }
  rules:
    - name: hello
      match: [{ path: { prefix: /hello } }]
      authenticate:
        - bearer: { providerRef: { name: keycloak }, audiences: [https://api.example.test] }
        - anonymous: {}
---
apiVersion: sallyport.dev/v1alpha1
kind: ProtectedRoute
metadata: { name: api, namespace: shop }
spec:
  hosts: [${API}]
  authenticate:
    - bearer: { providerRef: { name: keycloak }, audiences: [https://api.example.test] }
    - clientCredentials:
        providerRef: { name: keycloak }
        audiences: [https://api.example.test]
        scopes: [orders:read]
  rules:
    - name: nothing-forwarded
      match: [{ path: { prefix: /nothing } }]
      upstream: { authorization: Remove }
---
apiVersion: sallyport.dev/v1alpha1
kind: ProtectedRoute
metadata: { name: console, namespace: shop }
spec:
  hosts: [${OPS}]
  authenticate:
    - password: { clientRef: { name: web }, audiences: [https://api.example.test] }
---
apiVersion: sallyport.dev/v1alpha1
kind: ProtectedRoute
metadata: { name: nightly, namespace: shop }
spec:
  hosts: [${BROKEN}]
  authenticate:
    - refreshToken: { clientRef: { name: web }, audiences: [https://api.example.test] }
---
apiVersion: sallyport.dev/v1alpha1
kind: ProtectedRoute
metadata: { name: orders, namespace: shop }
spec:
  hosts: [${ASKED}]
  authenticate:
    - introspection:
        clientRef: { name: orders-api }
        audiences: [orders-api]
        cache: { ttl: 0s }
  rules:
    - name: remembered
      match: [{ path: { prefix: /remembered } }]
      authenticate:
        - introspection:
            clientRef: { name: orders-api }
            audiences: [orders-api]
            cache: { ttl: 10m }
    - name: mistyped
      match: [{ path: { prefix: /mistyped } }]
      authenticate:
        - introspection: { clientRef: { name: mistyped }, audiences: [orders-api] }
---
apiVersion: sallyport.dev/v1alpha1
kind: ProtectedRoute
metadata: { name: profile, namespace: shop }
spec:
  hosts: [${SHOWN}]
  authenticate:
    - userinfo: { providerRef: { name: keycloak }, cache: { ttl: 0s } }
`,
})

describe('with Keycloak, every way in', () => {
  const stack = useStack({
    provider: 'keycloak',
    keycloak: { admin: KEYCLOAK_ADMIN },
    sessions: 'memory',
    hosts: [ASKED, SHOWN],
    envoy: { change: tellPort },
    resources: manifests,
    sallyport: { configuration: { credentials: { allowPasswordGrant: true } } },
  })

  beforeAll(async () => {
    const admin = keycloakAdmin(stack().keycloak)
    await admin.changeClient(WEB_CLIENT.clientId, { directAccessGrantsEnabled: true })
    await admin.changePerson('bob', { enabled: false })
    await addAudience(stack().keycloak, WEB_CLIENT.clientId, ORDERS_API)
  })

  describeTokens(stack)
  describeAsked(stack)
  describeCredentials(stack)
})
