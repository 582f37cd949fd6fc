import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ResourceFolder, resourceFolder, SHOP } from '../../../support/resource-folder.ts'
import { sallyport } from '../run.ts'

const RULES = `  rules:
  - name: office
    match:
    - path: { exact: /admin }
      sourceAddresses: [192.0.2.0/24]
      headers: [{ name: x-tier, value: gold }, { name: x-beta, pattern: "on|yes" }]
    - path: { pattern: "/admin/[a-z]+" }
      methods: [PUT, POST]
    authenticate: [{ session: {} }]
  - name: everything
    match: [{ path: { prefix: / }, methods: [GET] }]
    public: true
`

let folder: ResourceFolder
beforeAll(() => {
  folder = resourceFolder({ 'shop.yaml': `${SHOP.slice(0, SHOP.indexOf('  rules:'))}${RULES}` })
})
afterAll(() => folder.remove())

const choiceOf = async (path: string, ...options: readonly string[]) => {
  const url = `https://shop.example.com${path}`
  const { out } = await sallyport('explain', '-r', folder.path, '-u', url, '-o', 'json', ...options)
  const { rule, choice } = JSON.parse(out)
  return { rule, ...choice }
}

test('a rule is chosen by what of its match holds', async () => {
  const gold = ['-H', 'x-tier: gold', '-H', 'x-beta: yes', '--source-address', '192.0.2.9']
  expect(await choiceOf('/admin', ...gold)).toEqual({
    rule: 'office',
    by: [
      'the path /admin',
      'the header x-tier with "gold"',
      'a header x-beta that matches on|yes',
      'a connection from 192.0.2.0/24',
    ],
    passedOver: [],
  })
  expect(await choiceOf('/admin/users', '-X', 'PUT')).toMatchObject({
    by: ['a path that matches /admin/[a-z]+', 'the method PUT or POST'],
  })
})

test('of each rule before it is said what it wants', async () => {
  expect(await choiceOf('/admin', '-H', 'x-tier: tin', '-H', 'x-beta: on')).toEqual({
    rule: 'everything',
    by: ['any path', 'the method GET'],
    passedOver: [
      {
        rule: 'office',
        wants: [
          'the header x-tier with "gold" and a connection from 192.0.2.0/24',
          'a path that matches /admin/[a-z]+ and the method PUT or POST',
        ],
      },
    ],
  })
})

test('where no rule matches, it is what the route itself says', async () => {
  const { rule, by, passedOver } = await choiceOf('/', '-X', 'DELETE')
  expect({ rule, by, length: passedOver.length }).toEqual({ rule: '(route)', by: [], length: 2 })
  const url = 'https://shop.example.com/'
  const { out } = await sallyport('explain', '-r', folder.path, '-u', url, '-X', 'DELETE')
  expect(out).toContain(
    'Rule                (route): no rule matches, so what the route itself says\n',
  )
  expect(out).toContain('                    not everything, which wants the method GET\n')
})
