import type { ServerResponse } from 'node:http'
import { describe, expect, it, vi } from 'vitest'
import {
  bearing,
  fetchMachineToken,
  signedToken,
  strangerKey,
} from '../../support/e2e/access-tokens.ts'
import { APP, OPS } from '../../support/e2e/manifests.ts'
import { lastSeen, seenDuring } from '../../support/e2e/seen.ts'
import { newHttpBrowser, signedIn } from '../../support/e2e/sign-in.ts'
import { providerOf, useStack } from '../../support/e2e/use-stack.ts'
import { WEB_CLIENT } from '../../support/parts/oidc-provider.ts'
import { endUsers, OPAQUE_AUDIENCE } from '../../support/parts/oidc-provider-settings.ts'
import type { StackFacts } from '../../support/parts/stack.ts'

const ASKED = 'asked.localhost'
const SHOWN = 'shown.localhost'
const SIGNED = 'application/token-introspection+jwt'

const LEDGER = { clientId: 'ledger', secret: 'ledger-secret' } as const

/**
 * A ledger that takes opaque tokens if the provider signs what it says of them, an API that shows
 * tokens to the userinfo endpoint, and pages that people get such tokens by.
 */
const manifests = ({ issuer, caPem }: StackFacts): Readonly<Record<string, string>> => ({
  'ledger.yaml': `
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
metadata: { name: ledger, namespace: shop }
stringData: { client-secret: ${LEDGER.secret} }
---
apiVersion: sallyport.dev/v1alpha1
kind: IdentityProvider
metadata: { name: idp, namespace: shop }
spec:
  issuer: ${issuer}
  tls: { caRef: { kind: ConfigMap, name: gateway-ca } }
---
apiVersion: sallyport.dev/v1alpha1
kind: OIDCClient
metadata: { name: books, namespace: shop }
spec:
  providerRef: { name: idp }
  clientId: ${WEB_CLIENT.clientId}
  authentication: { secretRef: { name: web-client } }
  scopes: [openid, orders:read]
  resources: [${OPAQUE_AUDIENCE}]
---
apiVersion: sallyport.dev/v1alpha1
kind: OIDCClient
metadata: { name: people, namespace: shop }
spec:
  providerRef: { name: idp }
  clientId: ${WEB_CLIENT.clientId}
  authentication: { secretRef: { name: web-client } }
---
apiVersion: sallyport.dev/v1alpha1
kind: OIDCClient
metadata: { name: ledger, namespace: shop }
spec:
  providerRef: { name: idp }
  clientId: ${LEDGER.clientId}
  authentication: { secretRef: { name: ledger } }
---
apiVersion: sallyport.dev/v1alpha1
kind: ProtectedRoute
metadata: { name: books, namespace: shop }
spec: { hosts: [${APP}], clientRef: { name: books } }
---
apiVersion: sallyport.dev/v1alpha1
kind: ProtectedRoute
metadata: { name: people, namespace: shop }
spec: { hosts: [${OPS}], clientRef: { name: people } }
---
apiVersion: sallyport.dev/v1alpha1
kind: ProtectedRoute
metadata: { name: ledger, namespace: shop }
spec:
  hosts: [${ASKED}]
  authenticate:
    - introspection:
        clientRef: { name: ledger }
        audiences: [${OPAQUE_AUDIENCE}]
        signed: Always
        cache: { ttl: 0s }
---
apiVersion: sallyport.dev/v1alpha1
kind: ProtectedRoute
metadata: { name: shown, namespace: shop }
spec:
  hosts: [${SHOWN}]
  authenticate:
    - userinfo: { providerRef: { name: idp }, cache: { ttl: 0s } }
`,
})

