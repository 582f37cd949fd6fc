import { readFileSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { finish } from '../../../src/core/time/steps.ts'
import { formatProblem } from '../../../src/resources/manifest/diagnostics.ts'
import { readManifests } from '../../../src/resources/manifest/manifests.ts'
import { createResourceSchema } from '../../../src/resources/schema/schema.ts'
import { corpusFiles, corpusText } from '../../support/manifest-corpus.ts'

const FOLDER = new URL('./', import.meta.url)
const schema = createResourceSchema()

const read = (file: string) => finish(readManifests(corpusText(file), basename(file), schema))

/**
 * Compares with the kept outcome; `UPDATE_GOLDEN=1` writes it anew, to be reviewed as a change of
 * behaviour.
 */
const expectGolden = (file: string, outcome: unknown): void => {
  const golden = new URL(file.replace(/\.yaml$/, '.out.yaml'), FOLDER)
  if (process.env.UPDATE_GOLDEN === '1') {
    writeFileSync(golden, stringify(outcome, { lineWidth: 0, aliasDuplicateObjects: false }))
  }
  expect(outcome).toEqual(parse(readFileSync(golden, 'utf8')))
}

describe('manifests that the API server accepts', () => {
  it.each(corpusFiles('good'))('%s is read without a problem, defaults filled in', (file) => {
    const { objects, problems } = read(file)
    expect(problems.map(formatProblem)).toEqual([])
    expectGolden(
      file,
      objects.map(({ resource }) => resource),
    )
  })
})

describe('manifests that the API server refuses', () => {
  it.each(corpusFiles('bad'))('%s: every problem is a sentence with its place', (file) => {
    const { objects, problems } = read(file)
    expect(objects.filter(({ resource }) => resource !== undefined)).toEqual([])
    expectGolden(file, problems.map(formatProblem))
  })

  it.each(corpusFiles('bad'))('%s: no document is without a problem', (file) => {
    const documents = corpusText(file).split(/^---$/m)
    const silent = documents.filter(
      (it) => finish(readManifests(it, file, schema)).problems.length === 0,
    )
    expect(silent).toEqual([])
  })
})
