import { readdirSync, readFileSync } from 'node:fs'
import { parseYaml } from '../../src/resources/manifest/yaml-text.ts'

const FOLDER = new URL('../golden/resources/', import.meta.url)

/**
 * The files of the shared corpus: manifests that the API server accepts (`good`), and those it
 * refuses (`bad`).
 */
export const corpusFiles = (folder: 'good' | 'bad'): readonly string[] =>
  readdirSync(new URL(`${folder}/`, FOLDER))
    .filter((name) => name.endsWith('.yaml') && !name.endsWith('.out.yaml'))
    .map((name) => `${folder}/${name}`)

/** The text of a file of the corpus. */
export const corpusText = (file: string): string => readFileSync(new URL(file, FOLDER), 'utf8')

/** An object of the corpus, before any default is filled in. */
export interface CorpusObject {
  readonly kind: string
  readonly manifest: Readonly<Record<string, unknown>>
}

/** Every single object of the good manifests that has a `spec`. */
export const goodObjects = (): readonly CorpusObject[] =>
  corpusFiles('good')
    .flatMap((file) => parseYaml(corpusText(file)).documents)
    .flatMap(({ value }) => {
      const manifest = Object(value)
      return manifest.spec === undefined ? [] : [{ kind: String(manifest.kind), manifest }]
    })
