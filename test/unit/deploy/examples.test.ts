import { globSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { gateways } from '../../../src/attach/gateways.ts'
import { printExamples } from '../../../tools/generate/examples.ts'
import { mcpServerFiles } from '../../support/parts/mcp-server.ts'
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

/** What is written by hand, for whatever gateway. */
const BY_HAND = ['console', 'mcp']

const examples = [...gateways.keys(), ...BY_HAND]

test('there is one example for each gateway, and those that are written by hand', () => {
  expect(readdirSync(FOLDER).toSorted()).toEqual(examples.toSorted())
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
})

describe.each(examples)('the example for %s', (name) => {
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

describe('the example of an MCP server', () => {
  const RESOURCE = `${FOLDER}mcp/resource.yaml`
  const EXPECTATIONS = `${FOLDER}mcp/expectations/mcp.yaml`

  it('is valid without a warning', async () => {
    const { code, out } = await sallyport('validate', '--strict', RESOURCE)
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('no problems') })
  })

  it('answers as its file of expectations says', async () => {
    const { code, out } = await sallyport('test', EXPECTATIONS)
    expect(out).toMatch(/^\d+ cases: \d+ as expected, 0 not$/m)
    expect(code).toBe(0)
  })

  it('installs what the tests run, at the same versions', async () => {
    const files = await mcpServerFiles()
    const { dependencies } = JSON.parse(files['package.json'] ?? '')
    const pinned = JSON.parse(readFileSync(`${FOLDER}../../tools/clients/npm/package.json`, 'utf8'))
    expect(pinned.dependencies).toMatchObject(dependencies)
    const imported = [...(files['server.mjs'] ?? '').matchAll(/ from '([@a-z][^':]*)'/g)]
    expect(imported.map(([, name]) => name).toSorted()).toEqual(Object.keys(dependencies))
  })

  it('runs the Node.js of our own image', () => {
    const [, image] = /^ARG NODE_IMAGE=(.*)$/m.exec(read('../../Dockerfile')) ?? []
    const images = [...read('mcp/server.yaml').matchAll(/^ +image: (.*)$/gm)]
    expect(images.map(([, named]) => named)).toEqual([image, image])
  })

  it('has its route lead to its Service, and its README name the same resource', () => {
    const [, , service] = parseAllDocuments(read('mcp/server.yaml')).map((one) => one.toJS())
    const route = parseAllDocuments(read('mcp/route.yaml'))[0]?.toJS()
    const { name } = service.metadata
    expect(route.spec.rules[0].backendRefs).toEqual([{ name, port: service.spec.ports[0].port }])
    const resource = parseAllDocuments(readFileSync(RESOURCE, 'utf8'))[1]?.toJS()
    expect(resource.spec.hosts).toEqual(route.spec.hostnames)
    expect(read('mcp/README.md')).toContain(`https://${resource.spec.hosts[0]}/mcp`)
  })
})

describe('the example of the console', () => {
  const RESOURCE = `${FOLDER}console/resource.yaml`
  const routes = parseAllDocuments(readFileSync(RESOURCE, 'utf8')).map((one) => one.toJS())
  const route = routes.find(({ kind }) => kind === 'ProtectedRoute')

  it('is valid without a warning, but for the Secret that is not in it', async () => {
    const { code, out } = await sallyport('validate', '--skip-references', RESOURCE)
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('no problems') })
  })

  it('has values that name its route, its audience and its claim', () => {
    const [, values = ''] =
      /```yaml\n# values\.yaml\n([\s\S]*?)```/.exec(read('console/README.md')) ?? []
    const { adminApi } = parse(values)
    const { audience, claims } = route.spec.upstream.assertion
    const { namespace, name } = route.metadata
    expect(adminApi.assertion).toMatchObject({ audience, route: `${namespace}/${name}` })
    expect(claims).toEqual([adminApi.assertion.claim])
  })

  it('leads to the pages alone', () => {
    const { spec } = parseAllDocuments(read('console/route.yaml'))[0]?.toJS() ?? {}
    expect(spec.hostnames).toEqual(route.spec.hosts)
    const paths = spec.rules.flatMap(({ matches }: { matches: { path: { value: string } }[] }) =>
      matches.map(({ path }) => path.value),
    )
    expect(paths).toEqual(['/console', '/oauth2'])
  })
})
