import { globSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { ALL_SUITES, QUICK_SUITES } from '../../../tools/suites.ts'
import config from '../../../vitest.config.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

interface Suite {
  readonly test: {
    readonly name: string
    readonly include: string[]
    readonly exclude: string[]
    readonly env: Readonly<Record<string, string>>
  }
}

const suites = (config.test?.projects ?? []) as readonly Suite[]

const filesOf = ({ test: { include, exclude } }: Suite): readonly string[] =>
  globSync(include, { cwd: ROOT, exclude })

/** A suite with variables of its own runs files of others a second time. */
const firstTimes = suites.filter((suite) => Object.keys(suite.test.env).length === 0)

test('every file of tests is of one suite, and of one alone', () => {
  const files = firstTimes.flatMap(filesOf)
  expect([...files].sort()).toEqual(globSync('test/**/*.test.ts', { cwd: ROOT }).sort())
})

const APART: ReadonlySet<string> = new Set(['providers', 'clients'])

test('every suite is run by `make test`, but for all the providers and all the clients', () => {
  const names = suites.map((suite) => suite.test.name)
  expect(names.filter((name) => !APART.has(name)).sort()).toEqual([...ALL_SUITES].sort())
  expect(ALL_SUITES).toEqual(expect.arrayContaining([...QUICK_SUITES]))
})

test('what is said to be light is there', () => {
  const light = suites.find((suite) => suite.test.name === 'e2e-light')
  for (const pattern of light?.test.include ?? []) {
    expect(globSync(pattern, { cwd: ROOT }), pattern).not.toEqual([])
  }
})
