import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { loadConfig, loadRequirements } from '../../../src/config/load.ts'
import { requirements } from '../../../src/config/schema/schema.ts'

const load = (text: string) =>
  loadRequirements({
    environment: { SALLYPORT_REQUIREMENTS: text },
    flags: {},
    workingFolder: process.cwd(),
  })

const problemsOf = (written: unknown): readonly string[] => {
  const loaded = load(JSON.stringify(written))
  return loaded.kind === 'loaded'
    ? []
    : loaded.problems.map(({ field, message }) => `${field} ${message}`)
}

const GOOD = [
  { name: 'office', authorize: [{ sourceAddresses: ['10.0.0.0/8'] }] },
  { name: 'no-debug', namespaces: { names: ['shop', 'blog'] }, removeHeaders: ['x-debug-user'] },
  { name: 'labelled', namespaces: { selector: { matchLabels: {} } }, authorize: [{}] },
]

describe('requirements of the platform, as they are written', () => {
  test('are read as they are, and are none where none are written', () => {
    expect(load(JSON.stringify(GOOD))).toMatchObject({ kind: 'loaded', requirements: GOOD })
    expect(load('')).toMatchObject({ kind: 'loaded', requirements: [] })
  })

  test('are part of the whole configuration', () => {
    const environment = { KUBERNETES_SERVICE_HOST: '10.0.0.1' }
    const whole = (text: string) =>
      loadConfig({
        environment: { ...environment, SALLYPORT_REQUIREMENTS: text },
        flags: {},
        workingFolder: process.cwd(),
      })
    expect(whole(JSON.stringify(GOOD))).toMatchObject({ config: { requirements: GOOD } })
    expect(whole('[{}]')).toMatchObject({ kind: 'problems' })
  })

  test.each([
    [{}, 'requirements must be a list of at most 64 groups, but is a group of fields'],
    ['everything', 'requirements must be a list of at most 64 groups, but is text'],
    [['office'], 'requirements[0] must be a group with name'],
    [[{ authorize: [{}] }], 'requirements[0] needs a name'],
    [[{ name: 'A b', authorize: [{}] }], 'requirements[0] needs a name'],
    [[{ name: 'a' }], 'requirements[0] requires nothing: add authorize or removeHeaders'],
    [[{ name: 'a', authorize: [] }], 'requirements[0] has in authorize a list'],
    [[{ name: 'a', removeHeaders: ['x-a'], authorise: [] }], 'has an unknown field authorise'],
    [[{ name: 'a', removeHeaders: ['X-A'] }], 'removeHeaders "X-A", which is not the name'],
    [[{ name: 'a', removeHeaders: ['cookie'] }], '"cookie", which no request can do without'],
    [[{ name: 'a', removeHeaders: [1] }], 'removeHeaders 1, which is a number'],
    [[{ name: 'a', namespaces: {}, authorize: [{}] }], 'exactly one of names and selector'],
    [[{ name: 'a', namespaces: { names: [] }, authorize: [{}] }], 'namespaces.names a list'],
    [[{ name: 'a', namespaces: { names: ['A'] }, authorize: [{}] }], 'not the name of a namespace'],
    [[{ name: 'a', namespaces: { selector: 1 }, authorize: [{}] }], 'namespaces.selector a number'],
    [[{ name: 'a', namespaces: 'all', authorize: [{}] }], 'has in namespaces text'],
    [[GOOD[0], GOOD[0]], 'requirements[1] has the name "office" of a member before it'],
  ])('%j is a problem that says what to do', (written, message) => {
    expect(problemsOf(written)).toEqual([expect.stringContaining(message)])
  })

  test('all problems are told at once', () => {
    const problems = problemsOf([{ name: 1, removeHeaders: [] }, { nam: 'a' }])
    expect(problems.length).toBeGreaterThanOrEqual(5)
  })

  test('R34: whatever is written is read or complained about, never thrown at', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (written) => {
        const { issues } = requirements.read(written, ['requirements'])
        expect(Array.isArray(issues)).toBe(true)
      }),
    )
  })

  test('are read with the budget of a check and whether assertions have an issuer, whatever these are', () => {
    const factsOf = (environment: Readonly<Record<string, string>>) => {
      const read = loadRequirements({ environment, flags: {}, workingFolder: '/' })
      return read.kind === 'loaded' ? [read.budgetMs, read.hasAssertionIssuer] : read.problems
    }
    expect(factsOf({})).toEqual([4_000, false])
    expect(
      factsOf({
        SALLYPORT_CHECK_BUDGET: '2s',
        SALLYPORT_ASSERTIONS_ISSUER: 'https://sallyport.example.com',
      }),
    ).toEqual([2_000, true])
    expect(factsOf({ SALLYPORT_CHECK_BUDGET: 'soon' })).toEqual([4_000, false])
  })
})
