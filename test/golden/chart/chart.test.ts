import { globSync, readFileSync } from 'node:fs'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parse, stringify } from 'yaml'
import { loadConfig } from '../../../src/config/load.ts'
import { CHART, HELMS, helm, objectsOf, renderChart } from '../../support/parts/helm.ts'
import type { KubernetesObject } from '../../support/parts/kubernetes-client.ts'
import { temporaryFolder } from '../../support/parts/temporary-folder.ts'

const GOLDEN = new URL('./', import.meta.url).pathname
const SETS = globSync(`${GOLDEN}values/*.yaml`)
  .sort()
  .map((file) => [basename(file, '.yaml'), file] as const)

interface Refused {
  readonly set: string
  readonly says: string
}

const refused: readonly Refused[] = parse(readFileSync(`${GOLDEN}refused.yaml`, 'utf8'))

/** What is made up at each time. */
const madeUp = (text: string): string =>
  text.replace(/^( {2}password|.*checksum\/redis): .*$/gm, '$1: made up')

/** Without the definitions, which are files of their own. */
const recorded = (text: string): string =>
  madeUp(text)
    .split(/^---$/m)
    .filter((document) => !document.includes('kind: CustomResourceDefinition'))
    .join('---')

const find = (
  objects: readonly KubernetesObject[],
  kind: string,
  end: string,
): KubernetesObject | undefined =>
  objects.find((one) => one.kind === kind && one.metadata.name.endsWith(end))

describe.each(Object.entries(HELMS))('with %s', (_, by) => {
  it('the chart passes helm lint without a warning', async () => {
    const lint = by('lint', '--strict', '--quiet', CHART)
    await expect(lint).resolves.toBeDefined()
  })

  it.each(SETS)('%s: the same objects', async (name, file) => {
    const text = await renderChart(['--values', file], by)
    const pinned = await renderChart(['--values', file])
    expect(objectsOf(madeUp(text)), name).toEqual(objectsOf(madeUp(pinned)))
  })
})

/** A chart that has this one as a part, with the values of both. */
const parentOf = async (values: object): Promise<string> => {
  const folder = await temporaryFolder('parent')
  const sallyport = { name: 'sallyport', version: '0.1.0', repository: `file://${CHART}` }
  const dependency = { ...sallyport, condition: 'sallyport.enabled' }
  const chart = { apiVersion: 'v2', name: 'parent', version: '1.0.0', dependencies: [dependency] }
  await writeFile(`${folder.path}/Chart.yaml`, stringify(chart))
  await writeFile(`${folder.path}/values.yaml`, stringify(values))
  await mkdir(`${folder.path}/charts`)
  await symlink(CHART, `${folder.path}/charts/sallyport`)
  onTestFinished(folder.remove)
  return folder.path
}

describe.each(Object.entries(HELMS))('D2: as a part of another chart, with %s', (_, by) => {
  it('is installed or not by the condition, whatever else is global', async () => {
    const globals = { imageRegistry: 'registry.example.com', team: { name: 'shop' } }
    for (const enabled of [true, false]) {
      const parent = await parentOf({ global: globals, sallyport: { enabled } })
      const text = await by('template', 'all', parent, '--kube-version', '1.36.0')
      expect(find(objectsOf(text), 'Deployment', 'sallyport') !== undefined).toBe(enabled)
      if (enabled) expect(text).toMatch(/image: "?registry\.example\.com\//)
    }
  })
})

describe('what is rendered', () => {
  it.each(SETS)('%s: as recorded', async (name, file) => {
    const text = await renderChart(['--values', file])
    await expect(recorded(text)).toMatchFileSnapshot(`${GOLDEN}${name}.out.yaml`)
  })

  it.each(SETS)('%s: the process takes its configuration', async (_, file) => {
    const map = find(objectsOf(await renderChart(['--values', file])), 'ConfigMap', '')
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
    const complaints = loaded.kind === 'loaded' ? [] : loaded.problems.map(({ message }) => message)
    // The files are those of the pod; nothing else may be wrong.
    expect(complaints.filter((message) => !/does not exist/.test(message))).toEqual([])
  })

  it('a key of 32 bytes, which outlives the release, when none is given', async () => {
    const secret = find(objectsOf(await renderChart()), 'Secret', '-keys')
    const inFile = Buffer.from(Object(secret?.data).key, 'base64').toString()
    expect(Buffer.from(inFile, 'base64')).toHaveLength(32)
    const keep = { 'helm.sh/resource-policy': 'keep' }
    expect(Object(secret?.metadata).annotations).toMatchObject(keep)
  })

  it('a grace period as long as the drain of the process, and a little more', async () => {
    const drain = 'drain.delaySeconds=7,drain.timeoutSeconds=31,drain.preStopSeconds=2'
    const objects = objectsOf(await renderChart(['--set', drain]))
    const { spec } = Object(find(objects, 'Deployment', 'sallyport')?.spec).template
    expect(spec.terminationGracePeriodSeconds).toBe(7 + 31 + 2 + 5)
    const { data } = Object(find(objects, 'ConfigMap', 'sallyport'))
    const { shutdown } = parse(data['sallyport.yaml'])
    expect(shutdown).toEqual({ delay: '7s', timeout: '31s' })
  })

  it('another configuration replaces the pods, an unchanged one does not', async () => {
    const annotationsOf = async (...words: string[]) => {
      const deployment = find(objectsOf(await renderChart(words)), 'Deployment', 'sallyport')
      return Object(deployment?.spec).template.metadata.annotations['checksum/configuration']
    }
    expect(await annotationsOf()).toBe(await annotationsOf())
    expect(await annotationsOf('--set', 'config.log.level=debug')).not.toBe(await annotationsOf())
  })

  it('no object has a name that is too long', async () => {
    const long = 'a'.repeat(53)
    const values = ['--values', `${GOLDEN}values/monitored.yaml`, '--set', 'crds.install=true']
    const text = await helm('template', long, CHART, '--kube-version', '1.36.0', ...values)
    const names = objectsOf(text).map(({ metadata }) => metadata.name)
    expect(names.length).toBeGreaterThan(15)
    expect(names.filter((name) => name.length > 63)).toEqual([])
  })
})

describe('what is refused, with the name of the value and the fix', () => {
  it.each(refused.map(({ set, says }) => [set, says]))('%s', async (set, says) => {
    const attempt = renderChart(['--set', set ?? ''])
    await expect(attempt).rejects.toThrow(says)
  })

  it('everything at once', async () => {
    const set = 'admin.port=9001,sessions.store=redis,grpc.tls.requireClientCertificate=true'
    await expect(renderChart(['--set', set])).rejects.toThrow(
      /- sessions\.redis\.url: .*\n- grpc\.tls\.requireClientCertificate: .*\n- admin\.port: /,
    )
  })
})

it('helm shows every value with its comment', async () => {
  expect(await helm('show', 'values', CHART)).toContain('# -- How many replicas serve.')
})
