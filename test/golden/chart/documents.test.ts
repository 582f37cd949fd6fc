import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { expect, it, onTestFinished } from 'vitest'
import { parseAllDocuments, stringify } from 'yaml'
import { HELMS, objectsOf, renderChart } from '../../support/parts/helm.ts'
import { temporaryFolder } from '../../support/parts/temporary-folder.ts'

const pageOf = (name: string): string =>
  readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8')

const blocks = [...pageOf('install.md').matchAll(/^```yaml\n(# values\.yaml\n.*?)^```$/gms)].map(
  ([, values = '']) => values,
)

it.each(Object.entries(HELMS))(
  '%s takes the values in docs/install.md, those for production among them',
  async (_, by) => {
    const folder = await temporaryFolder('values')
    onTestFinished(folder.remove)
    const kinds: string[] = []
    for (const [at, values] of blocks.entries()) {
      const file = `${folder.path}/values-${at}.yaml`
      await writeFile(file, values)
      kinds.push(...objectsOf(await renderChart(['--values', file], by)).map(({ kind }) => kind))
    }
    expect(kinds).toEqual(expect.arrayContaining(['HorizontalPodAutoscaler', 'PrometheusRule']))
  },
)

/** What the manifests of Argo CD and Flux give the chart, by the kind of each. */
const givenBy = new Map(
  [...pageOf('gitops.md').matchAll(/^```yaml\n(.*?)^```$/gms)]
    .flatMap(([, text = '']) => parseAllDocuments(text))
    .map((document) => document.toJS())
    .map(({ kind, spec }) => [kind, spec.source?.helm?.valuesObject ?? spec.values]),
)

it.each([
  ['Argo CD', 'Application'],
  ['Flux', 'HelmRelease'],
])(
  'the values that docs/gitops.md has for %s make up no Secret, whichever Helm renders them',
  async (_, kind) => {
    const folder = await temporaryFolder('values')
    onTestFinished(folder.remove)
    const file = `${folder.path}/values.yaml`
    await writeFile(file, stringify(givenBy.get(kind)))
    for (const by of Object.values(HELMS)) {
      const [first, second] = [1, 2].map(() => renderChart(['--values', file], by))
      expect(await first).toBe(await second)
      const kinds = objectsOf((await first) ?? '').map((one) => one.kind)
      expect(kinds).toContain('Deployment')
      expect(kinds).not.toContain('Secret')
    }
  },
)

const OPENSHIFT = new URL('./values/openshift.yaml', import.meta.url)

it('the values of docs/openshift.md are those that are recorded', () => {
  const [, shown] = /^```yaml\n(# values\.yaml\n.*?)^```$/ms.exec(pageOf('openshift.md')) ?? []
  expect(shown).toBe(readFileSync(OPENSHIFT, 'utf8'))
})

/** Kinds of volumes that the SCC `restricted-v2` lets in. */
const VOLUMES = ['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'projected', 'secret']

const SETTLED = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } }

it.each(Object.entries(HELMS))(
  'with %s, they leave to OpenShift what restricted-v2 wants to choose, and are otherwise as it asks',
  async (_, by) => {
    const objects = objectsOf(await renderChart(['--values', OPENSHIFT.pathname], by))
    const pods = objects.flatMap(({ kind, spec }) => {
      if (kind === 'Pod') return [Object(spec)]
      return kind === 'Deployment' ? [Object(spec).template.spec] : []
    })
    expect(pods).toHaveLength(3)
    for (const pod of pods) {
      expect(pod.securityContext).toEqual({
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      })
      expect(pod.hostNetwork ?? pod.hostPID ?? pod.hostIPC).toBeUndefined()
      for (const { securityContext, ports = [] } of pod.containers) {
        expect(securityContext).toMatchObject(SETTLED)
        expect(Object.keys(securityContext).filter((name) => /^runAs/.test(name))).toEqual([])
        expect(ports.filter(({ hostPort }: { hostPort?: number }) => hostPort)).toEqual([])
      }
      const kinds = (pod.volumes ?? []).flatMap(({ name: _name, ...volume }: { name: string }) =>
        Object.keys(volume),
      )
      expect(VOLUMES).toEqual(expect.arrayContaining(kinds))
    }
  },
)
