import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { expect, it, onTestFinished } from 'vitest'
import { parse } from 'yaml'
import { CHART, helm, objectsOf } from '../../support/parts/helm.ts'
import { temporaryFolder } from '../../support/parts/temporary-folder.ts'

const read = (page: string): string =>
  readFileSync(new URL(`../../../${page}`, import.meta.url), 'utf8')

const yamlOf = (page: string, part: string): string => {
  const blocks = [...read(page).matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text]) => text ?? '')
  const found = blocks.find((text) => text.includes(part))
  if (found === undefined) throw new Error(`${page} has no example with ${part}`)
  return found
}

/** What the release of the documents consists of. */
const rendered = async (...words: readonly string[]) =>
  objectsOf(await helm('template', 'sallyport', CHART, '--namespace', 'sallyport', ...words))

it('the values for production in docs/install.md are taken', async () => {
  const folder = await temporaryFolder('values')
  onTestFinished(folder.remove)
  const file = `${folder.path}/values.yaml`
  await writeFile(file, yamlOf('docs/install.md', '# values.yaml'))
  const kinds = (await rendered('--values', file)).map(({ kind }) => kind)
  expect(kinds).toEqual(expect.arrayContaining(['HorizontalPodAutoscaler', 'PrometheusRule']))
})

it('the Services that docs/operations.md names are those of the release', async () => {
  const objects = await rendered('--set', 'adminApi.enabled=true,adminApi.tokenSecret=tokens')
  const services = objects.flatMap(({ kind, metadata, spec }) =>
    kind === 'Service'
      ? Object(spec).ports.map(({ port }: { port: number }) => `${metadata.name}:${port}`)
      : [],
  )
  const { backendRefs } = parse(yamlOf('docs/operations.md', 'kind: HTTPRoute')).spec.rules[0]
  for (const { name, port } of backendRefs) expect(services).toContain(`${name}:${port}`)
  const [, name, port] =
    /SALLYPORT_SERVER=https:\/\/([a-z-]+)\.sallyport\.svc:(\d+)/.exec(read('docs/operations.md')) ??
    []
  expect(services).toContain(`${name}:${port}`)
})
