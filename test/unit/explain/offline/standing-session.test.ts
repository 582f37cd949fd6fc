import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemRandom } from '../../../../src/app/system.ts'
import { createCheck } from '../../../../src/check/check.ts'
import {
  type OfflineResources,
  readOfflineResources,
} from '../../../../src/cli/offline/offline-resources.ts'
import type { CheckPorts } from '../../../../src/core/check-ports.ts'
import type { Verdict } from '../../../../src/core/decision/decision.ts'
import type { Claims } from '../../../../src/core/identity/identity.ts'
import type { Request } from '../../../../src/core/request/request.ts'
import { askedRequest } from '../../../../src/explain/offline/asked-request.ts'
import { offlinePorts } from '../../../../src/explain/offline/offline-ports.ts'
import { present } from '../../../../src/explain/offline/present.ts'
import { verdictOn } from '../../../../src/explain/offline/verdict-on.ts'
import { NAVIGATION } from '../../../support/builders.ts'
import { fakePorts, unlimited } from '../../../support/check-ports.ts'
import { type ResourceFolder, resourceFolder, SHOP } from '../../../support/resource-folder.ts'
import { cookieHeaderOf, denied, headerOf } from '../../../support/verdicts.ts'

const HOST = 'https://shop.example.com'
const ORDERS = `${HOST}/api/orders`
const SCOPES = ['openid', 'orders:read']

let folder: ResourceFolder
let resources: OfflineResources
beforeAll(async () => {
  const bound = SHOP.replace(
    'clientId: shop\n',
    'clientId: shop\n  session: { bindTo: [UserAgent, Address] }\n',
  )
  folder = resourceFolder({ 'shop.yaml': bound })
  resources = await readOfflineResources({ paths: [folder.path] }, { allowInsecureIssuers: false })
})
afterAll(() => folder.remove())

const AGENT = { 'user-agent': 'A browser/1.0' }

const requestTo = (url: string, headers: Readonly<Record<string, string>>): Request => {
  const address = '192.0.2.7'
  const sent = Object.entries({ ...AGENT, ...headers })
  const parsed = askedRequest({ url, method: 'GET', headers: sent, address })
  if (!parsed.ok) throw new Error(parsed.reason)
  return parsed.value
}

/** Signs in as a browser does, and asks again with the cookie of the session. */
const signedIn = async (claims: Claims, headers: Readonly<Record<string, string>>) => {
  const memory = fakePorts(undefined)
  memory.codeOutcome = {
    kind: 'tokens',
    tokens: { accessToken: 'at', idToken: 'idt', claims, scopes: SCOPES },
  }
  const ports: CheckPorts = { ...memory, policies: resources.table }
  const ask = (url: string, sent: Readonly<Record<string, string>>) =>
    createCheck(ports)(requestTo(url, sent), unlimited)
  const login = denied(await ask(ORDERS, NAVIGATION))
  const state = new URL(headerOf(login, 'location')).searchParams.get('state') ?? ''
  const back = `${HOST}/oauth2/callback?code=c&state=${encodeURIComponent(state)}`
  const cross = { ...NAVIGATION, 'sec-fetch-site': 'cross-site' }
  const session = denied(await ask(back, { ...cross, cookie: cookieHeaderOf(login) }))
  const pairs = cookieHeaderOf(session).split('; ')
  const cookie = pairs.find((pair) => pair.startsWith('__Host-sallyport=')) ?? ''
  const both = headers.cookie === undefined ? cookie : `${headers.cookie}; ${cookie}`
  return ask(ORDERS, { ...headers, cookie: both })
}

const stoodIn = async (claims: Claims, headers: Readonly<Record<string, string>>) => {
  const ports = offlinePorts(
    resources.table,
    { nowMs: () => fakePorts(undefined).nowMs },
    systemRandom,
  )
  const somebody = { via: 'session', claims, scopes: SCOPES } as const
  const asked = present(requestTo(ORDERS, headers), somebody, ports)
  if ('problems' in asked) throw new Error(asked.problems.join())
  return verdictOn(asked.request, asked.ports)
}

/** A verdict without what only the provider can have said: the access token. */
const comparable = (verdict: Verdict) =>
  verdict.kind === 'deny'
    ? verdict
    : {
        reason: verdict.reason,
        about: verdict.about,
        metadata: verdict.metadata,
        path: verdict.path,
        responseHeaders: verdict.responseHeaders,
        remove: verdict.removeHeaders,
        set: verdict.setHeaders.map(([name, value]) =>
          name === 'authorization' ? [name, value.replace(/ .*/, '')] : [name, value],
        ),
      }

const claimsOfOthers = fc.record(
  {
    email: fc.oneof(fc.string(), fc.constant('alice@example.com')),
    groups: fc.constantFrom(['buyers'], ['guests'], 'admins', 7, null, ['buyers', 'ä,€']),
    name: fc.string({ unit: 'binary', maxLength: 20 }),
  },
  { requiredKeys: [] },
)

const sentHeaders = fc.record(
  {
    'x-auth-subject': fc.constant('mallory'),
    x_user_groups: fc.constant('admins'),
    cookie: fc.constantFrom('theme=dark', 'a=1; b=2', '__Host-sallyport-logout=x'),
    authorization: fc.constant('Basic eDp5'),
  },
  { requiredKeys: [] },
)

test('who stands in is answered as who has signed in', async () => {
  expect(resources.problems).toEqual([])
  await fc.assert(
    fc.asyncProperty(
      claimsOfOthers,
      sentHeaders,
      fc.string({ minLength: 1 }),
      async (some, headers, sub) => {
        const iat = fakePorts(undefined).nowMs / 1_000
        const times = { iat, exp: iat + 300 }
        const iss = 'https://sso.example.com/realms/shop'
        const claims = { iss, aud: 'shop', ...times, sub, ...some }
        const [one, other] = [await stoodIn(claims, headers), await signedIn(claims, headers)]
        expect(comparable(one)).toEqual(comparable(other))
      },
    ),
    { numRuns: 200 },
  )
})

test('both are let in who may, and refused who may not', async () => {
  const as = (groups: readonly string[]) => ({
    iss: 'https://sso.example.com/realms/shop',
    sub: 'alice',
    groups,
  })
  for (const answer of [stoodIn, signedIn]) {
    expect(await answer(as(['buyers']), {})).toMatchObject({ kind: 'allow', reason: 'allowed' })
    expect(await answer(as(['guests']), {})).toMatchObject({ reason: 'claim_mismatch' })
  }
})
