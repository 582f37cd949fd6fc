import { createPublicKey } from 'node:crypto'
import fc from 'fast-check'
import { jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import { authorizationParameters } from '../../../../src/oidc/authorization/authorization-request.ts'
import { createSignRequest } from '../../../../src/oidc/authorization/request-object.ts'
import { aClient } from '../../../support/builders.ts'
import { unlimited } from '../../../support/check-ports.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'
import { aLogin } from '../../../support/logins.ts'
import { createTokenSigner } from '../../../support/token-signer.ts'

const signer = createTokenSigner('key-7', 'ES256')

const publicKey = createPublicKey(signer.publicPem)

const clock = handSetClock()

const now = Math.floor(clock.nowMs() / 1_000)

/** What a request object says of itself; as a parameter none of them is anything. */
const OF_THE_JWT = ['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti']

/** Parameters that are ours alone, whatever is configured or forwarded. */
const OF_THE_FLOW = [
  'client_id',
  'redirect_uri',
  'state',
  'nonce',
  'scope',
  'request_uri',
  'request',
]

/** Parameters that are something else than text within an object. */
const STRUCTURED = ['claims', 'authorization_details', 'max_age']

const name = fc.oneof(
  fc.constantFrom(...OF_THE_JWT, ...OF_THE_FLOW, 'login_hint', '__proto__', 'constructor'),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }),
)

const free = fc.dictionary(name, fc.string({ unit: 'binary', maxLength: 40 }))

const structured = fc.record(
  {
    claims: fc.dictionary(fc.string(), fc.jsonValue()).map((value) => JSON.stringify(value)),
    authorization_details: fc.array(fc.jsonValue()).map((value) => JSON.stringify(value)),
    max_age: fc.nat().map(String),
  },
  { requiredKeys: [] },
)

const parameters = fc
  .tuple(free, structured)
  .map(([plain, others]): Record<string, string> => ({ ...plain, ...others }))

const client = fc
  .record({
    authorizationParameters: parameters,
    scopes: fc.uniqueArray(fc.stringMatching(/^[!#-[\]-~]{1,12}$/), { maxLength: 4 }),
    resources: fc.uniqueArray(fc.webUrl(), { maxLength: 3 }),
  })
  .map((changes) =>
    aClient({
      ...changes,
      authentication: {
        method: 'private_key_jwt',
        assertionAudience: 'Issuer',
        privateKeyPem: signer.privatePem,
        keyId: 'key-7',
        algorithm: 'ES256',
      },
    }),
  )

const valueIn = (asked: URLSearchParams, key: string): unknown => {
  const all = asked.getAll(key)
  const [value = ''] = all
  if (key === 'max_age') return Number(value)
  if (STRUCTURED.includes(key)) return JSON.parse(value)
  return all.length > 1 ? all : value
}

/** What is asked by these parameters, as the claims of an object. */
const claimsOf = (asked: URLSearchParams): ReadonlyMap<string, unknown> =>
  new Map(
    [...new Set(asked.keys())]
      .filter((key) => !OF_THE_JWT.includes(key))
      .map((key) => [key, valueIn(asked, key)]),
  )

describe('a request object of any request', () => {
  const keyOfClient = async () => {
    throw new Error('No key is made for this client.')
  }
  const sign = createSignRequest({ clock, providers: { keyOfClient } })

  it('R16: verifies, and says exactly what was asked, of whom and by whom, and no more', async () => {
    const jtis = new Set<unknown>()
    await fc.assert(
      fc.asyncProperty(client, parameters, async (own, forwarded) => {
        const asked = authorizationParameters(own, aLogin(), 'x'.repeat(43), forwarded)
        const sent = await sign(own, asked, 'ES256', unlimited)
        expect([...sent.keys()].toSorted()).toEqual(['client_id', 'request'])
        expect(sent.get('client_id')).toBe(own.clientId)
        const { payload, protectedHeader } = await jwtVerify(sent.get('request') ?? '', publicKey, {
          currentDate: new Date(clock.nowMs()),
        })
        expect(protectedHeader).toEqual({
          alg: 'ES256',
          typ: 'oauth-authz-req+jwt',
          kid: 'key-7',
        })
        const all = Object.entries(payload)
        expect(Object.fromEntries(all.filter(([key]) => OF_THE_JWT.includes(key)))).toEqual({
          iss: own.clientId,
          aud: own.provider.issuer,
          iat: now,
          nbf: now - 10,
          exp: now + 300,
          jti: expect.stringMatching(/^[\w-]{20,}$/),
        })
        expect(jtis).not.toContain(payload.jti)
        jtis.add(payload.jti)
        const said = new Map(all.filter(([key]) => !OF_THE_JWT.includes(key)))
        expect(said).toEqual(claimsOf(asked))
      }),
    )
  })
})
