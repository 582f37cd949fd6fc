import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { expect, it, onTestFinished } from 'vitest'
import { HELMS, objectsOf, renderChart } from '../../support/parts/helm.ts'
import { temporaryFolder } from '../../support/parts/temporary-folder.ts'

const INSTALLING = readFileSync(new URL('../../../docs/install.md', import.meta.url), 'utf8')

const [, forProduction = ''] = /^```yaml\n(# values\.yaml\n.*?)^```$/ms.exec(INSTALLING) ?? []

it.each(Object.entries(HELMS))(
  '%s takes the values for production in docs/install.md',
  async (_, by) => {
    const folder = await temporaryFolder('values')
    onTestFinished(folder.remove)
    const file = `${folder.path}/values.yaml`
    await writeFile(file, forProduction)
    const kinds = objectsOf(await renderChart(['--values', file], by)).map(({ kind }) => kind)
    expect(kinds).toEqual(expect.arrayContaining(['HorizontalPodAutoscaler', 'PrometheusRule']))
  },
)
