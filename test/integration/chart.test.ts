import { globSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { loadConfig } from '../../src/config/load.ts'
import { helm, lintChart, objectsOf, renderChart } from '../support/parts/helm.ts'
import { type RunningKubeApiserver, startKubeApiserver } from '../support/parts/kube-apiserver.ts'
import type { KubernetesObject } from '../support/parts/kubernetes-client.ts'
import { installSallyportCrds } from '../support/parts/sallyport-crds.ts'
import { temporaryFolder } from '../support/parts/temporary-folder.ts'

const GOLDEN = new URL('../golden/chart/', import.meta.url).pathname
const SETS = globSync(`${GOLDEN}values/*.yaml`).sort()

interface Refused {
  readonly set: string
  readonly says: string
}

const refused: readonly Refused[] = parse(readFileSync(`${GOLDEN}refused.yaml`, 'utf8'))

const nameOf = (file: string): string => basename(file, '.yaml')

/** Without the definitions, which are files of their own, and without what is made up at each time. */
const recorded = (text: string): string =>
  text
    .split(/^---$/m)
    .filter((document) => !document.includes('kind: CustomResourceDefinition'))
    .join('---')
    .replace(/^( {2}password: ).*$/m, '$1(made up)')

describe('the chart', () => {
  it('passes helm lint', async () => {
    await expect(lintChart()).resolves.toBeDefined()
  })

  it.each(SETS.map((file) => [nameOf(file), file]))(
    '%s: renders as recorded',
    async (name, file) => {
      const text = await renderChart('--values', file ?? '')
      await expect(recorded(text)).toMatchFileSnapshot(`${GOLDEN}${name}.out.yaml`)
    },
  )

  it.each(refused.map(({ set, says }) => [set, says]))(
    'refuses %s with a sentence',
    async (set, says) => {
      const attempt = renderChart('--set', set ?? '')
      await expect(attempt).rejects.toThrow(says)
    },
  )

  it.each(SETS.map((file) => [nameOf(file), file]))(
    '%s: the process takes its configuration',
    async (_, file) => {
      const objects = objectsOf(await renderChart('--values', file ?? ''))
      const map = objects.find(
        ({ kind, data }) => kind === 'ConfigMap' && 'sallyport.yaml' in Object(data),
      )
      const folder = await temporaryFolder('chart')
      const path = `${folder.path}/sallyport.yaml`
      await writeFile(path, Object(map?.data)['sallyport.yaml'])
      const loaded = loadConfig({
        file: path,
        environment: {},
        flags: {},
        workingFolder: folder.path,
      })
      await folder.remove()
      const complaints =
        loaded.kind === 'loaded' ? [] : loaded.problems.map(({ message }) => message)
      // The files are those of the pod; nothing else may be wrong.
      expect(complaints.filter((message) => !/does not exist/.test(message))).toEqual([])
    },
  )

  it('makes up a key of 32 bytes when none is given', async () => {
    const objects = objectsOf(await renderChart())
    const secret = objects.find(
      ({ kind, metadata }) => kind === 'Secret' && metadata.name.endsWith('-keys'),
    )
    const inFile = Buffer.from(Object(secret?.data).key, 'base64').toString()
    expect(Buffer.from(inFile, 'base64')).toHaveLength(32)
    expect(Object(secret?.metadata).annotations).toMatchObject({
      'helm.sh/resource-policy': 'keep',
    })
  })

  it('grants the rights of deploy/rbac, and no others', async () => {
    const rightsOf = (objects: readonly KubernetesObject[]) =>
      objects
        .flatMap(({ rules }) => (Array.isArray(rules) ? rules : []))
        .flatMap(({ resources, verbs, resourceNames = [] }) =>
          resources.flatMap((resource: string) =>
            verbs.map((verb: string) => [verb, resource, ...resourceNames].join(' ')),
          ),
        )
        .map((right) => right.replace('sally-sallyport', 'sallyport'))
        .toSorted()
    const deployed = readFileSync(
      new URL('../../deploy/rbac/cluster.yaml', import.meta.url),
      'utf8',
    )
    const chart = objectsOf(await renderChart('--values', `${GOLDEN}values/embedded.yaml`))
    expect(rightsOf(chart)).toEqual(rightsOf(objectsOf(deployed)))
  })
})

describe('a real API server', () => {
  let cluster: RunningKubeApiserver

  beforeAll(async () => {
    cluster = await startKubeApiserver()
    await installSallyportCrds(cluster.admin)
    for (const name of ['auth', 'shop', 'blog']) {
      await cluster.admin.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
    }
  }, 120_000)
  afterAll(() => cluster.stop(), 60_000)

  it.each(SETS.map((file) => [nameOf(file), file]))(
    '%s: every object is accepted',
    async (_, file) => {
      const folder = await temporaryFolder('chart')
      const rendered = objectsOf(await renderChart('--values', file ?? ''))
      // The Prometheus operator's definitions are not there.
      const known = rendered.filter(
        ({ apiVersion }) => !apiVersion.startsWith('monitoring.coreos.com'),
      )
      const path = `${folder.path}/all.json`
      await writeFile(path, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: known }))
      const words = ['--server-side', '--dry-run=server', '--force-conflicts', '--validate=strict']
      const text = await cluster.kubectl('apply', ...words, '-f', path)
      await folder.remove()
      expect(text.trim().split('\n')).toHaveLength(known.length)
    },
  )
})

it('helm shows every value with its comment', async () => {
  expect(
    await helm('show', 'values', new URL('../../charts/sallyport', import.meta.url).pathname),
  ).toContain('# -- How many replicas serve.')
})
