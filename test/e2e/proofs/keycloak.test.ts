import { dirname } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Document } from 'yaml'
import { aCheckRequest, createCheckClient } from '../../support/check-client.ts'
import type { CheckResponse } from '../../support/check-messages.ts'
import { fetchMachineToken, readToken } from '../../support/e2e/access-tokens.ts'
import { shop } from '../../support/e2e/manifests.ts'
import {
  lastDetail,
  outcomeOf,
  PROVEN,
  PROVEN_TOO,
  provenRoute,
} from '../../support/e2e/proven-route.ts'
import { createProvingCaller, type ProvingCaller } from '../../support/e2e/proving-caller.ts'
import { lastSeen, seenDuring } from '../../support/e2e/seen.ts'
import { newHttpBrowser } from '../../support/e2e/sign-in.ts'
import { redisOf, useStack } from '../../support/e2e/use-stack.ts'
import { CONNECTION_MANAGER } from '../../support/parts/envoy.ts'
import { KEYCLOAK_ADMIN, keycloakAdmin } from '../../support/parts/keycloak-admin.ts'
import { MACHINE_CLIENT } from '../../support/parts/oidc-provider.ts'
import { type RunningSallyport, startSallyport } from '../../support/parts/sallyport.ts'
import { until } from '../../support/parts/until.ts'

const TOKEN_PATH = '/protocol/openid-connect/token'

/** `allowed`, or the reason of a denial, as a replica says it to whoever asks by gRPC. */
const verdictOf = (response: CheckResponse): string | undefined => {
  if (!('deniedResponse' in response)) return 'allowed'
  const { headers } = response.deniedResponse
  return headers.find(({ header }) => header.key === 'x-sallyport-reason')?.header.value
}

