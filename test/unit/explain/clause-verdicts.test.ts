import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemRandom } from '../../../src/app/system.ts'
import {
  type OfflineResources,
  readOfflineResources,
} from '../../../src/cli/offline/offline-resources.ts'
import { explainRequest } from '../../../src/explain/explanation.ts'
import { askedRequest } from '../../../src/explain/offline/asked-request.ts'
import { offlinePorts } from '../../../src/explain/offline/offline-ports.ts'
import { present } from '../../../src/explain/offline/present.ts'
import type { Somebody } from '../../../src/explain/offline/somebody.ts'
import { type ResourceFolder, resourceFolder, SHOP } from '../../support/resource-folder.ts'

const CLAUSES = `    - scopes: [orders:read]
    - sourceAddresses: [192.0.2.0/24]
    - claim: groups
      anyOf: [buyers, admins]
    - emailDomains: [example.com]
    - any:
      - claim: tier
        matches: ["gold.*"]
        ignoreCase: true
      - scopes: [tier:gold]
`

let folder: ResourceFolder
let resources: OfflineResources
beforeAll(async () => {
  const rules = SHOP.replace(/ {4}- scopes: \[orders:read\][\s\S]*buyers, admins\]\n/, CLAUSES)
  folder = resourceFolder({ 'shop.yaml': rules })
  resources = await readOfflineResources({ paths: [folder.path] }, { allowInsecureIssuers: false })
})
afterAll(() => folder.remove())

const explained = async (somebody: Somebody, address: string | undefined) => {
  const url = 'https://shop.example.com/api/orders'
  const where = address === undefined ? {} : { address }
  const request = askedRequest({ url, method: 'GET', headers: [], ...where })
  if (!request.ok) throw new Error('The request is right.')
  const ports = offlinePorts(resources.table, { nowMs: () => 1_767_225_600_000 }, systemRandom)
  const asked = present(request.value, somebody, ports)
  if ('problems' in asked) throw new Error(asked.problems.join())
  const options = { nearest: () => undefined, notes: [], as: asked.as }
  return explainRequest(asked.request, asked.ports, options)
}

const BUYER = {
  groups: ['buyers'],
  email: 'alice@example.com',
  email_verified: true,
  tier: 'Golden',
}

test('the manifests of this test are right', () => {
  expect(resources.problems).toEqual([])
})

test('each kind of clause says what it saw', async () => {
  const { identity } = await explained({ via: 'session', claims: BUYER }, '192.0.2.7')
  expect(identity?.known?.clauses.map(({ holds, saw }) => ({ holds, saw }))).toEqual([
    { holds: true, saw: ['scopes: ["openid","profile","email","orders:read"]'] },
    { holds: true, saw: ['groups: ["buyers"]'] },
    { holds: true, saw: ['email: "alice@example.com"', 'email_verified: true'] },
    {
      holds: true,
      saw: ['tier: "Golden"', 'scopes: ["openid","profile","email","orders:read"]'],
    },
    { holds: true, saw: ['source address: "192.0.2.7"'] },
  ])
})

const somebody = fc.record({
  via: fc.constantFrom('session' as const, 'bearer' as const),
  scopes: fc.subarray(['orders:read', 'tier:gold', 'openid']),
  claims: fc.record(
    {
      groups: fc.constantFrom(['buyers'], 'admins', ['guests'], { a: 1 }, [], 7, null),
      email: fc.constantFrom('a@example.com', 'a@example.org', 'a@b@example.com', 7),
      email_verified: fc.constantFrom(true, false, 'true'),
      tier: fc.constantFrom('gold', 'GOLD', 'tin', 'k', 7, ['gold']),
    },
    { requiredKeys: [] },
  ),
})

const address = fc.constantFrom('192.0.2.1', '::ffff:192.0.2.1', '198.51.100.1', undefined)

describe('what clauses say one by one', () => {
  test('is what the answer says: the first that does not hold decides', async () => {
    await fc.assert(
      fc.asyncProperty(somebody, address, async (one, from) => {
        const { identity, answer } = await explained(one, from)
        const clauses = identity?.known?.clauses ?? []
        expect(clauses).toHaveLength(5)
        const deciding = clauses.filter(({ decides }) => decides === true)
        expect(answer?.decision).toBe(clauses.every(({ holds }) => holds) ? 'allow' : 'forbid')
        expect(deciding).toEqual(clauses.filter(({ holds }) => !holds).slice(0, 1))
        const reasons = [
          'insufficient_scope',
          'claim_mismatch',
          'email_domain_mismatch',
          'no_alternative_holds',
          'source_address_refused',
        ]
        const at = clauses.findIndex(({ holds }) => !holds)
        if (at >= 0) expect(answer?.reason).toBe(reasons[at])
      }),
      { numRuns: 300 },
    )
  })
})
