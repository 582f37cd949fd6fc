import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Claims } from '../../src/core/identity/identity.ts'
import { aCheckRequest, createCheckClient } from '../support/check-client.ts'
import type { CheckRequest, CheckResponse } from '../support/check-messages.ts'
import {
  type HostileAnswer,
  type HostileEndpoint,
  type HostileProvider,
  json,
  startHostileProvider,
} from '../support/hostile-provider.ts'
import { createPartList } from '../support/parts/part-list.ts'
import { startRedis } from '../support/parts/redis.ts'
import { type RunningSallyport, startSallyport } from '../support/parts/sallyport.ts'
import { temporaryFolder } from '../support/parts/temporary-folder.ts'

const REPLICAS = 5
const REQUESTS = 50
const ASKED = 'asked.example.com'
const EXCHANGED = 'exchanged.example.com'

const manifests = (issuer: string): string => `
apiVersion: v1
kind: Secret
metadata: { name: shop, namespace: shop }
stringData: { client-secret: correct horse }
---
apiVersion: sallyport.dev/v1alpha1
kind: IdentityProvider
metadata: { name: idp, namespace: shop }
spec: { issuer: "${issuer}" }
---
apiVersion: sallyport.dev/v1alpha1
kind: OIDCClient
metadata: { name: shop, namespace: shop }
spec:
  providerRef: { name: idp }
  clientId: shop
  authentication: { secretRef: { name: shop } }
---
apiVersion: sallyport.dev/v1alpha1
kind: ProtectedRoute
metadata: { name: asked, namespace: shop }
spec:
  hosts: [${ASKED}]
  authenticate:
    - introspection: { clientRef: { name: shop }, audiences: [shop] }
  rules:
    - name: open
      match: [{ path: { prefix: /open } }]
      public: true
---
apiVersion: sallyport.dev/v1alpha1
kind: ProtectedRoute
metadata: { name: exchanged, namespace: shop }
spec:
  hosts: [${EXCHANGED}]
  authenticate:
    - bearer: { providerRef: { name: idp }, audiences: [shop] }
  upstream:
    authorization: Exchange
    exchange: { clientRef: { name: shop }, audience: orders }
`

const parts = createPartList()
let hostile: HostileProvider
const replicas: RunningSallyport[] = []

beforeAll(async () => {
  const folder = await temporaryFolder('replicas')
  await parts.add(Promise.resolve({ stop: folder.remove }))
  const key = `${folder.path}/key`
  await writeFile(key, randomBytes(32).toString('base64'), { mode: 0o600 })
  hostile = await parts.add(startHostileProvider())
  const redis = await parts.add(startRedis())
  for (let at = 0; at < REPLICAS; at += 1) {
    const replica = await parts.add(
      startSallyport({
        resources: { 'shop.yaml': manifests(hostile.issuer) },
        redisUrl: redis.url,
        configuration: {
          keys: { files: [key] },
          outbound: { allowInsecureIssuers: true, allowNetworks: ['127.0.0.0/8'] },
        },
      }),
    )
    replicas.push(replica)
  }
})

afterAll(() => parts.stopAll())

const OPEN = aCheckRequest({ host: ASKED, path: '/open' })

/**
 * Asks every replica fifty times at once, and has the provider answer when all of them are there:
 * what came last on a connection has been answered.
 */
const askAll = async (
  message: CheckRequest,
  endpoint: HostileEndpoint,
  answer: HostileAnswer,
): Promise<readonly CheckResponse[]> => {
  const { promise: areAllThere, resolve: release } = Promise.withResolvers<void>()
  hostile.answer(endpoint, (response) => void areAllThere.then(() => answer(response)))
  const clients = replicas.map(({ grpcPort }) => createCheckClient(`127.0.0.1:${grpcPort}`))
  const asked = Promise.all(
    clients.flatMap((client) => Array.from({ length: REQUESTS }, () => client.check(message))),
  )
  await Promise.all(clients.map((client) => client.check(OPEN)))
  release()
  return asked
}

/** The access token that the upstream gets, or the status of a denial. */
const outcomeOf = (response: CheckResponse): string => {
  if ('deniedResponse' in response) return String(response.deniedResponse.status.code)
  const { headers } = response.okResponse
  const own = headers.find(({ header }) => header.key === 'authorization')
  return own?.header.value ?? 'as it came'
}

const claimsFor = (aud: string): Claims => {
  const now = Math.floor(Date.now() / 1_000)
  return { iss: hostile.issuer, sub: 'alice', aud, typ: 'Bearer', iat: now, exp: now + 600 }
}

const bearing = (host: string, token: string): CheckRequest =>
  aCheckRequest({ host, headers: { authorization: `Bearer ${token}` } })

it('R24: five processes with fifty requests each ask about a token once', async () => {
  const vouched = json({ active: true, ...claimsFor('shop') })
  const before = hostile.requestCount('introspection')
  const responses = await askAll(bearing(ASKED, 'opaque-1'), 'introspection', vouched)
  expect(responses).toHaveLength(REPLICAS * REQUESTS)
  expect(new Set(responses.map(outcomeOf))).toEqual(new Set(['as it came']))
  expect(hostile.requestCount('introspection') - before).toBe(1)
})

it('five processes with fifty requests each exchange a token once', async () => {
  const issued = hostile.signer.sign(claimsFor('orders'))
  const exchanged = json({
    access_token: issued,
    issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    token_type: 'Bearer',
    expires_in: 600,
  })
  const before = hostile.requestCount('token')
  const token = hostile.signer.sign(claimsFor('shop'))
  const responses = await askAll(bearing(EXCHANGED, token), 'token', exchanged)
  expect(responses).toHaveLength(REPLICAS * REQUESTS)
  expect(new Set(responses.map(outcomeOf))).toEqual(new Set([`Bearer ${issued}`]))
  expect(hostile.requestCount('token') - before).toBe(1)
})
