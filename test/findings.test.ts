import { globSync, readFileSync, statSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'

const FOLDER = new URL('../findings/', import.meta.url).pathname

const scripts = globSync('*.sh', { cwd: FOLDER })

const read = (name: string): string => readFileSync(FOLDER + name, 'utf8')

/** The comment that a script begins with. */
const headOf = (script: string): string => /^#!.*\n(?:#.*\n)+/.exec(script)?.[0] ?? ''

/** What its `npm install` and `pip install` are given, without the options. */
const installsOf = (script: string): readonly string[] =>
  [...script.matchAll(/^(?:npm|python3 -m pip) install ((?:.*\\\n)*.*)$/gm)].flatMap(([, given]) =>
    (given ?? '').split(/[\s\\]+/).filter((word) => word !== '' && !word.startsWith('-')),
  )

const EXACT = /(?:@|==)(\d+\.\d+\.\d+)$/
const ANY_EXECUTE = 0o111

describe.each(scripts)('findings/%s', (name) => {
  const script = read(name)

  it('can be run as it is', () => {
    expect(statSync(FOLDER + name).mode & ANY_EXECUTE).toBe(ANY_EXECUTE)
    expect(script).toMatch(/^#!\/usr\/bin\/env bash\n/)
  })

  it.each(['Version', 'Behaviour', 'Seen'])('says %s at its head, once', (label) => {
    expect(headOf(script).match(new RegExp(`^# ${label}\\b.*:`, 'gm'))).toHaveLength(1)
  })

  it('stops at the first failure and leaves nothing behind', () => {
    expect(script.slice(headOf(script).length)).toMatch(/^set -euo pipefail\n/)
    expect(script).toMatch(/^trap '.*rm -rf "\$folder"' EXIT$/m)
  })

  it('installs exact versions, and names each at its head', () => {
    const packages = installsOf(script).filter((argument) => argument !== '"$node"')
    const pins = [...packages, /^node="(.*)"$/m.exec(script)?.[1] ?? '']
    for (const pin of pins) {
      expect(pin).toMatch(EXACT)
      expect(headOf(script)).toContain(` ${EXACT.exec(pin)?.[1]}`)
    }
  })

  it('compares what it sees, and has seen what it prints', () => {
    expect(script).toMatch(/\bassert\.\w+\(/)
    expect(
      headOf(script)
        .split('# Seen')[1]
        ?.match(/^# {3}\S/gm)?.length ?? 0,
    ).toBeGreaterThan(1)
  })
})

test('the table names the scripts that there are, in their order', () => {
  const rows = [...read('README.md').matchAll(/^\| \[([\w-]+\.sh)\]\(\1\) \|/gm)]
  expect(rows.length).toBeGreaterThan(0)
  expect(rows.map(([, name]) => name)).toEqual(scripts.toSorted())
})
