import { parseYaml } from '../../src/resources/manifest/yaml-text.ts'
import { formatField } from '../../src/resources/schema/field-path.ts'
import { createResourceSchema } from '../../src/resources/schema/schema.ts'
import { corpusFiles, corpusText } from './manifest-corpus.ts'
import type { KubernetesAnswer, StatusCause } from './parts/kubernetes-client.ts'

/** One object of the shared corpus, as a test title shows it, with what our reader makes of it. */
export interface CorpusEntry {
  /**
   * Such as `bad/oidc-client.yaml forms`; without a name its place among the objects of the file.
   */
  readonly title: string
  readonly file: string
  readonly value: unknown
  /** Of the resource, if our reader accepts it. */
  readonly spec?: unknown
  readonly problems: readonly { readonly field: string; readonly message: string }[]
}

const schema = createResourceSchema()

const objectsOf = (file: string): readonly unknown[] =>
  parseYaml(corpusText(file)).documents.flatMap(({ value }) =>
    Object(value).kind === 'List' ? Object(value).items : [value],
  )

/** Every object of the corpus, the members of lists one by one. */
export const corpusEntries = (folder: 'good' | 'bad'): readonly CorpusEntry[] =>
  corpusFiles(folder).flatMap((file) =>
    objectsOf(file).map((value, index) => {
      const decoded = schema.decode(value)
      const title = `${file} ${Object(value).metadata?.name ?? `#${index}`}`
      if (decoded.kind === 'resource') {
        const { resource } = decoded
        const spec = 'spec' in resource ? resource.spec : undefined
        return { title, file, value, spec, problems: [] }
      }
      const problems = decoded.problems.map(({ field, message }) => ({
        field: formatField(field),
        message,
      }))
      return { title, file, value, problems }
    }),
  )

const causesOf = ({ body }: KubernetesAnswer): readonly StatusCause[] => body.details?.causes ?? []

const quotedPaths = (text: string, pattern: RegExp): readonly string[] =>
  [...text.matchAll(pattern)].map((match) => match[1] ?? '')

/**
 * The fields that a refusal names: by its causes; in the sentence about unknown fields, which has
 * no causes; and in the sentences of `anyOf` and `not`, whose causes say `<nil>`.
 */
export const namedFields = (answer: KubernetesAnswer): readonly string[] => [
  ...causesOf(answer).flatMap(({ field = '<nil>', message = '' }) =>
    field === '<nil>' ? quotedPaths(message, /"([^"]+)" must (?:not )?validate/g) : [field],
  ),
  ...quotedPaths(answer.body.message ?? '', /unknown field "([^"]+)"/g),
]

/** Whether the API server stopped before the CEL rules, because the schema was broken already. */
export const leftRulesUnchecked = (answer: KubernetesAnswer): boolean =>
  causesOf(answer).some(({ message = '' }) =>
    message.includes('some validation rules were not checked'),
  )

/** Which of these sentences an answer says, and about which field. */
export const sentencesSaid = (
  answer: KubernetesAnswer,
  sentences: ReadonlySet<string>,
): readonly { readonly field: string; readonly message: string }[] =>
  causesOf(answer).flatMap(({ field = '', message = '' }) => {
    const said = [...sentences].find((it) => message.endsWith(`: ${it}`))
    return said === undefined ? [] : [{ field, message: said }]
  })

/** Whether one path is the other, or lies around it: `spec.hosts` and `spec.hosts[0]`. */
export const areRelated = (a: string, b: string): boolean => {
  const [outer, inner] = a.length < b.length ? [a, b] : [b, a]
  return inner.startsWith(outer) && ['', '.', '['].includes(inner.charAt(outer.length))
}

/** The sentences of all CEL rules in a CustomResourceDefinition. */
export const ruleSentences = (value: unknown): readonly string[] => {
  if (typeof value !== 'object' || value === null) return []
  const rules: readonly { readonly message: string }[] =
    Object(value)['x-kubernetes-validations'] ?? []
  return [...rules.map(({ message }) => message), ...Object.values(value).flatMap(ruleSentences)]
}
