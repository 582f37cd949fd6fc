import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { expect, it, onTestFinished } from 'vitest'
import { HELMS, objectsOf, renderChart } from '../../support/parts/helm.ts'
import { temporaryFolder } from '../../support/parts/temporary-folder.ts'

const INSTALLING = readFileSync(new URL('../../../docs/install.md', import.meta.url), 'utf8')

const blocks = [...INSTALLING.matchAll(/^```yaml\n(# values\.yaml\n.*?)^```$/gms)].map(
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
