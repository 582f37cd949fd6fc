import { expect, it, onTestFinished } from 'vitest'
import { createApiServer } from '../../../../src/kubernetes/api/api-server.ts'
import { resourceFolder } from '../../../support/resource-folder.ts'

it('of a kubeconfig that is no YAML the place is told, and nothing that stands there', async () => {
  const folder = resourceFolder()
  onTestFinished(() => folder.remove())
  const kubeconfigFile = folder.write('config', 'current-context: a\n  token: hunter2\n')
  const api = createApiServer({ kubeconfigFile })
  onTestFinished(() => api.close())
  const told = await api.get('/api', AbortSignal.timeout(60_000)).catch(String)
  expect(told).toBe(
    `Error: the kubeconfig ${kubeconfigFile} cannot be read: line 2, column 8: bad indentation of a mapping entry`,
  )
})
