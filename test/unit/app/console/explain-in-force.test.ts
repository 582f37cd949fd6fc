import { expect, it } from 'vitest'
import { createExplainInForce } from '../../../../src/app/console/explain-in-force.ts'
import type { Explained, ExplainRequest } from '../../../../src/core/console/console-data.ts'
import { UNHURRIED } from '../../../../src/core/time/steps.ts'
import { createSnapshot } from '../../../../src/policy/applying/snapshot.ts'
import { compiled } from '../../../support/compiled.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'
import { aProtectedRoute, aShop } from '../../../support/resources.ts'
import { seededRandom } from '../../../support/seeded-random.ts'

const FORM: ExplainRequest = {
  url: 'https://shop.example.com/api/orders',
  method: 'GET',
  headers: '',
  sourceAddress: '',
  via: '',
  claims: '',
  scopes: '',
  client: '',
}

/** Whatever is in force, by the resources of a shop that lets buyers in. */
const aProcess = (rest: () => Promise<void> = UNHURRIED.rest) => {
  const { provider, client, secret } = aShop()
  const route = aProtectedRoute('shop/shop', {
    authorize: [{ claim: 'groups', anyOf: ['buyers'] }],
  } as Parameters<typeof aProtectedRoute>[1])
  const snapshot = createSnapshot()
  const explain = createExplainInForce({
    snapshot,
    clock: handSetClock(),
    random: seededRandom('explain'),
    pace: { rest },
  })
  const ask = (form: Partial<ExplainRequest> = {}) => explain({ ...FORM, ...form })
  const swap = () => snapshot.swap(compiled([provider, client, secret, route]).table)
  return { ask, swap, snapshot }
}

const linesOf = (explained: Explained, label: string): readonly string[] => {
  if (explained.kind !== 'explained') throw new Error(JSON.stringify(explained))
  return explained.rows.flatMap((row) => (row.label === label ? row.lines : []))
}

const problemsOf = (explained: Explained): readonly string[] =>
  explained.kind === 'problem' ? explained.problems : []

it('a request is explained by what is in force at the moment', async () => {
  const { ask, swap } = aProcess()
  expect(linesOf(await ask(), 'Policy')).toEqual(['unknown: nothing has been read'])
  swap()
  const explained = await ask()
  expect(linesOf(explained, 'Policy')).toEqual(['ProtectedRoute shop/shop'])
  expect(linesOf(explained, 'Answer')[0]).toMatch(/^401 /)
  expect(linesOf(explained, 'Note')).toContain(
    'By the resources that are in force in this replica. Nobody was asked.',
  )
})

it('as somebody, each clause says what it makes of the claims', async () => {
  const { ask, swap } = aProcess()
  swap()
  const buyer = await ask({ claims: 'groups: [buyers]' })
  expect(linesOf(buyer, 'Answer')[0]).toMatch(/^200 allowed/)
  expect(linesOf(buyer, 'Upstream gets')).toContain('x-auth-subject: somebody')
  const stranger = await ask({ via: 'session', claims: '{"groups":["sellers"]}' })
  expect(linesOf(stranger, 'Answer')[0]).toMatch(/^403 /)
  expect(linesOf(stranger, 'Requires')[0]).toMatch(/^FAILS .*groups: \["sellers"\]; this decides$/)
})

it('R31: no secret of what is in force is in an explanation', async () => {
  const { ask, swap } = aProcess()
  swap()
  for (const form of [{}, { claims: 'sub: alice' }, { via: 'bearer' }]) {
    const text = JSON.stringify(await ask(form))
    expect(text).toContain('shop/shop')
    expect(text).not.toContain('correct horse')
  }
})

it('who asks about a host does not count as a check of it', async () => {
  const { ask, swap, snapshot } = aProcess()
  swap()
  await ask()
  expect(snapshot.takeAsked()).toEqual([])
})

it('all that is wrong with a form is said at once, by field', async () => {
  const { ask } = aProcess()
  const problems = problemsOf(
    await ask({
      url: 'shop.example.com',
      method: 'GE T',
      headers: 'accept: */*\nno header\n',
      via: 'magic',
      claims: 'groups: [',
    }),
  )
  expect(problems).toHaveLength(5)
  expect(problems).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^URL: it must begin with https:\/\//),
      expect.stringMatching(/^Method: it must be one word/),
      'Headers: line 2 is no header: write each on a line of its own, as "Name: value".',
      expect.stringMatching(/^Asked as: /),
      expect.stringMatching(/^Claims:1:/),
    ]),
  )
})

it('a field that is longer than it may be is not looked at', async () => {
  const { ask, swap } = aProcess()
  swap()
  expect(problemsOf(await ask({ claims: 'a'.repeat(32_769), url: 'x'.repeat(8_193) }))).toEqual([
    'URL: 8193 characters came, and 8192 are taken: shorten it.',
    'Claims: 32769 characters came, and 32768 are taken: shorten it.',
  ])
})

it.each([
  ['lists that never end', ': [\n'.repeat(1_366)],
  ['brackets', ']'.repeat(4_097)],
  ['a list as JSON', JSON.stringify(Array.from({ length: 2_000 }, (_, nth) => nth))],
  ['JSON that nests deeper than any token', `${'{"a":'.repeat(800)}1${'}'.repeat(800)}`],
])('claims that take long to read are not read: %s', async (_, claims) => {
  const { ask, swap } = aProcess()
  swap()
  expect(problemsOf(await ask({ claims }))).toEqual([
    `Claims: ${claims.length} characters came that are no JSON object, and of YAML 4096 are taken: write them as JSON, or shorten them.`,
  ])
})

it('claims of a large token are read as JSON', async () => {
  const { ask, swap } = aProcess()
  swap()
  const groups = ['buyers', ...Array.from({ length: 2_000 }, (__, nth) => `group-${nth}`)]
  const answer = linesOf(await ask({ claims: JSON.stringify({ groups }) }), 'Answer')
  expect(answer[0]).toMatch(/^200 allowed/)
})

it('of many problems twenty are told, and how many more there are', async () => {
  const { ask } = aProcess()
  for (const form of [
    { headers: 'x\n'.repeat(8_000) },
    { claims: `a: [${'.nan, '.repeat(600)}]` },
  ]) {
    const problems = problemsOf(await ask(form))
    expect(problems).toHaveLength(21)
    expect(problems.at(-1)).toMatch(/^There are \d+ more\.$/)
  }
})

it('one is explained at a time, after the checks that wait', async () => {
  const { promise: checked, resolve } = Promise.withResolvers<void>()
  const { ask, swap } = aProcess(() => checked)
  const first = ask()
  expect(await ask()).toEqual({ kind: 'busy' })
  swap()
  resolve()
  expect(linesOf(await first, 'Policy')).toEqual(['ProtectedRoute shop/shop'])
  expect((await ask()).kind).toBe('explained')
})

it('a host that cannot be one, and a client that is not there, are sentences', async () => {
  const { ask, swap } = aProcess()
  swap()
  expect(problemsOf(await ask({ url: 'https://a b/' }))).toEqual([
    expect.stringMatching(/^Whoever owns the host, the answer is 400 /),
  ])
  expect(problemsOf(await ask({ client: 'nobody' }))).toEqual([
    '"nobody" is no OIDCClient of ProtectedRoute shop/shop; these are: shop/shop.',
  ])
})
