import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ResourceFolder, resourceFolder, SHOP } from '../../../support/resource-folder.ts'
import { sallyport } from '../run.ts'

const CLAUSES = `    - authenticationContext: { acrValues: [mfa], maxAge: 10m }
    - claim: groups
`

let folder: ResourceFolder
beforeAll(() => {
  const shop = SHOP.replace(/ {4}- claim: groups\n/, CLAUSES)
  folder = resourceFolder({ 'shop.yaml': shop })
})
afterAll(() => folder.remove())

const CASES = `resources: [shop.yaml]
cases:
- name: a page goes to another sign-in
  url: https://shop.example.com/api/orders
  headers: { Sec-Fetch-Mode: navigate }
  claims: { groups: [buyers], acr: pwd }
  expect: { verdict: login, status: 302, reason: step_up_required }
- name: a robot is told what is asked for
  url: https://shop.example.com/api/orders
  as: bearer
  claims: { groups: [buyers], acr: mfa }
  scopes: [orders:read]
  expect:
    verdict: challenge
    status: 401
    reason: step_up_required
    response: { headers: { www-authenticate: { present: true } } }
- name: whoever fails something else is forbidden
  url: https://shop.example.com/api/orders
  headers: { Sec-Fetch-Mode: navigate }
  claims: { groups: [guests], acr: pwd }
  expect: { verdict: forbid, status: 403, reason: claim_mismatch }
`

test('a step-up can be expected', async () => {
  const file = folder.write('cases.txt', CASES)
  const { code, out } = await sallyport('test', file)
  expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining('3 cases') })
})

test('explain says what the clause saw, and what is answered', async () => {
  const nowS = Math.floor(Date.now() / 1_000)
  const explained = async (claims: object) => {
    const file = folder.write('claims.txt', JSON.stringify({ groups: ['buyers'], ...claims }))
    const url = 'https://shop.example.com/api/orders'
    const asking = ['--url', url, '--claims', file, '--header', 'Sec-Fetch-Mode: navigate']
    return (await sallyport('explain', '--resources', folder.path, ...asking)).out
  }
  const old = await explained({ acr: 'mfa', auth_time: nowS - 3_600 })
  expect(old).toContain('acr: "mfa"')
  expect(old).toContain(`auth_time: ${nowS - 3_600}`)
  expect(old).toContain('step_up_required')
  expect(await explained({ acr: 'mfa', auth_time: nowS })).not.toContain('step_up_required')
})