/** Keycloak takes a proof for the port that it is told of, and for 443 otherwise. */
const tellPort = (configuration: Document): void => {
  const header = { key: 'x-forwarded-port', value: '%DOWNSTREAM_LOCAL_PORT%' }
  const added = { header, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' }
  const told = [...CONNECTION_MANAGER, 'route_config', 'request_headers_to_add']
  configuration.setIn(told, [added])
}

describe('a real Keycloak that binds tokens to keys, and a caller on openid-client', () => {
  const resources = shop({ more: [provenRoute] })
  const stack = useStack({
    provider: 'keycloak',
    keycloak: { admin: KEYCLOAK_ADMIN },
    envoy: { change: tellPort },
    resources,
  })
  let replica: RunningSallyport | undefined

  beforeAll(async () => {
    const admin = keycloakAdmin(stack().keycloak)
    const attributes = { 'dpop.bound.access.tokens': 'true' }
    await admin.changeClient(MACHINE_CLIENT.clientId, { attributes })
    replica = await startSallyport({
      redisUrl: redisOf(stack()).url,
      resourcePaths: [stack().sallyport.resourcesFolder],
      configuration: { keys: { files: [`${dirname(stack().sallyport.configFile)}/key`] } },
    })
  })
  afterAll(async () => {
    await replica?.stop()
  })

  const url = (path: string, host = PROVEN): string => stack().url(host, path)

  const aCaller = async (algorithm = 'ES256') => {
    const caller = await createProvingCaller(stack(), MACHINE_CLIENT, { algorithm })
    return { caller, token: await caller.fetchToken() }
  }

  /** Asks Envoy with whatever stands in the two headers. */
  const send = async (
    target: string,
    { token, proof, method = 'GET' }: { token: string; proof: string; method?: string },
  ): Promise<readonly [number, string | undefined]> => {
    const headers = { authorization: `DPoP ${token}`, dpop: proof }
    const response = await newHttpBrowser(stack()).send(target, { method, headers })
    return [response.status, response.headers['x-sallyport-reason']]
  }

  /** Asks the other replica what Envoy would ask it about a request. */
  const sendToReplica = async (
    path: string,
    { token, proof }: { readonly token: string; readonly proof: string },
  ): Promise<string | undefined> => {
    const client = createCheckClient(`127.0.0.1:${replica?.grpcPort}`)
    const headers = { authorization: `DPoP ${token}`, dpop: proof }
    const host = `${PROVEN}:${stack().port}`
    return verdictOf(await client.check(aCheckRequest({ host, path, headers })))
  }

  it('the client gets no token but with a proof', async () => {
    const browser = newHttpBrowser(stack())
    const token = fetchMachineToken(stack(), browser, 'orders:read', TOKEN_PATH)
    await expect(token).rejects.toThrow(/DPoP/)
  })

  it.each(['ES256', 'ES384', 'RS256', 'PS256'])(
    'R10: a token with proofs by %s gets through; the upstream sees it, and never the proof',
    async (algorithm) => {
      const { caller, token } = await aCaller(algorithm)
      expect(readToken(token).claims).toMatchObject({
        typ: 'DPoP',
        cnf: { jkt: caller.thumbprint },
      })
      const path = `/orders/${algorithm}`
      expect(outcomeOf(await caller.ask(url(path), token))).toEqual([200, null])
      const { headers } = lastSeen(stack(), path)
      expect(headers.authorization).toBe(`DPoP ${token}`)
      expect(headers).not.toHaveProperty('dpop')
      expect(headers['x-auth-issuer']).toBe(stack().issuer)
    },
  )

  it('R23: whoever has stolen the token and sends it as `Bearer` is refused', async () => {
    const { token } = await aCaller()
    const seen = await seenDuring(stack(), async () => {
      const response = await newHttpBrowser(stack()).send(url('/orders'), {
        headers: { authorization: `Bearer ${token}` },
      })
      expect(response.status).toBe(401)
      expect(response.json()).toMatchObject({ reason: 'token_scheme_invalid' })
      expect(response.headers['www-authenticate']).toMatch(/^DPoP .*error="invalid_token"/)
    })
    expect(seen).toEqual([])
  })

  it('R23: a thief with a key of their own is refused', async () => {
    const { token } = await aCaller()
    const thief = await aCaller()
    const seen = await seenDuring(stack(), async () => {
      expect(outcomeOf(await thief.caller.ask(url('/orders'), token))).toEqual([
        401,
        'proof_invalid',
      ])
    })
    expect(seen).toEqual([])
  })

  type World = Awaited<ReturnType<typeof aCaller>>
  type Misuse = (world: World) => Promise<readonly [number, string | undefined]>

  const provenElsewhere = async (
    { caller, token }: World,
    target: string,
    ...proven: Parameters<ProvingCaller['prove']>[2][]
  ) => send(target, { token, proof: await caller.prove(url('/orders'), token, ...proven) })

  const misuses: readonly (readonly [name: string, why: RegExp, misuse: Misuse])[] = [
    ['another path', /htu/, (world) => provenElsewhere(world, url('/admin'))],
    ['another host', /htu/, (world) => provenElsewhere(world, url('/orders', PROVEN_TOO))],
    [
      'another method',
      /htm/,
      async ({ caller, token }) => {
        const proof = await caller.prove(url('/orders'), token)
        return send(url('/orders'), { token, proof, method: 'DELETE' })
      },
    ],
    [
      'another token of the same caller',
      /ath/,
      async ({ caller, token }) => {
        const proof = await caller.prove(url('/orders'), await caller.fetchToken())
        return send(url('/orders'), { token, proof })
      },
    ],
    [
      'two minutes ago',
      /seconds back/,
      (world) => {
        const iat = Math.floor(Date.now() / 1000) - 120
        return provenElsewhere(world, url('/orders'), { claims: { iat } })
      },
    ],
    [
      'in two minutes',
      /seconds ahead/,
      (world) => {
        const iat = Math.floor(Date.now() / 1000) + 120
        return provenElsewhere(world, url('/orders'), { claims: { iat } })
      },
    ],
  ]

  it.each(misuses)('R23: a proof for %s is refused', async (_name, why, misuse) => {
    const world = await aCaller()
    const seen = await seenDuring(stack(), async () => {
      expect(await misuse(world)).toEqual([401, 'proof_invalid'])
    })
    expect(seen).toEqual([])
    await until('the log says why', async () =>
      why.test(lastDetail(stack(), 'proof_invalid') ?? ''),
    )
  })

  it('R23: a proof counts once, at whatever replica', async () => {
    const { caller, token } = await aCaller()
    expect(outcomeOf(await caller.ask(url('/once'), token))).toEqual([200, null])
    const proof = caller.sent().at(-1)?.dpop ?? ''
    expect(await send(url('/once'), { token, proof })).toEqual([401, 'proof_replayed'])
    expect(await sendToReplica('/once', { token, proof })).toBe('proof_replayed')
    const another = await caller.prove(url('/once'), token)
    expect(await sendToReplica('/once', { token, proof: another })).toBe('allowed')
    expect(await send(url('/once'), { token, proof: another })).toEqual([401, 'proof_replayed'])
  })

  it('a nonce is asked for, and the library sends the request again by itself', async () => {
    const { caller, token } = await aCaller()
    const statuses = async (path: string) => {
      const before = caller.sent().length
      await caller.ask(url(path), token)
      const sent = caller.sent().slice(before)
      return sent.map(({ status, dpop = '' }) => [status, 'nonce' in readToken(dpop).claims])
    }
    expect(await statuses('/nonce/first')).toEqual([
      [401, false],
      [200, true],
    ])
    expect(await statuses('/nonce/second')).toEqual([[200, true]])
    expect(lastSeen(stack(), '/nonce/second').headers.authorization).toBe(`DPoP ${token}`)
  })

  it('a nonce of one replica counts at the other, and none that nobody gave out', async () => {
    const { caller, token } = await aCaller()
    await caller.ask(url('/nonce/here'), token)
    const { nonce } = readToken(caller.sent().at(-1)?.dpop ?? '').claims
    const proofWith = (claims: Readonly<Record<string, string>>) =>
      caller.prove(url('/nonce/there'), token, { claims })
    const good = await proofWith({ nonce: String(nonce) })
    expect(await sendToReplica('/nonce/there', { token, proof: good })).toBe('allowed')
    const made = await proofWith({ nonce: 'A'.repeat(24) })
    expect(await sendToReplica('/nonce/there', { token, proof: made })).toBe('proof_nonce_required')
  })
})