describe('with a provider of opaque tokens that signs what it says of them', () => {
  const stack = useStack({
    sessions: 'memory',
    hosts: [ASKED, SHOWN],
    oidcProvider: {
      signsIntrospection: true,
      extraClients: [
        {
          client_id: LEDGER.clientId,
          client_secret: LEDGER.secret,
          grant_types: [],
          redirect_uris: [],
          response_types: [],
        },
      ],
    },
    resources: manifests,
  })

  /** The access token that Alice has once she has signed in on a host. */
  const tokenOfAlice = async (host: string): Promise<string> => {
    await signedIn(stack(), stack().url(host, '/signed-in'))
    const { authorization = '' } = lastSeen(stack(), '/signed-in').headers
    const token = authorization.replace(/^Bearer /, '')
    expect(token).not.toContain('.')
    return token
  }

  const send = (host: string, path: string, token: string) =>
    newHttpBrowser(stack()).send(stack().url(host, path), { headers: bearing(token) })

  /** Sends what has to be refused: nothing of it reaches the upstream. */
  const refused = async (host: string, path: string, token: string): Promise<unknown> => {
    let answer: unknown
    const seen = await seenDuring(stack(), async () => {
      answer = (await send(host, path, token)).json()
    })
    expect(seen).toEqual([])
    return answer
  }

  const answering = async (
    answer: (response: ServerResponse) => void,
    work: () => Promise<void>,
  ): Promise<void> => {
    const provider = providerOf(stack())
    provider.interfere('introspection', (_, response) => answer(response))
    await work().finally(() => provider.interfere('introspection', undefined))
  }

  /** Lines are written in batches. */
  const decided = (path: string, detail: RegExp): Promise<void> =>
    vi.waitFor(() =>
      expect(stack().sallyport.decisions()).toContainEqual(
        expect.objectContaining({ path, detail: expect.stringMatching(detail) }),
      ),
    )

  const vouching = () => ({
    active: true,
    iss: stack().issuer,
    sub: 'mallory',
    aud: OPAQUE_AUDIENCE,
    token_type: 'Bearer',
  })

  const takeBack = async (token: string): Promise<void> => {
    const { clientId, clientSecret } = WEB_CLIENT
    const answer = await newHttpBrowser(stack()).send(`${stack().issuer}/token/revocation`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
      body: new URLSearchParams({ token }),
    })
    expect(answer.status).toBe(200)
  }

  it('a token passes as whom the signed answer says, until it is taken back', async () => {
    const token = await tokenOfAlice(APP)
    expect((await send(ASKED, '/entries', token)).status).toBe(200)
    expect(lastSeen(stack(), '/entries').headers).toMatchObject({
      ...bearing(token),
      'x-auth-issuer': stack().issuer,
      'x-auth-subject': 'alice',
      'x-auth-email': endUsers.alice.email,
      'x-auth-scopes': 'orders:read',
    })
    await takeBack(token)
    const answer = await refused(ASKED, '/', token)
    expect(answer).toMatchObject({ status: 401, reason: 'token_inactive' })
  })

  it('one that is for another audience, or for none, is refused', async () => {
    const answer = await refused(ASKED, '/', await tokenOfAlice(OPS))
    expect(answer).toMatchObject({ status: 401, reason: 'token_claims_invalid' })
  })

  it('R23: an answer whose signature somebody has taken off counts for nothing', async () => {
    const plain = (response: ServerResponse): void => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify(vouching()))
    }
    await answering(plain, async () => {
      const answer = await refused(ASKED, '/plain', 'made-up')
      expect(answer).toMatchObject({ status: 503, reason: 'provider_misconfigured' })
    })
    await decided('/plain', /without a signature/)
  })

  it('R23: nor does one that somebody else has signed', async () => {
    const iat = Math.floor(Date.now() / 1_000)
    const { keyId } = providerOf(stack()).signingKey()
    const header = { alg: 'RS256', kid: keyId, typ: 'token-introspection+jwt' }
    const told = { iss: stack().issuer, aud: LEDGER.clientId, iat, token_introspection: vouching() }
    const forged = signedToken(header, told, strangerKey())
    const answer = (response: ServerResponse): void => {
      response.writeHead(200, { 'content-type': SIGNED }).end(forged)
    }
    await answering(answer, async () => {
      const refusal = await refused(ASKED, '/forged', 'made-up')
      expect(refusal).toMatchObject({ status: 503, reason: 'provider_misconfigured' })
    })
    await decided('/forged', /signature is not valid|No key of the provider made the signature/)
  })

  it('a JWT, which this provider does not look into, is a fault that says what to do', async () => {
    const token = await fetchMachineToken(stack(), newHttpBrowser(stack()))
    const answer = await refused(ASKED, '/jwt', token)
    expect(answer).toMatchObject({ status: 503, reason: 'provider_misconfigured' })
    await decided('/jwt', /taken by a member `bearer`/)
  })

  it('a token passes that the userinfo endpoint takes, until it is taken back', async () => {
    const token = await tokenOfAlice(OPS)
    expect((await send(SHOWN, '/profile', token)).status).toBe(200)
    expect(lastSeen(stack(), '/profile').headers).toMatchObject({
      ...bearing(token),
      'x-auth-subject': 'alice',
      'x-auth-email': endUsers.alice.email,
    })
    await takeBack(token)
    const answer = await refused(SHOWN, '/', token)
    expect(answer).toMatchObject({ status: 401, reason: 'token_inactive' })
  })

  it('a provider that is away knows nothing of a token: 503, and 200 when it is back', async () => {
    const token = await tokenOfAlice(APP)
    await providerOf(stack()).takeDown()
    for (const host of [ASKED, SHOWN]) {
      const answer = await refused(host, '/', token)
      expect(answer).toMatchObject({ status: 503, reason: 'provider_unreachable' })
    }
    await providerOf(stack()).bringUp()
    await vi.waitFor(async () => expect((await send(ASKED, '/back', token)).status).toBe(200))
  })
})
