import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ELSEWHERE, NOT_APPLICABLE, PLANS } from '../../support/conformance/modules.ts'

const ROOT = new URL('../../../', import.meta.url)

const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8')

const FOLDER = 'test/integration/conformance'

const files = globSync(`${FOLDER}/*.test.ts`, { cwd: ROOT }).toSorted()

/** The test files, each by the titles in it that begin with the name of a module. */
const titled = new Map(
  files.flatMap((file) =>
    [...read(file).matchAll(/'((?:oidcc|fapi2)-[\w-]+)(?:: [^']*)?'/g)].map(
      ([, name = '']): [string, string] => [name, file],
    ),
  ),
)

const modules = [...new Set(PLANS.flatMap((plan) => plan.modules))]

const placeOf = (name: string): string => {
  const own = titled.get(name)
  if (own !== undefined) return `\`${basename(own)}\``
  const other = ELSEWHERE[name]
  return other === undefined ? `not applicable: ${NOT_APPLICABLE[name]}` : `\`${other}\``
}

const plansOf = (name: string): string =>
  PLANS.filter((plan) => plan.modules.includes(name))
    .map((plan) => plan.short)
    .join(', ')

describe('the modules of the conformance plans', () => {
  it('have one place each: a test by that name, or a reason', () => {
    const wrong = modules.filter((name) => {
      const places = [titled.has(name), name in ELSEWHERE, name in NOT_APPLICABLE]
      return places.filter(Boolean).length !== 1
    })
    expect(wrong).toEqual([])
  })

  it('are all that is named', () => {
    const plans = PLANS.map((plan) => plan.name)
    const known = new Set([...modules, ...plans])
    const named = [...titled.keys(), ...Object.keys(ELSEWHERE), ...Object.keys(NOT_APPLICABLE)]
    expect(named.filter((name) => !known.has(name))).toEqual([])
    expect(Object.values(ELSEWHERE).filter((file) => !existsSync(new URL(file, ROOT)))).toEqual([])
  })

  it('are those of docs/conformance.md', () => {
    const rows = read('docs/conformance.md').match(/^\| `(?:oidcc|fapi2)-.*$/gm)
    expect(rows).toEqual(
      modules.map((name) => `| \`${name}\` | ${plansOf(name)} | ${placeOf(name)} |`),
    )
  })
})
