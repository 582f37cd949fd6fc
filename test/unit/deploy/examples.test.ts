import { globSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { gateways } from '../../../src/attach/gateways.ts'
import { printExamples } from '../../../tools/generate/examples.ts'
import { sallyport } from '../cli/run.ts'

const FOLDER = new URL('../../../deploy/examples/', import.meta.url).pathname

const read = (path: string): string => readFileSync(FOLDER + path, 'utf8')

/** The files of an example by their names, as they are delivered. */
const delivered = (name: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    globSync('*.yaml', { cwd: FOLDER + name }).map((file) => [file, read(`${name}/${file}`)]),
  )

/** The words after `sallyport` of the command that a README says an example is printed by. */
const commandOf = (name: string): readonly string[] => {
  const [, words = `attach ${name}`] =
    /^sallyport (attach .*)$/m.exec(read(`${name}/README.md`)) ?? []
  return words.split(' ')
}

test('there is one example for each gateway', () => {
  expect(readdirSync(FOLDER).toSorted()).toEqual([...gateways.keys()].toSorted())
})

describe.each([...gateways.keys()])('the example for %s', (name) => {
  it('is what the command in its README prints, file by file', async () => {
    const files = delivered(name)
    for (const [file, text] of Object.entries(files)) {
      const { code, out } = await sallyport(...commandOf(name), '--only', file)
      expect({ code, out }).toEqual({ code: 0, out: text })
    }
    const { out } = await sallyport(...commandOf(name), '--output', 'json')
    const names = JSON.parse(out).files.map((file: { name: string }) => file.name)
    expect(names.toSorted()).toEqual(Object.keys(files).toSorted())
  })

  it('is what the generator writes', () => {
    const written = printExamples().filter(({ path }) => path.includes(`/${name}/`))
    expect(written.map(({ text }) => text).toSorted()).toEqual(
      Object.values(delivered(name)).toSorted(),
    )
  })

  it('has a README that says how to see whether it works, and what was run', () => {
    const text = read(`${name}/README.md`)
    for (const heading of ['See that it works', 'See that it does not', 'What was run']) {
      expect(text).toContain(`\n## ${heading}\n`)
    }
    expect(text).toContain('LAST CHECK')
    expect(text).toContain('x-sallyport-reason')
  })

  it('has a README that names every file', () => {
    for (const file of Object.keys(delivered(name))) {
      expect(read(`${name}/README.md`)).toContain(`\`${file}\``)
    }
  })
})
