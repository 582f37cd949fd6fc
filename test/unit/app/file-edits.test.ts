import fc from 'fast-check'
import { expect, it, onTestFinished } from 'vitest'
import { createResourceCompiler } from '../../../src/app/compile-resources.ts'
import { finish } from '../../../src/core/time/steps.ts'
import type { LastGood } from '../../../src/policy/in-force.ts'
import type { ManifestRead } from '../../../src/resources/manifest/joined-manifests.ts'
import { createManifestReader } from '../../../src/resources/manifest-reader.ts'
import { createResourceSchema } from '../../../src/resources/schema/schema.ts'
import { type ManifestFolder, manifestFolder } from '../../support/manifest-folder.ts'

const V1 = 'apiVersion: sallyport.dev/v1alpha1'
const NAMES = ['x', 'y'] as const
const FILES = ['a.yaml', 'b.yaml'] as const
const HOSTS = ['one.example.com', 'two.example.com', '*.example.com']

const route = (name: string, host: string, client: string): string => `${V1}
kind: ProtectedRoute
metadata: { name: ${name}, namespace: shop }
spec: { hosts: ["${host}"], clientRef: { name: ${client} } }
`

const client = (name: string, secret: string, extra: string): string => `${V1}
kind: OIDCClient
metadata: { name: ${name}, namespace: shop }
spec:
  providerRef: { name: sso }
  clientId: shop
  authentication: { secretRef: { name: ${secret} } }
  ${extra}
`

const provider = (issuer: string): string => `${V1}
kind: IdentityProvider
metadata: { name: sso, namespace: shop }
spec: { issuer: "${issuer}" }
`

const secret = (name: string, value: string): string => `apiVersion: v1
kind: Secret
metadata: { name: ${name}, namespace: shop }
stringData: { client-secret: "${value}" }
`

const name = fc.constantFrom(...NAMES)
const texts = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(name, fc.constantFrom(...HOSTS, 'no host'), name).map((it) => route(...it)),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(name, name, fc.constantFrom('', 'scopes: 5', 'scopes: [a]'))
      .map((it) => client(...it)),
  },
  { weight: 2, arbitrary: fc.constantFrom('https://a.example', 'no issuer').map(provider) },
  {
    weight: 2,
    arbitrary: fc.tuple(name, fc.constantFrom('one', 'two', '')).map((it) => secret(...it)),
  },
  { weight: 1, arbitrary: fc.constantFrom('kind: Stranger\n', 'kind: [', '# nothing\n') },
)

const edit = fc.record({
  file: fc.constantFrom(...FILES),
  at: fc.nat(5),
  text: fc.option(texts, { nil: undefined }),
})

/** A read whose every object is another, with the same content. */
const anew = (read: ManifestRead): ManifestRead => ({
  ...read,
  resources: structuredClone(read.resources),
  invalid: structuredClone(read.invalid),
})

const options = { allowInsecureIssuers: false }
const schema = createResourceSchema()

const compareAfter = async (
  folder: ManifestFolder,
  edits: readonly { file: string; at: number; text: string | undefined }[],
): Promise<void> => {
  const documents = new Map<string, (string | undefined)[]>(FILES.map((file) => [file, []]))
  const reader = createManifestReader({ paths: [folder.path], schema })
  const compiler = createResourceCompiler(options)
  let previous: LastGood | undefined
  let fromNothing: LastGood | undefined
  for (const { file, at, text } of edits) {
    const held = documents.get(file) ?? []
    held[at] = text
    await folder.write(file, [...held].filter((one) => one !== undefined).join('---\n'))
    const read = await reader.read()
    const { lastGood, table, ...said } = finish(compiler.steps(read, previous))
    const other = finish(createResourceCompiler(options).steps(anew(read), fromNothing))
    previous = lastGood
    fromNothing = other.lastGood
    const { lastGood: _, table: otherTable, ...otherSaid } = other
    expect(said).toEqual(otherSaid)
    for (const host of HOSTS) {
      const asked = { host: host.replace('*', 'any'), contextExtensions: {} }
      expect(table.find(asked)).toEqual(otherTable.find(asked))
    }
  }
}

it('R29: after any edits of files a compilation says what one from nothing says', async () => {
  const folder = await manifestFolder()
  onTestFinished(folder.remove)
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { minLength: 5, maxLength: 10 }), async (edits) => {
      for (const file of FILES) await folder.write(file, '')
      await compareAfter(folder, edits)
    }),
    { numRuns: 100 },
  )
})
